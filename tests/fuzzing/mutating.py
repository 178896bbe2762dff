"""Fixtures, broken a little."""

from __future__ import annotations

import ast
import io
import random
import textwrap
import tokenize
from collections.abc import Iterator
from pathlib import Path

FIXTURES = Path(__file__).parents[2] / "fixtures"


def mutants(seed: int) -> Iterator[str]:
    """Mutants without end; the same for the same seed."""
    draw = random.Random(seed)
    texts = [path.read_text() for path in sorted(FIXTURES.rglob("*.py"))]
    while True:
        text = draw.choice(texts)
        for _ in range(draw.randint(1, 4)):
            text = draw.choice(CHANGES)(text, draw)
        yield text


def _statements(text: str, draw: random.Random) -> str:
    """Deletes, doubles or swaps statements of any depth; what comes out is still Python."""
    try:
        blocks = _blocks(ast.parse(text))
    except SyntaxError:  # an earlier change broke it
        return text
    if not blocks:
        return text
    lines = text.splitlines(keepends=True)
    block = draw.choice(blocks)
    one, other = (draw.choice(block) for _ in range(2))
    if draw.random() < 0.3:  # one from elsewhere
        other = draw.choice(draw.choice(blocks))
    kind = draw.choice(("delete", "double", "swap", "swap", "put in place"))
    first, last = _span(one)
    new = _indented(lines, other, one.col_offset)
    if kind == "delete":
        lines[first:last] = [] if len(block) > 1 else [" " * one.col_offset + "pass\n"]
    elif kind == "double":
        lines[first:first] = new
    elif kind == "swap" and _span(other)[0] >= last:
        start, end = _span(other)
        lines[start:end], lines[first:last] = _indented(lines, one, other.col_offset), new
    else:
        lines[first:last] = new
    return "".join(lines)


def _blocks(tree: ast.Module) -> list[list[ast.stmt]]:
    """The lists of statements of a program that stand on lines of their own."""
    found: list[list[ast.stmt]] = []
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block and all(isinstance(one, ast.stmt) for one in block):
                starts = [_span(one)[0] for one in block]
                if len(set(starts)) == len(starts) and getattr(node, "lineno", 0) - 1 not in starts:
                    found.append(block)
    return found


def _span(statement: ast.stmt) -> tuple[int, int]:
    """Its first line, decorators included, and the one behind its last; from 0."""
    first = min([statement.lineno, *(one.lineno for one in getattr(statement, "decorator_list", ()))])
    return first - 1, statement.end_lineno or first


def _indented(lines: list[str], statement: ast.stmt, column: int) -> list[str]:
    """The lines of a statement, moved to a column."""
    first, last = _span(statement)
    text = textwrap.dedent("".join(lines[first:last]).rstrip("\n") + "\n")
    return textwrap.indent(text, " " * column).splitlines(keepends=True)


def _tokens(text: str, draw: random.Random) -> str:
    """The same with tokens."""
    try:
        tokens = [token.string for token in tokenize.generate_tokens(io.StringIO(text).readline)]
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return text
    position = draw.randrange(len(tokens))
    few = _changed(tokens[position : position + 3], draw)
    old, new = " ".join(tokens[position : position + 3]), " ".join(few)
    if old in text:
        return text.replace(old, new, 1)
    return text.replace(tokens[position], draw.choice(tokens), 1)


def _changed(parts: list[str], draw: random.Random) -> list[str]:
    if len(parts) < 2:
        return parts
    one, other = draw.randrange(len(parts)), draw.randrange(len(parts))
    kind = draw.randrange(4)
    changed = list(parts)
    if kind == 0:
        del changed[one]
    elif kind == 1:
        changed.insert(other, parts[one])
    elif kind == 2:
        changed[one], changed[other] = parts[other], parts[one]
    else:
        changed[one] = parts[other]
    return changed


# A token changed at random seldom leaves Python behind.
CHANGES = (_statements,) * 9 + (_tokens,)
