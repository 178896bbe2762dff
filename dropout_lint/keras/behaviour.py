"""The classes of Keras versions that behave alike, by the facts of `dropout_lint.keras.facts`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from dropout_lint.interpreter.values.kinds import Lasting
from dropout_lint.keras.catalogue import signatures
from dropout_lint.keras.facts import Fact
from dropout_lint.target.hints import USUAL_BACKEND
from dropout_lint.target.releases import (
    CLASSES,
    KERAS_2,
    KERAS_3,
    LINE,
    NEXT,
    TENSORFLOW_1_ERA,
    TF_KERAS,
    class_names,
)
from dropout_lint.target.specifiers import named, specifier_of

# One version for every minor release: what a specifier is tested against.
_MINORS = (*(v for v in LINE if v >= Version("2.0")), *TF_KERAS)


@dataclass(slots=True, eq=False)
class Behaviour(Lasting):
    """One class of Keras versions with equal facts.

    Args:
        version: its first version.
        name: how messages call it.
        backend: what computes, as KERAS_BACKEND names it.
        consulted: the facts that a simulation has asked for so far. Two classes that agree on
            all of these give the same tables, so one simulation serves both.
        tried: likewise, the arguments that constructors were given: (constructor, argument).
    """

    version: Version
    name: str
    backend: str = USUAL_BACKEND
    consulted: set[Fact] = field(default_factory=set)
    tried: set[tuple[str, str]] = field(default_factory=set)

    def fact(self, fact: Fact) -> bool:
        """Whether a fact holds for these versions."""
        self.consulted.add(fact)
        return _holds(fact, self.version, self.backend)

    def refusal(self, constructor: str, argument: str) -> str | None:
        """The exception that a constructor raises at a keyword argument; see `catalogue.signatures`."""
        self.tried.add((constructor, argument))
        return signatures.refusal(self.version, constructor, argument)

    def agrees(self, other: Behaviour) -> bool:
        """Whether `other` has the same answer to everything that was asked of this one."""
        one, two = self.version, other.version
        if any(
            _holds(fact, one, self.backend) != _holds(fact, two, other.backend) for fact in self.consulted
        ):
            return False
        return all(signatures.refusal(one, *asked) == signatures.refusal(two, *asked) for asked in self.tried)


def _holds(fact: Fact, version: Version, backend: str) -> bool:
    return fact.backend in ("", backend) and _contains(fact.versions, version)


@lru_cache(maxsize=1024)
def _contains(specifier: str, version: Version) -> bool:
    return SpecifierSet(specifier).contains(version, prereleases=True)


def behaviours(specifier: str, backend: str = USUAL_BACKEND) -> list[Behaviour]:
    """The behaviour classes that a set of Keras versions touches, oldest first.

    Args:
        specifier: a PEP 440 specifier (">=3.0,<3.16"), or a bare version, which means that
            release series ("2.15" is "==2.15.*", "2" is "==2.*"). Alternatives are joined by
            "||". An open upper end stops at the newest released line: 3.16 applies only when it
            is named.
        backend: what computes, as KERAS_BACKEND names it.

    Raises:
        ValueError: the text is neither, or it matches no Keras version.
    """
    return [Behaviour(version, name, backend) for version, name in _touched(specifier)]


@lru_cache(maxsize=256)
def _touched(specifier: str) -> tuple[tuple[Version, str], ...]:
    versions = [version for part in specifier.split("||") for version in _matching(_parse(part))]
    if not versions:
        raise ValueError(f"no Keras version matches {specifier!r}")
    touched = {_class_of(v) for v in versions}
    names = [(first, name) for first, name in class_names().items() if first in touched]
    minors = {Version(f"{v.major}.{v.minor}") for v in versions if v.major == TENSORFLOW_1_ERA.major}
    if minors and max(minors) <= TENSORFLOW_1_ERA:
        names[0] = TENSORFLOW_1_ERA, names[0][1]  # where no newer Keras 2 is meant, it stands for all of them
    return tuple(names)


def _class_of(version: Version) -> Version:
    reached = [first for first, _ in CLASSES if version.release >= first.release]  # 3.16.0.dev1 is 3.16
    return reached[-1] if reached else CLASSES[0][0]


def _parse(text: str) -> SpecifierSet:
    text = text.strip()
    try:
        if not text:
            raise InvalidSpecifier(text)
        if text[0].isdigit():
            series = text.count(".") < 2 or text.endswith(".*")
            return SpecifierSet(f"=={text.removesuffix('.*')}.*" if series else f"=={text}")
        return SpecifierSet(text)
    except InvalidSpecifier as error:
        raise ValueError(f"not a Keras version or specifier: {text!r}") from error


def _matching(specifier: SpecifierSet) -> list[Version]:
    named_next = str(NEXT) in str(specifier)
    # "==2.15.3" or "<=2.15.1" name a patch release: any patch of the minor may satisfy them.
    patches = {s.version for s in specifier if s.version.count(".") >= 2 and not s.version.endswith("*")}
    candidates = [Version(f"{minor}.0") for minor in _MINORS]
    candidates += [Version(p) for p in patches if Version(p).major in (2, 3)]
    return [
        v
        for v in candidates
        if specifier.contains(v, prereleases=True) and (v.release < NEXT.release or named_next)
    ]


def releases(specifier: str) -> str:
    """How people are told of the releases that a specifier matches ("3.3–3.15"); see `behaviours`.

    Raises:
        ValueError: as `behaviours`.
    """
    matching = (version for part in specifier.split("||") for version in _matching(_parse(part)))
    minors = {Version(f"{version.major}.{version.minor}") for version in matching}
    # What only tf_keras has is Keras 2 without a release of its own.
    return named(frozenset(minors) & frozenset(LINE)) or describe(behaviours(specifier))


def describe(classes: Iterable[Behaviour]) -> str:
    """How a message names a set of classes: neighbours are joined ("3.0–3.15")."""
    return joined(behaviour.name for behaviour in classes)


def specifiers(classes: Iterable[str]) -> list[str]:
    """The names of classes as PEP 440 specifiers, neighbours of one major version joined: ">=3.0,<3.16"."""
    minors = {
        minor for minor in LINE if class_names()[_class_of(Version(f"{minor}.0"))] in frozenset(classes)
    }
    majors = (frozenset(m for m in minors if m.major == major and m != NEXT) for major in (2, 3))
    found = [
        specifier_of(own) if own != frozenset(KERAS_2) else f">={KERAS_2[0]},<{KERAS_3}"
        for own in majors
        if own
    ]
    return [*found, f"=={NEXT}.*"] if NEXT in minors else found


def joined(classes: Iterable[str]) -> str:
    """As `describe`, for the names of the classes. What is not released stands alone."""
    order = list(class_names().items())
    names: list[str] = []
    for name in classes:
        index = next(i for i, (_, known) in enumerate(order) if known == name)
        first, before = order[index][0], order[index - 1]
        neighbours = names and names[-1].endswith(before[1].rpartition("–")[2])
        if neighbours and before[0].major == first.major and first < NEXT:
            names[-1] = f"{names[-1].partition('–')[0]}–{name.rpartition('–')[2]}"
        else:
            names.append(name)
    return " and ".join(names)
