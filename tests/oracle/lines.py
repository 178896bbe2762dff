"""From Python frames to lines of the program: calls, `with` statements, generated code."""

import ast
import os
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

Line = int | str
Position = tuple[int, int]  # line, byte column


class _File:
    """Where calls and `with` statements start in one source file."""

    def __init__(self, path: str) -> None:
        self.calls: dict[Position, int] = {}  # by the end of the call, which no two calls share
        self.withs: list[tuple[int, int]] = []  # first and last line of the head
        for node in ast.walk(_parse(path)):
            if isinstance(node, ast.Call) and node.end_lineno is not None and node.end_col_offset is not None:
                self.calls[node.end_lineno, node.end_col_offset] = node.lineno
            elif isinstance(node, ast.With):
                last = max(item.context_expr.end_lineno or node.lineno for item in node.items)
                self.withs.append((node.lineno, last))

    def with_line(self, line: int) -> int:
        return max((first for first, last in self.withs if first <= line <= last), default=line)


def _parse(path: str) -> ast.Module:
    try:
        return ast.parse(Path(path).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return ast.Module(body=[], type_ignores=[])


@cache
def _positions(code: CodeType) -> list[tuple[int | None, int | None, int | None, int | None]]:
    return list(code.co_positions()) if hasattr(code, "co_positions") else []


def _position(frame: FrameType) -> tuple[int, Position | None]:
    """First line of the expression being executed, and its end."""
    positions = _positions(frame.f_code)
    if positions and frame.f_lasti >= 0:
        line, end_line, _, end_column = positions[frame.f_lasti // 2]
        if line is not None and end_line is not None and end_column is not None:
            return line, (end_line, end_column)
    return frame.f_lineno or 0, None


class Generated:
    """Source maps of the files that autograph generated, finer than its own: by call, not by line."""

    def __init__(self) -> None:
        self.lines: dict[str, dict[int, tuple[str, int]]] = {}
        self.calls: dict[str, dict[Position, tuple[str, int]]] = {}

    def install(self) -> None:
        """Listen to autograph's loader."""
        from tensorflow.python.autograph.pyct import origin_info  # type: ignore[import-untyped]

        original = origin_info.create_source_map

        def create_source_map(nodes: Any, code: str, filepath: str) -> Any:
            mapped = original(nodes, code, filepath)
            self.lines[filepath] = {
                at.lineno: (origin.loc.filename, origin.loc.lineno)
                for at, origin in mapped.items()
                if at.filename == filepath
            }
            self.calls[filepath] = dict(_call_origins(nodes, code))
            return mapped

        origin_info.create_source_map = create_source_map

    def call_origin(self, frame: FrameType) -> tuple[str, int] | None:
        """File and line that this frame's current call was written at; None if it was not generated."""
        _, end = _position(frame)
        by_call = self.calls.get(frame.f_code.co_filename, {}).get(end) if end else None
        return by_call or self.statement_origin(frame)

    def statement_origin(self, frame: FrameType) -> tuple[str, int] | None:
        """File and line of this frame's current statement."""
        lines = self.lines.get(frame.f_code.co_filename, {})
        return lines.get(_position(frame)[0]) or lines.get(frame.f_lineno or 0)


def _call_origins(nodes: Any, code: str) -> Iterable[tuple[Position, tuple[str, int]]]:
    """Pairs (end of a generated call, origin): a call's origin is that of the expression it calls."""
    from tensorflow.python.autograph.pyct import anno, ast_util, parser

    generated = parser.parse(code, preamble_len=0, single_node=False)
    try:
        pairs = list(ast_util.parallel_walk(nodes, generated))
    except ValueError:
        return
    for before, after in pairs:
        if type(after).__name__ != "Call" or getattr(after, "end_lineno", None) is None:
            continue
        origin = _first_origin(before, lambda node: anno.getanno(node, anno.Basic.ORIGIN, default=None))
        if origin is not None:
            yield (after.end_lineno, after.end_col_offset), (origin.loc.filename, origin.loc.lineno)


def _first_origin(call: Any, origin_of: Callable[[Any], Any]) -> Any:
    """The origin of what is called; generated calls are `ag__.converted_call(function, args, …)`."""
    function = call.func
    if getattr(function, "attr", None) == "converted_call" and call.args:
        function = call.args[0]
    for node in ast.walk(function):
        origin = origin_of(node)
        if origin is not None:
            return origin
    return origin_of(call)


class Program:
    """The program being run: which frames are its own, and which lines they stand at."""

    def __init__(self, path: Path, generated: Generated, libraries: Iterable[str]) -> None:
        self._libraries = tuple(os.path.realpath(library) + os.sep for library in libraries)
        self._main = os.path.realpath(path)
        self._folder = os.path.dirname(self._main) + os.sep
        self._generated = generated
        self._files: dict[str, _File] = {}
        self._own: dict[str, str | None] = {}

    def owns(self, frame: FrameType) -> bool:
        """Whether the program wrote this frame's code."""
        filename = frame.f_code.co_filename
        if filename in self._generated.lines:
            return any(self._path(file) for file, _ in list(self._generated.lines[filename].values())[:1])
        return self._path(filename) is not None

    def call_line(self, frame: FrameType) -> Line:
        """The line where the call expression under way in this frame starts."""
        origin = self._generated.call_origin(frame)
        if origin is not None:
            return self._line(*origin)
        line, end = _position(frame)
        path = frame.f_code.co_filename
        return self._line(path, self._file(path).calls.get(end, line) if end else line)

    def with_line(self, frame: FrameType) -> Line:
        """The line of the `with` statement being entered in this frame."""
        here = frame.f_code.co_filename, _position(frame)[0]
        path, line = self._generated.statement_origin(frame) or here
        return self._line(path, self._file(path).with_line(line))

    def _line(self, filename: str, line: int) -> Line:
        path = self._path(filename)
        return line if path == self._main or path is None else f"{os.path.relpath(path, self._folder)}:{line}"

    def _path(self, filename: str) -> str | None:
        """The real path, if the file is the program's."""
        if filename not in self._own:
            real = os.path.realpath(filename)
            library = filename.startswith("<") or real.startswith(self._libraries)
            self._own[filename] = real if real.startswith(self._folder) and not library else None
        return self._own[filename]

    def _file(self, path: str) -> _File:
        if path not in self._files:
            self._files[path] = _File(path)
        return self._files[path]
