"""The meaning of expressions: a table from the kind of node to the function that evaluates it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import libcst as cst

from dropout_lint.interpreter.arguments import evaluate_arguments
from dropout_lint.interpreter.builtins.functions import is_builtin
from dropout_lint.interpreter.frame import STAR, lookup, module_scope
from dropout_lint.interpreter.models.side_effects import IPYTHON_NAMES
from dropout_lint.interpreter.models.six import RENAMED
from dropout_lint.interpreter.syntax import assignment, comprehensions, definitions, literals
from dropout_lint.interpreter.syntax.branches import worth_of_value
from dropout_lint.interpreter.values import attributes, comparing, conditions, folding, operators, subscripts
from dropout_lint.interpreter.values.containers import extend
from dropout_lint.interpreter.values.keys import FilePlace, Name
from dropout_lint.interpreter.values.kinds import (
    FALSE,
    NONE,
    TRUE,
    Builtin,
    Collection,
    Const,
    ExternalName,
    LazyDefinition,
    LazyImport,
    Namespace,
    Site,
    Super,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from dropout_lint.interpreter.frame import Frame
    from dropout_lint.interpreter.machine import Machine

CONSTANTS: dict[str, Value] = {"None": NONE, "True": TRUE, "False": FALSE}

BINARY: dict[type[cst.CSTNode], str] = {
    cst.Add: "+",
    cst.Subtract: "-",
    cst.Multiply: "*",
    cst.Divide: "/",
    cst.FloorDivide: "//",
    cst.Modulo: "%",
    cst.Power: "**",
    cst.MatrixMultiply: "@",
    cst.BitAnd: "&",
    cst.BitOr: "|",
    cst.BitXor: "^",
    cst.LeftShift: "<<",
    cst.RightShift: ">>",
}
COMPARISONS: dict[type[cst.CSTNode], str] = {
    cst.Equal: "==",
    cst.NotEqual: "!=",
    cst.LessThan: "<",
    cst.LessThanEqual: "<=",
    cst.GreaterThan: ">",
    cst.GreaterThanEqual: ">=",
    cst.Is: "is",
    cst.IsNot: "is not",
    cst.In: "in",
    cst.NotIn: "not in",
}
UNARY: dict[type[cst.CSTNode], str] = {cst.Not: "not", cst.Minus: "-", cst.Plus: "+", cst.BitInvert: "~"}


def name(machine: Machine, frame: Frame, node: cst.Name) -> Value:
    """The value of a name."""
    text = node.value
    if text in CONSTANTS:
        return CONSTANTS[text]
    if frame.private is not None and text.startswith("__"):
        text = frame.mangled(text)
    found = lookup(frame.scope, text)
    if type(found) is LazyImport or type(found) is LazyDefinition:
        return machine.modules.value(machine, found)
    if found is not None:
        if machine.chosen and type(found) is Unknown:
            return machine.chosen.get(found.key, found)
        return found
    if is_builtin(text):
        return Builtin(text)
    star = module_scope(frame.scope).names.get(STAR)
    if text in IPYTHON_NAMES and star is None:
        return ExternalName(IPYTHON_NAMES[text])
    if text in RENAMED and star is None:
        return Builtin(RENAMED[text])
    if text == "__file__":
        return machine.unknown("the place of a file", frame.site(node), FilePlace(frame.file.path))
    reason = star.reason if isinstance(star, Unknown) else f"name {text!r} is not defined here"
    return machine.unknown(reason, frame.site(node), Name(text))


def chain(machine: Machine, frame: Frame, node: cst.BaseExpression) -> Value:
    """`a.b(c)[d].e(f)`: attributes, calls and subscripts from the inside out, without recursion."""
    links: list[cst.Attribute | cst.Call | cst.Subscript] = []
    current = node
    while True:
        # Not isinstance: libcst's nodes are ABCs, and this is where the time goes.
        if type(current) is cst.Attribute or type(current) is cst.Subscript:
            links.append(current)
            current = current.value
        elif type(current) is cst.Call:
            links.append(current)
            current = current.func
        else:
            break
    machine.budget.step(len(links))
    value = machine.evaluate(current, frame)
    for link in reversed(links):
        at = frame.site(link)
        if type(link) is cst.Attribute:
            name = link.attr.value
            if name.startswith("__"):
                name = frame.mangled(name)
            value = attributes.get(machine, value, name, at)
        elif type(link) is cst.Subscript:
            value = subscripts.get(machine, value, subscripts.index(machine, frame, link), at)
        elif type(link) is cst.Call:
            value = call(machine, frame, value, link)
    return value


def call(machine: Machine, frame: Frame, function: Value, node: cst.Call) -> Value:
    """A call of a function that is already evaluated."""
    args = evaluate_arguments(machine, frame, node.args)
    at = frame.site(node)
    if isinstance(function, Builtin) and not args.positional:
        scope = module_scope(frame.scope)
        if function.name == "super":
            return own_super(machine, frame, at)
        if function.name == "globals" or (function.name in ("vars", "locals") and scope is frame.scope):
            return Namespace(scope)
    return machine.invoke(function, args, at)


def own_super(machine: Machine, frame: Frame, at: Site) -> Value:
    """`super()` without arguments."""
    owner = frame.function.owner if frame.function is not None else None
    if owner is None or frame.receiver is None:
        return machine.unknown("super() outside of a method", at)
    return Super(owner, frame.receiver)


def binary(machine: Machine, frame: Frame, node: cst.BinaryOperation) -> Value:
    """`a + b - c`: a chain nests to the left and may be thousands of operators long."""
    pending: list[cst.BinaryOperation] = []
    current: cst.BaseExpression = node
    while type(current) is cst.BinaryOperation:
        pending.append(current)
        current = current.left
    machine.budget.step(len(pending))
    value = machine.evaluate(current, frame)
    for operation in reversed(pending):
        right = machine.evaluate(operation.right, frame)
        operator = BINARY.get(type(operation.operator), "?")
        value = operators.binary(machine, operator, value, right, frame.site(operation))
    return value


def boolean(machine: Machine, frame: Frame, node: cst.BooleanOperation) -> Value:
    """`a and b`, `a or b` as values: what Python returns, not only its truth."""
    stop = type(node.operator) is cst.Or
    value: Value = NONE
    listed = conditions.operands(node)
    for position, operand in enumerate(listed):
        value = machine.evaluate(operand, frame)
        if position < len(listed) - 1 and machine.truth(value, frame.site(operand)) == stop:
            return value
    return value


def comparison(machine: Machine, frame: Frame, node: cst.Comparison) -> Value:
    """`a < b < c`."""
    at = frame.site(node)
    left = machine.evaluate(node.left, frame)
    result: Value = TRUE
    for part in node.comparisons:
        right = machine.evaluate(part.comparator, frame)
        operator = COMPARISONS.get(type(part.operator), "?")
        next_result = comparing.compare(machine, operator, left, right, at)
        if len(node.comparisons) == 1:
            return next_result
        truth = machine.known_truth(next_result)
        if truth is False:
            return next_result
        if truth is None:
            both = [result, next_result]
            result = next_result if result is TRUE else operators.undetermined(machine, "and", both, at)
        left = right
    return result


def unary(machine: Machine, frame: Frame, node: cst.UnaryOperation) -> Value:
    """`not a`, `-a`."""
    operand = machine.evaluate(node.expression, frame)
    operator = UNARY.get(type(node.operator), "?")
    if type(operand) is Const and operator in folding.UNARY:
        folded = folding.unary(operator, operand.value)
        if folded is not None:
            return folded
    return operators.unary(machine, operator, operand, frame.site(node))


def conditional(machine: Machine, frame: Frame, node: cst.BaseExpression) -> Value:
    """`a if test else b`, also as a ladder."""
    while type(node) is cst.IfExp:
        explore = worth_of_value(node)
        machine.budget.step()
        if conditions.holds(machine, frame, node.test, prefer=True, explore=explore):
            return machine.evaluate(node.body, frame)
        node = node.orelse
    return machine.evaluate(node, frame)


def walrus(machine: Machine, frame: Frame, node: cst.NamedExpr) -> Value:
    """`(a := b)`."""
    value = machine.evaluate(node.value, frame)
    assignment.bind_walrus(frame, node.target, value)
    return value


def awaited(machine: Machine, frame: Frame, node: cst.Await) -> Value:
    """`await a`: coroutines are run where they are called, so this is their result."""
    return machine.evaluate(node.expression, frame)


def yielded(machine: Machine, frame: Frame, node: cst.Yield) -> Value:
    """`yield a`: what is sent in cannot be known."""
    written = node.value
    if isinstance(written, cst.From):
        inner = machine.evaluate(written.item, frame)
        if frame.yields is not None:
            extend(machine, frame.yields, inner, frame.site(node))
    else:
        value = NONE if written is None else machine.evaluate(written, frame)
        if frame.around is not None:
            around, frame.around = frame.around, None
            around(value)
        if frame.yields is not None:
            extend(machine, frame.yields, Collection([value]), frame.site(node))
    return machine.unknown("sent to a generator", frame.site(node))


def starred(machine: Machine, frame: Frame, node: cst.StarredElement) -> Value:
    """`*a` where it stands alone: `x = *a,` reaches it through its tuple instead."""
    return machine.evaluate(node.value, frame)


def ellipsis(machine: Machine, frame: Frame, node: cst.Ellipsis) -> Value:
    """`...`."""
    return Const(...)


def template(machine: Machine, frame: Frame, node: cst.CSTNode) -> Value:
    """A t-string: an object of its own, not a string."""
    return machine.unknown("a template string", frame.site(node))


Handler = Callable[["Machine", "Frame", Any], Value]

EXPRESSIONS: dict[type[cst.CSTNode], Handler] = {
    cst.Name: name,
    cst.Attribute: chain,
    cst.Call: chain,
    cst.Subscript: chain,
    cst.Integer: literals.number,
    cst.Float: literals.number,
    cst.Imaginary: literals.number,
    cst.SimpleString: literals.string,
    cst.ConcatenatedString: literals.concatenated,
    cst.FormattedString: literals.formatted,
    cst.Ellipsis: ellipsis,
    cst.List: literals.sequence,
    cst.Tuple: literals.sequence,
    cst.Set: literals.sequence,
    cst.Dict: literals.dictionary,
    cst.BinaryOperation: binary,
    cst.BooleanOperation: boolean,
    cst.Comparison: comparison,
    cst.UnaryOperation: unary,
    cst.IfExp: conditional,
    cst.Lambda: definitions.function_of_lambda,
    cst.ListComp: comprehensions.sequence,
    cst.SetComp: comprehensions.sequence,
    cst.GeneratorExp: comprehensions.sequence,
    cst.DictComp: comprehensions.dictionary,
    cst.NamedExpr: walrus,
    cst.Await: awaited,
    cst.Yield: yielded,
    cst.StarredElement: starred,
}

# Newer versions of libcst only.
if hasattr(cst, "TemplatedString"):
    EXPRESSIONS[cst.TemplatedString] = template
