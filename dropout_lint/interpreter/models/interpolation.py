"""`${model.name}` in the values of an OmegaConf configuration: what stands at that place of it.

Measured (omegaconf 2.3.1): a value that is nothing but one interpolation becomes the value itself, with its
type; in a text, values become text. Places are named from the root (`a.items[1]`, `a.items.1`, `a[rate]`,
also with another interpolation inside), or, with leading dots, from around it, which is not followed here.
"""

from __future__ import annotations

import re
from typing import Final

OPEN: Final = object()
"""What only a running program knows: of the environment, of a resolver, or missing (`???`)."""

_ONE = re.compile(r"\$\{([^${}]*)\}")
_PLACE = re.compile(r"[\w\-.\[\]]+")
_MISSING = "???"
_MAX_DEPTH = 10
_MAX_TEXT = 1_000


def resolved(data: object) -> object:
    """The data with its interpolations replaced; OPEN where one cannot be."""
    return _resolved(data, data, 0)


def _resolved(data: object, root: object, depth: int) -> object:
    if depth > _MAX_DEPTH:
        return OPEN
    if isinstance(data, dict):
        return {key: _resolved(value, root, depth) for key, value in data.items()}
    if isinstance(data, list):
        return [_resolved(value, root, depth) for value in data]
    if not isinstance(data, str):
        return data
    if data == _MISSING:
        return OPEN
    return _text(data, root, depth) if "${" in data else data


def _text(text: str, root: object, depth: int) -> object:
    """Innermost interpolations first: `${${kind}.rate}`."""
    for _ in range(_MAX_DEPTH):
        found = _ONE.search(text)
        if found is None:
            return OPEN if "${" in text else text
        value = _at(found[1], root, depth)
        if found.span() == (0, len(text)):
            return value
        if not isinstance(value, (str, int, float)) or len(text) > _MAX_TEXT:
            return OPEN
        text = f"{text[: found.start()]}{value}{text[found.end() :]}"
    return OPEN


def _at(place: str, root: object, depth: int) -> object:
    """What stands at a place; a relative one, and what a resolver gives (`oc.env:HOME`), is open."""
    if place.startswith(".") or not _PLACE.fullmatch(place):
        return OPEN
    value = root
    for name in re.findall(r"[\w\-]+", place):
        if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        elif isinstance(value, dict) and name in value:
            value = value[name]
        else:
            return OPEN
        if isinstance(value, str) and "${" in value:  # on the way to the place
            value = _text(value, root, depth + 1) if depth < _MAX_DEPTH else OPEN
    return _resolved(value, root, depth + 1)
