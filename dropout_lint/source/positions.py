"""Lines and columns of a few chosen nodes, in one pass over a file.

libcst's PositionProvider computes them for every node, through a metadata wrapper that copies
the tree; that costs several times the parse. Writing the module out with a code generator that
only counts gives the same positions for the nodes that are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass

import libcst as cst
from libcst._nodes.internal import CodegenState

from dropout_lint.source.recursion import deep_recursion


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text: lines 1-based, columns 0-based in code points, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class _Done(Exception):
    """The position of every node that was asked for is known."""


# As good as every node.
_NOT_RECORDED = nullcontext()


class _Counter(CodegenState):
    """Counts lines and columns instead of collecting text."""

    def __init__(self, module: cst.Module, wanted: set[int]) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        self.wanted = wanted
        self.missing = set(wanted)
        self.line = 1
        self.column = 0
        self.starts: dict[int, tuple[int, int]] = {}
        self.spans: dict[int, Span] = {}

    def add_indent_tokens(self) -> None:
        for token in self.indent_tokens:
            self._count(token)

    def add_token(self, value: str) -> None:
        self._count(value)

    def _count(self, value: str) -> None:
        newlines = value.count("\n")
        if newlines or "\r" in value:
            text = value.replace("\r\n", "\n").replace("\r", "\n")
            self.line += text.count("\n")
            self.column = len(text) - text.rfind("\n") - 1
        else:
            self.column += len(value)

    def before_codegen(self, node: cst.CSTNode) -> None:
        if id(node) in self.wanted:
            self.starts[id(node)] = (self.line, self.column)

    def after_codegen(self, node: cst.CSTNode) -> None:
        if id(node) not in self.wanted:
            return
        if id(node) not in self.spans:
            self.spans[id(node)] = Span(*self.starts[id(node)], self.line, self.column)
        self.missing.discard(id(node))
        if not self.missing:
            raise _Done

    def record_syntactic_position(  # type: ignore[override]  # any context manager will do
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,
        end_node: cst.CSTNode | None = None,
    ) -> AbstractContextManager[None]:
        """Nodes report their own extent here, without surrounding parentheses and blanks."""
        return self._recorded(node) if id(node) in self.wanted else _NOT_RECORDED

    @contextmanager
    def _recorded(self, node: cst.CSTNode) -> Iterator[None]:
        start = (self.line, self.column)
        yield
        self.spans[id(node)] = Span(*start, self.line, self.column)


def spans(
    module: cst.Module, nodes: Iterable[cst.CSTNode], shifts: Mapping[int, int] | None = None
) -> dict[int, Span]:
    """The positions of nodes of a module, by id(node).

    shifts: how many columns further to the right lines begin in the text; see `SourceFile.shifts`.

    Raises:
        RecursionError: the module is nested too deeply to be written out.
    """
    counter = _Counter(module, {id(node) for node in nodes})
    if counter.missing:
        with deep_recursion(), suppress(_Done):
            module._codegen(counter)
    if not shifts:
        return counter.spans
    return {node: _shifted(span, shifts) for node, span in counter.spans.items()}


def _shifted(span: Span, shifts: Mapping[int, int]) -> Span:
    end = span.end_column + shifts.get(span.end_line, 0)
    return Span(span.line, span.column + shifts.get(span.line, 0), span.end_line, end)
