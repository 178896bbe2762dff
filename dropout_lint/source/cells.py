"""The code cells of a notebook as one program, and which line of it is which line of which cell."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from keyword import iskeyword

from dropout_lint.source.installs import installed_by
from dropout_lint.source.magics import ANYTHING, cell_magic, is_same_program, neutralised
from dropout_lint.source.text import SourceFile

# Magics whose cells are run by another program: nothing of this one changes in them.
_ELSEWHERE = frozenset(
    {
        "", "!", "bash", "bigquery", "cmd", "cython", "file", "html", "HTML", "javascript", "js", "julia",
        "latex", "markdown", "perl", "pypy", "python", "python2", "python3", "R", "ruby", "script", "sh",
        "shell", "sql", "svg", "SVG", "sx", "system", "writefile",
    }
)  # fmt: skip
_SUSPECT = re.compile(r"^[ \t]*[%!?/,;]|\?[ \t]*(?:#.*)?$|=[ \t]*[%!]", re.MULTILINE)
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*", re.ASCII)
_BOUND = re.compile(
    r"^[ \t]*(?:(?:def|class)[ \t]+(?P<one>\w+)|(?P<all>\w+(?:[ \t]*,[ \t]*\w+)*)[ \t]*=(?!=))", re.M
)
_CONCERNS = re.compile("train|dropout|rate", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cell:
    """One code cell as part of the program.

    Args:
        source: its text, with plain newlines.
        python: what stands for it in the program.
        inserted: how many lines the program has before the cell's first.
        trouble: why the cell does not take part, if it may matter.
    """

    source: str
    python: str
    inserted: int = 0
    trouble: str | None = None


class Notebook(SourceFile):
    """The program of all cells, in their order."""

    def __init__(self, path: str, cells: Sequence[Cell]) -> None:
        super().__init__(path, "".join(f"{cell.python}\n" for cell in cells))
        self.cells = cells
        self.installs = tuple(text for cell in cells for text in installed_by(cell.source))
        self._places = [place for n, cell in enumerate(cells, 1) for place in _places(n, cell)]

    def place_of(self, line: int) -> tuple[int, int]:
        return self._places[min(line, len(self._places)) - 1]

    def name_of(self, line: int, seen_from: int) -> str:
        (cell, number), (here, _) = self.place_of(line), self.place_of(seen_from)
        return f"line {number}" if cell == here else f"cell {cell}, line {number}"


class SeparatedCells(SourceFile):
    """A script that nbqa made of a notebook: it numbers its cells itself, and only the line of a report."""

    SEPARATOR = "# %%NBQA-CELL-SEP"

    def __init__(self, path: str, text: str) -> None:
        super().__init__(path, text)
        lines = enumerate(text.split("\n"), 1)
        self._starts = [number for number, line in lines if line.startswith(self.SEPARATOR)]

    def name_of(self, line: int, seen_from: int) -> str:
        cell, here = bisect_right(self._starts, line), bisect_right(self._starts, seen_from)
        number = line - self._starts[cell - 1] if cell else line
        # nbqa leaves cells out without a trace: they cannot be counted.
        return (
            f"line {number}"
            if cell == here
            else f"{'an earlier' if cell < here else 'a later'} cell, line {number}"
        )


def notebook(path: str, sources: Sequence[str]) -> Notebook:
    """Makes one program of code cells.

    A cell that is not Python does not take part: Jupyter would not have run it either, unless
    it is older or newer Python, or a magic translates it. Therefore what such a cell names
    counts as handed to unknown code.

    Args:
        path: the name to show to a reader; it is never opened.
        sources: the text of every code cell, in order; empty ones count too.
    """
    cells = [_cell(source) for source in sources]
    program = Notebook(path, cells)
    try:
        program.module  # noqa: B018
    except SyntaxError:
        program = Notebook(path, [_checked(cell) for cell in cells])
    return program


def _cell(text: str) -> Cell:
    source = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", " ")
    if not _SUSPECT.search(source) or _is_python(source):
        return Cell(source, source)
    magic = cell_magic(source)
    if magic is not None and not is_same_program(magic) and magic not in _ELSEWHERE:
        return _left_out(source, f"%%{magic} is unknown")
    return Cell(source, neutralised(source))


def _checked(cell: Cell) -> Cell:
    """A cell that parses, or what stands for it."""
    error = _error(cell.python)
    if error is None:
        return cell
    if cell.python.lstrip("\n")[:1] in (" ", "\t"):  # Jupyter runs an indented cell all the same
        indented = f"if True:\n{cell.python}"
        if _error(indented) is None:
            return Cell(cell.source, indented, inserted=1)
    return _left_out(cell.source, error)


def _left_out(source: str, why: str) -> Cell:
    """One call of unknown code with all that the cell names, and empty lines for the rest."""
    names = dict.fromkeys(name for name in _NAME.findall(source) if not iskeyword(name))
    arguments = [*names, *(["training=0"] if _CONCERNS.search(source) else [])]
    bound: dict[str, None] = {}
    for found in _BOUND.finditer(source):
        bound.update(dict.fromkeys(re.findall(r"\w+", found["one"] or found["all"])))
    targets = "".join(f"{name} = " for name in bound if name in names)
    call = f"{targets}{ANYTHING}.run_cell({', '.join(arguments)})"
    return Cell(source, call + "\n" * source.count("\n"), trouble=why)


def _is_python(text: str) -> bool:
    """Whether a text is Python as it stands."""
    file = SourceFile("", text)
    with suppress(SyntaxError):
        return file.module is not None and not file.remark
    return False


def _error(text: str) -> str | None:
    """Why a text is not Python; None if it is."""
    try:
        SourceFile("", text).module  # noqa: B018
    except SyntaxError as error:
        return " ".join(str(error.msg).split())
    return None


def _places(number: int, cell: Cell) -> Iterator[tuple[int, int]]:
    for line in range(1 - cell.inserted, cell.python.count("\n") + 2 - cell.inserted):
        yield number, max(1, line)
