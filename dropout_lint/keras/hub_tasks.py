"""Tasks of keras_hub: a classifier holds a backbone, which can be frozen, and a head of its own.

Measured with keras_hub 0.32.0 (BertTextClassifier, keras 3.15.1): `task.backbone` is the model that the task
was given; frozen, its Dropout and attention are random in `task.fit()`, so is the Dropout of the task's own
head. That a preset brings a backbone of the task's own family is read (`models/task.py`, `from_preset`).
"""

from __future__ import annotations

from dropout_lint.interpreter.values.kinds import Args, Value
from dropout_lint.keras import catalogue
from dropout_lint.keras.catalogue import Found
from dropout_lint.keras.objects import Layer, as_layer


def backbone_of(found: Found, args: Args, *, preset: bool) -> Layer | Found | None:
    """What a task has for a backbone: a layer that it is given, or the class that its preset makes.

    None for what is no classifier, or if it cannot be known. Other tasks give out what the backbone itself
    has weights for: with a frozen backbone, nothing of them is left to train.
    """
    ready = catalogue.backbone(found.name)
    if found.kind != "backbone" or ready is None or ready.parts != ("backbone",):
        return None
    if not found.name.endswith("Classifier") or not args.complete:
        return None
    given: Value | None = args.keywords.get("backbone") if preset else args.get(0, "backbone")
    if given is not None:
        return as_layer(given)
    name = backbone_class(found.name) if preset else None
    return Found("backbone", name, False) if name is not None else None


def backbone_class(task: str) -> str | None:
    """The class of the backbone that a task of keras_hub has: `BertBackbone` of `BertTextClassifier`."""
    classes = catalogue.read("keras_hub")["classes"]
    fitting = [
        one for one in classes if one.endswith("Backbone") and task.startswith(one[: -len("Backbone")])
    ]
    return max(fitting, key=len, default=None)
