"""Other ways of importing the same things."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import libcst as cst

from tests.metamorphic.code import (
    MODULES,
    Statement,
    add_to_head,
    bound_names,
    code_of,
    dotted,
    is_import,
    lone,
    map_blocks,
    names_in,
    parse_lines,
)
from tests.metamorphic.relation import relation


@relation()
def alias_every_import(module: cst.Module) -> cst.Module | None:
    """`import keras` becomes `import keras as imported_0`, and every use follows."""
    bound = bound_names(module)
    names: dict[str, str] = {}

    def change(alias: cst.ImportAlias) -> cst.ImportAlias:
        name = _binds(alias)
        if not name or name in bound or (alias.asname is None and isinstance(alias.name, cst.Attribute)):
            return alias
        new = names.setdefault(name, f"imported_{len(names)}")
        return alias.with_changes(asname=cst.AsName(cst.Name(new)))

    return _replace_names(_map_aliases(module, change), names)


@relation()
def keras_from_tensorflow(module: cst.Module) -> cst.Module | None:
    """`import keras` and `from keras...` become their `tensorflow.keras` forms."""
    return _other_home(module, "keras", "tensorflow.keras", "from tensorflow import keras")


@relation()
def keras_by_itself(module: cst.Module) -> cst.Module | None:
    """`from tensorflow import keras` and `from tensorflow.keras...` become their `keras` forms."""
    return _other_home(module, "tensorflow.keras", "keras", "import keras")


@relation()
def tensorflow_keras_as_name(module: cst.Module) -> cst.Module | None:
    """`from tensorflow import keras` becomes `import tensorflow.keras as keras`."""
    return _map_import_lines(module, _from_to_as)


@relation()
def modules_by_assignment(module: cst.Module) -> cst.Module | None:
    """`from keras import layers` becomes `import keras as library` and `layers = library.layers`."""
    lines: list[Statement] = []
    for statement in module.body:
        small = lone(statement)
        plain = isinstance(small, cst.ImportFrom) and not isinstance(small.names, cst.ImportStar)
        home = dotted(small.module) if plain and isinstance(small, cst.ImportFrom) and small.module else ""
        if home in ("keras", "tensorflow.keras") and isinstance(small, cst.ImportFrom):
            lines += parse_lines(f"import {home} as library_of_keras")
            assert not isinstance(small.names, cst.ImportStar)
            for alias in small.names:
                lines += parse_lines(f"{_binds(alias)} = library_of_keras.{dotted(alias.name)}")
        else:
            lines.append(statement)
    return module.with_changes(body=lines)


@relation()
def classes_to_attributes(module: cst.Module) -> cst.Module | None:
    """`from keras.layers import Dense` becomes `from keras import layers as house`, used as house.Dense."""
    bound = bound_names(module)
    names: dict[str, str] = {}

    def change(line: cst.ImportFrom) -> list[Statement] | None:
        if isinstance(line.names, cst.ImportStar) or line.module is None:
            return None
        home = dotted(line.module)
        if home not in ("keras.layers", "tensorflow.keras.layers"):
            return None
        if any(_binds(alias) in bound for alias in line.names):
            return None
        for alias in line.names:
            names[_binds(alias)] = f"house_of_layers.{dotted(alias.name)}"
        return parse_lines(f"from {home.rpartition('.')[0]} import layers as house_of_layers")

    return _replace_names(_map_import_lines(module, change), names)


@relation()
def attributes_to_classes(module: cst.Module) -> cst.Module | None:
    """`layers.Dense` becomes `Dense_`, imported from keras.layers."""
    homes = _layer_modules(module)
    used: dict[str, str] = {}

    class Changer(cst.CSTTransformer):
        def visit_ImportAlias(self, node: cst.ImportAlias) -> bool:
            return False

        def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
            return False

        def leave_Attribute(
            self, original_node: cst.Attribute, updated_node: cst.Attribute
        ) -> cst.BaseExpression:
            base, name = dotted(original_node.value), original_node.attr.value
            if base in homes and name[:1].isupper():
                used[name] = homes[base]
                return cst.Name(name + "_")
            return updated_node

    changed = module.visit(Changer())
    assert isinstance(changed, cst.Module)
    if not used or {name + "_" for name in used} & names_in(module):
        return None
    lines = "".join(f"from {home} import {name} as {name}_\n" for name, home in sorted(used.items()))
    return add_to_head(changed, lines)


@relation()
def import_with_fallback(module: cst.Module) -> cst.Module | None:
    """Every import stands in `try: ... except ImportError: raise`."""
    body: list[Statement] = []
    for statement in module.body:
        if is_import(statement) and "*" not in module.code_for_node(statement):
            text = code_of(lone(statement) or statement)
            if "\n" not in text:
                body += parse_lines(f"try:\n    {text}\nexcept ImportError:\n    raise\n")
                continue
        body.append(statement)
    return module.with_changes(body=body)


@relation()
def imports_in_reverse(module: cst.Module) -> cst.Module | None:
    """The imports at the top stand in reverse order."""
    names = [i for i, s in enumerate(module.body) if is_import(s)]
    if "*" in "".join(module.code_for_node(module.body[i]) for i in names):
        return None
    if "__future__" in module.code:
        return None
    body = list(module.body)
    for i, j in zip(names, reversed(names), strict=True):
        body[i] = module.body[j]
    return module.with_changes(body=body)


def _binds(alias: cst.ImportAlias) -> str:
    if alias.asname is not None:
        return dotted(alias.asname.name)
    return dotted(alias.name).split(".")[0]


def _map_aliases(module: cst.Module, change: Callable[[cst.ImportAlias], cst.ImportAlias]) -> cst.Module:
    class Changer(cst.CSTTransformer):
        def leave_ImportAlias(
            self, original_node: cst.ImportAlias, updated_node: cst.ImportAlias
        ) -> cst.ImportAlias:
            return change(updated_node)

    changed = module.visit(Changer())
    assert isinstance(changed, cst.Module)
    return changed


def _map_import_lines(
    module: cst.Module, change: Callable[[cst.ImportFrom], list[Statement] | None]
) -> cst.Module:
    """Changes `from` imports in every block; `change` gives new lines or None."""

    def lines(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            small = lone(statement)
            new = change(small) if isinstance(small, cst.ImportFrom) else None
            out += new if new is not None else [statement]
        return out

    return map_blocks(module, lines)


def _from_to_as(line: cst.ImportFrom) -> list[Statement] | None:
    if isinstance(line.names, cst.ImportStar) or line.module is None:
        return None
    home = dotted(line.module)
    known = ("keras", *MODULES)
    if home not in ("tensorflow", "keras", "tensorflow.keras"):
        return None
    if any(dotted(alias.name) not in known for alias in line.names):
        return None
    new = (f"import {home}.{dotted(alias.name)} as {_binds(alias)}" for alias in line.names)
    return parse_lines("\n".join(new) + "\n")


def _other_home(module: cst.Module, old: str, new: str, plain: str) -> cst.Module | None:
    """Imports Keras from another package."""

    def lines(statements: Sequence[Statement]) -> list[Statement]:
        return [_moved(statement, old, new, plain) for statement in statements]

    return map_blocks(module, lines)


def _moved(statement: Statement, old: str, new: str, plain: str) -> Statement:
    small = lone(statement)
    if isinstance(small, cst.ImportFrom) and small.module is not None:
        home = dotted(small.module)
        if home == old or home.startswith(old + "."):
            moved = small.with_changes(module=cst.parse_expression(new + home[len(old) :]))
            return statement.with_changes(body=[moved])
    code = cst.Module([]).code_for_node(small) if small is not None else ""
    for ours, theirs in (("import keras", "from tensorflow import keras"),):
        if code in (ours, theirs) and code != plain:
            return parse_lines(plain)[0]
    return statement


def _layer_modules(module: cst.Module) -> dict[str, str]:
    """Dotted names in the program that mean `keras.layers` -> what to import from."""
    found: dict[str, str] = {}
    bound = bound_names(module)
    for statement in module.body:
        small = lone(statement)
        if isinstance(small, cst.ImportFrom) and small.module and not isinstance(small.names, cst.ImportStar):
            home = dotted(small.module)
            for alias in small.names:
                full = f"{home}.{dotted(alias.name)}"
                if full in ("keras.layers", "tensorflow.keras.layers"):
                    found[_binds(alias)] = full
                if full == "tensorflow.keras":
                    found[_binds(alias) + ".layers"] = "tensorflow.keras.layers"
        elif isinstance(small, cst.Import):
            for alias in small.names:
                full = dotted(alias.name)
                if full in ("keras", "tensorflow.keras") and (alias.asname or "." not in full):
                    found[_binds(alias) + ".layers"] = f"{full}.layers"
                if full == "tensorflow":
                    found[_binds(alias) + ".keras.layers"] = "tensorflow.keras.layers"
    return {name: home for name, home in found.items() if name.split(".")[0] not in bound}


def _replace_names(module: cst.Module, names: Mapping[str, str]) -> cst.Module | None:
    """Replaces names by expressions, imports left alone."""
    if not names:
        return None

    class Changer(cst.CSTTransformer):
        def visit_Import(self, node: cst.Import) -> bool:
            return False

        def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
            return False

        def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
            new = names.get(original_node.value)
            return cst.parse_expression(new) if new is not None else updated_node

        def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
            return updated_node.with_changes(attr=original_node.attr)

        def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
            return updated_node.with_changes(keyword=original_node.keyword)

    changed = module.visit(Changer())
    assert isinstance(changed, cst.Module)
    return changed
