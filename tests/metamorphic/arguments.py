"""Arguments given in other ways: by position, by keyword, from a list or a dict, through a partial."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from tests.metamorphic.code import (
    Statement,
    add_to_head,
    bound_names,
    calls_super,
    code_of,
    expression,
    keyword,
    leaf,
    lone_value,
    map_blocks,
    map_calls,
    parse_lines,
    with_value,
)
from tests.metamorphic.relation import relation

# Positional parameters of Keras callables, in order.
SIGNATURES: dict[str, tuple[str, ...]] = {
    "Model": ("inputs", "outputs"),
    "Sequential": ("layers",),
    "Dense": ("units", "activation"),
    "Dropout": ("rate",),
    "SpatialDropout1D": ("rate",),
    "SpatialDropout2D": ("rate",),
    "AlphaDropout": ("rate",),
    "GaussianDropout": ("rate",),
    "GaussianNoise": ("stddev",),
    "Conv1D": ("filters", "kernel_size"),
    "Conv2D": ("filters", "kernel_size"),
    "LSTM": ("units",),
    "GRU": ("units",),
    "Embedding": ("input_dim", "output_dim"),
    "TimeDistributed": ("layer",),
    "Bidirectional": ("layer",),
    "Activation": ("activation",),
    "Input": ("shape",),
    "clone_model": ("model",),
}

METHODS: dict[str, tuple[str, ...]] = {
    "fit": ("x", "y"),
    "train_on_batch": ("x", "y"),
    "compile": ("optimizer", "loss"),
    "get_layer": ("name",),
    "add": ("layer",),
}


@relation()
def constructors_by_keyword(module: cst.Module) -> cst.Module | None:
    """`Dense(4)` becomes `Dense(units=4)`, `Model(a, b)` becomes `Model(inputs=a, outputs=b)`."""
    own = bound_names(module)
    return map_calls(module, lambda call: _by_keyword(call, _constructor(call, own)))


@relation()
def methods_by_keyword(module: cst.Module) -> cst.Module | None:
    """`m.compile("adam", "mse")` becomes `m.compile(optimizer="adam", loss="mse")`; fit(x=, y=) too."""
    own = bound_names(module)
    return map_calls(module, lambda call: _by_keyword(call, _method(call, own)))


@relation()
def calls_by_position(module: cst.Module) -> cst.Module | None:
    """`Model(inputs=a, outputs=b)` becomes `Model(a, b)`; other known calls likewise."""
    own = bound_names(module)
    return map_calls(module, lambda call: _by_position(call, _constructor(call, own) or _method(call, own)))


@relation()
def training_from_dict(module: cst.Module) -> cst.Module | None:
    """`f(x, training=False)` becomes `f(x, **{"training": False})`."""

    def change(call: cst.Call) -> cst.Call | None:
        flag = keyword(call, "training")
        if flag is None or calls_super(call):
            return None
        packed = cst.Arg(expression(f'{{"training": {code_of(flag.value)}}}'), star="**")
        return call.with_changes(args=[*_without(call.args, flag), packed])

    return map_calls(module, change)


@relation()
def training_from_named_dict(module: cst.Module) -> cst.Module | None:
    """`f(x, training=False)` becomes `f(x, **flags)` with a dict made before the statement."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            value = lone_value(statement)
            flag = keyword(value, "training") if isinstance(value, cst.Call) else None
            if flag is None or not isinstance(value, cst.Call) or calls_super(value):
                out.append(statement)
                continue
            out += parse_lines(f"flags_ = dict(training={code_of(flag.value)})\n")
            packed = cst.Arg(cst.Name("flags_"), star="**")
            out.append(with_value(statement, value.with_changes(args=[*_without(value.args, flag), packed])))
        return out

    return map_blocks(module, change)


