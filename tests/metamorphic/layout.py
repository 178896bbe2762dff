"""The same tokens laid out in another way, and comments and docstrings that mean nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

import libcst as cst

from tests.metamorphic.code import (
    Statement,
    body_of,
    code_of,
    contains,
    is_docstring,
    map_blocks,
    parse_lines,
)
from tests.metamorphic.relation import relation, text_relation

_WORDS = "base.trainable = False; model.fit(x) with Dropout(0.5), training=False"


@relation()
def misleading_comments(module: cst.Module) -> cst.Module | None:
    """Before every statement stands a comment that speaks of freezing and Dropout."""
    comment = cst.EmptyLine(comment=cst.Comment(f"# {_WORDS}"))

    class Changer(cst.CSTTransformer):
        def leave_SimpleStatementLine(
            self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
        ) -> cst.SimpleStatementLine:
            return updated_node.with_changes(leading_lines=[*updated_node.leading_lines, comment])

    return _visited(module, Changer())


@relation()
def blank_lines(module: cst.Module) -> cst.Module | None:
    """Before every statement stand two empty lines, one of them with blanks."""
    lines = [cst.EmptyLine(indent=False), cst.EmptyLine(whitespace=cst.SimpleWhitespace("    "))]

    class Changer(cst.CSTTransformer):
        def leave_SimpleStatementLine(
            self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
        ) -> cst.SimpleStatementLine:
            return updated_node.with_changes(leading_lines=[*updated_node.leading_lines, *lines])

    return _visited(module, Changer())


@relation()
def misleading_docstrings(module: cst.Module) -> cst.Module | None:
    """Every function and class without a docstring gets one that is full of code."""
    (text,) = parse_lines(f'"""{_WORDS}"""\n')

    class Changer(cst.CSTTransformer):
        def leave_FunctionDef(
            self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
        ) -> cst.FunctionDef:
            return _with_docstring(updated_node, text)

        def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
            return _with_docstring(updated_node, text)

    return _visited(module, Changer())


@relation()
def misleading_strings(module: cst.Module) -> cst.Module | None:
    """Between statements stand strings that are full of code."""
    (text,) = parse_lines(f'"{_WORDS}"\n')

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            out += [statement, text]
        return out

    return map_blocks(module, change)


@relation()
def parenthesised(module: cst.Module) -> cst.Module | None:
    """Values, arguments and conditions stand in extra parentheses."""

    class Changer(cst.CSTTransformer):
        def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
            return updated_node.with_changes(value=_in_parentheses(updated_node.value))

        def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
            if isinstance(updated_node.value, cst.GeneratorExp):
                return updated_node
            return updated_node.with_changes(value=_in_parentheses(updated_node.value))

        def leave_Return(self, original_node: cst.Return, updated_node: cst.Return) -> cst.Return:
            if updated_node.value is None:
                return updated_node
            value = _in_parentheses(updated_node.value)
            return updated_node.with_changes(value=value, whitespace_after_return=cst.SimpleWhitespace(" "))

    return _visited(module, Changer())


@relation(lines=False)
def one_argument_a_line(module: cst.Module) -> cst.Module | None:
    """Every argument of every call stands on a line of its own, with a trailing comma."""
    line = cst.ParenthesizedWhitespace(indent=True, last_line=cst.SimpleWhitespace("    "))

    class Changer(cst.CSTTransformer):
        def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
            if not updated_node.args or contains(updated_node, (cst.GeneratorExp, cst.FormattedString)):
                return updated_node
            args = [
                a.with_changes(comma=cst.Comma(whitespace_after=line), whitespace_after_arg=_NONE)
                for a in updated_node.args
            ]
            return updated_node.with_changes(args=args, whitespace_before_args=line)

        def visit_FormattedString(self, node: cst.FormattedString) -> bool:
            return False

    return _visited(module, Changer())


@relation(lines=False)
def blocks_on_one_line(module: cst.Module) -> cst.Module | None:
    """`if a:` and `for` blocks of simple statements stand on one line, separated by semicolons."""

    class Changer(cst.CSTTransformer):
        def leave_If(self, original_node: cst.If, updated_node: cst.If) -> cst.If:
            return updated_node.with_changes(body=_on_one_line(updated_node.body))

        def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.For:
            return updated_node.with_changes(body=_on_one_line(updated_node.body))

        def leave_FunctionDef(
            self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
        ) -> cst.FunctionDef:
            return updated_node.with_changes(body=_on_one_line(updated_node.body))

    return _visited(module, Changer())


@relation(lines=False)
def statements_joined(module: cst.Module) -> cst.Module | None:
    """Neighbouring simple statements stand on one line, separated by semicolons."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            last = out[-1] if out else None
            if _joinable(last) and _joinable(statement):
                assert isinstance(last, cst.SimpleStatementLine)
                assert isinstance(statement, cst.SimpleStatementLine)
                small = [s.with_changes(semicolon=_SEMICOLON) for s in last.body]
                out[-1] = last.with_changes(body=[*small, *statement.body])
            else:
                out.append(statement)
        return out

    return map_blocks(module, change)


@relation()
def other_quotes(module: cst.Module) -> cst.Module | None:
    """Double quotes become single ones, and the other way round."""
    swap = str.maketrans({'"': "'", "'": '"'})

    class Changer(cst.CSTTransformer):
        def visit_FormattedString(self, node: cst.FormattedString) -> bool:
            return False

        def leave_SimpleString(
            self, original_node: cst.SimpleString, updated_node: cst.SimpleString
        ) -> cst.SimpleString:
            body = updated_node.raw_value
            if "'" in body or '"' in body or "\\" in body:
                return updated_node
            return updated_node.with_changes(value=updated_node.value.translate(swap))

    return _visited(module, Changer())


