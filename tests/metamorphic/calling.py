"""Calls written in other ways: by position, by keyword, from a dict, through helpers and temporaries."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from tests.metamorphic.code import (
    Statement,
    add_to_head,
    assigned,
    body_of,
    bound_names,
    call_statement,
    code_of,
    contains,
    expression,
    in_text,
    is_definition,
    keep_comments,
    keyword,
    leaf,
    lone,
    map_blocks,
    map_calls,
    parse_lines,
    statements_of,
    with_comment,
)
from tests.metamorphic.relation import relation

Change = Callable[[cst.BaseExpression], cst.BaseExpression]

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
        if flag is None or _super(call):
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
            value = _lone_value(statement)
            flag = keyword(value, "training") if isinstance(value, cst.Call) else None
            if flag is None or not isinstance(value, cst.Call) or _super(value):
                out.append(statement)
                continue
            out += parse_lines(f"flags_ = dict(training={code_of(flag.value)})\n")
            packed = cst.Arg(cst.Name("flags_"), star="**")
            out.append(_with_value(statement, value.with_changes(args=[*_without(value.args, flag), packed])))
        return out

    return map_blocks(module, change)


@relation()
def keywords_from_dict(module: cst.Module) -> cst.Module | None:
    """Every call's keywords are given as `**dict(...)`."""

    def change(call: cst.Call) -> cst.Call | None:
        given = [a for a in call.args if a.keyword is not None]
        if not given or leaf(call.func) == "dict" or any(a.star for a in call.args) or _super(call):
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
        if flag is None or _super(call) or any(a.star for a in call.args):
            return None
        part = f"functools_.partial({code_of(call.func)}, training={code_of(flag.value)})"
        return call.with_changes(func=expression(part), args=_separate(_without(call.args, flag)))

    changed = map_calls(module, change)
    return None if changed.deep_equals(module) else add_to_head(changed, "import functools as functools_\n")


@relation()
def dunder_call(module: cst.Module) -> cst.Module | None:
    """`base(x)` becomes `base.__call__(x)` where base is a variable of the script."""
    names = {a[1] for s in module.body if (a := assigned(s)) and isinstance(a[0].value, cst.Call)}
    names -= {s.name.value for s in module.body if isinstance(s, (cst.FunctionDef, cst.ClassDef))}

    def change(call: cst.Call) -> cst.Call | None:
        if not isinstance(call.func, cst.Name) or call.func.value not in names:
            return None
        return call.with_changes(func=cst.Attribute(call.func, cst.Name("__call__")))

    return map_calls(module, change)


@relation()
def method_through_variable(module: cst.Module) -> cst.Module | None:
    """`model.fit(...)` becomes `bound_ = model.fit` and `bound_(...)`."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            call = call_statement(statement)
            if call is None or not isinstance(call.func, cst.Attribute) or _super(call):
                out.append(statement)
                continue
            out += parse_lines(f"bound_ = {code_of(call.func)}\n")
            out.append(_with_value(statement, call.with_changes(func=cst.Name("bound_"))))
        return out

    return map_blocks(module, change)


@relation()
def method_through_getattr(module: cst.Module) -> cst.Module | None:
    """`model.fit(...)` becomes `getattr(model, "fit")(...)` for methods of statements."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            call = call_statement(statement)
            if call is not None and isinstance(call.func, cst.Attribute) and not _super(call):
                got = expression(f'getattr({code_of(call.func.value)}, "{call.func.attr.value}")')
                statement = _with_value(statement, call.with_changes(func=got))
            out.append(statement)
        return out

    return map_blocks(module, change)


@relation()
def method_through_class(module: cst.Module) -> cst.Module | None:
    """A statement `model.fit(...)` becomes `type(model).fit(model, ...)`."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            call = call_statement(statement)
            if call is not None and isinstance(call.func, cst.Attribute) and _trains(call):
                owner = call.func.value
                function = expression(f"type({code_of(owner)}).{call.func.attr.value}")
                new = call.with_changes(func=function, args=[cst.Arg(owner), *call.args])
                statement = _with_value(statement, new)
            out.append(statement)
        return out

    return map_blocks(module, change)


@relation()
def arguments_to_temporaries(module: cst.Module) -> cst.Module | None:
    """`y = f(a)(g(b))` becomes `t0 = f(a)`, `t1 = g(b)` and `y = t0(t1)`, in every block."""
    return map_blocks(module, _with_temporaries)


@relation()
def results_to_temporaries(module: cst.Module) -> cst.Module | None:
    """`y = f(x)` becomes `result_ = f(x)` and `y = result_`, in every block."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            small = lone(statement)
            if isinstance(small, cst.Assign) and isinstance(small.value, cst.Call):
                new = parse_lines(f"result_ = {code_of(small.value)}\n")
                new.append(_with_value(statement, cst.Name("result_")))
                out += with_comment(new, statement)
            else:
                out.append(statement)
        return out

    return map_blocks(module, change)


