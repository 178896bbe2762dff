"""Transformations that remove the fault: the findings must be gone."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from tests.metamorphic.code import (
    Statement,
    assigned,
    bound_names,
    call_statement,
    code_of,
    expression,
    in_text,
    leaf,
    lone,
    map_blocks,
    map_calls,
    parse_lines,
)
from tests.metamorphic.relation import Demand, relation

# Constructor arguments that switch a layer's randomness on: (by position, by keyword).
_BY_RATE = (
    "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianDropout", "GaussianNoise",
    "AlphaDropout",
)  # fmt: skip
_BY_DROPOUT = (
    "LSTM", "GRU", "SimpleRNN", "ConvLSTM2D", "Attention", "AdditiveAttention", "LSTMCell", "GRUCell",
    "SimpleRNNCell", "MultiHeadAttention",
)  # fmt: skip
_RATES: dict[str, tuple[bool, tuple[str, ...]]] = {
    **dict.fromkeys(_BY_RATE, (True, ("rate", "stddev"))),
    **dict.fromkeys(_BY_DROPOUT, (False, ("dropout", "recurrent_dropout"))),
}
_ALWAYS_RANDOM = (
    "RandomFlip",
    "RandomRotation",
    "RandomZoom",
    "RandomContrast",
    "RandomTranslation",
    "RandomCrop",
)
_NORMS = ("BatchNormalization", "SyncBatchNormalization")
TRAINING = ("fit", "fit_generator", "train_on_batch")


@relation(Demand.GONE, gone=("KFD1",))
def without_freezes(module: cst.Module) -> cst.Module | None:
    """No `trainable` is set to anything, by assignment, setattr or keyword."""

    def change(statements: Sequence[Statement]) -> list[Statement]:
        out = [s for s in statements if not _sets_trainable(s)]
        return out or parse_lines("pass\n")

    changed = map_calls(map_blocks(module, change), _without_trainable)
    text = "".join(line.split("#")[0] for line in changed.code.splitlines())
    left = text.replace("trainable_", "").replace(" set_trainable", "")
    return None if "trainable" in left else changed


@relation(Demand.GONE, gone=("KFD1",), kept=("KFD103",))
def thawed_before_training(module: cst.Module) -> cst.Module | None:
    """Before each training call every model and layer of the script is thawed, and compiled again."""
    names = _subjects(module)
    if not names or in_text(module, ("train_step", "GradientTape", "global ")):
        return None
    compiled: dict[str, str] = {}
    body: list[Statement] = []
    made: set[str] = set()
    for statement in module.body:
        code = code_of(statement)
        if any(f".{name}(" in code for name in TRAINING):
            call = call_statement(statement) or _value_call(statement)
            owner = code_of(call.func.value) if call and isinstance(call.func, cst.Attribute) else ""
            if owner not in compiled or owner not in made:
                return None
            body += parse_lines("".join(f"thaw_({name})\n" for name in sorted(made)) + compiled[owner])
        call = call_statement(statement)
        if call is not None and leaf(call.func) == "compile" and isinstance(call.func, cst.Attribute):
            compiled[code_of(call.func.value)] = code.strip().split("  #")[0] + "\n"
        body.append(statement)
        made |= bound_names(statement) & names
    helper = """\
def thaw_(part):
    part.trainable = False
    part.trainable = True
    for child in getattr(part, "layers", []):
        thaw_(child)
