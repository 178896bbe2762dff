"""Imports of the project's own modules, for whoever resolves them."""

from __future__ import annotations

import pytest

from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.modules import Modules
from dropout_lint.interpreter.roots import run_roots
from dropout_lint.interpreter.values import Const, ModuleValue, Scope, Value
from dropout_lint.source.text import SourceFile
from tests.interpreter.fake import FakeLibrary

FILES = {
    "helpers": "import lib\nx = 1\n_hidden = 2\ndef f(a): return a, __name__\n",
    "pkg": "from .inner import y\n",
    "pkg.inner": "from lib import *\ny = 3\n__all__ = ['y', 'nope']\n",
    "opaque": "from elsewhere import *\n",
}


class ProjectModules(Modules):
    """Modules made of the texts above."""

    def __init__(self) -> None:
        self.loaded: dict[str, ModuleValue] = {}

    def resolve(self, machine: Machine, dotted: str, level: int, importer: SourceFile) -> Value | None:
        if level:
            dotted = f"pkg.{dotted}" if dotted else "pkg"
        if dotted not in FILES:
            return None
        if dotted not in self.loaded:
            scope = Scope(None, "module")
            scope.names["__name__"] = Const(dotted)
            self.loaded[dotted] = ModuleValue(dotted, scope)
            machine.execute_file(SourceFile(dotted, FILES[dotted]), scope)
        return self.loaded[dotted]


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("import helpers; lib.record(helpers.x, helpers.f(5))", (1, (5, "helpers"))),
        ("import helpers as h; h.x = 9; lib.record(h.x)", 9),
        ("from helpers import f, x as z; lib.record(f(z))", (1, "helpers")),
        ("from helpers import nope; lib.record(nope)", "?"),
        ("from helpers import *; lib.record(x, _hidden)", (1, "?")),
        ("from pkg import y, inner; lib.record(y, inner.y)", (3, 3)),
        ("from pkg.inner import *; lib.record(y, Thing)", (3, "?")),
        ("import pkg.inner; lib.record(pkg.inner.y)", 3),
        ("from . import inner; lib.record(inner.y)", 3),
        ("from .inner import y; lib.record(y)", 3),
        ("from opaque import *; lib.record(something)", "?"),
    ],
)
def test_project_modules(program: str, expected: object) -> None:
    libraries: list[FakeLibrary] = []

    def finish(machine: Machine) -> None:
        assert isinstance(machine.library, FakeLibrary)
        libraries.append(machine.library)

    run_roots(SourceFile("main.py", f"import lib\n{program}"), FakeLibrary, finish, modules=ProjectModules())
    assert libraries[0].events == [expected]
    assert len(libraries) == 1  # what other files define is no root of this one
