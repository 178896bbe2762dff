"""`dropout-lint check --add-noqa`: what is reported is silenced where it stands."""

from __future__ import annotations

from dataclasses import replace

from dropout_lint.checking import Checked, Problem, check_file
from dropout_lint.commands.fixing import difference, reason_of
from dropout_lint.config import Config
from dropout_lint.finding import Edit, Finding
from dropout_lint.source.reading import is_notebook, texts_of


def silence_file(path: str, config: Config, *, reason: str, save: bool) -> Checked:
    """Checks a file and adds a noqa comment at each finding.

    Args:
        path: the file.
        config: its configuration.
        reason: what the comments say behind the codes; may be empty.
        save: write the file; else only the difference is returned.

    Returns:
        the findings that are left (a line that ends with a backslash can hold no comment), and the
        difference. A file that cannot be written is a problem and keeps its findings.
    """
    checked = check_file(path, config)
    if not checked.findings:
        return checked
    from dropout_lint.fixes import writing

    try:
        original = writing.read(path)
        text = _silenced(original.text, path, checked.findings, reason)
        if save:
            writing.write(original, text)
    except (OSError, SyntaxError, UnicodeEncodeError, writing.ChangedOnDisk) as error:
        return replace(checked, problem=Problem(path, "unwritable", reason_of(error)))
    left = check_file(path, config, content=text.encode(original.encoding)).findings
    silenced = len(checked.findings) - len(left)
    return replace(checked, findings=left, silenced=silenced, diff=difference(path, original.text, text))


def _silenced(text: str, path: str, findings: tuple[Finding, ...], reason: str) -> str:
    from dropout_lint.fixes.editing import edited
    from dropout_lint.fixes.notebooks import edited_notebook
    from dropout_lint.fixes.suppressing import suppressions

    edits: list[Edit] = []
    for cell, program in texts_of(text, path).items():
        edits += suppressions(program, [f for f in findings if f.place.cell == cell], reason)
    return edited_notebook(text, edits) if is_notebook(path) else edited(text, edits)
