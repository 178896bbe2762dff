"""Patterns as .gitignore has them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from dropout_lint.source.globs import SPECIAL, as_bytes, compiled

# Nobody means more in a setting.
MAX_STARS = 4

_SPECIAL = re.compile(f"[{re.escape(SPECIAL)}]")


class Patterns:
    """The patterns of a .gitignore, of which the last that names a path decides.

    Most are found by the letters that they begin or end with: a thousand of them cost no more than one.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._ignore: list[bool] = []
        self._names, self._paths = _Index(whole_path=False), _Index(whole_path=True)
        for line in lines:
            self._add(as_bytes(line))

    def _add(self, line: str) -> None:
        pattern = _without_blanks(line.partition("\0")[0])
        if not pattern or pattern.startswith("#"):
            return
        negated = pattern.startswith("!")
        glob = pattern[negated:]
        folders_only = glob.endswith("/")
        glob = glob[:-1] if folders_only else glob
        index = self._paths if "/" in glob else self._names
        index.add(len(self._ignore), glob.removeprefix("/"), folders_only)
        self._ignore.append(not negated)

    def decide(self, path: str, is_folder: bool) -> bool | None:
        """Whether a path, relative to the patterns' folder, is ignored; None: nothing is said of it.

        What is said of the folders that it is in is another question.
        """
        text = as_bytes(path)
        name = text.rpartition("/")[2]
        last = max(self._names.last(name, is_folder), self._paths.last(text, is_folder))
        return None if last < 0 else self._ignore[last]

    def name(self, path: str) -> bool:
        """Whether a file, relative to the patterns' folder, or a folder that it is in, is ignored."""
        ends = (found.start() for found in re.finditer("/", path))
        return any(self.decide(path[:end], True) for end in ends) or bool(self.decide(path, False))


class _Glob:
    """A pattern with something special in it.

    Args:
        number: its place among the patterns.
        glob: without "!" and slashes at its ends.
        folders_only: whether files are not meant.
        whole_path: whether it is about paths, not names.
    """

    def __init__(self, number: int, glob: str, folders_only: bool, whole_path: bool) -> None:
        self.number = number
        self.prefix = _SPECIAL.split(glob, maxsplit=1)[0]
        self._rest, self._folders_only, self._whole_path = glob[len(self.prefix) :], folders_only, whole_path
        pieces = re.split(r"[*?]+", self._rest) if not set("[\\") & set(self._rest) else [""]
        if whole_path:  # "**/" may stand for nothing at all
            pieces = [piece.strip("/") for piece in pieces]
        self.suffix, self.inside = pieces[-1], max(pieces, key=len)
        self._stars = len(re.findall(r"\*+", re.sub(r"(\*\*+/)+", "**/", self._rest)))

    def names(self, text: str, is_folder: bool) -> bool:
        if self._folders_only and not is_folder:
            return False
        if not text.endswith(self.suffix) or not text.startswith(self.prefix):
            return False
        if self._stars > 2 * len(text) + 2:  # between any two there is a letter, or a slash
            return False
        return self._expression.match(text, len(self.prefix)) is not None

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        # As git does it: "foo**/bar" has its stars at the beginning, behind what must be there anyway.
        return compiled(self._rest, self._whole_path)


class _Index:
    """Patterns about names, or about whole paths."""

    def __init__(self, whole_path: bool) -> None:
        self._whole_path = whole_path
        # By their text, (whether it is about folders only): the last place.
        self._plain: dict[tuple[str, bool], int] = {}
        # Each with letters that it cannot do without: most need no further look.
        self._by_prefix: dict[str, list[tuple[str, _Glob]]] = {}
        self._by_suffix: dict[str, list[tuple[str, _Glob]]] = {}
        self._other: list[tuple[str, _Glob]] = []

    def add(self, number: int, glob: str, folders_only: bool) -> None:
        if not set(SPECIAL) & set(glob):
            self._plain[glob, folders_only] = number
            return
        new = _Glob(number, glob, folders_only, self._whole_path)
        if new.prefix:
            self._by_prefix.setdefault(new.prefix, []).append((new.inside, new))
        elif new.suffix:
            self._by_suffix.setdefault(new.suffix, []).append((new.inside, new))
        else:
            self._other.append((new.inside, new))

    def last(self, text: str, is_folder: bool) -> int:
        """The place of the last pattern that names this; -1 if none does."""
        last = max(self._plain.get((text, only), -1) for only in (False, is_folder))
        for globs in self._alike(text):
            for inside, glob in reversed(globs):
                if glob.number <= last:
                    break
                if inside in text and glob.names(text, is_folder):
                    last = glob.number
        return last

    def _alike(self, text: str) -> Iterator[list[tuple[str, _Glob]]]:
        """The patterns that begin, or end, as a text does, and those that may begin and end with anything."""
        for length in self._lengths[0]:
            yield self._by_prefix.get(text[:length], [])
        for length in self._lengths[1]:
            yield self._by_suffix.get(text[-length:], [])
        yield self._other

    @cached_property
    def _lengths(self) -> tuple[set[int], set[int]]:
        return {len(prefix) for prefix in self._by_prefix}, {len(suffix) for suffix in self._by_suffix}


def patterns_of(lines: Iterable[str]) -> Patterns:
    """The patterns of a setting.

    Raises:
        ValueError: one of them has more than `MAX_STARS` stars, or names nothing.
    """
    lines = list(lines)
    for line in lines:
        if len(re.findall(r"\*+", line)) > MAX_STARS:
            raise ValueError(f"a pattern with more than {MAX_STARS} stars: {line[:100]!r}")
        if line.strip() in ("!", "/", "!/"):
            raise ValueError(f"a pattern that names nothing: {line!r}")
    return Patterns(lines)


def lines_of(content: bytes) -> list[str]:
    """The lines of a .gitignore, as git cuts them."""
    text = content.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")
    return [line.removesuffix("\r") for line in text.split("\n")]


def _without_blanks(line: str) -> str:
    """Without the blanks at its end that no backslash precedes."""
    end = len(line.rstrip(" "))
    backslashes = end - len(line[:end].rstrip("\\"))
    return line[: end + 1] if backslashes % 2 else line[:end]