@relation()
def values_through_functions(module: cst.Module) -> cst.Module | None:
    """`y = f(x)` of the script becomes `def make_(): return f(x)` and `y = make_()`."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for i, statement in enumerate(statements):
            found = assigned(statement)
            if found is None or not isinstance(found[0].value, cst.Call) or _walrus(found[0]):
                out.append(statement)
                continue
            (function,) = parse_lines(f"def make_{i}():\n    return 0\n")
            returned = cst.SimpleStatementLine([cst.Return(found[0].value)])
            assert isinstance(function, cst.FunctionDef)
            assert isinstance(statement, cst.SimpleStatementLine)
            inside = cst.IndentedBlock([keep_comments(statement, returned)])
            out.append(function.with_changes(body=inside))
            out += parse_lines(f"{found[1]} = make_{i}()\n")
        return out

    return map_blocks(module, change, nested=False)


@relation()
def values_through_lambdas(module: cst.Module) -> cst.Module | None:
    """`y = f(x)` of the script becomes `y = (lambda: f(x))()`."""

    def change(value: cst.BaseExpression) -> cst.BaseExpression:
        return cst.Call(cst.Lambda(cst.Parameters(), value, lpar=[cst.LeftParen()], rpar=[cst.RightParen()]))

    return _map_values(module, change, nested=False)


@relation()
def values_through_identity(module: cst.Module) -> cst.Module | None:
    """`y = f(x)` becomes `y = same_(f(x))`, a function of the program that returns what it gets."""
    changed = _map_values(module, lambda value: cst.Call(cst.Name("same_"), [cst.Arg(value)]))
    return add_to_head(changed, "def same_(value):\n    return value\n")


@relation()
def values_through_holder(module: cst.Module) -> cst.Module | None:
    """`y = f(x)` becomes `y = Holder_(f(x)).value`, a plain class of the program."""
    changed = _map_values(module, lambda value: cst.Attribute(
        cst.Call(cst.Name("Holder_"), [cst.Arg(value)]), cst.Name("value")
    ))  # fmt: skip
    text = "class Holder_:\n    def __init__(self, value):\n        self.value = value\n"
    return add_to_head(changed, text)


@relation()
def values_through_containers(module: cst.Module) -> cst.Module | None:
    """`y = f(x)` becomes `y = {"key": (f(x), None)}["key"][0]`."""
    return _map_values(module, lambda value: expression(f'{{"key": ({code_of(value)}, None)}}["key"][0]'))


@relation()
def values_through_conditions(module: cst.Module) -> cst.Module | None:
    """`y = f(x)` becomes `y = f(x) if True else None`."""
    return _map_values(module, lambda value: expression(f"({code_of(value)} if True else None)"))


@relation()
def layer_calls_through_helper(module: cst.Module) -> cst.Module | None:
    """`y = base(x, ...)` becomes `y = apply_(base, x, ...)` with a helper of its own for each call."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for i, statement in enumerate(statements):
            found = assigned(statement)
            call = found[0].value if found is not None else None
            if found is None or not isinstance(call, cst.Call) or not _plain_call(call):
                out.append(statement)
                continue
            text = f"def apply_{i}(layer_, *args, **kwargs):\n    return layer_(*args, **kwargs)\n"
            (function,) = parse_lines(text)
            assert isinstance(function, cst.FunctionDef)
            assert isinstance(statement, cst.SimpleStatementLine)
            inner = function.body.body[0]
            assert isinstance(inner, cst.SimpleStatementLine)
            kept = inner.with_changes(trailing_whitespace=statement.trailing_whitespace)
            out.append(function.with_changes(body=cst.IndentedBlock([kept])))
            new = cst.Call(cst.Name(f"apply_{i}"), [cst.Arg(call.func), *call.args])
            out.append(_with_value(statement, new))
        return out

    return map_blocks(module, change)


