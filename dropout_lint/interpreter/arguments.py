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
        if node.keyword is None and not node.star and not lost:
            args.positional.append(value)
        elif node.star == "*":
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
    positional, keywords = args.positional, args.keywords
    taken, named = 0, set[str]()
    collectors: dict[str, str] = {}
    for parameter in function.parameters:  # once, in one pass: calls are where the time goes
        name, kind, default = parameter
        if kind == "args" or kind == "kwargs":
            collectors[kind] = name
        elif taken < len(positional) and kind != "keyword":
            names[name] = positional[taken]
            taken += 1
            if kind == "normal" and name in keywords:
                return None
        elif name in keywords and kind != "positional":
            names[name] = keywords[name]
            named.add(name)
        elif not args.complete:
            # Whether the default holds depends on what `**unknown` brings.
            key = ParameterOf(function.name, name, machine.keys.fresh())
            names[name] = machine.unknown(f"argument {name!r}", at, key)
        elif default is not None:
            names[name] = default
        else:
            return None
    rest = positional[taken:]
    extra: dict[Hashable, Value] = {
        keyword: value
        for keyword, value in keywords.items()
        if keyword not in named and not keyword.startswith(NOWHERE)
    }
    if (rest and "args" not in collectors) or (extra and "kwargs" not in collectors):
        return None
    if "args" in collectors:
        names[collectors["args"]] = Collection(rest, "tuple", args.complete)
    if "kwargs" in collectors:
        names[collectors["kwargs"]] = Dict(extra, args.complete)
    return names
