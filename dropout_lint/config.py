"""Settings: one meaning for every way of giving them.

`Settings` says how a program is analysed. `Config` adds what is reported of it; it comes from
`[tool.dropout-lint]` in the nearest pyproject.toml, and what a command line gives stands before it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from dropout_lint.finding import Confidence
from dropout_lint.pyproject import ConfigError, Table, nearest_table, read_table
from dropout_lint.selection import EVERYTHING, Selection
from dropout_lint.source.ignoring import Patterns, patterns_of

__all__ = ["Config", "ConfigError", "Overrides", "Settings", "config_for"]


@dataclass(frozen=True, slots=True)
class Settings:
    """How to lint.

    Args:
        keras_version: which Keras the code runs on, as a PEP 440 specifier or a bare version
            ("2.15" means the 2.15 series); None: find out.
        min_confidence: findings below this level are left out.
        opt_in: codes to report that are off by default.
        prefilter: look at the text first; switching it off changes the time it takes, not the
            findings.
        roots: more folders in which the project's modules may be found; absolute, or relative to
            the project's root. Those outside of it are never read.
    """

    keras_version: str | None = None
    min_confidence: Confidence = Confidence.LIKELY
    opt_in: frozenset[str] = frozenset()
    prefilter: bool = True
    roots: tuple[str, ...] = ()

    def check(self) -> None:
        """Raises ValueError when `keras_version` names no Keras version."""
        if self.keras_version is not None:
            from dropout_lint.keras.behaviour import behaviours

            behaviours(self.keras_version)


@dataclass(frozen=True, slots=True)
class Overrides:
    """What a command line or an editor asks for. What is None or empty is left to pyproject.toml.

    Args:
        select: in place of `select` and `extend-select` there.
        extend_select: in addition to both.
        ignore: in place of `ignore`.
        keras_version: in place of `keras-version`.
        min_confidence: in place of `min-confidence`.
        file: this pyproject.toml and no other.
        isolated: no pyproject.toml at all.
        exclude: patterns in addition to those there, relative to the working directory.
    """

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] | None = None
    keras_version: str | None = None
    min_confidence: Confidence | None = None
    file: Path | None = None
    isolated: bool = False
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Config:
    """How to lint a file and what to report of it.

    Args:
        settings: how to lint it.
        selection: which rules speak.
        per_file_ignores: (pattern, prefixes) pairs; patterns are those of .gitignore.
        exclude: patterns of files that a folder's walk passes over.
        also_excluded: more of them, relative to the working directory.
        folder: what patterns are relative to.
        source: the pyproject.toml it comes from, if any.
    """

    settings: Settings = field(default_factory=Settings)
    selection: Selection = field(default_factory=Selection)
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] = ()
    also_excluded: tuple[str, ...] = ()
    folder: Path = field(default_factory=Path.cwd)
    source: Path | None = None

    def wants(self, code: str, path: str | Path) -> bool:
        """Whether findings with this code are reported for this file."""
        return self.selection.wants(code) and not code.startswith(self._ignored_in(path))

    def excludes(self, path: str | Path) -> bool:
        """Whether `exclude` names this file, or a folder that it is in."""
        return matches(self.exclude, self.folder, path) or matches(self.also_excluded, Path.cwd(), path)

    def _ignored_in(self, path: str | Path) -> tuple[str, ...]:
        lists = (codes for pattern, codes in self.per_file_ignores if matches((pattern,), self.folder, path))
        return tuple("" if code == EVERYTHING else code for codes in lists for code in codes)


def config_for(path: str | Path, overrides: Overrides | None = None) -> Config:
    """The configuration of one file.

    Args:
        path: the file, or a folder; it need not exist (text from an editor, standard input).
        overrides: what stands before pyproject.toml.

    Returns:
        the configuration. What was read is kept until a pyproject.toml changes.

    Raises:
        ConfigError: a table has an unknown key or a bad value, or is no TOML.
    """
    overrides = overrides or Overrides()
    table = None
    if overrides.file is not None:
        table = read_table(overrides.file)
        if table is None:
            raise ConfigError(f"{overrides.file}: has no table [tool.dropout-lint]")
    elif not overrides.isolated:
        table = nearest_table(Path(os.path.abspath(path)))
    return _combined(table or Table(), overrides)


def matches(patterns: tuple[str, ...], folder: Path, path: str | Path) -> bool:
    """Whether a path is named by patterns as .gitignore has them, relative to a folder."""
    if not patterns:
        return False
    relative = os.path.relpath(os.path.abspath(path), folder).replace(os.sep, "/")
    return not relative.startswith("../") and _compiled(patterns).name(relative)


@lru_cache(maxsize=256)
def _compiled(patterns: tuple[str, ...]) -> Patterns:
    return patterns_of(patterns)


def _combined(table: Table, overrides: Overrides) -> Config:
    selection = Selection(
        select=table.select if overrides.select is None else overrides.select,
        extend_select=(*(table.extend_select if overrides.select is None else ()), *overrides.extend_select),
        ignore=table.ignore if overrides.ignore is None else overrides.ignore,
    )
    folder = Path.cwd() if table.source is None else table.source.parent
    settings = Settings(
        keras_version=overrides.keras_version or table.keras_version,
        min_confidence=table.min_confidence if overrides.min_confidence is None else overrides.min_confidence,
        opt_in=selection.opt_in(),
        roots=tuple(str(folder / root) for root in table.roots),
    )
    return Config(
        settings, selection, table.per_file_ignores, table.exclude, overrides.exclude, folder, table.source
    )
