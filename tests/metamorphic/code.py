"""Small helpers on libcst trees that the transformations share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import libcst as cst

Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement

# What a program reads by these names it may read as text too.
REFLECTION = ("globals(", "locals(", "vars(", "exec(", "eval(", "__dict__", "getattr(")
MODULES = ("layers", "models", "applications", "optimizers", "losses", "utils", "callbacks", "backend")


def parse_lines(text: str) -> list[Statement]:
    """Statements written as text."""
    return list(cst.parse_module(text).body)


def expression(text: str) -> cst.BaseExpression:
    return cst.parse_expression(text)


def code_of(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node)


def lone(statement: cst.CSTNode) -> cst.BaseSmallStatement | None:
    """The only small statement of a line; None for anything else."""
    if isinstance(statement, cst.SimpleStatementLine) and len(statement.body) == 1:
        return statement.body[0]
    return None


def assigned(statement: cst.CSTNode) -> tuple[cst.Assign, str] | None:
    """`name = value` as (statement, name); None for anything else."""
    small = lone(statement)
    if isinstance(small, cst.Assign) and len(small.targets) == 1:
        target = small.targets[0].target
        if isinstance(target, cst.Name):
            return small, target.value
    return None


def call_statement(statement: cst.CSTNode) -> cst.Call | None:
    """The call of an expression statement `f(...)`."""
    small = lone(statement)
    return small.value if isinstance(small, cst.Expr) and isinstance(small.value, cst.Call) else None


def is_import(statement: cst.CSTNode) -> bool:
    return isinstance(lone(statement), (cst.Import, cst.ImportFrom))


def is_docstring(statement: cst.CSTNode) -> bool:
    small = lone(statement)
    return isinstance(small, cst.Expr) and isinstance(small.value, (cst.SimpleString, cst.ConcatenatedString))


def is_definition(statement: cst.CSTNode) -> bool:
    return isinstance(statement, (cst.FunctionDef, cst.ClassDef))


def head_length(module: cst.Module) -> int:
    """How many statements a module begins with that are its docstring or imports."""
    count = 0
    for statement in module.body:
        if not (is_import(statement) or is_docstring(statement)):
            break
        count += 1
    return count


def add_to_head(module: cst.Module, text: str) -> cst.Module:
    """Adds statements after the imports at the top."""
    at = head_length(module)
    return module.with_changes(body=[*module.body[:at], *parse_lines(text), *module.body[at:]])


def names_in(node: cst.CSTNode) -> set[str]:
    """Every identifier in it, of any use."""
    found: set[str] = set()

    class Visitor(cst.CSTVisitor):
        def visit_Name(self, node: cst.Name) -> None:
            found.add(node.value)

    node.visit(Visitor())
    return found


def bound_names(node: cst.CSTNode) -> set[str]:
    """Names that it binds in any scope, but by import."""
    found: set[str] = set()

    class Visitor(cst.CSTVisitor):
        def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
            found.update(target_names(node.target))

        def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
            found.update(target_names(node.target))

        def visit_AugAssign(self, node: cst.AugAssign) -> None:
            found.update(target_names(node.target))

        def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
            found.update(target_names(node.target))

        def visit_For(self, node: cst.For) -> None:
            found.update(target_names(node.target))

        def visit_CompFor(self, node: cst.CompFor) -> None:
            found.update(target_names(node.target))

        def visit_AsName(self, node: cst.AsName) -> None:
            found.update(target_names(node.name))

        def visit_Param(self, node: cst.Param) -> None:
            found.add(node.name.value)

        def visit_MatchAs(self, node: cst.MatchAs) -> None:
            if node.name is not None:
                found.add(node.name.value)

        def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
            found.add(node.name.value)

        def visit_ClassDef(self, node: cst.ClassDef) -> None:
            found.add(node.name.value)

        def visit_Import(self, node: cst.Import) -> bool:
            return False

        def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
            return False

    node.visit(Visitor())
    return found


def target_names(target: cst.CSTNode) -> set[str]:
    """The names that an assignment target binds."""
    if isinstance(target, cst.Name):
        return {target.value}
    if isinstance(target, cst.StarredElement):
        return target_names(target.value)
    if isinstance(target, (cst.Tuple, cst.List)):
        return {name for element in target.elements for name in target_names(element.value)}
    return set()


def contains(node: cst.CSTNode, kinds: type[cst.CSTNode] | tuple[type[cst.CSTNode], ...]) -> bool:
    """Whether a node of these kinds is in it, at any depth."""
    if isinstance(node, kinds):
        return True
    return any(contains(child, kinds) for child in node.children)


def leaf(function: cst.BaseExpression) -> str:
    """The last name of a dotted one: "Dense" of `keras.layers.Dense`."""
    if isinstance(function, cst.Attribute):
        return function.attr.value
    return function.value if isinstance(function, cst.Name) else ""


def dotted(node: cst.BaseExpression) -> str:
    """`a.b.c` as text; "" for anything else."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr.value}" if base else ""
    return ""


