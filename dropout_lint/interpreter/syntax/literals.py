"""Literals: numbers, strings, f-strings, displays of lists, tuples, sets and dicts."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import libcst as cst

from dropout_lint.interpreter.budget import MAX_TEXT, fits
from dropout_lint.interpreter.values import folding, formatting
from dropout_lint.interpreter.values.iteration import MISSING, unwrapped
from dropout_lint.interpreter.values.kinds import Collection, Const, Dict, Value
from dropout_lint.interpreter.values.operators import bounded, undetermined, unique
from dropout_lint.once import OnceEachNode

if TYPE_CHECKING:
    from dropout_lint.interpreter.frame import Frame
    from dropout_lint.interpreter.machine import Machine

MAX_DIGITS = 100


def number(machine: Machine, frame: Frame, node: cst.BaseNumber) -> Value:
    """An integer, float or imaginary literal."""
    text: str = getattr(node, "value", "")
    if len(text) > MAX_DIGITS:
        return machine.unknown("a long number", frame.site(node))
    return _cached(machine, frame, node, lambda: ast.literal_eval(text))


def string(machine: Machine, frame: Frame, node: cst.SimpleString) -> Value:
    """A string literal without replacement fields."""
    return _cached(machine, frame, node, lambda: ast.literal_eval(node.value))


_LITERALS: OnceEachNode[cst.CSTNode, Const | None] = OnceEachNode()


def _cached(machine: Machine, frame: Frame, node: cst.CSTNode, read: Callable[[], Any]) -> Value:
    """The constant that a literal means, read once per file."""
    known = _LITERALS.of(frame.file, node, lambda: _read(read))
    return known if known is not None else machine.unknown("a long literal", frame.site(node))


def _read(read: Callable[[], Any]) -> Const | None:
    try:
        value = read()
    except (SyntaxError, ValueError):  # "\\N{no such name}" and other errors of the program
        return None
    return Const(value) if fits(value) else None


def concatenated(machine: Machine, frame: Frame, node: cst.ConcatenatedString) -> Value:
    """Strings written side by side."""
    parts: list[Value] = []
    rest: cst.BaseExpression = node
    while isinstance(rest, cst.ConcatenatedString):
        parts.append(machine.evaluate(rest.left, frame))
        rest = rest.right
    parts.append(machine.evaluate(rest, frame))
    texts = [part.value for part in parts if isinstance(part, Const)]
    if len(texts) == len(parts) and sum(map(len, texts)) <= MAX_TEXT:
        known = folding.attempt(lambda: type(texts[0])().join(texts))
        if known is not None:
            return known
    return undetermined(machine, "format", parts, frame.site(node))


def formatted(machine: Machine, frame: Frame, node: cst.FormattedString) -> Value:
    """An f-string: known when all it shows is."""
    texts: list[str | None] = []
    values: list[Value] = []
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            texts.append(_text(part.value, node))
            values.append(Const(texts[-1]))
        elif isinstance(part, cst.FormattedStringExpression):
            value = machine.evaluate(part.expression, frame)
            spec = _specification(machine, frame, part.format_spec or (), node)
            shown = None if spec is None or part.equal else formatting.field(value, part.conversion, spec)
            texts.append(shown)
            values.append(value)
    known = [text for text in texts if text is not None]
    if len(known) == len(texts) and sum(map(len, known)) <= MAX_TEXT:
        return Const("".join(known))
    return undetermined(machine, "format", values, frame.site(node))


def _specification(
    machine: Machine,
    frame: Frame,
    parts: Sequence[cst.BaseFormattedStringContent],
    string_node: cst.FormattedString,
) -> str | None:
    """The format specification of a field; None when it is computed."""
    texts = [_text(part.value, string_node) for part in parts if isinstance(part, cst.FormattedStringText)]
    known = [text for text in texts if text is not None]
    return "".join(known) if len(known) == len(parts) else None


def _text(raw: str, node: cst.FormattedString) -> str | None:
    """The text that a literal part of an f-string stands for."""
    text = raw.replace("{{", "{").replace("}}", "}")
    if "\\" not in text or "r" in node.prefix:
        return text
    quote = node.quote
    try:
        return str(ast.literal_eval(f"{quote}{text}{quote}"))
    except (SyntaxError, ValueError):
        return None


def sequence(machine: Machine, frame: Frame, node: cst.List | cst.Tuple | cst.Set) -> Value:
    """`[a, *b]`, `(a, *b)`, `{a, *b}`."""
    items: list[Value] = []
    complete = True
    for element in node.elements:
        value = machine.evaluate(element.value, frame)
        if type(element) is not cst.StarredElement:
            items.append(value)
            continue
        more = machine.iterate(value, frame.site(element))
        if more is None:
            complete = False
            more = list(value.items) if isinstance(value, Collection) else []
        items += more
    if type(node) is cst.Set:
        result = unique(machine, items)
        result.complete = result.complete and complete
        return result
    return bounded(items, "tuple" if type(node) is cst.Tuple else "list", complete)


def dictionary(machine: Machine, frame: Frame, node: cst.Dict) -> Value:
    """`{key: value, **more}`."""
    result = Dict({})
    for element in node.elements:
        if isinstance(element, cst.DictElement):
            key = unwrapped(machine.evaluate(element.key, frame))
            put(result, key, machine.evaluate(element.value, frame))
        else:
            merge(result, machine.evaluate(element.value, frame))
    return result


def put(target: Dict, key: Any, value: Value) -> None:
    """`target[key] = value`; under an unknown key the dict is no longer known completely."""
    if key is MISSING:
        target.complete = False
    else:
        target.items[key] = value


def merge(target: Dict, more: Value) -> None:
    """`target.update(more)`."""
    if isinstance(more, Dict):
        target.items.update(more.items)
    target.complete = target.complete and isinstance(more, Dict) and more.complete