@relation()
def keywords_from_dict(module: cst.Module) -> cst.Module | None:
    """Every call's keywords are given as `**dict(...)`."""

    def change(call: cst.Call) -> cst.Call | None:
        given = [a for a in call.args if a.keyword is not None]
        if not given or leaf(call.func) == "dict" or any(a.star for a in call.args) or calls_super(call):
            return None
        packed = cst.Arg(cst.Call(cst.Name("dict"), _separate(given)), star="**")
        rest = [a for a in call.args if a.keyword is None]
        return call.with_changes(args=[*_separate(rest), packed])

    return map_calls(module, change)


@relation()
def positions_from_list(module: cst.Module) -> cst.Module | None:
    """`f(a, b)` becomes `f(*[a, b])`."""

    def change(call: cst.Call) -> cst.Call | None:
        given = [a for a in call.args if a.keyword is None]
        if not given or any(a.star for a in call.args) or _keeps_arguments(call):
            return None
        packed = cst.Arg(cst.List([cst.Element(a.value) for a in given]), star="*")
        return call.with_changes(args=[packed, *[a for a in call.args if a.keyword is not None]])

    return map_calls(module, change)


@relation()
def training_through_partial(module: cst.Module) -> cst.Module | None:
    """`base(x, training=False)` becomes `functools.partial(base, training=False)(x)`."""

    def change(call: cst.Call) -> cst.Call | None:
        flag = keyword(call, "training")
        if flag is None or calls_super(call) or any(a.star for a in call.args):
            return None
        part = f"functools_.partial({code_of(call.func)}, training={code_of(flag.value)})"
        return call.with_changes(func=expression(part), args=_separate(_without(call.args, flag)))

    changed = map_calls(module, change)
    return None if changed.deep_equals(module) else add_to_head(changed, "import functools as functools_\n")


def _constructor(call: cst.Call, own: set[str]) -> tuple[str, ...]:
    name = leaf(call.func)
    return () if name in own else SIGNATURES.get(name, ())


def _method(call: cst.Call, own: set[str]) -> tuple[str, ...]:
    if not isinstance(call.func, cst.Attribute) or call.func.attr.value in own or calls_super(call):
        return ()
    if code_of(call.func.value).split(".")[-1] in ("layers", "ops", "np", "tf"):
        return ()
    return METHODS.get(call.func.attr.value, ())


def _by_keyword(call: cst.Call, names: tuple[str, ...]) -> cst.Call | None:
    if not names or any(a.star for a in call.args):
        return None
    args: list[cst.Arg] = []
    for i, arg in enumerate(call.args):
        if arg.keyword is None and i < len(names):
            args.append(_keyword(names[i], arg.value))
        elif arg.keyword is None:
            return None
        else:
            args.append(arg)
    return call.with_changes(args=_separate(args))


def _by_position(call: cst.Call, names: tuple[str, ...]) -> cst.Call | None:
    if not names or any(a.star for a in call.args):
        return None
    args = [a for a in call.args if a.keyword is None]
    rest = [a for a in call.args if a.keyword is not None]
    for name in names[len(args) :]:
        given = keyword(call, name)
        if given is None:
            break
        args.append(cst.Arg(given.value))
        rest.remove(given)
    return call.with_changes(args=_separate([*args, *rest]))


def _keyword(name: str, value: cst.BaseExpression) -> cst.Arg:
    equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    return cst.Arg(value, keyword=cst.Name(name), equal=equal)


def _separate(args: Sequence[cst.Arg]) -> list[cst.Arg]:
    """Arguments on one line, without comments."""
    plain = [a.with_changes(comma=cst.MaybeSentinel.DEFAULT) for a in args]
    return [a.with_changes(whitespace_after_arg=cst.SimpleWhitespace("")) for a in plain]


def _without(args: Sequence[cst.Arg], one: cst.Arg) -> list[cst.Arg]:
    return _separate([a for a in args if a is not one])


def _keeps_arguments(call: cst.Call) -> bool:
    """Calls whose arguments are looked at in another way, or whose lines matter."""
    return calls_super(call) or leaf(call.func) in (
        "super",
        "Sequential",
        "print",
        "isinstance",
        "dict",
        "zip",
    )
