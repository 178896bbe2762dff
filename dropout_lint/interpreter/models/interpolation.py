"""`${model.name}` in the values of an OmegaConf configuration: what stands at that place of it.

Measured (omegaconf 2.3.1): a value that is nothing but one interpolation becomes the value itself, with its
type; in a text, values become text. Places are named from the root (`a.items[1]`, `a.items.1`, `a[rate]`,
also with another interpolation inside), or, with leading dots, from around it, which is not followed here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

OPEN: Final = object()
"""What only a running program knows: of the environment, of a resolver, or missing (`???`)."""

_ONE = re.compile(r"\$\{([^${}]*)\}")
_PLACE = re.compile(r"[\w\-.\[\]]+")
_MISSING = "???"
_MAX_DEPTH = 10
_MAX_TEXT = 1_000
# Places that refer to others, ten levels deep, can name a thousand million values in a small file.
_MAX_VALUES = 20_000
_MAX_DIGITS = 10


def resolved(data: object) -> object:
    """The data with its interpolations replaced; OPEN where one cannot be."""
    return _Configuration(data).resolved(data, 0)


@dataclass(slots=True)
class _Configuration:
    """One configuration, while its interpolations are replaced.

    Args:
        root: all of it.
        left: how many values may still be looked at.
    """

    root: object
    left: int = _MAX_VALUES

    def resolved(self, data: object, depth: int) -> object:
        """A value of it with its interpolations replaced."""
        self.left -= 1
        if depth > _MAX_DEPTH or self.left < 0:
            return OPEN
        if isinstance(data, dict):
            return {key: self.resolved(value, depth) for key, value in data.items()}
        if isinstance(data, list):
            return [self.resolved(value, depth) for value in data]
        if not isinstance(data, str):
            return data
        if data == _MISSING:
            return OPEN
        return self._text(data, depth) if "${" in data else data

    def _text(self, text: str, depth: int) -> object:
        """Innermost interpolations first: `${${kind}.rate}`."""
        for _ in range(_MAX_DEPTH):
            found = _ONE.search(text)
            if found is None:
                return OPEN if "${" in text else text
            value = self._at(found[1], depth)
            if found.span() == (0, len(text)):
                return value
            if not isinstance(value, (str, int, float)) or len(text) > _MAX_TEXT:
                return OPEN
            text = f"{text[: found.start()]}{value}{text[found.end() :]}"
        return OPEN

    def _at(self, place: str, depth: int) -> object:
        """What stands at a place; a relative one, and what a resolver gives (`oc.env:HOME`), is open."""
        if place.startswith(".") or not _PLACE.fullmatch(place):
            return OPEN
        value = self.root
        for name in re.findall(r"[\w\-]+", place):
            self.left -= 1
            if (
                isinstance(value, list)
                and name.isdecimal()
                and len(name) < _MAX_DIGITS
                and int(name) < len(value)
            ):
                value = value[int(name)]
            elif isinstance(value, dict) and name in value:
                value = value[name]
            else:
                return OPEN
            if isinstance(value, str) and "${" in value:  # on the way to the place
                open_ = depth >= _MAX_DEPTH or self.left < 0
                value = OPEN if open_ else self._text(value, depth + 1)
        return self.resolved(value, depth + 1)
