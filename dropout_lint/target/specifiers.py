"""What requirements say about Keras: version specifiers of Keras and TensorFlow to Keras releases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from dropout_lint.target.releases import (
    BEYOND,
    KERAS_2,
    LINE,
    NEXT,
    OLDEST,
    RELEASED_3,
    TENSORFLOW_1,
    TENSORFLOW_1_ERA,
    TENSORFLOW_2,
    TENSORFLOW_NEEDS,
    span,
)

KERAS = frozenset({"keras", "keras-nightly"})
TENSORFLOW = frozenset(
    {
        "tensorflow",
        "tensorflow-cpu",
        "tensorflow-gpu",
        "tensorflow-macos",
        "tf-nightly",
        "intel-tensorflow",
    }
)
TF_KERAS = frozenset({"tf-keras"})
PACKAGES = KERAS | TENSORFLOW | TF_KERAS

_ALL_TENSORFLOWS = (*TENSORFLOW_1, *TENSORFLOW_2, *TENSORFLOW_NEEDS)
_ON_TENSORFLOW_2 = KERAS_2[KERAS_2.index(TENSORFLOW_1_ERA) + 1]
# A specifier names a minor release if it matches one of these patches of it, or one it spells out.
_PATCHES = (0, 1, 2, 3, 4, 99)

Minors = frozenset[Version]


@dataclass(frozen=True, slots=True)
class Entry:
    """One requirement of a package that decides about Keras.

    Args:
        package: its normalised name.
        specifiers: PEP 440 specifiers, any of which may hold; an empty one says nothing.
        conditional: it holds in some environments only.
        shown: the requirement as its author wrote it.
        path: the file it is in.
        line: its line there, if known.
        pattern: what is looked for there to find the line, as long as it is not known.
    """

    package: str
    specifiers: tuple[str, ...]
    conditional: bool
    shown: str
    path: Path
    line: int | None
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The Keras releases that requirements allow, and the requirements that say so."""

    minors: Minors
    entries: tuple[Entry, ...]


def decide(entries: Sequence[Entry]) -> Verdict | None:
    """What the requirements of one environment say together; None: nothing about Keras.

    Keras' own entries and those of TensorFlow must both hold. If they exclude each other, Keras'
    own win. tf-keras decides only where there is no other entry, with or without a version.
    """
    keras = _together([e for e in entries if e.package in KERAS])
    tensorflow = _together([e for e in entries if e.package in TENSORFLOW])
    if keras and tensorflow:
        both = keras.minors & tensorflow.minors
        if both in (frozenset(), keras.minors):
            return keras
        return tensorflow if both == tensorflow.minors else Verdict(both, keras.entries + tensorflow.entries)
    if keras or tensorflow:
        return keras or tensorflow
    if entries and all(e.package in TF_KERAS for e in entries):
        return Verdict(frozenset(KERAS_2), tuple(entries))
    return None


def united(verdicts: Iterable[Verdict | None]) -> Verdict | None:
    """What alternatives allow: each of them may be the one that is installed."""
    known = [v for v in verdicts if v is not None]
    if not known:
        return None
    entries = dict.fromkeys(entry for verdict in known for entry in verdict.entries)
    return Verdict(frozenset().union(*(v.minors for v in known)), tuple(entries))


def _together(entries: list[Entry]) -> Verdict | None:
    """The entries of one package: unconditional ones all hold, conditional ones are alternatives."""
    known = [(entry, minors) for entry in entries if (minors := _minors(entry))]
    firm = [(entry, minors) for entry, minors in known if not entry.conditional]
    chosen = firm or known
    if not chosen:
        return None
    sets = [minors for _, minors in chosen]
    shared = reduce(frozenset.intersection, sets) if firm else frozenset()
    return Verdict(shared or frozenset().union(*sets), tuple(entry for entry, _ in chosen))


def _minors(entry: Entry) -> Minors:
    convert = keras_minors if entry.package in KERAS else tensorflow_minors
    return frozenset().union(*(convert(specifier) for specifier in entry.specifiers))


@lru_cache(maxsize=512)
def keras_minors(specifier: str) -> Minors:
    """The Keras releases that a specifier of the package keras allows.

    An open upper end stops at the newest released line. Empty: it says nothing (no version at
    all, no valid specifier, or no Keras that is known).
    """
    parsed = _parsed(specifier)
    if parsed is None:
        return frozenset()
    released = _matching(parsed, (*KERAS_2, *RELEASED_3))
    names_next = any(_minor(v) == NEXT for v in _spelled(parsed, but="!="))
    if (names_next or not released) and _matching(parsed, BEYOND):
        released |= {NEXT}
    return released


