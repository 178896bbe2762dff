"""A Layer around a part, and its class after the imports, if the program does not have it yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from dropout_lint.fixes.lines import Lines
from dropout_lint.fixes.patch import Patch, Spans
from dropout_lint.fixes.repair import RunInInference
from dropout_lint.interpreter.syntax.walk import dotted_text, walk
from dropout_lint.keras.spelling import Bound, bindings, imported_by, keras_of, written_by
from dropout_lint.source.text import SourceFile

_REGISTER = "utils.register_keras_serializable"  # in every Keras, as `saving` is not
_NAMES = ("Frozen", "FrozenPart", "FrozenLayer")
# How a program imports the module `keras` itself, where it has imported names from it alone.
_IMPORTS = {
    "tensorflow.keras": "from tensorflow import keras",
    "tf_keras": "import tf_keras as keras",
    "keras": "import keras",
}
# What takes a model apart, or fills it by its structure: another layer than before would be met there.
_TAKES_APART = ("layers", "_layers", "get_layer", "load_weights")
# What a Sequential cannot answer before it has met data, if its first layer is of a class of the program.
_OF_BUILT = frozenset({
    "count_params", "summary", "load_weights", "get_weights", "set_weights", "weights", "variables",
    "trainable_weights", "trainable_variables", "non_trainable_weights", "non_trainable_variables", "input",
    "inputs", "output", "outputs", "input_shape", "output_shape", "plot_model", "clone_model",
})  # fmt: skip


def nodes(change: RunInInference) -> Iterator[cst.CSTNode]:
    """The nodes whose positions `patches` needs."""
    node = change.part.node
    yield node
    if isinstance(node, cst.Call):
        yield node.func
        for arg in node.args:
            yield arg
            yield arg.value
    elif isinstance(node, cst.Attribute):
        yield node.value
    yield from _first_imports(change.part.file)


def patches(change: RunInInference, lines: Lines, where: Spans) -> list[Patch] | None:
    """The edits; None when it is not certain that they are right."""
    file = change.part.file
    imports = _first_imports(file)
    if not imports or _takes_models_apart(change) or (change.unbuilt and _asks_what_is_built(file)):
        return None
    end = where[id(imports[-1])].end_line
    if where[id(change.part.node)].line <= end:
        return None
    found = _definition(file, imports)
    around = _around(change, found[0], where) if found is not None else None
    if found is None or around is None:
        return None
    return [*_inserted(found[1], end, file, lines), *around]


# --- the class


def _first_imports(file: SourceFile) -> list[cst.Import | cst.ImportFrom]:
    """The imports that follow each other at the top of the module, Keras' among them."""
    run: list[cst.Import | cst.ImportFrom] = []
    bound = bindings(file)
    for line in [*file.module.body, None]:
        alone = line.body[0] if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1 else None
        if isinstance(alone, (cst.Import, cst.ImportFrom)):
            run.append(alone)
        elif keras_of(_imported(run)) or written_by(_imported(run), bound, _REGISTER):
            return run
        else:
            run = []
    return []


def _imported(statements: Sequence[cst.CSTNode]) -> list[Bound]:
    return [bound for statement in statements for bound in imported_by(statement)]


def _definition(file: SourceFile, imports: Sequence[cst.CSTNode]) -> tuple[str, list[str]] | None:
    """The name of the class, and the lines that make it; none where it is there."""
    known, bound = _imported(imports), bindings(file)
    first: list[str] = []
    if written_by(known, bound, "layers.Wrapper") is None or written_by(known, bound, _REGISTER) is None:
        keras = keras_of(known)
        if keras is None or "keras" in bound:
            return None
        first = [_IMPORTS[keras]]
        known, bound = [Bound("keras", keras)], {"keras": {keras}}
    wrapper, register = written_by(known, bound, "layers.Wrapper"), written_by(known, bound, _REGISTER)
    classes = {node.name.value: node for node in file.module.body if isinstance(node, cst.ClassDef)}
    for name in _NAMES:
        lines = _class(name, f"{register}()", str(wrapper), file.module.default_indent)
        if name in classes and _code(file, classes[name]) == "\n".join(lines):
            return name, []
        if name not in bindings(file):
            return name, [*first, "", "", *lines]
    return None


def _class(name: str, decorator: str, base: str, indent: str) -> list[str]:
    return [
        f"@{decorator}",
        f"class {name}({base}):",
        f'{indent}"""Runs a layer in inference mode, whatever the model around it does."""',
        "",
        f"{indent}def call(self, inputs):",
        f"{indent}{indent}return self.layer(inputs, training=False)",
    ]


def _code(file: SourceFile, node: cst.CSTNode) -> str:
    return "\n".join(file.module.code_for_node(node).strip().splitlines())


