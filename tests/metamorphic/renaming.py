"""Other names for variables, functions, classes, methods and attributes."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from tests.metamorphic.code import REFLECTION, body_of, bound_names, in_text, names_in, target_names
from tests.metamorphic.relation import relation

# Names by which Keras itself calls or reads what a program defines.
_KERAS_PARAMETERS = {
    "self",
    "cls",
    "training",
    "mask",
    "x",
    "y",
    "y_pred",
    "sample_weight",
    "inputs",
    "config",
}
_KERAS_ATTRIBUTES = {
    "trainable", "training", "rate", "dropout", "recurrent_dropout", "stddev", "layers", "layer", "inputs",
    "outputs", "input", "output", "optimizer", "loss", "metrics", "name", "weights", "variables", "built",
    "dtype", "losses", "call", "build", "train_step", "test_step", "predict_step", "compute_loss", "compile",
    "fit", "predict", "evaluate", "get_config", "from_config", "trainable_weights", "trainable_variables",
    "stop_training", "model", "params", "history", "units", "filters", "cell", "compute_output_shape",
    "compute_mask", "metrics_names", "submodules", "summary", "stateful", "supports_masking",
}  # fmt: skip


@relation()
def rename_variables(module: cst.Module) -> cst.Module | None:
    """Every variable and parameter is called v0, v1 ..."""
    return _rename_variables(module, "v{}")


@relation()
def rename_variables_misleadingly(module: cst.Module) -> cst.Module | None:
    """Every variable and parameter gets a name that speaks of training or Dropout."""
    return _rename_variables(module, "training_dropout_trainable_{}")


@relation()
def rename_variables_unicode(module: cst.Module) -> cst.Module | None:
    """Every variable and parameter gets a name beyond ASCII."""
    return _rename_variables(module, "größe_{}")


@relation()
def rename_functions(module: cst.Module) -> cst.Module | None:
    """Every function that is no method is called helper_0 ..."""
    found = {f.name.value for f in _functions(module, methods=False)} & _free(module)
    return _renamed(module, {name: f"helper_{i}" for i, name in enumerate(sorted(found))})


@relation()
def rename_classes(module: cst.Module) -> cst.Module | None:
    """Every class is called Klass0 ..."""
    found = {s.name.value for s in _definitions(module) if isinstance(s, cst.ClassDef)} & _free(module)
    if in_text(module, ("get_layer(", ".name", "__name__", "startswith")):
        return None  # Keras names layers after their class
    return _renamed(module, {name: f"Klass{i}" for i, name in enumerate(sorted(found))})


@relation()
def rename_methods(module: cst.Module) -> cst.Module | None:
    """Every method that Keras does not call itself is called step_0 ..."""
    methods = {f.name.value for f in _functions(module, methods=True)}
    found = {n for n in methods - _KERAS_ATTRIBUTES if not n.startswith("__") and not _decorated(module, n)}
    if in_text(module, ("getattr", "__dict__", "super()." + "_")):
        return None
    return _renamed_attributes(module, {name: f"step_{i}" for i, name in enumerate(sorted(found))})


@relation()
def rename_attributes(module: cst.Module) -> cst.Module | None:
    """Every `self.x` is called self.part_0 ..."""
    found: set[str] = set()

    class Visitor(cst.CSTVisitor):
        def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
            target = node.target
            if isinstance(target, cst.Attribute) and _is_self(target.value):
                found.add(target.attr.value)

    module.visit(Visitor())
    class_names = {name for cls in _definitions(module) for name in _class_body(cls)}
    strings = module.code.replace("'", '"').split('"')
    usable = {
        name
        for name in found - _KERAS_ATTRIBUTES - class_names
        if not name.startswith("__") and name not in strings[1::2]
    }
    if in_text(module, ("getattr(self", "setattr(self", "__dict__", "vars(", "__slots__")):
        return None
    return _renamed_attributes(module, {name: f"part_{i}" for i, name in enumerate(sorted(usable))})


def _rename_variables(module: cst.Module, pattern: str) -> cst.Module | None:
    if in_text(module, REFLECTION):
        return None
    parameters = _parameters(module)
    keywords = _keywords(module)
    taken = {s.name.value for s in _definitions(module)}
    found = _free(module) - taken - _KERAS_PARAMETERS
    found = {name for name in found if not (name in parameters and name in keywords)}
    return _renamed(module, {name: pattern.format(i) for i, name in enumerate(sorted(found))})


def _free(module: cst.Module) -> set[str]:
    """Bound names that nothing outside of plain scopes knows."""
    imported: set[str] = set()
    classes: set[str] = set()
    patterns: set[str] = set()

    class Visitor(cst.CSTVisitor):
        def visit_ImportAlias(self, node: cst.ImportAlias) -> None:
            imported.update(names_in(node))

        def visit_ClassDef(self, node: cst.ClassDef) -> None:
            classes.update(_class_body(node))

        def visit_MatchKeywordElement(self, node: cst.MatchKeywordElement) -> None:
            patterns.add(node.key.value)

    module.visit(Visitor())
    found = bound_names(module) - imported - classes - patterns
    return {name for name in found if not name.startswith("__") and name != "_"}


def _class_body(cls: cst.CSTNode) -> set[str]:
    found: set[str] = set()
    if not isinstance(cls, cst.ClassDef):
        return found
    for statement in body_of(cls):
        if isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
            found.add(statement.name.value)
        elif isinstance(statement, cst.SimpleStatementLine):
            for small in statement.body:
                if isinstance(small, cst.Assign):
                    found.update(name for target in small.targets for name in target_names(target.target))
                elif isinstance(small, cst.AnnAssign):
                    found.update(target_names(small.target))
    return found


def _parameters(module: cst.Module) -> set[str]:
    found: set[str] = set()

    class Visitor(cst.CSTVisitor):
        def visit_Param(self, node: cst.Param) -> None:
            found.add(node.name.value)

    module.visit(Visitor())
    return found


def _keywords(module: cst.Module) -> set[str]:
    """Names that are given as keywords, or as keys of dicts that may become keywords."""
    found: set[str] = set()

    class Visitor(cst.CSTVisitor):
        def visit_Arg(self, node: cst.Arg) -> None:
            if node.keyword is not None:
                found.add(node.keyword.value)

        def visit_SimpleString(self, node: cst.SimpleString) -> None:
            found.add(node.raw_value)

    module.visit(Visitor())
    return found


def _definitions(module: cst.Module) -> list[cst.FunctionDef | cst.ClassDef]:
    found: list[cst.FunctionDef | cst.ClassDef] = []

    class Visitor(cst.CSTVisitor):
        def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
            found.append(node)

        def visit_ClassDef(self, node: cst.ClassDef) -> None:
            found.append(node)

    module.visit(Visitor())
    return found


def _functions(module: cst.Module, *, methods: bool) -> list[cst.FunctionDef]:
    inside = {id(s) for cls in _definitions(module) if isinstance(cls, cst.ClassDef) for s in body_of(cls)}
    found = [d for d in _definitions(module) if isinstance(d, cst.FunctionDef)]
    return [f for f in found if (id(f) in inside) is methods]


def _decorated(module: cst.Module, name: str) -> bool:
    return any(f.decorators for f in _functions(module, methods=True) if f.name.value == name)


def _is_self(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value == "self"


def _renamed(module: cst.Module, names: Mapping[str, str]) -> cst.Module | None:
    if not names or set(names.values()) & names_in(module):
        return None

    class Renamer(cst.CSTTransformer):
        def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
            return updated_node.with_changes(value=names.get(updated_node.value, updated_node.value))

        def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
            return updated_node.with_changes(attr=original_node.attr)

        def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
            return updated_node.with_changes(keyword=original_node.keyword)

        def leave_ImportAlias(
            self, original_node: cst.ImportAlias, updated_node: cst.ImportAlias
        ) -> cst.ImportAlias:
            return original_node

    changed = module.visit(Renamer())
    assert isinstance(changed, cst.Module)
    return changed


def _renamed_attributes(module: cst.Module, names: Mapping[str, str]) -> cst.Module | None:
    if not names:
        return None

    class Renamer(cst.CSTTransformer):
        def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
            name = original_node.attr.value
            return updated_node.with_changes(attr=cst.Name(names.get(name, name)))

        def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
            if not isinstance(updated_node.body, cst.IndentedBlock):
                return updated_node
            body = [_method(s) for s in updated_node.body.body]
            return updated_node.with_changes(body=updated_node.body.with_changes(body=body))

    def _method(statement: cst.CSTNode) -> cst.CSTNode:
        if isinstance(statement, cst.FunctionDef) and statement.name.value in names:
            return statement.with_changes(name=cst.Name(names[statement.name.value]))
        return statement

    changed = module.visit(Renamer())
    assert isinstance(changed, cst.Module)
    return changed
