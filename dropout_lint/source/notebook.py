"""Jupyter's file format, as far as a linter needs it: the code cells of an `.ipynb` file.

The standard library reads it: nbformat would bring a JSON schema validator and 0.15 s of
imports for what is four dictionary look-ups, and it writes the whole file anew. Here a cell is
replaced in the text itself, so that nothing else of the file changes.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

_BLANKS = re.compile(r"[ \t\r\n]*")
_LINE_END = re.compile(r"\r\n|\r|\n")
# What stands for one character in a JSON string.
_UNIT = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL
)
_ESCAPED_LETTER = re.compile(r"\\u(?!00[01])[0-9a-fA-F]{4}")
# Languages of kernels whose cells are Python.
_PYTHON = ("python", "pyspark", "xpython", "ipython")
_DECODER = json.JSONDecoder()

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class CodeCell:
    """The text of a code cell, and where in the file its JSON value stands."""

    source: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class NotebookFile:
    """The text of an `.ipynb` file and its code cells.

    Args:
        text: the JSON.
        cells: every code cell in order, also empty ones; cell n of a `Place` is `cells[n - 1]`.
        is_python: False when the notebook is for a kernel of another language.
    """

    text: str
    cells: tuple[CodeCell, ...]
    is_python: bool

    def with_sources(self, sources: Mapping[int, str]) -> str:
        """The file's text with other text in some of its cells.

        Args:
            sources: the new text of a cell by its 1-based number.
        """
        pieces: list[str] = []
        done = 0
        for number, cell in enumerate(self.cells, 1):
            if number in sources:
                pieces += self.text[done : cell.start], self._json(cell, sources[number])
                done = cell.end
        return "".join([*pieces, self.text[done:]])

    def raw_line(self, number: int, line: int) -> int:
        """The line of the file itself, 1-based, that a line of a cell stands in.

        Args:
            number: of the code cell, 1-based.
            line: of the cell, 1-based.
        """
        cell = self.cells[number - 1]
        start = cell.start
        if self.text[start] == "[":
            left = offset_in_cell(cell.source, line, 0)
            for begin, end in _elements(self.text, start):
                length = len(_value(self.text, (begin, end)))
                start = begin
                if left < length:
                    break
                left -= length
        return self.text.count("\n", 0, start) + 1

    def _json(self, cell: CodeCell, source: str) -> str:
        """A source as JSON, in the form that the cell has; what does not change keeps its letters."""
        old = self.text[cell.start : cell.end]
        ascii_only = self.text.isascii() and _ESCAPED_LETTER.search(self.text) is not None
        if old[0] == '"':
            return _replaced(old, source, ascii_only)
        spans = list(_elements(old, 0))
        lines = _lines([old[start:end] for start, end in spans], source, ascii_only)
        if not spans or not lines:
            return f"[{', '.join(lines)}]"
        before, after = old[1 : spans[0][0]], old[spans[-1][1] : -1]
        between = old[spans[0][1] : spans[1][0]] if len(spans) > 1 else f",{before or ' '}"
        return f"[{before}{between.join(lines)}{after}]"


def _lines(old: list[str], source: str, ascii_only: bool) -> list[str]:
    """The lines of a source as JSON strings.

    Args:
        old: those that the cell has.
        source: its new text.
        ascii_only: whether letters beyond ASCII are escaped.
    """
    new = source.splitlines(keepends=True)
    known = [json.loads(string) for string in old]
    lines: list[str] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, known, new, autojunk=False).get_opcodes():
        if kind == "equal":
            lines += old[a:b]
        elif kind == "replace" and b - a == d - c:
            lines += (_replaced(*pair, ascii_only) for pair in zip(old[a:b], new[c:d], strict=True))
        else:
            lines += (json.dumps(line, ensure_ascii=ascii_only) for line in new[c:d])
    return lines


def _replaced(old: str, text: str, ascii_only: bool) -> str:
    """A JSON string with another text; the ends that both have in common stay as they are written."""
    plain = json.dumps(text, ensure_ascii=ascii_only)
    units = _UNIT.findall(old[1:-1])
    before = json.loads(old)
    if len(units) != len(before):
        return plain
    start = _common(before, text)
    end = _common(before[start:][::-1], text[start:][::-1])
    middle = json.dumps(text[start : len(text) - end], ensure_ascii=ascii_only)[1:-1]
    new = f'"{"".join(units[:start])}{middle}{"".join(units[len(units) - end :])}"'
    return new if json.loads(new) == text else plain  # halves of a character may meet


def _common(one: str, other: str) -> int:
    """How many letters two texts begin with together."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def read_notebook(text: str, filename: str = "<notebook>") -> NotebookFile:
    """Reads the text of an `.ipynb` file of format 3 or 4.

    Raises:
        SyntaxError: it is no JSON, or the JSON is no notebook.
    """
    try:
        return _read(text)
    except json.JSONDecodeError as error:
        where = (filename, error.lineno, error.colno, None)
        raise SyntaxError(f"not a notebook: the JSON is broken: {error.msg}", where) from error
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        reason = "nested too deep" if isinstance(error, RecursionError) else "its cells cannot be found"
        raise SyntaxError(f"not a notebook: {reason}", (filename, 1, 1, None)) from error