@relation()
def training_steps_through_helpers(module: cst.Module) -> cst.Module | None:
    """A statement `model.fit(...)` becomes `def step_(m): m.fit(...)` and `step_(model)`."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for i, statement in enumerate(statements):
            call = call_statement(statement)
            if call is None or not isinstance(call.func, cst.Attribute) or contains(call, cst.NamedExpr):
                out.append(statement)
                continue
            if not isinstance(call.func.value, cst.Name) or not isinstance(
                statement, cst.SimpleStatementLine
            ):
                out.append(statement)
                continue
            (function,) = parse_lines(f"def step_{i}(subject_):\n    pass\n")
            method = call.func.with_changes(value=cst.Name("subject_"))
            inside = _with_value(statement, call.with_changes(func=method))
            assert isinstance(function, cst.FunctionDef)
            out.append(function.with_changes(body=cst.IndentedBlock([inside])))
            out += parse_lines(f"step_{i}({call.func.value.value})\n")
        return out

    return map_blocks(module, change, nested=False)


@relation()
def functions_decorated(module: cst.Module) -> cst.Module | None:
    """Every plain function gets a decorator that returns it as it is."""
    changed = _decorated(module, "kept_")
    return add_to_head(changed, "def kept_(function):\n    return function\n")


@relation()
def functions_wrapped(module: cst.Module) -> cst.Module | None:
    """Every plain function gets a `functools.wraps` decorator that passes calls on."""
    text = """\
import functools as functools_


def passing_(function):
    @functools_.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper
