"""Breaks of what is known of Keras' layer classes."""

from __future__ import annotations

from functools import partial
from typing import Any

from dropout_lint.keras.layer_classes import ALIASES, BASES, BY_NAME, Role, Switch
from tests.mutation.patching import Break, add, item, kind


def _kind(name: str, title: str, sentence: str, **changes: Any) -> None:
    """A break of one class, which can show only where the class is named."""
    word = "" if name in ALIASES.values() else name
    add(Break(f"{name} {title}", f"{name} {sentence}.", partial(kind, name, **changes), word=word))


# Classes that no Keras under test can make: of other packages, for a GPU, or of Keras 1.
_OUT_OF_REACH = ("FixedDropout", "DropConnect", "CuDNNLSTM", "CuDNNGRU")
for _name, _known in BY_NAME.items():
    if _known.arming and _name not in _OUT_OF_REACH:
        _kind(_name, "is never random", "has no rate that could be other than 0", arming=())
    elif _known.always:
        _kind(_name, "is never random", "changes nothing in training", always=False)
for _name in ("LSTM", "GRU", "SimpleRNN"):
    for _argument in ("dropout", "recurrent_dropout"):
        _left = tuple(a for a in BY_NAME[_name].arming if a.name != _argument)
        _kind(_name, f"without {_argument}", f"is not made random by {_argument}", arming=_left)
for _name in ("Dropout", "GaussianNoise", "Activation", "Flatten", "RandomFlip", "Lambda", "Attention"):
    _kind(_name, "owns weights", "may own a weight, so that freezing it does something", weightless=False)
for _name in ("Dense", "Conv2D", "LSTM", "Embedding", "BatchNormalization", "LayerNormalization"):
    _kind(_name, "owns no weights", "never owns a weight", weightless=True)
for _name in ("RandomFlip", "RandomRotation", "RandomZoom"):
    _kind(_name, "is a Dropout", "is not told apart from Dropout", augmentation=False)
    _kind(_name, "is off by default", "without a flag is off, like Dropout", default_training=False)
for _value in (None, True):
    _kind("Dropout", f"defaults to {_value}", f"has training={_value} by default", default_training=_value)
for _name in ("LSTM", "GRU"):
    _kind(_name, "defaults to True", "has training=True by default", default_training=True)
for _name in (
    "Dropout",
    "BatchNormalization",
    "LSTM",
    "MultiHeadAttention",
    "TimeDistributed",
    "Bidirectional",
):
    _kind(_name, "takes no training", "has a call() without a training parameter", takes_training=False)
_kind("BatchNormalization", "is plain", "normalises by its moving averages always", batch_norm=False)
_third = (Switch(2, "dropout", 0.0),)
_kind("MultiHeadAttention", "dropout elsewhere", "takes dropout as its third argument", arming=_third)
for _name in ("Wrapper", "TimeDistributed", "SpectralNormalization", "Bidirectional", "RNN", "Lambda"):
    _kind(_name, "holds nothing", "is a plain layer that runs no other code", role=Role.PLAIN)
for _name in ("Dropout", "BatchNormalization"):
    _kind(_name, "without rows", "leaves no row when it is not armed", has_row=False)
for _name in ("SpatialDropout1D", "LSTM"):
    _sentence = f"isinstance() does not know {_name}'s base class."
    add(Break(f"{_name} has no base", _sentence, partial(item, BASES, _name, ()), word=_name))
for _name in ("Convolution2D", "MaxPool2D", "GroupQueryAttention"):
    _sentence = f"{_name} is a class of its own."
    add(Break(f"{_name} has its own name", _sentence, partial(item, ALIASES, _name, _name), word=_name))
