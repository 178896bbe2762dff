"""Which Keras a file runs on, and why."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from pathlib import Path

from dropout_lint.source.looks import Looks
from dropout_lint.source.project import project_root
from dropout_lint.target import hints
from dropout_lint.target.hints import USUAL_BACKEND, Hint
from dropout_lint.target.releases import RELEASE_LINE, RELEASED_3, span
from dropout_lint.target.requirement_files import (
    DECLARATIONS,
    LOCKS,
    REQUIREMENTS,
    Parsed,
    entry_of,
    read,
    requirements_tree,
)
from dropout_lint.target.specifiers import (
    KERAS,
    TENSORFLOW,
    TF_KERAS,
    Entry,
    Verdict,
    decide,
    named,
    specifier_of,
    united,
)

# More requirements than this are counted, not listed.
_LISTED = 3


@dataclass(frozen=True)
class KerasChoice:
    """The Keras versions that a file is judged for.

    Args:
        specifier: PEP 440 specifiers or bare versions, as `behaviours` takes them; alternatives
            are joined by " || ".
        why: one sentence for the user.
        source: what says so, with its place ("pyproject.toml:9: keras>=3.3"); empty: as `why`.
    """

    specifier: str
    why: str
    source: str = ""

    @property
    def short(self) -> str:
        """What it rests on, for a reader who is told the versions beside it."""
        return self.source or self.why


_ASSUMED = KerasChoice(
    RELEASE_LINE,
    "nothing says which Keras this is for; the present release line, Keras "
    f"{span(RELEASED_3[0], RELEASED_3[-1])}, is assumed",
    "the present release line: nothing says which Keras this is for",
)


def choose(
    path: Path | None,
    text: str,
    option: str | None,
    root: Path | None = None,
    installs: Sequence[str] = (),
    modules: Iterable[str] = (),
    seen: Hint | None = None,
) -> KerasChoice:
    """Finds out which Keras a file runs on.

    In this order: the option; what in the file means Keras 2 whatever is installed; what a notebook
    installs; the project's requirements (where they allow both Keras 2 and 3, other hints tell which); these
    hints, in the file or else in the modules that it imports; the Keras installed beside the linter; the
    present release line.

    Args:
        path: where the file is (it need not exist and is not opened); None: nowhere.
        text: its content.
        option: what the user asked for; it is not checked here. None or empty: nothing.
        root: the project's folder, outside of which nothing is read; None: `project_root`.
        installs: requirements that the program itself installs, in order.
        modules: the files of the project that it imports; only asked for where nothing before them tells.
        seen: what the analysis of the program told, where its text tells nothing.

    Returns:
        the choice. Files that cannot be read never make it fail; the reason is in `why`.
    """
    if option:
        why = f"the option keras-version asks for Keras {option}"
        return KerasChoice(option, why, f"the option keras-version: {option}")
    hint = hints.find(text) or seen
    if hint is not None and hint.binding:
        return KerasChoice(hint.specifier, hint.why)
    own = _installs(installs)
    if own is not None:
        return own
    verdict, top, notes = _required(path, root)
    hinted = KerasChoice(hint.specifier, hint.why) if hint is not None else None
    if hinted is None and (verdict is None or len(_majors(verdict)) > 1):
        hinted = _of_modules(modules, path, root)
    required = None if verdict is None else _because(verdict, top, hinted)
    choice = required or hinted or installed() or _ASSUMED
    noted = "".join(f" ({note})" for note in notes[:_LISTED])
    return KerasChoice(choice.specifier, choice.why + noted, choice.source and choice.source + noted)


def _of_modules(modules: Iterable[str], path: Path | None, root: Path | None) -> KerasChoice | None:
    """What the modules that a program imports say, if they agree."""
    said = [(name, hint) for name in modules if (hint := _HINTS.of(name)) is not None]
    if len({hint.specifier for _, hint in said}) != 1:
        return None
    name, hint = said[0]
    shown = Path(os.path.relpath(name, root or (project_root(path) if path else "."))).as_posix()
    return KerasChoice(hint.specifier, f"it imports {shown}, where {hint.why}")


_HINTS = Looks("Keras", hints.find)
_BACKENDS = Looks("backend", hints.backend)


def backend_of(text: str, modules: Iterable[str]) -> str:
    """What computes for a program: what it sets, or else one of the modules that it imports; or TensorFlow.

    Args:
        text: the program.
        modules: the files of the project that it imports.
    """
    own = hints.backend(text)
    if own is not None:
        return own
    told = {name for path in modules if (name := _BACKENDS.of(path)) is not None}
    return told.pop() if len(told) == 1 else USUAL_BACKEND


def _installs(requirements: Sequence[str]) -> KerasChoice | None:
    """What a program installs by itself; of one package the last counts."""
    entries = [entry for text in requirements if (entry := entry_of(text, Path(), None)) is not None]
    verdict = decide(list({entry.package: entry for entry in entries}.values()))
    if verdict is None:
        return None
    shown = " and ".join(entry.shown for entry in verdict.entries)
    why = f"the program installs {shown}, which means Keras {named(verdict.minors)}"
    return KerasChoice(specifier_of(verdict.minors), why, f"the program installs {shown}")


def _required(path: Path | None, root: Path | None) -> tuple[Verdict | None, Path, list[str]]:
    """What the requirements nearest to a file say; the project's folder; what could not be read."""
    notes: list[str] = []
    try:
        folders = list(_folders(path, root))
    except (OSError, RuntimeError, ValueError):  # a loop of links; a name with a null character
        return None, Path(), notes
    for folder in folders:
        for names in (LOCKS, DECLARATIONS):
            verdict = united(_in_folder(folder, names, folders[-1], notes))
            if verdict is not None:
                return verdict, folders[-1], notes
    return None, Path(), notes