"""
    changed = module.with_changes(body=body)
    if changed.code == module.code:
        return None
    at = 1 if body and isinstance(lone(body[0]), cst.Expr) else 0
    return changed.with_changes(body=[*body[:at], *parse_lines(helper), *body[at:]])


@relation(Demand.GONE, gone=("KFD1", "KFD2"))
def rates_zero(module: cst.Module) -> cst.Module | None:
    """Every rate of every random layer is 0.0."""
    if not _only_known_randomness(module):
        return None
    return map_calls(module, _disarmed)


@relation(Demand.GONE, gone=("KFD1", "KFD2"))
def random_layers_replaced(module: cst.Module) -> cst.Module | None:
    """Every Dropout or noise layer is an `Activation("linear")`."""
    if not _only_known_randomness(module) or in_text(module, ("recurrent_dropout", "dropout=")):
        return None
    star = in_text(module, ("import *",))
    names = {name for name, (positional, _) in _RATES.items() if positional}

    def change(call: cst.Call) -> cst.Call | None:
        if leaf(call.func) not in names:
            return None
        function: cst.BaseExpression = cst.Name("Activation" if star else "Activation_")
        if isinstance(call.func, cst.Attribute):
            function = call.func.with_changes(attr=cst.Name("Activation"))
        name = [a for a in call.args if a.keyword is not None and a.keyword.value == "name"]
        return call.with_changes(func=function, args=[cst.Arg(expression('"linear"')), *name])

    changed = map_calls(module, change)
    if "Activation_(" in changed.code:
        at = 1 if isinstance(lone(changed.body[0]), cst.Expr) else 0
        line = parse_lines("from tensorflow.keras.layers import Activation as Activation_\n")
        changed = changed.with_changes(body=[*changed.body[:at], *line, *changed.body[at:]])
    # isinstance(layer, Dropout) goes on meaning the class
    return changed


@relation(Demand.GONE, gone=("KFD1",), kept=("KFD103",))
def without_training(module: cst.Module) -> cst.Module | None:
    """Neither compile() nor a training call is left."""
    if in_text(module, ("GradientTape",)):
        return None
    return _without_calls(module, (*TRAINING, "compile"))


@relation(Demand.FEWER)
def without_last_training(module: cst.Module) -> cst.Module | None:
    """The last statement of the script that trains is gone, and what follows it."""
    places = [i for i, s in enumerate(module.body) if any(f".{n}(" in code_of(s) for n in TRAINING)]
    if len(places) < 2 or in_text(module, ("GradientTape",)):
        return None
    return module.with_changes(body=module.body[: places[-1]])


def _sets_trainable(statement: cst.CSTNode) -> bool:
    small = lone(statement)
    if isinstance(small, cst.Assign):
        return any(code_of(t.target).endswith(".trainable") for t in small.targets)
    return isinstance(small, cst.Expr) and "setattr(" in code_of(small) and '"trainable"' in code_of(small)


def _without_trainable(call: cst.Call) -> cst.Call | None:
    left = [a for a in call.args if a.keyword is None or a.keyword.value != "trainable"]
    if len(left) == len(call.args):
        return None
    return call.with_changes(args=[a.with_changes(comma=cst.MaybeSentinel.DEFAULT) for a in left])


def _subjects(module: cst.Module) -> set[str]:
    """Names of the script that are compiled, trained, frozen or made by a known constructor."""
    found: set[str] = set()
    for statement in module.body:
        pair = assigned(statement)
        if pair is None or not isinstance(pair[0].value, cst.Call):
            continue
        function = leaf(pair[0].value.func)
        classes = {s.name.value for s in module.body if isinstance(s, cst.ClassDef)}
        if function in ("Model", "Sequential", "clone_model") or function in classes:
            found.add(pair[1])
    return found


def _value_call(statement: cst.CSTNode) -> cst.Call | None:
    small = lone(statement)
    return small.value if isinstance(small, cst.Assign) and isinstance(small.value, cst.Call) else None


def _only_known_randomness(module: cst.Module) -> bool:
    if in_text(module, (*_ALWAYS_RANDOM, *_NORMS, "applications", "Dropout)", "Dropout as", "= Dropout")):
        return False
    if in_text(module, ("layers.Dropout,", "__class__", "load_model", "from_config", "learning_phase")):
        return False
    return not any(f".{word} = " in module.code for word in ("rate", "dropout", "recurrent_dropout"))


def _disarmed(call: cst.Call) -> cst.Call | None:
    positional, names = _RATES.get(leaf(call.func), (False, ()))
    if not names:
        return None
    zero = cst.Float("0.0")
    args = []
    for i, arg in enumerate(call.args):
        by_position = positional and i == 0 and arg.keyword is None and not arg.star
        if by_position or (arg.keyword is not None and arg.keyword.value in names):
            arg = arg.with_changes(value=zero)
        args.append(arg)
    return call.with_changes(args=args)


def _without_calls(module: cst.Module, names: tuple[str, ...]) -> cst.Module | None:
    def change(statements: Sequence[Statement]) -> list[Statement]:
        out: list[Statement] = []
        for statement in statements:
            call = call_statement(statement) or _value_call(statement)
            trains = call is not None and isinstance(call.func, cst.Attribute) and leaf(call.func) in names
            if not trains or "super()" in code_of(statement):
                out.append(statement)
        return out or parse_lines("pass\n")

    changed = map_blocks(module, change)
    text = changed.code.replace("super().compile(", "")
    return None if any(f".{name}(" in text for name in names) else changed
