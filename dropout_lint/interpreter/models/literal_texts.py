"""Texts that say what a value is: `ast.literal_eval("[0.4, 0.2]")`, `eval` of such a text, `json.loads`.

Options and INI files have nothing but texts, so lists of units or of flags come this way.
"""

from __future__ import annotations

import ast
import itertools
import json
import re
import warnings
from typing import TYPE_CHECKING

from dropout_lint.interpreter.models.data_files import load, plain_value
from dropout_lint.interpreter.values.kinds import Args, Const, Presumed, Site, Value

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function

# What reads a text that nests deeper needs a deep stack.
_MAX_BRACKETS = 30
_BRACKETS = {"[": 1, "{": 1, "(": 1, "]": -1, "}": -1, ")": -1}
# All that a literal is made of; of what else a text holds something is left.
_PARTS = re.compile(
    r"""[\s\[\](){},:]|-?\.?\d[\w.]*|\b(?:True|False|None)\b|\b[bBrRuU]?(?:"[^"\n]*"|'[^'\n]*')"""
)
# Calls and subscripts, which go on for as long as one likes.
_CHAIN = re.compile(r"[\])}]\s*[\[({]")


def evaluated(machine: Machine, receiver: Value | None, args: Args, at: Site) -> Value | None:
    """`eval(text)`, where the text is a literal; None for anything else."""
    return _literal(machine, args, at) if len(args.positional) == 1 and not args.keywords else None


def _literal(machine: Machine, args: Args, at: Site) -> Value | None:
    """`ast.literal_eval(text)`."""
    source = args.get(0, "node_or_string")
    text = _flat_text(source)
    if text is None or not args.complete or _PARTS.sub("", text) or _CHAIN.search(text):
        return None
    try:
        with warnings.catch_warnings():  # of escapes, which are the program's affair
            warnings.simplefilter("ignore")
            data = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    return _valued(machine, data, source, "literal", at)


def _json(machine: Machine, args: Args, at: Site) -> Value | None:
    """`json.loads(text)`, of a text that is known, or that was read of a file."""
    source = args.get(0, "s")
    text = _flat_text(source)
    if text is None or not args.complete or args.keywords.keys() - {"s"}:
        return load("json", machine, args, at)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return _valued(machine, data, source, "json", at)


def _flat_text(value: Value | None) -> str | None:
    """A text that nests little; None for anything else."""
    text = value.value if isinstance(value, Const) else None
    if not isinstance(text, str):
        return None
    depths = itertools.accumulate(_BRACKETS.get(one, 0) for one in text)
    return text if max(depths, default=0) <= _MAX_BRACKETS else None


def _valued(machine: Machine, data: object, source: Value | None, by: str, at: Site) -> Value:
    """What a text says, which is no more certain than the text."""
    key = machine.keys.operation(by, source) if isinstance(source, Presumed) else None
    return plain_value(machine, data, key, at)


FUNCTIONS: dict[str, Function] = {"ast.literal_eval": _literal, "json.loads": _json}
