"""Applies the fixes of one file's findings."""

from __future__ import annotations

from dataclasses import replace
from difflib import unified_diff
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from dropout_lint.checking import (
    Checked,
    Problem,
    check_file,
    check_notebook,
    check_text,
    wanted,
    with_insight,
)
from dropout_lint.config import Config
from dropout_lint.finding import Finding
from dropout_lint.fixes.proof import is_wanted
from dropout_lint.reporters.report import plain
from dropout_lint.source.reading import is_notebook, texts_of

if TYPE_CHECKING:
    from dropout_lint.linter import Analysis


def fix_file(
    path: str, config: Config, *, noqa: bool, unsafe: bool, save: bool, insight: bool = False
) -> Checked:
    """Checks a file and fixes what can be fixed of what is reported.

    Args:
        path: the file.
        config: its configuration.
        noqa: comments silence findings; what is silenced is not fixed.
        unsafe: apply unsafe fixes too.
        save: write the file; else only the difference is returned.
        insight: as for `check_file`, about the fixed program.

    Returns:
        the findings that are left, and the difference. A file that cannot be written is a problem
        and keeps its findings.
    """
    checked = check_file(path, config, noqa=noqa, insight=insight)
    if not any(is_wanted(finding, unsafe) for finding in checked.findings):
        return checked
    from dropout_lint.fixes import writing

    try:
        original = writing.read(path)
        fixed, text = fix_text(original.text, path, config, noqa=noqa, unsafe=unsafe, insight=insight)
        if save:
            writing.write(original, text)
    except (OSError, SyntaxError, UnicodeEncodeError, writing.ChangedOnDisk) as error:
        return replace(checked, problem=Problem(path, "unwritable", reason_of(error)))
    return fixed


def fix_content(
    content: bytes, path: str, config: Config, *, noqa: bool, unsafe: bool, insight: bool = False
) -> tuple[Checked, bytes]:
    """As `fix_file`, for what a file would hold; with what it would hold then, in the same encoding.

    Raises:
        SyntaxError: it is not Python, not a notebook, or cannot be written back as it is.
        UnicodeEncodeError: the fix does not fit its encoding.
    """
    from dropout_lint.fixes import writing

    given = writing.decoded(Path(path), content)
    fixed, text = fix_text(given.text, path, config, noqa=noqa, unsafe=unsafe, insight=insight)
    return fixed, text.encode(given.encoding)


def fix_text(
    text: str, path: str, config: Config, *, noqa: bool, unsafe: bool, insight: bool = False
) -> tuple[Checked, str]:
    """As `fix_file`, for a text; with the new text.

    Raises:
        SyntaxError: the text is not Python, or not a notebook.
    """
    from dropout_lint.fixes.applying import fixed_source
    from dropout_lint.fixes.notebooks import fixed_notebook

    def keep(now: str, findings: list[Finding]) -> list[Finding]:
        return wanted(findings, texts_of(now, path), path, config, noqa=noqa)

    fixed_by = fixed_notebook if is_notebook(path) else fixed_source
    fixed = fixed_by(text, path, config.settings, unsafe=unsafe, keep=keep)
    change = difference(path, text, fixed.text)
    checked = Checked(path, fixed.left, fixed=len(fixed.applied), diff=change, held_back=fixed.held_back)
    told: list[Analysis] = []
    check = check_notebook if is_notebook(path) else check_text
    check(fixed.text, path, config, watch=told.append, explain=insight)
    return with_insight(checked, told), fixed.text


def difference(path: str, before: str, after: str) -> str:
    """The change as a unified diff that `patch -p1` and `git apply` take."""
    old, new = StringIO(before).readlines(), StringIO(after).readlines()
    lines = unified_diff(old, new, f"a/{plain(path)}", f"b/{plain(path)}")
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def reason_of(error: Exception) -> str:
    """Why a file could not be written, in a few words."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    if isinstance(error, UnicodeEncodeError):
        return "the fix does not fit its encoding"
    return str(error) if isinstance(error, SyntaxError) else "it has changed meanwhile"