def _folders(path: Path | None, root: Path | None) -> Iterator[Path]:
    """The folders to look in: from the file upward to the project's own, which is the last."""
    if path is None:
        if root is not None:
            yield root.resolve()
        return
    path = path.resolve()
    root = project_root(path) if root is None else root.resolve()
    for folder in path.parents:
        if folder != root and folder.is_relative_to(root):
            yield folder
    yield root


def _in_folder(
    folder: Path, names: tuple[str, ...], root: Path, notes: list[str]
) -> Iterator[Verdict | None]:
    """What each file of one rank says about Keras."""
    present = _listing(folder)
    for name in names:
        if name not in present:
            continue
        parsed = read(folder / name, root)
        if parsed is not None:
            _note(parsed, folder / name, notes)
            yield _verdict(parsed)
    if names is DECLARATIONS:
        for path in sorted(folder / name for name in present if fnmatchcase(name, REQUIREMENTS)):
            entries: list[Entry] = []
            for part, parsed in requirements_tree(path, root):
                _note(parsed, part, notes)
                entries += (entry for group in parsed.groups for entry in group)
            yield decide(entries)


def _listing(folder: Path) -> frozenset[str]:
    """The names in a folder; nothing if it cannot be read."""
    try:
        return frozenset(os.listdir(folder))
    except OSError:
        return frozenset()


@lru_cache(maxsize=1024)
def _verdict(parsed: Parsed) -> Verdict | None:
    """The base of a file alone, and with each of its groups."""
    if not parsed.groups:
        return None
    base, *groups = parsed.groups
    return united([decide(base), *(decide((*base, *group)) for group in groups if group)])


def _note(parsed: Parsed, path: Path, notes: list[str]) -> None:
    if parsed.trouble and (note := f"{path.name} is passed over: {parsed.trouble}") not in notes:
        notes.append(note)


def _majors(verdict: Verdict) -> set[int]:
    return {minor.major for minor in verdict.minors}


def _because(verdict: Verdict, root: Path, hinted: KerasChoice | None = None) -> KerasChoice:
    """The choice that requirements make, with all of them or the first few.

    hinted: what the code says; where the requirements allow Keras 2 and 3, it tells which.
    """
    major = 0 if hinted is None else 2 if hinted.specifier == hints.KERAS_2 else 3
    minors = frozenset(minor for minor in verdict.minors if minor.major == major)
    if hinted is not None and minors and minors != verdict.minors:
        whole = _because(verdict, root)
        why = f"{whole.why}, and {hinted.why}"
        return KerasChoice(specifier_of(minors), why, f"{whole.source}; {hinted.why}")
    entries, more = verdict.entries[:_LISTED], len(verdict.entries) - _LISTED
    names = [_within(entry.path, root) for entry in entries]
    lines = ["" if entry.line is None else str(entry.line) for entry in entries]
    rest = [f"{more} more"] if more > 0 else []
    told = [
        f"{entry.shown} in {name}{line and f' line {line}'}"
        for entry, name, line in zip(entries, names, lines, strict=True)
    ]
    listed = [
        f"{name}{line and f':{line}'}: {entry.shown}"
        for entry, name, line in zip(entries, names, lines, strict=True)
    ]
    verb = "means" if len(verdict.entries) == 1 else "mean"
    why = f"{' and '.join([*told, *rest])} {verb} Keras {named(verdict.minors)}"
    return KerasChoice(specifier_of(verdict.minors), why, "; ".join([*listed, *rest]))


def _within(path: Path, root: Path) -> str:
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


@cache
def installed() -> KerasChoice | None:
    """The Keras installed beside the linter, by the metadata of distributions; nothing is imported."""
    for packages in (KERAS, TENSORFLOW, TF_KERAS):
        for package in sorted(packages):
            version = _version(package)
            entry = Entry(package, (f"=={version}",), False, f"{package} {version}", Path(), None)
            verdict = decide([entry]) if version else None
            if verdict is not None:
                why = f"{entry.shown}, installed beside the linter, means Keras {named(verdict.minors)}"
                source = f"{entry.shown}, installed beside the linter"
                return KerasChoice(specifier_of(verdict.minors), why, source)
    return None


def _version(package: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package) or None
    except (PackageNotFoundError, KeyError, OSError, ValueError):
        return None
