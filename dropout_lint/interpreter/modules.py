"""Imports of the project's own modules: read when they are first used, and run as Python runs them."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dropout_lint.interpreter.frame import STAR, bind
from dropout_lint.interpreter.signals import Signal
from dropout_lint.interpreter.values.kinds import (
    Const,
    ExternalName,
    LazyDefinition,
    LazyImport,
    ModuleValue,
    Scope,
    Site,
    Value,
)
from dropout_lint.screening.import_effects import has_effects
from dropout_lint.screening.lazy_definitions import parts_of
from dropout_lint.source.modules import is_python

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Make
    from dropout_lint.source.modules import Found, ModuleFiles
    from dropout_lint.source.text import SourceFile

# Values of names of the standard library that programs branch on.
CONSTANTS: dict[str, object] = {
    "typing.TYPE_CHECKING": False,
    "typing_extensions.TYPE_CHECKING": False,
    "math.pi": 3.141592653589793,
    "math.e": 2.718281828459045,
    "math.inf": float("inf"),
    "sys.maxsize": 2**63 - 1,
}


class Modules:
    """The modules of the project that one run has imported.

    Args:
        files: where they are; None for a program that is in no file.
    """

    def __init__(self, files: ModuleFiles | None) -> None:
        self.files = files
        self._imported: dict[Path, ModuleValue] = {}
        self._program: Scope | None = None

    def begin(self, machine: Machine, scope: Scope) -> None:
        """The program itself is a module too: other files may import it."""
        self._program = scope
        if self.files is not None:
            self._imported[self.files.real] = ModuleValue("__main__", scope, self.files.real)

    @property
    def program(self) -> Scope | None:
        """The names of the program itself, once it has begun."""
        return self._program

    def program_name(self, name: str) -> Value | None:
        """What the program itself binds to a name at its top level, so far."""
        return self._program.names.get(name) if self._program is not None else None

    def resolve(self, machine: Machine, dotted: str, level: int, at: Site) -> ModuleValue | None:
        """The module that an import means; run already if that does something to other modules.

        Args:
            machine: the run that imports.
            dotted: the name as written, without leading dots; it may be empty.
            level: the number of leading dots.
            at: the import.

        Returns:
            None when it is no module of the project: names that a library or Python itself
            claims are theirs.
        """
        if self.files is None or not (level or _may_be_own(machine, dotted)):
            return None
        way = self.files.way(dotted, level, "" if at.file is machine.file else at.file.path)
        if not level and machine.library.publishes(dotted.partition(".")[0]):
            own = way[0]
            if own is None or own.path.suffix != ".py":
                return None  # a folder of that name is no package: what is installed goes before it
        module: ModuleValue | None = None
        for found in way:
            module = self._affect(machine, self._module(found, at))
        return module

    def _affect(self, machine: Machine, module: ModuleValue | None) -> ModuleValue | None:
        """Runs a module at its import, if others can tell the difference."""
        if module is not None and module.pending is not None and module.path is not None:
            assert self.files is not None
            if has_effects(self.files, module.path):
                self.run(machine, module)
        return module

    def member(self, machine: Machine, module: ModuleValue, name: str, at: Site) -> Value | None:
        """`module.name`: what its body binds, else a module inside of a package."""
        self.run(machine, module)
        names = module.scope.names
        found = names.get(name)
        if isinstance(found, (LazyImport, LazyDefinition)):
            names.pop(name)  # imports in a circle find nothing
            found = names[name] = self.value(machine, found)
        if found is not None or self.files is None or module.path is None:
            return found
        return self._affect(machine, self._module(self.files.member(module.path, name, module.name), at))

    def value(self, machine: Machine, name: LazyImport | LazyDefinition) -> Value:
        """What a name stands for, now that it is used."""
        if isinstance(name, LazyImport):
            return machine.get_attribute(name.module, name.name, name.site)
        names = name.scope.names
        if names.get(name.name) is name:
            del names[name.name]
        assert self.files is not None
        at = name.via or machine.here
        if not self.files.takes(name.file):
            machine.note(f"{name.name} cannot be read, or there is too much to read", at)
        else:
            self._guarded(
                machine, lambda: machine.execute_file(name.file, name.scope, name.via), name.name, at
            )
        if name.name not in names:
            names[name.name] = machine.unknown(f"{name.name} of a module", at)
        return names[name.name]

    def run(self, machine: Machine, module: ModuleValue) -> None:
        """Runs the body of a module, once; while it runs, others see what it has bound so far."""
        at, module.pending = module.pending, None
        if at is None or self.files is None or module.path is None:
            return
        file = self.files.read(module.path)
        if file is None:
            machine.note(f"module {module.name} cannot be read, or there is too much to read", at)
            module.scope.names[STAR] = machine.unknown(f"module {module.name}", at)
            return
        self._execute(machine, module, file, at)

    def _execute(self, machine: Machine, module: ModuleValue, file: SourceFile, at: Site) -> None:
        parts, via = parts_of(file), machine.way(file, at)
        for name, part in parts.waiting.items():
            module.scope.names[name] = LazyDefinition(name, part, module.scope, via)
        done = self._guarded(
            machine, lambda: machine.execute_file(parts.body, module.scope, via), f"module {module.name}", at
        )
        if not done:
            module.scope.names.setdefault(STAR, machine.unknown(f"module {module.name}", at))

    def _guarded(self, machine: Machine, run: Callable[[], None], what: str, at: Site) -> bool:
        """Runs code of another file; whether it came to its end."""
        here, exploring = machine.here, machine.choices.exploring
        machine.choices.exploring = False  # its branches are explored where it is the program
        try:
            run()
        except Signal:
            machine.note(f"{what} ends with an exception", at)
            return False
        finally:
            machine.here, machine.choices.exploring = here, exploring
        return True

    def _module(self, found: Found | None, at: Site) -> ModuleValue | None:
        if found is None:
            return None
        if found.path not in self._imported:
            scope = Scope(None, "module")
            bind(scope, "__name__", Const(found.name))
            self._imported[found.path] = ModuleValue(found.name, scope, found.path, pending=at)
        return self._imported[found.path]


def _may_be_own(machine: Machine, dotted: str) -> bool:
    first = dotted.partition(".")[0]
    return bool(first) and not is_python(dotted) and not machine.library.claims(first)


@cache
def _modelled() -> tuple[Mapping[str, Make], Container[str]]:
    """The objects and functions of modelled libraries, by name; their module needs this one."""
    from dropout_lint.interpreter.models import registry

    return registry.OBJECTS, registry.FUNCTIONS


def dotted_value(machine: Machine, dotted: str) -> Value:
    """The value of an absolute dotted name that the project does not define."""
    objects, functions = _modelled()
    make = objects.get(dotted)
    if make is not None:
        return make(machine)
    found = None if dotted in functions else machine.library.lookup(dotted)
    return ExternalName(dotted) if found is None else found