def map_blocks(
    module: cst.Module, change: Callable[[Sequence[Statement]], list[Statement]], *, nested: bool = True
) -> cst.Module:
    """Changes the list of statements of the module and, if asked, of every block in it."""
    if nested:
        changed = module.visit(_Blocks(change))
        assert isinstance(changed, cst.Module)
        module = changed
    return module.with_changes(body=change(statements_of(module)))


class _Blocks(cst.CSTTransformer):
    def __init__(self, change: Callable[[Sequence[Statement]], list[Statement]]) -> None:
        self.change = change

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        return updated_node.with_changes(body=self.change(statements_of(updated_node)))


def map_calls(module: cst.Module, change: Callable[[cst.Call], cst.BaseExpression | None]) -> cst.Module:
    """Replaces calls, the innermost first; None keeps one."""

    class Changer(cst.CSTTransformer):
        def visit_Decorator(self, node: cst.Decorator) -> bool:
            return False

        def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
            return change(updated_node) or updated_node

    changed = module.visit(Changer())
    assert isinstance(changed, cst.Module)
    return changed


def calls_in(node: cst.CSTNode) -> Iterator[cst.Call]:
    """Every call in it, at any depth."""
    if isinstance(node, cst.Call):
        yield node
    for child in node.children:
        yield from calls_in(child)


def body_of(definition: cst.FunctionDef | cst.ClassDef) -> list[Statement]:
    """The statements of a definition; empty when they stand on its own line."""
    return statements_of(definition.body) if isinstance(definition.body, cst.IndentedBlock) else []


def statements_of(block: cst.Module | cst.IndentedBlock) -> list[Statement]:
    """The statements of a block."""
    return list(block.body)  # type: ignore[arg-type]


def block(statements: Sequence[Statement]) -> cst.IndentedBlock:
    return cst.IndentedBlock(body=list(statements))


def split_head(module: cst.Module) -> tuple[list[Statement], list[Statement]]:
    """The docstring and every import of a module, and the rest."""
    head = [s for i, s in enumerate(module.body) if is_import(s) or (i == 0 and is_docstring(s))]
    return head, [s for s in module.body if not any(s is h for h in head)]


def with_comment(new: Sequence[Statement], old: cst.CSTNode) -> list[Statement]:
    """New simple statements that all carry the trailing comment of the one they replace."""
    if not isinstance(old, cst.SimpleStatementLine):
        return list(new)
    out: list[Statement] = []
    for i, statement in enumerate(new):
        if isinstance(statement, cst.SimpleStatementLine):
            statement = statement.with_changes(trailing_whitespace=old.trailing_whitespace)
        if i == 0 and hasattr(statement, "leading_lines"):
            statement = statement.with_changes(leading_lines=old.leading_lines)
        out.append(statement)
    return out


def fresh(module: cst.Module, name: str) -> str:
    """A name that the module does not use."""
    used = names_in(module)
    while name in used:
        name += "_"
    return name


def in_text(module: cst.Module, words: Sequence[str]) -> bool:
    """Whether the source has any of these words."""
    code = module.code
    return any(word in code for word in words)


def keyword(call: cst.Call, name: str) -> cst.Arg | None:
    """The argument given by this keyword."""
    return next((a for a in call.args if a.keyword is not None and a.keyword.value == name), None)


def keep_comments(old: cst.SimpleStatementLine, new: cst.SimpleStatementLine) -> cst.SimpleStatementLine:
    return new.with_changes(leading_lines=old.leading_lines, trailing_whitespace=old.trailing_whitespace)


def calls_super(call: cst.Call) -> bool:
    """`super().method(...)`, which cannot be taken out of its method."""
    return contains(call.func, cst.Call) and "super(" in code_of(call.func)


def lone_value(statement: cst.CSTNode) -> cst.BaseExpression | None:
    """The value that a line assigns, returns or only computes."""
    small = lone(statement)
    return small.value if isinstance(small, (cst.Assign, cst.Expr, cst.Return)) else None


def with_value(statement: cst.CSTNode, value: cst.BaseExpression) -> Statement:
    """The same line with another value."""
    small = lone(statement)
    assert isinstance(statement, cst.SimpleStatementLine)
    assert small is not None
    return statement.with_changes(body=[small.with_changes(value=value)])
