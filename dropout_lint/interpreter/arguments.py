"""The arguments of a call, and how they meet the parameters of a function."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

import libcst as cst

from dropout_lint.interpreter.values.keys import ParameterOf
from dropout_lint.interpreter.values.kinds import Args, Collection, Dict, Function, Site, Value

if TYPE_CHECKING:
    from dropout_lint.interpreter.frame import Frame
    from dropout_lint.interpreter.machine import Machine

NOWHERE = "*"
"""Keywords that begin with this hold arguments whose position is unknown (after `*unknown`)."""


def evaluate_arguments(machine: Machine, frame: Frame, nodes: Sequence[cst.Arg]) -> Args:
    """The arguments of a call, with `*` and `**` spread out as far as they are known."""
    args = Args()
    lost = False
    for node in nodes:
        value = machine.evaluate(node.value, frame)
        if node.star == "*":
            items = machine.iterate(value, frame.site(node))
            if items is None:
                args.complete = False
                lost = True
                _add(args, [value], lost)
            else:
                _add(args, items, lost)
        elif node.star == "**":
            spread(args, value)
        elif node.keyword is not None:
            args.keywords[node.keyword.value] = value
        else:
            _add(args, [value], lost)
    return args


def _add(args: Args, values: list[Value], lost: bool) -> None:
    if not lost:
        args.positional += values
        return
    for value in values:
        args.keywords[f"{NOWHERE}{len(args.keywords)}"] = value


def spread(args: Args, value: Value) -> None:
    """`**value`."""
    if not isinstance(value, Dict):
        args.complete = False
        args.keywords[f"{NOWHERE}{len(args.keywords)}"] = value
        return
    args.complete = args.complete and value.complete
    for key, item in value.items.items():
        if isinstance(key, str):
            args.keywords[key] = item


def bind_arguments(machine: Machine, function: Function, args: Args, at: Site) -> dict[str, Value] | None:
    """The parameters of a function with their values; None when the call does not fit it."""
    names: dict[str, Value] = {}
    if not _bind_positional(function, args, names) or not _bind_keywords(function, args, names):
        return None
    for parameter in function.parameters:
        if parameter.name in names or parameter.kind in ("args", "kwargs"):
            continue
        if not args.complete:
            # Whether the default holds depends on what `**unknown` brings.
            key = ParameterOf(function.name, parameter.name, machine.keys.fresh())
            names[parameter.name] = machine.unknown(f"argument {parameter.name!r}", at, key)
        elif parameter.default is not None:
            names[parameter.name] = parameter.default
        else:
            return None
    return names


def _bind_positional(function: Function, args: Args, names: dict[str, Value]) -> bool:
    ordinary = [p.name for p in function.parameters if p.kind in ("positional", "normal")]
    names.update(zip(ordinary, args.positional, strict=False))
    rest = args.positional[len(ordinary) :]
    collector = next((p.name for p in function.parameters if p.kind == "args"), None)
    if collector is not None:
        names[collector] = Collection(rest, "tuple", args.complete)
        return True
    return not rest


def _bind_keywords(function: Function, args: Args, names: dict[str, Value]) -> bool:
    by_name = {p.name for p in function.parameters if p.kind in ("normal", "keyword")}
    extra: dict[Hashable, Value] = {}
    for keyword, value in args.keywords.items():
        if keyword.startswith(NOWHERE):
            continue
        if keyword not in by_name:
            extra[keyword] = value
        elif keyword in names:
            return False
        else:
            names[keyword] = value
    collector = next((p.name for p in function.parameters if p.kind == "kwargs"), None)
    if collector is not None:
        names[collector] = Dict(extra, args.complete)
        return True
    return not extra
