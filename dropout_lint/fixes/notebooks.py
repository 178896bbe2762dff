"""Fixes in notebooks: only the sources of the cells change, the rest of the file stays byte for byte."""

from __future__ import annotations

from collections.abc import Iterable

from dropout_lint.config import Settings
from dropout_lint.finding import Edit, Finding
from dropout_lint.fixes.applying import Fixed, Keep, fixed_text, noisy, without_notices
from dropout_lint.fixes.editing import edited
from dropout_lint.source.notebook import read_notebook


def fixed_notebook(
    text: str,
    filename: str = "<notebook>",
    settings: Settings | None = None,
    *,
    unsafe: bool = False,
    keep: Keep | None = None,
) -> Fixed:
    """Applies the fixes of a notebook; see `fixed_source`.

    Args:
        text: that of the `.ipynb` file; so is the `text` of the result, and what `keep` is given.
        filename: how findings name it; it is never opened.
        settings: None for the defaults.
        unsafe: apply unsafe fixes too.
        keep: which findings count (all, if None); only those are fixed.

    Raises:
        SyntaxError: the text is not JSON, or not a notebook.
        ValueError: the settings name no Keras version.
    """
    from dropout_lint import lint_notebook

    settings = settings or Settings()

    def lint(program: str) -> list[Finding]:
        return lint_notebook(program, filename, noisy(settings))

    return without_notices(fixed_text(text, lint, unsafe=unsafe, keep=keep, edit=edited_notebook), settings)


def edited_notebook(text: str, edits: Iterable[Edit]) -> str:
    """The text of a notebook after edits of its cells."""
    notebook = read_notebook(text)
    by_cell: dict[int, list[Edit]] = {}
    for edit in edits:
        by_cell.setdefault(edit.place.cell, []).append(edit)
    sources = {number: edited(notebook.cells[number - 1].source, mine) for number, mine in by_cell.items()}
    return notebook.with_sources(sources)
