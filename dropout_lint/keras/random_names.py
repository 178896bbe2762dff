"""Names of what is random in training: Dropout layers, and ready-made models with hidden ones."""

from __future__ import annotations

from functools import lru_cache

from dropout_lint.keras import catalogue
from dropout_lint.keras.layer_classes import BY_NAME


@lru_cache(maxsize=10_000)
def is_random(name: str) -> bool:
    """Whether the class or function of Keras (or of a package that the catalogue has) of this name makes
    something that is random in training unless told otherwise.

    Args:
        name: the last part of the dotted name.
    """
    kind = BY_NAME.get(name)
    if kind is not None:
        return kind.always or any(switch.default is None for switch in kind.arming)
    backbone, transformer = catalogue.backbone(name), catalogue.transformers_class(name)
    if backbone is not None or transformer is not None:
        rates = backbone.arguments if backbone is not None else transformer.fields if transformer else {}
        return bool(backbone is not None and backbone.constant) or any(rates.values())
    made = [catalogue.application(name, False, keras_2, {}) for keras_2 in (True, False)]
    return any(layer.rate for model in made if model is not None for layer in model.layers)
