"""How the program writes what the tables speak of: all that rules and reporters may ask of a site's syntax.

They look at no syntax tree and no text themselves. libcst is imported with the first question, for the rules
are there for their pages too (`dropout-lint rules`, `explain KFD101`), and those must not wait for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dropout_lint.interpreter.values.kinds import Class, Function, Site
from dropout_lint.keras.objects import Layer
from dropout_lint.keras.trace import Frame
from dropout_lint.once import Once
from dropout_lint.source.text import SourceFile

if TYPE_CHECKING:
    import libcst as cst

_LONGEST_NAME = 40
_WORD = re.compile(r"\w+")
# Methods that run the layer whose they are.
_OF_THE_OBJECT = ("call", "train_step", "test_step", "predict_step")
# They are handed layers and make another one.
_CONTAINERS = ("Sequential", "Model")


@dataclass(frozen=True, slots=True)
class Assignment:
    """The statement `owner.name = value`.

    Args:
        owner: the object, if it is written as a short dotted name or subscript.
        dotted: it is a name or an attribute.
        name: where the name of the attribute stands.
        value: where the value stands.
        literal: the value is written as "False", or as a "string"; else None.
        alone: it is the only target.
    """

    owner: str | None
    dotted: bool
    name: Site
    value: Site
    literal: Literal["False", "string"] | None
    alone: bool


@dataclass(frozen=True, slots=True)
class MethodCall:
    """`owner.method(...)`: the owner, if it has a short text, and where `owner.method` stands."""

    owner: str | None
    method: Site


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a call.

    Args:
        keyword: its name, if it is given by one.
        text: the value.
        starred: it stands for several.
        fresh: written twice it makes the same thing twice: of constants and constructor calls alone.
    """

    keyword: str | None
    text: str
    starred: bool
    fresh: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """What a run had to suppose.

    kind: an "expression" holds; a function or class is "called" with its defaults; an "exception" is caught.
    text: the expression, or the name of what is called; "" where there is none.
    """

    kind: Literal["expression", "called", "exception"]
    text: str


# --- names


def name_of(frame: Frame) -> str:
    """How the program calls the layer of a frame: `base`, `self.encoder`, else its class."""
    import libcst as cst

    site = frame.report or frame.site
    node = site.node if site is not None else None
    # an element of a list of layers is the layer, no call of it
    listed = frame.site is not None and frame.site.node is not node
    text = None
    if isinstance(node, cst.Call):
        text = _called(node, frame.layer, listed)
    elif node is not None:
        text = _text(node)
    return text or frame.layer.class_name


def _called(node: cst.Call, layer: Layer, listed: bool) -> str | None:
    """The name of the layer in a call of it, or in one that is handed it."""
    import libcst as cst

    function = node.func
    if isinstance(function, cst.Attribute):
        if function.attr.value in ("add", "append") and node.args:
            return _text(node.args[0].value)
        if function.attr.value in _OF_THE_OBJECT:
            return _text(function.value)
    name = _text(function)
    made = listed or layer.site.node in (node, function)
    return None if made or name is None or name.rpartition(".")[2] in _CONTAINERS else name


def read_from(site: Site, *, calls: bool = False) -> str | None:
    """`base` of `base.output`, if its text is short; with `calls`, also `base.get_layer("x")`."""
    import libcst as cst

    return _text(site.node.value if isinstance(site.node, cst.Attribute) else site.node, calls=calls)


def name_in(function: Function) -> Site:
    """Where the name of a function stands; of a lambda, itself."""
    return Site(function.file, getattr(function.node, "name", function.node))


def _text(node: cst.CSTNode, *, calls: bool = False) -> str | None:
    """The text of a short dotted name or subscript, or of a call; None for anything longer."""
    import libcst as cst

    if not isinstance(node, (cst.Name, cst.Attribute, cst.Subscript, *((cst.Call,) if calls else ()))):
        return None
    text = cst.Module([]).code_for_node(node)
    return text if len(text) <= _LONGEST_NAME and "\n" not in text else None


def _is_name(node: cst.CSTNode, *names: str) -> bool:
    """Whether a node is one of these bare names."""
    import libcst as cst

    return isinstance(node, cst.Name) and node.value in names


