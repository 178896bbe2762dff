"""Source text of layers and of flags at calls."""

from __future__ import annotations

from tests.differential import scenario as sc
from tests.differential.source import Names, flag_mark

_MODE_DEPENDENT = (*sc.RANDOM, "BatchNormalization")


def construct(names: Names, part: sc.Part, *, frozen: bool = False) -> str:
    """The expression that makes a layer, `trainable=False` among its arguments if `frozen`."""
    more = ["trainable=False"] if frozen else []
    if part.kind in sc.NOISE:
        return _noise(names, part, more)
    make = names.layer
    if part.kind == "Bidirectional":
        cell = f"{make('LSTM')}(3, return_sequences=True, {_named_rate(names, 'dropout', part.rate)})"
        return f"{make('Bidirectional')}({', '.join([cell, *more])})"
    arguments = {
        "Dense": ["6"],
        "BatchNormalization": [],
        "LayerNormalization": [],
        "Activation": ['"tanh"'],
        "MultiHeadAttention": ["2", "3", _named_rate(names, "dropout", part.rate)],
    }.get(part.kind, ["6", "return_sequences=True", _named_rate(names, "dropout", part.rate)])
    return f"{make(part.kind)}({', '.join([*arguments, *more])})"


def _noise(names: Names, part: sc.Part, more: list[str]) -> str:
    cls = names.layer(part.kind)
    rest = "".join(f", {argument}" for argument in more)
    if names.style.rate == "partial":
        return f"functools.partial({cls}, {part.rate})({', '.join(more)})"
    if names.style.rate == "helper" and part.kind == "Dropout":
        names.helper(["def make_dropout(rate, **kwargs):", f"    return {cls}(rate, **kwargs)"])
        return f"make_dropout({part.rate}{rest})"
    argument = "stddev" if part.kind == "GaussianNoise" else "rate"
    return f"{cls}({_rate(names, argument, part.rate)}{rest})"


def _rate(names: Names, argument: str, rate: float) -> str:
    style = names.style.rate
    if style in ("keyword", "dict"):
        return _named_rate(names, argument, rate)
    return _value(names, rate)


def _named_rate(names: Names, argument: str, rate: float) -> str:
    if names.style.rate == "dict":
        return f'**{{"{argument}": {rate}}}'
    return f"{argument}={_value(names, rate)}"


def _value(names: Names, rate: float) -> str:
    if names.style.rate == "constant":
        name = "NO_RATE" if rate == 0 else "RATE"
        names.constant(f"{name} = {rate}")
        return name
    if names.style.rate == "expression":
        return "0.1 * 3" if rate else "0 * 0.5"
    return str(rate)


def dense(names: Names, units: int = 6, *, frozen: bool = False) -> str:
    more = ", trainable=False" if frozen else ""
    activation = "" if units == 1 else ', activation="tanh"'
    return f"{names.layer('Dense')}({units}{activation}{more})"


def apply(names: Names, callee: str, argument: str, flag: str) -> str:
    """`callee(argument, training=flag)`, with a mark for the line."""
    if flag == "absent":
        return f"{callee}({argument})"
    if flag == "training":
        return f"{callee}({argument}, training=training)"
    return _written(names, callee, argument, flag) + flag_mark(flag)


def _written(names: Names, callee: str, argument: str, flag: str) -> str:
    style = names.style.flag
    if style == "variable":
        names.constant(f"MODE_{flag.upper()} = {flag}")
        return f"{callee}({argument}, training=MODE_{flag.upper()})"
    if style == "kwargs":
        return f'{callee}({argument}, **{{"training": {flag}}})'
    if style == "options":
        names.constant(f"WITH_{flag.upper()} = dict(training={flag})")
        return f"{callee}({argument}, **WITH_{flag.upper()})"
    if style == "partial":
        return f"functools.partial({callee}, training={flag})({argument})"
    if style == "negated" and flag != "None":
        names.constant(f"NOT_{flag.upper()} = {flag != 'True'}")
        return f"{callee}({argument}, training=not NOT_{flag.upper()})"
    if style == "conditional":
        names.constant("PHASE = 2")
        other = "True" if flag != "True" else "False"
        return f"{callee}({argument}, training={flag} if PHASE == 2 else {other})"
    return f"{callee}({argument}, training={flag})"


def mode_dependent(part: sc.Part) -> bool:
    return part.kind in _MODE_DEPENDENT


def arguments_of(part: sc.Part, variable: str) -> str:
    """What the layer is called with."""
    return f"{variable}, {variable}" if part.kind in sc.ATTENTION else variable