@lru_cache(maxsize=512)
def tensorflow_minors(specifier: str) -> Minors:
    """The Keras releases that come with the TensorFlows that a specifier allows; empty as above."""
    parsed = _parsed(specifier)
    if parsed is None:
        return frozenset()
    found: set[Version] = set()
    for minor in _matching(parsed, _ALL_TENSORFLOWS):
        if minor in TENSORFLOW_NEEDS:
            found.update(v for v in RELEASED_3 if v >= TENSORFLOW_NEEDS[minor])
        else:
            # TensorFlow 2.0 and 2.1 call their Keras 2.2.4-tf, which is none of the era of TensorFlow 1.
            found.add(OLDEST if minor in TENSORFLOW_1 else max(minor, _ON_TENSORFLOW_2))
    return frozenset(found)


def _parsed(specifier: str) -> SpecifierSet | None:
    try:
        return SpecifierSet(specifier) or None
    except InvalidSpecifier:
        return None


def _matching(specifier: SpecifierSet, minors: Iterable[Version]) -> Minors:
    spelled = _spelled(specifier)
    return frozenset(
        minor
        for minor in minors
        if any(
            specifier.contains(version, prereleases=True)
            for version in (
                *(Version(f"{minor}.{patch}") for patch in _PATCHES),
                *(v for v in spelled if _minor(v) == minor),
            )
        )
    )


def _spelled(specifier: SpecifierSet, but: str = "") -> list[Version]:
    """The versions that a specifier spells out, except behind the operator `but`."""
    versions = []
    for clause in specifier:
        try:
            if clause.operator != but:
                versions.append(Version(clause.version.removesuffix(".*")))
        except InvalidVersion:  # "===" takes any text
            continue
    return versions


def _minor(version: Version) -> Version:
    return Version(f"{version.major}.{version.minor}")


def specifier_of(minors: Minors) -> str:
    """The releases as a specifier for `behaviours`; several ranges are joined by " || "."""
    if minors == frozenset(KERAS_2):
        return "2"
    return " || ".join(_range(run) for run in _runs(frozenset(max(m, OLDEST) for m in minors)))


def named(minors: Minors) -> str:
    """How a message names the releases: "2.15", "2.13–2.15 and 3.0–3.15"."""
    texts = []
    for major in (2, 3):
        own = frozenset(m for m in minors if m.major == major)
        if own == frozenset(KERAS_2):
            texts.append("2")
        else:
            texts += [span(r[0], r[-1]) for r in _runs(own)]
    return " and ".join(texts)


def _range(run: list[Version]) -> str:
    if run[-1] == NEXT:
        return f">={run[0]}" if len(run) == 1 else f">={run[0]},<={NEXT}"
    if len(run) == 1:
        return f"=={run[0]}.*"
    return f">={run[0]},<{LINE[LINE.index(run[-1]) + 1]}"


def _runs(minors: Minors) -> list[list[Version]]:
    """The releases in order, neighbours together."""
    runs: list[list[Version]] = []
    previous = -2
    for index, minor in enumerate(LINE):
        if minor in minors:
            if index != previous + 1:
                runs.append([])
            runs[-1].append(minor)
            previous = index
    return runs


_POETRY_CLAUSE = re.compile(r"(\^|~=|~|={1,3}|!=|<=?|>=?)?\s*v?([\w.*+!-]+)")


def from_poetry(text: str) -> tuple[str, ...]:
    """A version constraint of Poetry or Pipenv as PEP 440 specifiers, any of which may hold.

    Raises:
        ValueError: `^` or `~` stands before something that is no version.
    """
    return tuple(
        ",".join(filter(None, (_pep_440(op, version) for op, version in _POETRY_CLAUSE.findall(part))))
        for part in re.split(r"\|\|?", text)
    )


def _pep_440(operator: str, version: str) -> str:
    if version == "*":
        return ""
    if operator in ("", "="):
        return f"=={version}"
    if operator not in ("^", "~"):
        return f"{operator}{version}"
    release = Version(version).release
    if operator == "^":
        fixed = next((i for i, number in enumerate(release) if number), len(release) - 1)
    else:
        fixed = min(1, len(release) - 1)
    upper = (*release[:fixed], release[fixed] + 1)
    return f">={version},<{'.'.join(map(str, upper))}"
