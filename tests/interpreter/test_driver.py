"""The runs of a program: their order, and who gets the steps."""

from __future__ import annotations

import pytest

from dropout_lint.interpreter.exploration import driver
from dropout_lint.interpreter.exploration.entry_points import run_roots
from dropout_lint.interpreter.machine import Machine
from dropout_lint.source.text import SourceFile
from tests.interpreter.fake import FakeLibrary

PROGRAM = """
import lib
def idle(a):
    if a.n0: x = 1
    else: y = 2
def maker(a):
    lib.Thing()
    if a.n1: lib.Thing()
def speaker(a):
    if a.n2: lib.record(1)
    if a.n3: lib.record(2)
    if a.n4: lib.record(3)
    lib.record("end")
"""


class Counting(FakeLibrary):
    """What is made is made, and what is recorded is put to work."""

    def work(self) -> tuple[int, int]:
        return self.made, len(self.events)


def made(promising: str = "") -> tuple[list[str], list[tuple[str, list[str]]]]:
    """The roots of the runs as they were made, and those of the results, with what could not be known.

    promising: what the texts of promising roots have in them; "": there are none.
    """
    order: list[str] = []

    def finish(machine: Machine) -> tuple[str, list[str]]:
        order.append(machine.root)
        return machine.root, [reason for reason, _ in machine.notes]

    promises = (lambda text: promising in text) if promising else (lambda _: False)
    results = run_roots(SourceFile("test.py", PROGRAM), lambda _: Counting(), finish, promising=promises)
    return order[1:], results[1:]


def test_first_runs_go_first_then_those_of_who_has_something_to_tell_then_who_takes_little() -> None:
    order, results = made()
    assert order == ["idle", "maker", "speaker", "speaker", "speaker", "speaker", "idle", "maker"]
    assert [root for root, _ in results] == ["idle"] * 2 + ["maker"] * 2 + ["speaker"] * 4


def test_what_is_promising_goes_before_the_rest() -> None:
    order, results = made("a.n0")
    assert order == ["idle", "maker", "speaker", "idle", "speaker", "speaker", "speaker", "maker"]
    order, results = made("n1")
    assert order == ["maker", "idle", "speaker", "maker", "speaker", "speaker", "speaker", "idle"]
    assert [root for root, _ in results] == ["idle"] * 2 + ["maker"] * 2 + ["speaker"] * 4


def test_what_is_promising_has_steps_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "QUIET_STEPS", 0)
    assert made()[0].count("maker") == 1
    assert made("n1")[0].count("maker") == 2
    monkeypatch.setattr(driver, "PROMISING_STEPS", 0)
    assert made("n1")[0].count("maker") == 1


def test_what_has_nothing_to_tell_has_few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "QUIET_STEPS", 0)
    order, results = made()
    assert order[:-1] == ["idle", "maker", "speaker", "speaker", "speaker", "speaker"]
    assert results[-1] == ("<module>", [driver.NO_STEPS] * 2)


def test_what_there_are_no_steps_for_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "IDLE_ROOTS", 1)
    order, results = made()
    assert order == ["idle", "idle", "<module>"]
    assert results[-1][1] == ["more functions than one file may have analysed on their own"]


def test_a_module_that_has_nothing_to_tell_has_few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "QUIET_MODULE", 0)
    for telling, runs in (("", 2), ("lib.record(1)\n", 5)):
        program = f"import lib\n{telling}" + "".join(f"if n{i}: x = {i}\n" for i in range(4))
        results = run_roots(
            SourceFile("test.py", program),
            lambda _: Counting(),
            lambda machine: [reason for reason, _ in machine.notes],
        )
        assert len(results) == runs
        assert results[-1] == ([] if telling else [driver.NO_STEPS] * 3)


@pytest.mark.parametrize(("passes", "runs"), [(1, ["f"]), (200, ["f", "f"])])
def test_who_was_given_up_may_have_something_to_tell(
    passes: int, runs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "QUIET_STEPS", 0)
    long = f"    for i in [0] * {passes}: x = [j * 2 for j in [0] * 2000]\n"
    program = f"import lib\ndef f(a):\n    lib.Thing()\n    if a.n: lib.Thing()\n{long}"
    results = run_roots(SourceFile("test.py", program), lambda _: Counting(), lambda machine: machine.root)
    assert [root for root in results if root != "<module>"] == runs


def test_who_has_something_to_tell_takes_nothing_from_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "QUIET_STEPS", 100)
    speaker = "def f(a):\n    lib.record(1)\n    if a.n: lib.record(2)\n    x = [i for i in [0] * 200]\n"
    program = f"import lib\n{speaker}def g(a):\n    lib.Thing()\n    if a.n: lib.Thing()\n"
    results = run_roots(SourceFile("test.py", program), lambda _: Counting(), lambda machine: machine.root)
    assert results == ["<module>", "f", "f", "g", "g"]