# --- calls


def has_flag(call: Site) -> bool:
    """Whether a call has a `training` argument, other than a literal None."""
    value = _flag_of(call)
    return value is not None and not _is_name(value, "None")


def flag_attribute(call: Site) -> str | None:
    """`x` of a call with `training=self.x`."""
    import libcst as cst

    value = _flag_of(call)
    of_self = isinstance(value, cst.Attribute) and _is_name(value.value, "self")
    return value.attr.value if isinstance(value, cst.Attribute) and of_self else None


def _flag_of(call: Site) -> cst.BaseExpression | None:
    """What a call gives by the name `training`."""
    import libcst as cst

    for arg in call.node.args if isinstance(call.node, cst.Call) else ():
        if arg.keyword is not None and arg.keyword.value == "training":
            return arg.value
    return None


def method_call(call: Site) -> MethodCall | None:
    """The parts of `object.method(...)`."""
    import libcst as cst

    node = call.node
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        return MethodCall(_text(node.func.value), Site(call.file, node.func))
    return None


def same_owner(one: MethodCall, other: MethodCall) -> bool:
    """Whether two methods are called of what is written alike."""
    import libcst as cst

    first, second = one.method.node, other.method.node
    assert isinstance(first, cst.Attribute)
    assert isinstance(second, cst.Attribute)
    return first.value.deep_equals(second.value)


def arguments(call: Site) -> list[Argument]:
    """The arguments of a call, in order."""
    import libcst as cst

    module = call.file.module
    return [
        Argument(
            keyword=arg.keyword.value if arg.keyword is not None else None,
            text=module.code_for_node(arg.value),
            starred=bool(arg.star),
            fresh=_is_fresh(arg.value),
        )
        for arg in (call.node.args if isinstance(call.node, cst.Call) else ())
    ]


def _is_fresh(node: cst.CSTNode) -> bool:
    """Whether an expression makes the same things anew each time: constants and constructor calls."""
    import libcst as cst

    if isinstance(node, (cst.BaseNumber, cst.SimpleString)) or _is_name(node, "True", "False", "None"):
        return True
    if isinstance(node, cst.UnaryOperation):
        return _is_fresh(node.expression)
    if isinstance(node, (cst.List, cst.Tuple)):
        return all(isinstance(e, cst.Element) and _is_fresh(e.value) for e in node.elements)
    if isinstance(node, cst.Dict):
        return all(
            isinstance(e, cst.DictElement) and _is_fresh(e.key) and _is_fresh(e.value) for e in node.elements
        )
    if not isinstance(node, cst.Call):
        return False
    made = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
    a_class = isinstance(made, cst.Name) and made.value[:1].isupper()
    return a_class and all(not arg.star and _is_fresh(arg.value) for arg in node.args)


# --- statements


def assignment(site: Site) -> Assignment | None:
    """The parts of a statement that sets an attribute; of several targets, the first."""
    import libcst as cst

    node = site.node
    target = node.targets[0].target if isinstance(node, cst.Assign) else None
    if not isinstance(node, cst.Assign) or not isinstance(target, cst.Attribute):
        return None
    return Assignment(
        owner=_text(target.value),
        dotted=isinstance(target.value, (cst.Name, cst.Attribute)),
        name=Site(site.file, target.attr),
        value=Site(site.file, node.value),
        literal=_literal(node.value),
        alone=len(node.targets) == 1,
    )


def _literal(value: cst.CSTNode) -> Literal["False", "string"] | None:
    import libcst as cst

    if _is_name(value, "False"):
        return "False"
    return "string" if isinstance(value, cst.SimpleString) else None


def instead_of_comparing(site: Site) -> str | None:
    """The statement `a.b == True` with a single sign."""
    import libcst as cst

    comparison = site.node.value if isinstance(site.node, cst.Expr) else None
    if not isinstance(comparison, cst.Comparison) or len(comparison.comparisons) != 1:
        return None
    right = comparison.comparisons[0]
    plain = isinstance(right.operator, cst.Equal) and _is_name(right.comparator, "True", "False")
    left = _text(comparison.left)
    return f"{left} = {cst.Module([]).code_for_node(right.comparator)}" if plain and left else None


