"""The entry points: what is run of a program, on its own.

The first root is the module. Every top-level function or class that it leaves unused is a
root of its own, run after the module with unknown arguments: a library file defines
functions that only other files call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

import libcst as cst

from dropout_lint.interpreter.calls import run_function
from dropout_lint.interpreter.exploration import set_elsewhere
from dropout_lint.interpreter.exploration.branch_parameters import picks_a_branch
from dropout_lint.interpreter.exploration.driver import Body, Done, Driver, Names
from dropout_lint.interpreter.exploration.paths import PathDecisions
from dropout_lint.interpreter.library import Library
from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.signals import Signal
from dropout_lint.interpreter.syntax.walk import walk
from dropout_lint.interpreter.values.attributes import find_method
from dropout_lint.interpreter.values.keys import ParameterOf, Usual
from dropout_lint.interpreter.values.kinds import Args, Class, Function, Instance, Parameter, Site, Value
from dropout_lint.once import OnceEachNode
from dropout_lint.screening.dependencies import Reach, Reached
from dropout_lint.source.modules import ModuleFiles
from dropout_lint.source.recursion import deep_recursion
from dropout_lint.source.text import SourceFile

MAX_ROOTS = 64
# Tells the choice of the defaults apart from others that are asked at a definition.
USUAL = -1

_NOBODY: Mapping[str, bool] = {}


def run_roots(
    file: SourceFile,
    library_factory: Callable[[PathDecisions], Library],
    finish: Callable[[Machine], Done],
    interesting: Callable[[Reached], bool] = lambda _: True,
    promising: Callable[[str], bool] = lambda _: False,
    files: ModuleFiles | None = None,
    reach: Reach | None = None,
) -> list[Done]:
    """Runs a program in all the ways that are worth it.

    Args:
        file: the program.
        library_factory: makes the library of one run, given the way that it takes; nothing is
            shared between runs.
        finish: is called with the machine of each run when it is over, also of one that was
            given up: what it found until then holds.
        interesting: whether an unused function or class that reaches this deserves a root.
        promising: whether one with this text is looked at before others.
        files: the project's own modules that the program can import.
        reach: what the parts of the program can reach; None to find it out.

    Returns:
        what `finish` has made of the runs: root by root, the module first.

    Raises what the library or `finish` raise, and `libcst.ParserSyntaxError`.
    """
    driver = Driver(file, library_factory, finish, files)
    reach = reach or Reach(file.text)
    with deep_recursion():
        driver.explore_module()
        unused = ((definition, reach.of(definition.name)) for definition in _unused(driver))
        worthy = ((definition, reached) for definition, reached in unused if interesting(reached))
        roots = list(islice(worthy, MAX_ROOTS + 1))
        idle = (definition for definition in _unused(driver) if isinstance(definition, Function))
        setters = set_elsewhere.setters(idle) if roots else []
        driver.asked = _asked_for(reach, [reached for _, reached in roots[:MAX_ROOTS]])
        bodies: list[tuple[str, Body, bool]] = []
        for definition, _ in roots[:MAX_ROOTS]:
            alone = {name: interesting(one) for name, one in reach.alone(definition.name).items()}
            others = [function for function in setters if function is not definition]
            hope = any(map(promising, reach.texts_of(definition.name)))
            bodies.append((definition.name, _body_of(definition, others, alone=alone), hope))
            for name in _on_their_own(definition):
                bodies.append((f"{definition.name}.{name}", _body_of(definition, others, name), hope))
        driver.explore(bodies, whole=len(roots) <= MAX_ROOTS)
    return driver.results()


def _asked_for(reach: Reach, roots: Sequence[Reached]) -> Names | None:
    """What the module has to define for its roots and for itself; None for all of it.

    Code of other files may import this one, and ask for anything.
    """
    if not roots or any(reached.elsewhere for reached in roots):
        return None
    return reach.of_statements().names.union(*(reached.names for reached in roots))


def _unused(driver: Driver[Any]) -> Iterator[Function | Class]:
    """The definitions that no run of the module used, in order."""
    for definition in driver.definitions.values():
        if isinstance(definition, Function):
            unused = id(definition.node) not in driver.called
        else:
            unused = any(id(method.node) not in driver.called for method in _methods(definition))
        if unused:
            yield definition


def _methods(cls: Class) -> Iterator[Function]:
    """The functions that a class body defines, in order."""
    for value in cls.names.values():
        if isinstance(value, Function) and isinstance(value.node, cst.FunctionDef):
            yield value


def _body_of(
    definition: Function | Class,
    others: Sequence[Function],
    only: str = "",
    alone: Mapping[str, bool] = _NOBODY,
) -> Callable[[Machine], None]:
    """What the root of an unused definition does.

    Args:
        definition: it.
        others: unused functions that set something, and may have been called before.
        only: the one method of a class to call.
        alone: the methods that share nothing with the others, and whether they are worth a call.
    """

    def body(machine: Machine) -> None:
        if machine.modules.program is not None:
            set_elsewhere.forget(machine, machine.modules.program, others)
        # The run made its own objects: the definition is found again by its node.
        for own in machine.definitions:
            if own.node is definition.node:
                if isinstance(own, Function):
                    _run_with_unknowns(machine, own, own.name, [])
                else:
                    _run_class(machine, own, only, alone)
                return

    return body


def _run_with_unknowns(machine: Machine, function: Function, name: str, given: list[Value]) -> None:
    """Runs a function, also a generator, with its defaults and otherwise unknown arguments."""
    at = Site(function.file, function.node)
    names: dict[str, Value] = {}
    usual = _usual(machine, function.parameters, at)
    for parameter in function.parameters:
        if parameter.kind in ("positional", "normal") and given:
            names[parameter.name] = given.pop(0)
        elif parameter.default is not None and parameter.name in usual:
            names[parameter.name] = parameter.default
        else:
            reason = f"argument {parameter.name!r}"
            names[parameter.name] = machine.unknown(reason, at, ParameterOf(name, parameter.name))
    with suppress(Signal):  # it raises or exits: what it did before was seen
        machine.leaving.append(run_function(machine, function, names, at))


def _usual(machine: Machine, parameters: Iterable[Parameter], at: Site) -> set[str]:
    """The parameters that this run leaves at their defaults.

    A default picks a branch (`def build(freeze=False)`), but another caller may pick the other
    one: one run is made with all defaults, others with those that pick a branch unknown.
    """
    defaults = [p for p in parameters if p.default is not None]
    deciding = {p.name for p in defaults if picks_a_branch(at.file, at.node, p)}
    names = {p.name for p in defaults}
    if not deciding or machine.choices.decide(Usual(id(at.node)), at, part=USUAL):
        return names
    return names - deciding


def _run_class(machine: Machine, cls: Class, only: str, alone: Mapping[str, bool]) -> None:
    """Makes an instance with unknown arguments and calls one method, or those that nobody calls.

    The order of the calls is an assumption: that of the definitions, but the methods that other
    methods speak of come last, for `run()` knows better when its `_fit()` is due. Methods that share
    nothing (those of most test cases) are called only if they are worth it, see `_body_of`.
    """
    machine.speculative = True
    before = frozenset(machine.called)
    instance = _instance_with_unknowns(machine, cls)
    if instance is None:
        return
    machine.leaving.append(instance)
    own = machine.library.calls_itself(cls)
    inherited = _completed(cls)
    for method in _in_order([*_methods(cls), *inherited]):
        name = method.name
        if name in own or (name.startswith("__") and name.endswith("__")):
            continue
        # That an inherited method was called says nothing: it may have been on another class.
        called = machine.called - before if method in inherited else machine.called
        if id(method.node) in called or only not in ("", name):
            continue
        if not alone.get(name, True) and not own:
            continue
        machine.choices.group = name if name in alone and not own else ""
        given: list[Value] = [] if method.binding == "static" else [instance]
        if method.binding == "class":
            given = [cls]
        _run_with_unknowns(machine, method, f"{cls.name}.{name}", given)


def _completed(cls: Class) -> list[Function]:
    """The inherited methods that this class completes: they speak of a method that it defines itself.

    `train()` of a base class calls `self.build_model()`, and each class that derives from it builds another
    model: nobody else has to write down that it is trained.
    """
    defined = {method.name for method in _methods(cls)}
    inherited: dict[str, Function] = {}
    for base in islice(cls.mro(), 1, None):
        for method in _methods(base):
            if method.name not in defined:
                inherited.setdefault(method.name, method)
    found: list[Function] = []
    meant = set(defined)
    while more := [m for m in inherited.values() if m not in found and not meant.isdisjoint(_spoken_of(m))]:
        found += more
        meant.update(method.name for method in more)
    return found


def _in_order(methods: list[Function]) -> list[Function]:
    """Methods as given, but those that another one speaks of (`self.name`) after the others."""
    inner = _inner(methods)
    return sorted(methods, key=lambda method: method.name in inner)


def _on_their_own(definition: Function | Class) -> list[str]:
    """The public methods that another method calls, where another caller may pick another branch."""
    methods = [] if isinstance(definition, Function) else list(_methods(definition))
    inner = _inner(methods)
    return [
        method.name
        for method in methods
        if method.name in inner and not method.name.startswith("_")
        if any(picks_a_branch(method.file, method.node, parameter) for parameter in method.parameters)
    ]


def _inner(methods: list[Function]) -> set[str]:
    """The names of the methods that another one speaks of."""
    spoken = {method.name: _spoken_of(method) for method in methods}
    return {name for name in spoken if any(name in spoken[other] for other in spoken if other != name)}


def _spoken_of(method: Function) -> frozenset[str]:
    """The names that a method reads from its instance (or class)."""
    if not method.parameters:
        return frozenset()
    me = method.parameters[0].name

    def read() -> frozenset[str]:
        chains = (node for node in walk(method.node) if type(node) is cst.Attribute)
        return frozenset(
            node.attr.value for node in chains if type(node.value) is cst.Name and node.value.value == me
        )

    return _SPOKEN_OF.of(method.file, method.node, read)


_SPOKEN_OF: OnceEachNode[cst.CSTNode, frozenset[str]] = OnceEachNode()


def _instance_with_unknowns(machine: Machine, cls: Class) -> Instance | None:
    """A new instance; None when making it raises."""
    at = Site(cls.file, cls.node)
    args = Args()
    init = find_method(Instance(cls), "__init__")
    if init is not None:
        usual = _usual(machine, init.function.parameters, at)
        for parameter in init.function.parameters[1:]:
            if parameter.name in usual or parameter.kind in ("args", "kwargs"):
                continue
            key = ParameterOf(f"{cls.name}.__init__", parameter.name)
            value = machine.unknown(f"argument {parameter.name!r}", at, key)
            if parameter.kind == "keyword" or parameter.default is not None:
                args.keywords[parameter.name] = value
            else:
                args.positional.append(value)
    else:
        args.complete = False
    try:
        made = machine.invoke(cls, args, at)
    except Signal:
        return None
    return made if isinstance(made, Instance) else None
