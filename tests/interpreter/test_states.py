"""The state of the module, which the runs of its entry points begin with."""

from __future__ import annotations

import sys

import pytest

from dropout_lint.interpreter.budget import Budget
from dropout_lint.interpreter.exploration import driver
from dropout_lint.interpreter.exploration.paths import Exploration, PathDecisions
from dropout_lint.interpreter.exploration.states import SHARE, ModuleState, NotKept
from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.values.kinds import Const
from dropout_lint.source.modules import ModuleFiles
from dropout_lint.source.text import SourceFile
from tests.fixture_files import Fixture, all_programs
from tests.interpreter.fake import FakeLibrary, explore

NEVER = 10**9


def ran(text: str, files: ModuleFiles | None = None) -> Machine:
    """The run of a module."""
    machine = Machine(SourceFile("test.py", text), FakeLibrary(), PathDecisions(), Budget(), files)
    machine.run_module()
    return machine


def test_a_copy_has_its_own_objects() -> None:
    machine = ran("import lib\nnames = [1]\nsame = names\nthing = lib.Thing()\n")
    state = ModuleState(machine, 0)
    first, second = state.copy(Budget()), state.copy(Budget())
    scopes = [copy.modules.program for copy in (first, second)]
    assert scopes[0] is not None
    assert scopes[1] is not None
    for name in ("names", "thing"):
        assert scopes[0].names[name] is not scopes[1].names[name]
        assert type(scopes[0].names[name]) is type(scopes[1].names[name])
    assert scopes[0].names["same"] is scopes[0].names["names"]


def test_what_no_run_changes_is_shared() -> None:
    machine = ran("def f(): pass\nnothing = None\nyes = True\nfour = 4\nwhat = nobody\n")
    copy = ModuleState(machine, 0).copy(Budget())
    assert copy.file is machine.file
    assert copy.definitions[0].node is machine.definitions[0].node
    assert copy.modules.program is not None
    assert machine.modules.program is not None
    for name in ("nothing", "yes", "four", "what"):
        assert copy.modules.program.names[name] is machine.modules.program.names[name]


class Marked(Const):
    """A library's own constant, which holds what its runs change."""

    __slots__ = ("mark",)

    def __init__(self, mark: list[int]) -> None:
        super().__init__(1)
        self.mark = mark


def test_a_library_s_own_constants_are_copied() -> None:
    machine = ran("x = 1\n")
    assert machine.modules.program is not None
    machine.modules.program.names["x"] = Marked([1])
    copy = ModuleState(machine, 0).copy(Budget())
    assert copy.modules.program is not None
    copied = copy.modules.program.names["x"]
    assert isinstance(copied, Marked)
    copied.mark.append(2)
    original = machine.modules.program.names["x"]
    assert isinstance(original, Marked)
    assert original.mark == [1]


def test_objects_keep_their_keys() -> None:
    """Which object a condition is about is told by its identity, which is another one in a copy."""
    machine = ran("import lib\na = lib.Thing()\nb = lib.Thing()\n")
    assert machine.modules.program is not None
    key = machine.keys.of(machine.modules.program.names["b"])
    copy = ModuleState(machine, 0).copy(Budget())
    assert copy.modules.program is not None
    assert copy.keys.of(copy.modules.program.names["b"]) == key
    assert copy.keys.of(copy.modules.program.names["a"]) != key


def test_a_copy_costs_a_part_of_the_steps() -> None:
    assert ModuleState(ran("x = 1\n"), 80 * SHARE).cost == 80


COSTLY = "import lib\nfor i in [0] * 100: x = [j * 2 for j in [0] * 20]\n"


@pytest.mark.parametrize("total", [4_000, *range(15_000, 37_000, 700)])
def test_steps_that_run_out_at_a_copy_end_that_run_alone(total: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is left when the next run begins: what the others found is handed over."""
    monkeypatch.setattr(driver, "ROOT_STEPS", total)
    roots = "".join(f"def f{i}():\n    lib.record({i})\n" for i in range(20))
    found = explore(f"{COSTLY}lib.record('module')\n{roots}")
    assert found[0].root == "<module>"
    assert found[-1].notes[-1].startswith(("given up", "more functions"))


def test_what_is_nested_too_deep_is_not_kept() -> None:
    machine = ran("x = []\nfor _ in [0] * 1_000: x = [x]\n")
    limit = sys.getrecursionlimit()
    with pytest.raises(NotKept):
        ModuleState(machine, 0)
    assert sys.getrecursionlimit() == limit


def test_what_is_no_data_is_not_kept() -> None:
    machine = ran("x = 1\n")
    machine.library.work = lambda: (0, 0)  # type: ignore[method-assign]
    with pytest.raises(NotKept):
        ModuleState(machine, 0)


PROGRAM = """
import lib
seen = []
things = [lib.Thing(), lib.Other()]
def note(what):
    seen.append(what)
    return seen
def first(a):
    if a: note("a")
    else: note("not a")
    lib.record(*note("first"))
def second(b):
    for thing in things: thing.name = b
    if things[0] is things[1]: lib.record("one")
    lib.record(*note("second"))
"""


@pytest.mark.parametrize("least", [0, NEVER])
def test_no_run_sees_what_another_one_did(least: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "MIN_STEPS", least)
    found = [(run.root, run.events) for run in explore(PROGRAM)]
    assert found == [
        ("<module>", []),
        ("note", []),
        ("first", [("a", "first")]),
        ("first", [("not a", "first")]),
        ("second", ["thing1.name = ?", "thing2.name = ?", "second"]),
    ]


@pytest.mark.parametrize("fixture", [pytest.param(one, id=one.name) for one in all_programs()])
def test_findings_are_the_same_without(fixture: Fixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each state is kept, or none, and each side has a run of its own: what is reported stays the same."""
    keras = fixture.kerases[0]
    monkeypatch.setattr(driver, "MIN_STEPS", 0)
    kept = fixture.lint(keras)
    monkeypatch.setattr(driver, "MIN_STEPS", NEVER)
    one_by_one = Exploration.next
    monkeypatch.setattr(Exploration, "next", lambda exploration, _=False: one_by_one(exploration))
    monkeypatch.setattr(driver, "QUIET_STEPS", NEVER)
    monkeypatch.setattr(driver, "PROMISING_STEPS", NEVER)
    monkeypatch.setattr(driver, "QUIET_MODULE", NEVER)
    assert fixture.lint(keras) == kept
