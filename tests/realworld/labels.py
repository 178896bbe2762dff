"""The labels: what a reader found in each program."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

_HERE = Path(__file__).parent
VERDICTS = ("positive", "version-dependent", "negative", "gan", "unknown")
ERAS = ("2015-2019", "2020-2023", "2024-")
HALVES = ("open", "kept")
# What was labelled after the linter had been mended for others, in the order in which it was made.
LATER = ("last", "newest", "fresh", "final", "further")
# The files, and the part that each is; the first has two halves.
FILES = {
    _HERE / "labels.jsonl": "",
    _HERE / "latest.jsonl": "last",
    **{_HERE / f"{part}.jsonl": part for part in LATER[1:]},
}


@dataclass(frozen=True, order=True)
class Label:
    """What a reader found in one program.

    Args:
        repository: "owner/name".
        commit: the version that was read.
        path: the program in it: what is linted, whatever other files it uses.
        also: its own modules in which the linter may say it, since what a module is enough to find is
            said there alone.
        verdict: "positive": a frozen part's Dropout is active in training, on any Keras;
            "version-dependent": only on Keras 3.0-3.15, which override training=False in a graph;
            "negative": nowhere; "gan": only in an adversary that is trained in turn; "unknown": the
            repository does not tell.
        pattern: what is frozen and how it is used, or why nothing is wrong.
        lines: where it is frozen, wired and trained; in a notebook "cell:line".
        era: the years in which the commit lies.
        why: one sentence.
        part: one of `LATER` if it came after the linter had been mended for others.
    """

    repository: str
    commit: str
    path: str
    verdict: str
    pattern: str
    lines: tuple[str, ...]
    era: str
    why: str
    also: tuple[str, ...] = ()
    part: str = ""

    @property
    def name(self) -> str:
        return f"{self.repository}/{self.path}"

    @property
    def half(self) -> str:
        """ "open", which may be looked at while the linter is mended; "kept", which may not; or its part."""
        return self.part or HALVES[hashlib.sha256(self.name.encode()).digest()[0] % 2]

    def files(self, folder: Path) -> list[Path]:
        """Where the program, and then the modules that count with it, lie in a folder of clones."""
        return [folder / self.repository.replace("/", "+") / path for path in (self.path, *self.also)]


def read(files: Mapping[Path, str] = FILES) -> list[Label]:
    """The labels, in the order of their names.

    Raises:
        ValueError: an entry is malformed or a program has two.
    """
    labels = [
        replace(_label(json.loads(line)), part=part)
        for path, part in files.items()
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    if len({label.name for label in labels}) < len(labels):
        raise ValueError("a program is labelled twice")
    return sorted(labels)


def _label(entry: dict[str, object]) -> Label:
    lines, also = entry.pop("lines"), entry.pop("also", [])
    if not isinstance(lines, list) or not isinstance(also, list):
        raise ValueError(f"no list of lines: {entry}")
    texts = {key: str(value) for key, value in entry.items()}
    label = Label(lines=tuple(map(str, lines)), also=tuple(map(str, also)), **texts)
    if label.verdict not in VERDICTS or label.era not in ERAS or not label.why:
        raise ValueError(f"not a label: {label}")
    return label
