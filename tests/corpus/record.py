"""The reviewed record: every finding in the pinned packages, with a verdict."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from dropout_lint import Finding
from tests.corpus import FOLDER

RECORD = FOLDER / "reviewed.json"
VERDICTS = ("true", "false", "debatable")


@dataclass(frozen=True, order=True)
class Review:
    """What a reader decided about one finding.

    Args:
        package: "name-version".
        file: the path in the package.
        cell: the code cell of a notebook; 0 in a script.
        line: as the linter gives it.
        code: the rule.
        verdict: "true", "false" or "debatable".
        reason: one sentence.
    """

    package: str
    file: str
    cell: int
    line: int
    code: str
    verdict: str
    reason: str

    @property
    def key(self) -> Key:
        return self.package, self.file, self.cell, self.line, self.code


Key = tuple[str, str, int, int, str]


def read(path: Path = RECORD) -> list[Review]:
    """The record. Raises ValueError when an entry is malformed or said twice."""
    reviews = [Review(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
    for review in reviews:
        if review.verdict not in VERDICTS or not review.reason:
            raise ValueError(f"not a review: {review}")
    if len({review.key for review in reviews}) < len(reviews):
        raise ValueError("a finding is reviewed twice")
    return reviews


def write(reviews: Iterable[Review], path: Path = RECORD) -> None:
    """Writes the record, one review a line, in order."""
    lines = [json.dumps(asdict(review), ensure_ascii=False) for review in sorted(reviews)]
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


def key(package: str, file: str, finding: Finding) -> Key:
    """What a finding has in common with its review."""
    return package, file, finding.place.cell, finding.place.line, finding.code