def _inserted(new: list[str], after: int, file: SourceFile, lines: Lines) -> list[Patch]:
    """The lines of a class after a line, with two blank ones before what follows in the file or the cell."""
    if not new:
        return []
    end = lines.end(after)
    text = "".join(end + line for line in new) + end * _missing_blanks(after, file, lines)
    return [Patch.inserting(after, len(lines.content(after)), text)]


def _missing_blanks(after: int, file: SourceFile, lines: Lines) -> int:
    """How many blank lines there should be more between a line and what follows."""
    cell = file.place_of(after)[0]
    for blank, number in enumerate(range(after + 1, len(lines.lines) + 1)):
        if file.place_of(number)[0] != cell:
            return 0
        if lines.content(number).strip():
            return max(0, 2 - blank)
    return 0


# --- the part


def _around(change: RunInInference, name: str, where: Spans) -> list[Patch] | None:
    node = change.part.node
    if change.how == "read":
        return _instead_of_output(node, name, where)
    if change.how == "listed":
        return _wrapped(node, name, where)
    if not isinstance(node, cst.Call):
        return None
    if change.how == "added":
        added = isinstance(node.func, cst.Attribute) and node.func.attr.value == "add"
        return _wrapped(node.args[0].value, name, where) if added and len(node.args) == 1 else None
    called, dropped = _is_layer(node.func, change.part.file), _without_flag(node, where)
    around = _wrapped(node.func, name, where) if called else None
    return [*around, *dropped] if around is not None and dropped is not None else None


def _wrapped(node: cst.CSTNode, name: str, where: Spans) -> list[Patch] | None:
    """`Frozen(base)` for `base`."""
    if getattr(node, "lpar", ()):
        return None
    span = where[id(node)]
    before = Patch.inserting(span.line, span.column, f"{name}(")
    return [before, Patch.inserting(span.end_line, span.end_column, ")")]


def _instead_of_output(node: cst.CSTNode, name: str, where: Spans) -> list[Patch] | None:
    """`Frozen(base)(base.input)` for `base.output`."""
    text = (
        dotted_text(node.value) if isinstance(node, cst.Attribute) and node.attr.value == "output" else None
    )
    return [Patch.replacing(where[id(node)], f"{name}({text})({text}.input)")] if text else None


def _is_layer(function: cst.CSTNode, file: SourceFile) -> bool:
    """Whether what is called is certainly the layer itself, not something made of it."""
    if isinstance(function, cst.Attribute) and function.attr.value in ("call", "__call__"):
        return False
    names = (node.value for node in walk(file.module) if isinstance(node, cst.Name))
    return "partial" not in names


def _without_flag(call: cst.Call, where: Spans) -> list[Patch] | None:
    """A call of one argument, without its flag; None for any other."""
    flags = [n for n, arg in enumerate(call.args) if arg.keyword and arg.keyword.value == "training"]
    others = [arg for n, arg in enumerate(call.args) if n not in flags]
    named = [arg.keyword.value for arg in others if arg.keyword]
    if len(others) != 1 or others[0].star or named not in ([], ["inputs"]):
        return None
    if not flags:
        return []
    value = call.args[flags[0]].value
    if not isinstance(value, cst.Name) or value.value not in ("True", "False", "None"):
        return None
    first, second = call.args
    blanks = first.comma.whitespace_after if isinstance(first.comma, cst.Comma) else None
    if isinstance(blanks, cst.ParenthesizedWhitespace) and (
        blanks.first_line.comment or any(line.comment for line in blanks.empty_lines)
    ):
        return None
    if flags == [0]:
        start, end = where[id(first)], where[id(second)]
        return [Patch(start.line, start.column, end.line, end.column, "")]
    start, end = where[id(first.value)], where[id(second)]
    return [Patch(start.end_line, start.end_column, end.end_line, end.end_column, "")]


# --- what else the program does with the model


def _takes_models_apart(change: RunInInference) -> bool:
    """Whether the program may look for the part where there is another layer now."""
    file = change.part.file
    bound = bindings(file)
    for node in walk(file.module, lambda node: not isinstance(node, (cst.Import, cst.ImportFrom))):
        if isinstance(node, cst.SimpleString) and node.evaluated_value in _TAKES_APART:
            return True
        if isinstance(node, cst.Attribute) and node.attr.value in _TAKES_APART:
            text = dotted_text(node.value)
            modules = text is not None and None not in bound.get(text.split(".")[0], {None})
            if not modules and text != change.name:
                return True
    return False


def _asks_what_is_built(file: SourceFile) -> bool:
    """Whether the program asks a model what it knows only once it is built."""
    attributes = (node.attr.value for node in walk(file.module) if isinstance(node, cst.Attribute))
    return not _OF_BUILT.isdisjoint(attributes)