def condition(site: Site) -> Condition:
    """What a condition is, of those that `Trace.decided` lists."""
    import libcst as cst

    node = site.node
    if isinstance(node, cst.FunctionDef | cst.ClassDef):
        return Condition("called", node.name.value)
    if isinstance(node, cst.ExceptHandler | cst.ExceptStarHandler):
        return Condition("exception", "")
    text = cst.Module([]).code_for_node(node) if isinstance(node, cst.BaseExpression) else ""
    return Condition("expression", text)


# --- where things stand


def stands_in(site: Site, function: Function) -> bool:
    """Whether a place is inside a function."""
    from dropout_lint.interpreter.syntax.walk import walk

    return any(inner is site.node for inner in walk(function.node))


def is_in_test(site: Site) -> bool:
    """Whether a place is in a function that unittest or pytest runs: its name begins with "test"."""
    import libcst as cst

    from dropout_lint.interpreter.syntax.walk import walk

    functions = (node for node in walk(site.file.module) if isinstance(node, cst.FunctionDef))
    tests = (function for function in functions if function.name.value.startswith("test"))
    return any(inner is site.node for test in tests for inner in walk(test))


def is_line_of_module(site: Site) -> bool:
    """Whether a statement is a line of its own, outside of any block."""
    import libcst as cst

    lines = (line for line in site.file.module.body if isinstance(line, cst.SimpleStatementLine))
    return any(line.body[0] is site.node for line in lines if len(line.body) == 1)


def line_beside(site: Site, other: Site) -> Site | None:
    """The statement that a place is in, if it and that of another place are plain lines of one block."""
    first, second = _line_of(other), _line_of(site)
    if first is None or second is None or first[0] is not second[0]:
        return None
    return Site(site.file, second[1])


def _line_of(site: Site) -> tuple[cst.CSTNode, cst.CSTNode] | None:
    """The block that holds a place, and its statement there, a plain line of its own."""
    import libcst as cst

    from dropout_lint.interpreter.syntax.walk import walk

    for block in walk(site.file.module):
        if isinstance(block, (cst.Module, cst.IndentedBlock)):
            for line in block.body:
                if isinstance(line, cst.SimpleStatementLine) and any(n is site.node for n in walk(line)):
                    return (block, line) if len(line.body) == 1 else None
    return None


# --- what names mean elsewhere


def rebinds(function: Function, name: str) -> bool:
    """Whether the body of a function gives a name another value."""
    import libcst as cst

    from dropout_lint.interpreter.syntax.walk import walk

    targets = (node.target for node in walk(function.node) if isinstance(node, cst.AssignTarget))
    return any(_is_name(target, name) for target in targets)


def only_init_assigns(cls: Class, name: str) -> bool:
    """Whether all that sets an attribute of this name, in the files of a class, is `__init__`."""
    import libcst as cst

    files = {own.file for own in cls.mro()}
    made = [own.names.get("__init__") for own in cls.mro()]
    bodies = [
        cst.Module([]).code_for_node(function.node) for function in made if isinstance(function, Function)
    ]
    stored = sum(_stores(body, name) for body in bodies)
    return bool(stored) and stored == sum(_stores(file.text, name) for file in files)


def _stores(text: str, name: str) -> int:
    """How often a text assigns an attribute of this name."""
    return len(re.findall(rf"\.{name}\s*(?::[^=\n]+)?=[^=]", text))


def is_read(files: Iterable[SourceFile], name: str) -> bool:
    """Whether an attribute of this name is read, or asked for, anywhere in these files."""
    name, text = re.escape(name), "\n".join(file.text for file in files)
    reads = re.findall(rf"\.{name}\b(?!\s*=[^=])", text)
    asked = re.findall(rf"""(?:getattr|hasattr)\([^()]*["']{name}["']""", text)
    return bool(reads or asked)


def has_word(file: SourceFile, word: str) -> bool:
    """Whether a word stands anywhere in a file."""
    return word in _WORDS.of(file, lambda: frozenset(_WORD.findall(file.text)))


_WORDS: Once[frozenset[str]] = Once()