"""
    return add_to_head(_decorated(module, "passing_"), text)


@relation()
def function_inlined(module: cst.Module) -> cst.Module | None:
    """A function of straight code that is called once, by `y = f(...)`, is written in place of its call."""
    for function in module.body:
        if isinstance(function, cst.FunctionDef):
            changed = _inlined(module, function)
            if changed is not None:
                return changed
    return None


@relation()
def constants_named(module: cst.Module) -> cst.Module | None:
    """False, True and numbers among arguments become constants of the module."""
    names: dict[str, str] = {}

    def change(call: cst.Call) -> cst.Call | None:
        args = []
        for arg in call.args:
            text = code_of(arg.value)
            if not arg.star and (
                text in ("True", "False") or isinstance(arg.value, (cst.Integer, cst.Float))
            ):
                name = names.setdefault(text, f"CONSTANT_{len(names)}")
                arg = arg.with_changes(value=cst.Name(name))
            args.append(arg)
        return call.with_changes(args=args)

    changed = map_calls(module, change)
    return (
        add_to_head(changed, "".join(f"{name} = {text}\n" for text, name in names.items())) if names else None
    )


@relation()
def constants_computed(module: cst.Module) -> cst.Module | None:
    """False, True and rates among arguments are computed: `not True`, `0.5 * 1`."""

    def change(call: cst.Call) -> cst.Call | None:
        texts = {"True": "(not False)", "False": "(1 > 2)"}
        args = []
        for arg in call.args:
            text = code_of(arg.value)
            if not arg.star and text in texts:
                arg = arg.with_changes(value=expression(texts[text]))
            elif not arg.star and isinstance(arg.value, cst.Float):
                arg = arg.with_changes(value=expression(f"({text} * 2 / 2)"))
            args.append(arg)
        return call.with_changes(args=args)

    return map_calls(module, change)


# --- helpers


def _constructor(call: cst.Call, own: set[str]) -> tuple[str, ...]:
    name = leaf(call.func)
    return () if name in own else SIGNATURES.get(name, ())


def _method(call: cst.Call, own: set[str]) -> tuple[str, ...]:
    if not isinstance(call.func, cst.Attribute) or call.func.attr.value in own or _super(call):
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


def _super(call: cst.Call) -> bool:
    return contains(call.func, cst.Call) and "super(" in code_of(call.func)


def _keeps_arguments(call: cst.Call) -> bool:
    """Calls whose arguments are looked at in another way, or whose lines matter."""
    return _super(call) or leaf(call.func) in ("super", "Sequential", "print", "isinstance", "dict", "zip")


def _trains(call: cst.Call) -> bool:
    return leaf(call.func) in ("fit", "train_on_batch", "compile") and not _super(call)


def _plain_call(call: cst.Call) -> bool:
    """`name(...)` or `a.b(...)` or `f(..)(...)` that may be handed to a helper as it stands."""
    text = code_of(call.func)
    own = ("locals", "globals", "vars", "dict", "type", "Sequential")
    # An unknown function's own name says whether it may have switched Dropout off: it must stay readable.
    return "super" not in text and "dropout" not in leaf(call.func).lower() and leaf(call.func) not in own


def _walrus(node: cst.CSTNode) -> bool:
    return contains(node, (cst.NamedExpr, cst.Await, cst.Yield))


def _lone_value(statement: cst.CSTNode) -> cst.BaseExpression | None:
    small = lone(statement)
    return small.value if isinstance(small, (cst.Assign, cst.Expr, cst.Return)) else None


def _with_value(statement: cst.CSTNode, value: cst.BaseExpression) -> Statement:
    small = lone(statement)
    assert isinstance(statement, cst.SimpleStatementLine)
    assert small is not None
    return statement.with_changes(body=[small.with_changes(value=value)])


def _map_values(module: cst.Module, change: Change, *, nested: bool = True) -> cst.Module:
    """Changes the value of each `target = call` statement."""

    def block(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            small = lone(statement)
            if isinstance(small, cst.Assign) and isinstance(small.value, cst.Call) and not _walrus(small):
                statement = _with_value(statement, change(small.value))
            out.append(statement)
        return out

    return map_blocks(module, block, nested=nested)


def _with_temporaries(statements: Sequence[Statement]) -> list[Statement]:
    out: list[Statement] = []
    for i, statement in enumerate(statements):
        value = _lone_value(statement)
        if not isinstance(value, cst.Call) or _super(value) or _walrus(value):
            out.append(statement)
            continue
        if any(a.star for a in value.args):
            out.append(statement)
            continue
        before: list[Statement] = []

        def temporary(node: cst.BaseExpression, before: list[Statement], i: int = i) -> cst.BaseExpression:
            if not isinstance(node, cst.Call) or code_of(node).startswith("super("):
                return node
            name = f"t{i}_{len(before)}_"
            before += parse_lines(f"{name} = {code_of(node)}\n")
            return cst.Name(name)

        function = temporary(value.func, before)
        args = [a.with_changes(value=temporary(a.value, before)) for a in value.args]
        last = _with_value(statement, value.with_changes(func=function, args=args))
        out += with_comment([*before, last], statement)
    return out


def _decorated(module: cst.Module, name: str) -> cst.Module:
    decorator = cst.Decorator(cst.Name(name))
    body = [
        s.with_changes(decorators=[decorator, *s.decorators]) if isinstance(s, cst.FunctionDef) else s
        for s in module.body
    ]
    return module.with_changes(body=body)


def _inlined(module: cst.Module, function: cst.FunctionDef) -> cst.Module | None:
    name = function.name.value
    parameters = function.params
    body = body_of(function)
    if function.decorators or parameters.star_arg or parameters.kwonly_params or parameters.star_kwarg:
        return None
    if parameters.posonly_params or not isinstance(body[-1] if body else None, cst.SimpleStatementLine):
        return None
    returned = lone(body[-1])
    if not isinstance(returned, cst.Return) or returned.value is None:
        return None
    if any(contains(s, (cst.Return, cst.Yield, cst.Global)) or is_definition(s) for s in body[:-1]):
        return None
    locals_ = {n for s in body for n in bound_names(s)} | {p.name.value for p in parameters.params}
    outside = module.deep_remove(function)
    assert isinstance(outside, cst.Module)
    if outside.code.count(name) != 1 or in_text(module, ("locals(", "lambda")):
        return None
    if locals_ & bound_names(outside):
        return None
    for i, statement in enumerate(module.body):
        found = assigned(statement)
        call = found[0].value if found is not None else None
        if isinstance(call, cst.Call) and isinstance(call.func, cst.Name) and call.func.value == name:
            given = _arguments(parameters, call)
            if given is None:
                return None
            lines = parse_lines("".join(f"{n} = {code_of(v)}\n" for n, v in given))
            lines += [*body[:-1], _with_value(statement, returned.value)]
            script = statements_of(module)
            new = [*script[:i], *lines, *script[i + 1 :]]
            return module.with_changes(body=[s for s in new if s is not function])
    return None


def _arguments(parameters: cst.Parameters, call: cst.Call) -> list[tuple[str, cst.BaseExpression]] | None:
    if any(a.star for a in call.args):
        return None
    out: list[tuple[str, cst.BaseExpression]] = []
    positional = [a for a in call.args if a.keyword is None]
    for i, parameter in enumerate(parameters.params):
        given = keyword(call, parameter.name.value)
        if i < len(positional):
            out.append((parameter.name.value, positional[i].value))
        elif given is not None:
            out.append((parameter.name.value, given.value))
        elif parameter.default is not None:
            out.append((parameter.name.value, parameter.default))
        else:
            return None
    return out
