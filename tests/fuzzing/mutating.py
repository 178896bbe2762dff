"""Fixtures, broken a little."""

from __future__ import annotations

import io
import random
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
            text = draw.choice((_statements, _statements, _statements, _tokens))(text, draw)
        yield text


def _statements(text: str, draw: random.Random) -> str:
    """Deletes, doubles or swaps lines of one indentation: most that come out are still Python."""
    lines = text.splitlines(keepends=True)
    indent = _indent(draw.choice(lines)) if lines else 0
    chosen = [number for number, line in enumerate(lines) if line.strip() and _indent(line) == indent]
    if len(chosen) < 2:
        return text
    one, other = draw.sample(chosen, 2)
    changed = _changed([lines[one], lines[other]], draw)
    lines[one], lines[other] = "".join(changed[:1]), "".join(changed[1:])
    return "".join(lines)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


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
