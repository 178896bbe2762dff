"""The Vision Transformers of vit_keras, with all their layers.

Source: vit_keras 0.2.0, made and trained with tf_keras 2.21 and keras 3.15.1. The blocks hand `training` to
their Dropout, in which a block's randomness is: whether the block is frozen changes nothing of it.
"""

from __future__ import annotations

from dropout_lint.interpreter.values.kinds import NONE, Args, Const, Site, Value
from dropout_lint.keras import catalogue
from dropout_lint.keras.layer_classes import LayerKind, Role, kind_of
from dropout_lint.keras.objects import Layer, Model
from dropout_lint.keras.simulation import flag_value

_PARAMETERS = (
    "image_size",
    "classes",
    "activation",
    "include_top",
    "pretrained",
    "pretrained_top",
    "weights",
)


def listed(name: str, args: Args, model: Model, at: Site) -> list[Layer] | None:
    """The layers that `vit.vit_b16(...)` makes, in the order of `model.layers`.

    None where the arguments leave open which these are, or for what is no Vision Transformer.
    """
    found = catalogue.backbone(name)
    if found is None or not found.layers or not args.complete:
        return None
    given = {**dict(zip(_PARAMETERS, args.positional, strict=False)), **args.keywords}
    include_top, known = flag_value(given.get("include_top") or Const(True))
    weights = given.get("weights") or Const("")
    if not known or not isinstance(weights, Const):
        return None
    *body, (head, head_class) = found.layers
    top = [("pre_logits", "Dense")] if weights.value == "imagenet21k" else []
    top += [(head or "head", head_class)] if include_top else []
    rate = found.constant[0] if found.constant else 0.0
    return [_layer(each, cls, rate, model, at) for each, cls in [*body, *top]]


def _layer(name: str | None, class_name: str, rate: float, model: Model, at: Site) -> Layer:
    known: Value = NONE if name is None else Const(name)
    if class_name != "TransformerBlock":
        return Layer(_kind_of(class_name), class_name, known, at, 0, ready_made=model)
    block = LayerKind(class_name, takes_training=True, role=Role.PARTS)
    layer = Layer(block, class_name, known, at, 0, ready_made=model)
    dropout = Layer(kind_of("Dropout"), "Dropout", NONE, at, 0, Args([Const(rate)]), ready_made=model)
    layer.attributes["dropout_layer"] = dropout
    return layer


def _kind_of(class_name: str) -> LayerKind:
    """The layer's kind; those that the package writes itself have weights, and nothing random."""
    own = class_name in ("ClassToken", "AddPositionEmbs")
    return LayerKind(class_name) if own else kind_of("Reshape" if class_name == "Lambda" else class_name)