@relation()
def strings_in_pieces(module: cst.Module) -> cst.Module | None:
    """Plain strings are written in two pieces, `"ab"` as `"a" "b"`."""

    class Changer(cst.CSTTransformer):
        def visit_FormattedString(self, node: cst.FormattedString) -> bool:
            return False

        def visit_ConcatenatedString(self, node: cst.ConcatenatedString) -> bool:
            return False

        def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
            return False

        def leave_SimpleString(
            self, original_node: cst.SimpleString, updated_node: cst.SimpleString
        ) -> cst.BaseExpression:
            body = updated_node.raw_value
            if updated_node.prefix or len(updated_node.quote) > 1 or "\\" in body or len(body) < 2:
                return updated_node
            quote = updated_node.quote
            half = len(body) // 2
            return cst.parse_expression(f"({quote}{body[:half]}{quote} {quote}{body[half:]}{quote})")

    return _visited(module, Changer())


@relation()
def wide_spaces(module: cst.Module) -> cst.Module | None:
    """Equal signs, dots and commas are surrounded by blanks."""
    wide = cst.SimpleWhitespace("   ")

    class Changer(cst.CSTTransformer):
        def leave_AssignTarget(
            self, original_node: cst.AssignTarget, updated_node: cst.AssignTarget
        ) -> cst.AssignTarget:
            return updated_node.with_changes(whitespace_before_equal=wide, whitespace_after_equal=wide)

        def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
            if isinstance(updated_node.value, cst.Integer):
                return updated_node
            return updated_node.with_changes(dot=cst.Dot(whitespace_before=wide, whitespace_after=wide))

        def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
            if updated_node.keyword is None:
                return updated_node
            return updated_node.with_changes(equal=cst.AssignEqual(wide, wide))

        def visit_Decorator(self, node: cst.Decorator) -> bool:
            return False

    return _visited(module, Changer())


@relation()
def passes_everywhere(module: cst.Module) -> cst.Module | None:
    """After every statement stands `pass` or `...`."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for i, statement in enumerate(statements):
            out += [statement, *parse_lines("pass\n" if i % 2 else "...\n")]
        return out

    return map_blocks(module, change)


@text_relation()
def windows_line_ends(text: str) -> str | None:
    """Lines end with CR LF."""
    return text.replace("\n", "\r\n")


@text_relation()
def byte_order_mark(text: str) -> str | None:
    """The file begins with a byte order mark."""
    return "\ufeff" + text


@text_relation()
def tabs(text: str) -> str | None:
    """Blocks are indented by tabs."""
    if '"""' in text[3:].replace('"""', "", 1) and re.search(r'^ +"""', text, re.MULTILINE):
        return None
    depth = 0
    out = []
    for line in text.split("\n"):
        width = len(line) - len(line.lstrip(" "))
        if depth == 0 and width % 4 == 0:
            line = "\t" * (width // 4) + line[width:]
        depth += sum(line.count(c) for c in "([{") - sum(line.count(c) for c in ")]}")
        out.append(line)
    return "\n".join(out)


@text_relation()
def form_feeds(text: str) -> str | None:
    """Form feeds stand between the blocks of the program."""
    return text.replace("\n\n\n", "\n\n\x0c\n")


@text_relation()
def no_last_line_end(text: str) -> str | None:
    """The last line does not end."""
    return text.rstrip("\n")


@text_relation()
def trailing_blanks(text: str) -> str | None:
    """Lines end with blanks."""
    return "\n".join(
        line if line.endswith("\\") or '"' in line else line + "   " for line in text.split("\n")
    )


@text_relation()
def coding_line(text: str) -> str | None:
    """The file begins with `#!` and a coding line."""
    return f"#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\n{text}"


@text_relation()
def notebook_cells(text: str) -> str | None:
    """Cell marks stand between the paragraphs of the program."""
    return re.sub(r"\n\n(?=\S)", "\n\n# %%\n# In[ ]:\n", text)


_Definition = TypeVar("_Definition", cst.FunctionDef, cst.ClassDef)
_NONE = cst.SimpleWhitespace("")
_SEMICOLON = cst.Semicolon(whitespace_after=cst.SimpleWhitespace(" "))


def _visited(module: cst.Module, changer: cst.CSTTransformer) -> cst.Module:
    changed = module.visit(changer)
    assert isinstance(changed, cst.Module)
    return changed


def _with_docstring(definition: _Definition, text: Statement) -> _Definition:
    body = body_of(definition)
    if not body or is_docstring(body[0]):
        return definition
    changed: _Definition = definition.with_changes(body=cst.IndentedBlock([text, *body]))  # type: ignore[has-type]
    return changed


def _in_parentheses(value: cst.BaseExpression) -> cst.BaseExpression:
    if "\n" in code_of(value) or isinstance(value, (cst.Yield, cst.NamedExpr, cst.GeneratorExp)):
        return value
    return value.with_changes(lpar=[cst.LeftParen(), *value.lpar], rpar=[*value.rpar, cst.RightParen()])


def _joinable(statement: object) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and "#" not in code_of(statement)


def _on_one_line(body: cst.BaseSuite) -> cst.BaseSuite:
    if not isinstance(body, cst.IndentedBlock) or not all(
        isinstance(s, cst.SimpleStatementLine) and not is_docstring(s) for s in body.body
    ):
        return body
    if "#" in code_of(body):
        return body
    small = [x for s in body.body if isinstance(s, cst.SimpleStatementLine) for x in s.body]
    parts = [s.with_changes(semicolon=_SEMICOLON) for s in small[:-1]]
    return cst.SimpleStatementSuite([*parts, small[-1]])
