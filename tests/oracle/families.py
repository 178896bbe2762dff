"""The mode-dependent layers: which class is one, and whether an instance acts at this moment."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cache
from typing import Any

_DROPOUT = {
    "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianDropout", "GaussianNoise",
    "AlphaDropout", "StochasticDepth",
}  # fmt: skip
_AUGMENTATION = {"MixUp", "CutMix", "AugMix", "RandAugment", "Solarization"}
_NEVER_INERT = {"RandAugment", "MixUp", "CutMix", "AugMix", "RandomPosterization", "RandomFlip", "RandomCrop"}
_ATTENTION = {
    "MultiHeadAttention", "GroupedQueryAttention", "GroupQueryAttention", "Attention", "AdditiveAttention",
}  # fmt: skip
_MAGNITUDES = (
    "factor", "height_factor", "width_factor", "x_factor", "y_factor", "brightness_factor", "contrast_factor",
    "saturation_factor", "hue_factor",
)  # fmt: skip


def _acting_dropout(layer: Any) -> bool:
    names = ("rate", "stddev", "drop_path_rate")
    return _nonzero(next((getattr(layer, name) for name in names if hasattr(layer, name)), 0))


def _acting_batch_norm(layer: Any) -> bool:
    return bool(layer.trainable)


def _acting_augmentation(layer: Any) -> bool:
    if any(base.__name__ in _NEVER_INERT for base in type(layer).__mro__):
        return True
    values = list(_magnitudes(layer))
    return not values or any(map(_nonzero, values))


def _acting_recurrent(layer: Any) -> bool:
    return any(
        _nonzero(getattr(part, name, 0))
        for part in _cells(layer)
        for name in ("dropout", "recurrent_dropout")
    )


def _acting_attention(layer: Any) -> bool:
    inner = getattr(layer, "_dropout_layer", None)
    rates = [getattr(layer, name) for name in ("_dropout", "dropout") if hasattr(layer, name)][:1]
    if inner is not None and type(layer).__module__.startswith("tf_keras"):
        rates = []  # Keras 2 always calls its inner Dropout; Keras 3 asks its own rate first
    rates += [inner.rate] if inner is not None else []
    return bool(rates) and all(map(_nonzero, rates))


class Family:
    """One kind of mode-dependent layer."""

    def __init__(self, acting: Callable[[Any], bool], always: bool) -> None:
        self.acting = acting
        self.always = always  # a row even when it does not act


_RANDOM = Family(_acting_dropout, always=True)
_NORMALIZATION = Family(_acting_batch_norm, always=True)
_AUGMENTING = Family(_acting_augmentation, always=True)
_RECURRENT = Family(_acting_recurrent, always=False)
_ATTENDING = Family(_acting_attention, always=False)


def family(layer: Any) -> Family | None:
    """The family of a layer, None if it does not depend on the training mode."""
    cls: Any = type(layer)
    return _family(cls)


@cache
def _family(cls: Any) -> Family | None:
    for base in cls.__mro__:
        if "keras" not in base.__module__:
            continue
        name = base.__name__
        if name in _DROPOUT:
            return _RANDOM
        if name.startswith("BatchNormalization") or name == "SyncBatchNormalization":
            return _NORMALIZATION
        if name in _AUGMENTATION or (name.startswith("Random") and "preprocessing" in base.__module__):
            return _AUGMENTING
        if name == "RNN":
            return _RECURRENT
        if name in _ATTENTION:
            return _ATTENDING
    return None


def classes_with_call(root: type) -> set[type]:
    """All library classes whose own `call` a mode-dependent layer may run."""
    bases = (base for cls in _subclasses(root) if _family(cls) for base in cls.__mro__)
    return {
        base for base in bases if base is not root and "call" in vars(base) and "keras" in base.__module__
    }


def _subclasses(root: type) -> Iterator[Any]:
    pending: list[Any] = [root]
    seen = {root}
    while pending:
        cls = pending.pop()
        yield cls
        fresh = [sub for sub in cls.__subclasses__() if sub not in seen]
        seen.update(fresh)
        pending += fresh


def _cells(layer: Any) -> Iterable[Any]:
    cell = getattr(layer, "cell", None)
    return getattr(cell, "cells", None) or [cell]


def _magnitudes(layer: Any) -> Iterator[Any]:
    config: dict[str, Any] = {}
    with suppress(Exception):  # a user's subclass without a usable get_config
        config = layer.get_config()
    for name in _MAGNITUDES:
        if name in config or hasattr(layer, name):
            yield getattr(layer, name, config.get(name))


def _nonzero(value: Any) -> bool:
    """Whether a rate, a factor or a range of factors has any effect; a symbolic one counts as having."""
    if value is None:
        return False
    if isinstance(value, (list, tuple)):
        return any(map(_nonzero, value))
    try:
        return float(value) != 0
    except (TypeError, ValueError):
        return True
