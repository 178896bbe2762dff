"""What came of a file, taken from the folder of kept results or put there."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from cattrs.preconf.json import make_converter

from dropout_lint import lint_source
from dropout_lint.cache.basis import Basis, NotKept, Project, hash_of
from dropout_lint.cache.folder import Folder
from dropout_lint.checking import Checked, check_file
from dropout_lint.config import Config, Settings
from dropout_lint.finding import Finding
from dropout_lint.source.project import folder_root, project_root
from dropout_lint.source.reading import content_of, decode
from dropout_lint.source.reads import recorded
from dropout_lint.target.requirements import installed

_BEGAN = time.time_ns()
_CONVERTER = make_converter()
_CODE = re.compile(r"KFD\d{3}")


@dataclass(frozen=True, slots=True)
class Kept:
    """One result, and what it rests on."""

    basis: Basis
    checked: Checked


@dataclass(frozen=True, slots=True)
class Asked:
    """What a result answers.

    Args:
        path: the file, as it was named.
        config: its configuration.
        noqa: comments silence findings.
        insight: say also which Keras the file is judged for, and what could not be known.
        raw: all findings, whatever is selected: that is the host's business.
    """

    path: str
    config: Config
    noqa: bool = True
    insight: bool = False
    raw: bool = False

    def key(self) -> str:
        """The name under which the result is kept."""
        opt_in = sorted(self.config.settings.opt_in)
        config = replace(self.config, settings=replace(self.config.settings, opt_in=frozenset()))
        keras = installed()
        told = [self.path, os.getcwd(), repr(config), opt_in, self.noqa, self.insight, self.raw, repr(keras)]
        return hashlib.sha256(json.dumps(told).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def find(asked: Asked) -> Checked | None:
    """The result that was kept, if all that it rests on is as it was."""
    project, folder = _of(folder_root(asked.path))
    text = folder.get(asked.key())
    if text is None:
        return None
    try:
        kept = _CONVERTER.loads(text, Kept)
    except Exception:  # not written by us, or not whole: it is as if it were not there
        return None
    return kept.checked if _is_about(kept.checked, asked.path) and project.has(kept.basis) else None


def check(asked: Asked) -> Checked:
    """Checks a file, and keeps the result where that can be done."""

    def work(content: bytes | None) -> Checked:
        return check_file(asked.path, asked.config, content=content, noqa=asked.noqa, insight=asked.insight)

    try:
        content = content_of(asked.path)
    except OSError:
        return work(None)
    return _kept(asked, content, work)


def lint(source: str, path: str, settings: Settings) -> list[Finding]:
    """As `lint_source`, for a host that has read the file: what was kept, if the text is that on the disk.

    Raises as `lint_source`.
    """
    asked = Asked(path, Config(settings=settings), raw=True)

    def work(_: bytes) -> Checked:
        return Checked(path, tuple(lint_source(source, path, settings)))

    try:
        content = content_of(path)
        is_saved = decode(content, path) == source
    except (OSError, SyntaxError):
        is_saved = False
    if not is_saved:
        return lint_source(source, path, settings)
    return list((find(asked) or _kept(asked, content, work)).findings)


def _kept(asked: Asked, content: bytes, work: Callable[[bytes], Checked]) -> Checked:
    """What comes of some work on a file with this content, which is kept if it can be."""
    root = folder_root(asked.path)
    project, folder = _of(root)
    known = project.programs is not None  # now: what comes while the file is looked at is not among them
    with recorded() as looked_at:
        checked = work(content)
    # Of most files the text alone is looked at, which is sooner done again. A link may lead elsewhere.
    if known and looked_at.files and checked.problem is None and root == project_root(Path(asked.path)):
        with suppress(NotKept):
            kept = Kept(project.basis(looked_at), checked)
            inside = os.path.relpath(os.path.realpath(asked.path), root)
            if kept.basis.contents.get(inside) == hash_of(content):
                folder.put(asked.key(), _CONVERTER.dumps(kept).encode("utf-8", "surrogateescape"))
    return checked


def _is_about(checked: Checked, path: str) -> bool:
    """Whether a result can be that of a file."""
    return checked.path == path and all(
        _CODE.fullmatch(finding.code) and finding.place.path == path and finding.place.line > 0
        for finding in checked.findings
    )


@cache
def _of(root: Path) -> tuple[Project, Folder]:
    return Project(root, _BEGAN), Folder(root)