def offset_in_cell(source: str, line: int, column: int) -> int:
    """Where a line (1-based) and column (0-based) of a `Place` are in the text of its cell.

    Raises:
        ValueError: the cell has no such place.
    """
    starts = [0, *(end.end() for end in _LINE_END.finditer(source))]
    if not 0 < line <= len(starts) or not 0 <= column <= len(source) - starts[line - 1]:
        raise ValueError(f"no line {line}, column {column} in a cell of {len(starts)} lines")
    return starts[line - 1] + column


def _read(text: str) -> NotebookFile:
    json.loads(text)  # the whole of it must be valid, not only what is looked at
    top = _members(text, _skip(text, 0))
    if "worksheets" in top:  # format 3 and before
        sheets = [_members(text, start) for start, _ in _elements(text, top["worksheets"][0])]
        cells = [cell for sheet in sheets for cell in _elements(text, sheet["cells"][0])]
    else:
        cells = list(_elements(text, top["cells"][0]))
    code = [_code_cell(text, _members(text, start)) for start, _ in cells]
    metadata = _dict(text, top.get("metadata"))
    return NotebookFile(text, tuple(cell for cell in code if cell is not None), _is_python(metadata))


def _code_cell(text: str, members: dict[str, Span]) -> CodeCell | None:
    if _value(text, members["cell_type"]) != "code":
        return None
    span = members["source"] if "source" in members else members["input"]
    value = _value(text, span)
    source = value if isinstance(value, str) else "".join(value)
    language = _value(text, members["language"]) if "language" in members else "python"
    editor = _dict(text, members.get("metadata")).get("vscode")
    # Where nothing was chosen an editor writes "plaintext": the cell is in the kernel's language.
    if isinstance(editor, dict) and editor.get("languageId") != "plaintext":
        language = editor.get("languageId", language)
    return CodeCell(source if language in _PYTHON else "", *span)


def _is_python(metadata: dict[str, Any]) -> bool:
    """Whether the kernel is one for Python; so it is when nothing is said."""
    kernel, info = metadata.get("kernelspec") or {}, metadata.get("language_info") or {}
    language = kernel.get("language") or info.get("name")
    if language:
        return str(language).lower().startswith(_PYTHON)
    name = str(kernel.get("name", "python")).lower()
    return name != "ir" and not name.startswith(("bash", "julia", "octave", "scala"))


def _skip(text: str, at: int) -> int:
    """The next place that is not blank."""
    blanks = _BLANKS.match(text, at)
    return blanks.end() if blanks else at


def _value(text: str, span: Span) -> Any:
    return _DECODER.raw_decode(text, span[0])[0]


def _dict(text: str, span: Span | None) -> dict[str, Any]:
    """The object that stands here; empty where there is none."""
    value = _value(text, span) if span is not None else None
    return value if isinstance(value, dict) else {}


def _members(text: str, at: int) -> dict[str, Span]:
    """Where the values of the object stand that begins here."""
    if text[at] != "{":
        raise TypeError("no object")
    found: dict[str, Span] = {}
    at = _skip(text, at + 1)
    while text[at] != "}":
        key, at = scanstring(text, at + 1)
        at = _skip(text, _skip(text, at) + 1)
        found[key] = at, _DECODER.raw_decode(text, at)[1]
        at = _next(text, found[key][1])
    return found


def _elements(text: str, at: int) -> Iterator[Span]:
    """Where the elements of the list stand that begins here."""
    if text[at] != "[":
        raise TypeError("no list")
    at = _skip(text, at + 1)
    while text[at] != "]":
        end = _DECODER.raw_decode(text, at)[1]
        yield at, end
        at = _next(text, end)


def _next(text: str, at: int) -> int:
    """The place behind a value and its comma, if one follows."""
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at] == "," else at
