"""One random layer with tiny arguments, the data that it takes, and how it is called."""

from __future__ import annotations

from dataclasses import dataclass

from dropout_lint.interpreter.values.kinds import Const, Value
from dropout_lint.keras.flags import user_call
from dropout_lint.keras.layer_classes import ALIASES, BY_NAME
from dropout_lint.keras.objects import Layer, as_layer
from dropout_lint.reproducing.plan import CannotBuild

_WIDTH = {1: 8, 2: 8, 3: 3}
_VECTOR, _SEQUENCE, _IMAGE, _VOLUME = (8,), (6, 8), (8, 8, 3), (4, 4, 4, 2)
_SHAPES = {
    "SpatialDropout1D": _SEQUENCE,
    "SpatialDropout2D": _IMAGE,
    "SpatialDropout3D": _VOLUME,
    "ConvLSTM1D": (2, 4, 3),
    "ConvLSTM2D": (2, 4, 4, 3),
    "ConvLSTM3D": (2, 4, 4, 4, 3),
}
# Classes of other packages: the small program has none of these.
_OF_PACKAGES = ("FixedDropout", "DropConnect")
_RECURRENT = ("LSTM", "GRU", "SimpleRNN")
_CONVOLUTIONAL = ("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")
_ATTENTION = {
    "MultiHeadAttention": "2, 4",
    "GroupedQueryAttention": "4, 2, 1",
    "GroupQueryAttention": "4, 2, 1",
    "Attention": "",
    "AdditiveAttention": "",
}
# What an augmentation layer is made with, where that is not one factor.
_AUGMENTATION = {
    "RandomCrop": "6, 6",
    "RandomHue": "0.5, value_range=(0, 1)",
    "RandomPosterization": "4, value_range=(0, 1)",
    "RandomErasing": "1.0, value_range=(0, 1)",
    "RandomInvert": "1.0, value_range=(0, 1)",
    "RandAugment": "value_range=(0, 1)",
    "AugMix": "value_range=(0, 1)",
    "MixUp": "",
    "CutMix": "",
    "RandomFlip": "",
    "RandomGrayscale": "1.0",
    "RandomPerspective": "1.0",
    "RandomGaussianBlur": "1.0",
}


@dataclass(frozen=True, slots=True)
class Made:
    """A layer as it is written.

    Args:
        text: the expression that makes it.
        shape: of one example of its input.
        twice: how its input stands in a call: "{0}" once, "{0}, {0}" or "[{0}, {0}]".
        lines: the class that it needs, if any.
    """

    text: str
    shape: tuple[int, ...]
    twice: str = "{0}"
    lines: tuple[str, ...] = ()


def made(layer: Layer, *, frozen: bool = False) -> Made:
    """A layer of the user's program, anew.

    Args:
        layer: a mode-dependent layer.
        frozen: its constructor is told trainable=False.

    Raises:
        CannotBuild: it is not one that can be made from the tables alone.
    """
    kind = layer.kind.name
    if layer.instance is not None:
        return _own_class(layer, kind)
    text, shape, twice = _expression(layer, kind)
    if frozen:
        text = f"{text[:-1]}{'' if text.endswith('()') else ', '}trainable=False)"
    return Made(text, shape, twice)


def _own_class(layer: Layer, kind: str) -> Made:
    """A class of the program that extends a random layer of Keras."""
    if kind not in BY_NAME or not layer.kind.mode_dependent:
        raise CannotBuild(f"{layer.class_name} is a class of the program, whose code is not in the tables")
    text, shape, twice = _expression(layer, kind)
    lines = [f"class Own({text[: text.index('(')]}):"]
    if user_call(layer) is not None:
        lines += [
            "    def call(self, inputs, training=None):",
            "        return super().call(inputs, training=training)",
        ]
    else:
        lines += ["    pass"]
    return Made(f"Own{text[text.index('(') :]}", shape, twice, (*lines, "", ""))


def _expression(layer: Layer, kind: str) -> tuple[str, tuple[int, ...], str]:
    """Its text, the shape of an example, and how its input stands in a call."""
    kind = ALIASES.get(kind, kind)
    shape = _SHAPES.get(kind, _VECTOR)
    if layer.kind.batch_norm:
        return "layers.BatchNormalization()", shape, "{0}"
    if kind in _RECURRENT:
        return f"layers.{kind}(8, {_rates(layer)}, return_sequences=True)", _SEQUENCE, "{0}"
    if kind in _CONVOLUTIONAL:
        return f"layers.{kind}(3, 1, {_rates(layer)}, return_sequences=True)", shape, "{0}"
    if kind in _ATTENTION:
        # tensorflow.keras knows it by its other name
        kind = "GroupQueryAttention" if kind == "GroupedQueryAttention" else kind
        twice = "{0}, {0}" if _ATTENTION[kind] else "[{0}, {0}]"
        arguments = ", ".join(filter(None, (_ATTENTION[kind], _rates(layer))))
        return f"layers.{kind}({arguments})", _SEQUENCE, twice
    if kind == "Bidirectional" and layer.inner is not None:
        return f"layers.Bidirectional({_expression(layer.inner, layer.inner.kind.name)[0]})", _SEQUENCE, "{0}"
    if kind == "RNN" or kind.endswith("Cell"):
        cells = layer.args.get(0, "cell") if kind == "RNN" else layer
        return f"layers.RNN({_cell(as_layer(cells))}, return_sequences=True)", _SEQUENCE, "{0}"
    if layer.kind.augmentation:
        return f"layers.{kind}({_factors(layer, kind)})", _IMAGE, "{0}"
    if layer.kind.arming and kind not in _OF_PACKAGES and not kind.startswith("CuDNN"):
        return f"layers.{kind}({_number(layer.made_with(layer.kind.arming[0]), 0.5)})", shape, "{0}"
    raise CannotBuild(f"there is no small {kind}")


def _cell(cell: Layer | None) -> str:
    """A cell of an RNN."""
    if cell is None or cell.instance is not None:
        raise CannotBuild("the cells of the RNN are not in the tables")
    if cell.kind.name == "StackedRNNCells":
        raise CannotBuild("the RNN has a stack of cells")
    return f"layers.{cell.kind.name}(8, {_rates(cell)})"


def _rates(layer: Layer) -> str:
    """The arguments that make a layer random which is not there for that."""
    given = [(switch.name, layer.args.keywords.get(switch.name)) for switch in layer.kind.arming]
    on = [(name, value) for name, value in given if value is not None and not _is_off(value)]
    rates = [(name, _number(value, 0.5)) for name, value in on] or [(layer.kind.arming[0].name, 0.5)]
    return ", ".join(f"{name}={rate}" for name, rate in rates)


def _factors(layer: Layer, kind: str) -> str:
    if kind in _AUGMENTATION:
        return _AUGMENTATION[kind]
    required = [switch for switch in layer.kind.arming if switch.default is None or switch.position == 0]
    values = [_number(layer.made_with(switch), 0.5) for switch in required]
    return ", ".join(map(str, values)) or "0.5"


def _is_off(value: Value) -> bool:
    return isinstance(value, Const) and value.value in (0, None, False)


def _number(value: Value | None, default: float) -> float:
    """A rate between 0 and 1 as the program gives it."""
    number = value.value if isinstance(value, Const) else None
    plain = isinstance(number, (int, float)) and not isinstance(number, bool)
    return number if plain and 0 < number < 1 else default  # type: ignore[operator, return-value]
