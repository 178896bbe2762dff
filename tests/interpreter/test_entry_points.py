"""Roots: functions and classes that nothing in the file uses; and the budget."""

from __future__ import annotations

import sys
from textwrap import dedent

import libcst as cst
import pytest

from dropout_lint.source.text import SourceFile
from tests.interpreter.fake import FakeLibrary, Run, explore


def runs_of(program: str, root: str) -> list[Run]:
    return [run for run in explore("import lib\n" + dedent(program)) if run.root == root]


def test_an_unused_function_runs_with_unknown_arguments() -> None:
    program = (
        "def used(): lib.record('u')\ndef f(a, b=2, *c, d, **e): lib.record(a, b, c, d, e, used)\nused()"
    )
    found = explore("import lib\n" + program)
    assert [(run.root, run.events, run.speculative) for run in found] == [
        ("<module>", ["u"], False),
        ("f", ["u", ("?", 2, "?", "?", "?", "used")], False),
    ]


def test_its_branches_are_explored_and_the_modules_are_not() -> None:
    found = runs_of("if w: lib.record(1)\nelse: lib.record(2)\ndef f(x):\n    if x: lib.record(3)", "f")
    assert [run.events for run in found] == [[1, 3], [1]]


def test_the_module_before_it_runs_by_its_own_definitions() -> None:
    program = "def made(): return 3\nlib.record(made())\ndef f(x): lib.record(x)"
    assert [run.events for run in runs_of(program, "f")] == [[3, "?"]]


def test_a_default_that_picks_a_branch_is_one_case_of_several() -> None:
    program = """
        def build(frozen=False, rate=0.5, name=None, quiet=True):
            if frozen: lib.record("frozen", rate)
            else: lib.record("free", rate)
            if quiet: print(name)
            lib.record(frozen, name, quiet)
        """
    assert [run.events for run in runs_of(program, "build")] == [
        [("free", 0.5), (False, None, True)],
        [("frozen", 0.5), ("?", None, True)],
        [("free", 0.5), ("?", None, True)],
    ]


def test_the_defaults_of_a_class_pick_branches_too() -> None:
    program = """
        class A:
            def __init__(self, frozen=False): self.frozen = frozen
            def go(self):
                if self.frozen: lib.record("frozen")
        """
    assert [run.events for run in runs_of(program, "A")] == [[], ["frozen"], []]


def test_a_call_in_sight_decides_which_branch_is_taken() -> None:
    program = "def f(frozen=False):\n    if frozen: lib.record(1)\n    else: lib.record(2)\nf()"
    assert not runs_of(program, "f")


def test_generators_are_run_as_roots() -> None:
    assert runs_of("def f():\n    lib.record(1)\n    yield 2\n    lib.record(3)", "f")[0].events == [1, 3]


def test_a_function_that_is_used_in_one_branch_is_no_root() -> None:
    assert not runs_of("def f(): pass\nif w: print()\nelse: f()", "f")


def test_an_unused_class_is_made_and_its_methods_are_called() -> None:
    run = runs_of(
        """
        class A(lib.Base):
            def __init__(self, x, n=3):
                super().__init__()
                self.x = x
                self.n = n
            def first(self): lib.record("first", self.n)
            def _second(self, y): lib.record("second", y); self.first()
            def step(self): lib.record("called by the library")
            def __str__(self): lib.record("special")
            @classmethod
            def make(cls): lib.record("class")
            @staticmethod
            def s(): lib.record("static")
        """,
        "A",
    )[0]
    assert run.speculative
    assert run.events == [
        "thing1.__init__", "thing1.x = ?", "thing1.n = 3", ("second", "?"), ("first", 3),
        "class", "static",
    ]  # fmt: skip


def test_methods_that_nobody_calls_run_on_a_new_instance() -> None:
    program = "class A:\n    def f(self): lib.record('f')\n    def g(self): lib.record('g')\nA().f()"
    found = runs_of(program, "A")
    assert [run.events for run in found] == [["f", "g"]]


def test_a_method_that_another_one_calls_waits_for_it() -> None:
    program = """
        class A:
            def _fit(self): lib.record("fit")
            def fit(self): lib.record("outer")
            def _freeze(self): lib.record("freeze")
            def _spare(self): lib.record("spare")
            def run(self):
                self._freeze()
                self._fit()
                return self._spare
            def show(self): lib.thing.fit(); lib.record("show")
        """
    assert runs_of(program, "A")[0].events == ["outer", "freeze", "fit", "show", "spare"]


def test_a_public_method_is_called_on_its_own_too() -> None:
    program = """
        class A:
            def resume(self): self.train(True)
            def train(self, resumed=False):
                if resumed: lib.record("old model")
                else: lib.record("new model")
            def _stop(self, now=False):
                if now: lib.record("now")
            def end(self): self._stop(True)
        """
    assert [run.events for run in runs_of(program, "A")] == [["old model", "now"]]
    assert next(run.events for run in runs_of(program, "A.train")) == ["new model"]
    assert not runs_of(program, "A._stop")


def test_a_method_that_raises_does_not_stop_the_next() -> None:
    program = "class A:\n    def f(self): raise ValueError\n    def g(self): lib.record('g')"
    assert runs_of(program, "A")[0].events == ["g"]


def test_an_inherited_method_runs_on_the_class_that_completes_it() -> None:
    program = """
        class Base:
            def train(self): self._steps()
            def _steps(self): lib.record("train", self.build())
            def build(self): raise NotImplementedError
            def show(self): lib.record("show")
        class A(Base):
            def build(self): return "a"
        class B(A):
            def build(self): return "b"
            def _steps(self): super()._steps()
        A().train()
        """
    assert runs_of(program, "<module>")[0].events == [("train", "a")]
    assert runs_of(program, "B")[0].events == [("train", "a"), ("train", "b")]
    assert not runs_of(program, "A")


def test_a_class_all_of_whose_methods_are_used_is_no_root() -> None:
    program = "class A:\n    def __init__(self): pass\nclass B(A): pass\nB()"
    assert not runs_of(program, "A")


def test_the_caller_says_what_is_interesting() -> None:
    found = explore("def f(): pass\ndef g(): wanted", lambda reached: "wanted" in reached.names)
    assert [run.root for run in found] == ["<module>", "g"]


def test_the_number_of_roots_is_bounded() -> None:
    found = explore("".join(f"def f{i}(): pass\n" for i in range(100)))
    assert len(found) == 66
    assert "more functions" in found[-1].notes[0]


BODY = "import lib\nlib.record('start')\n"


@pytest.mark.parametrize(
    "program",
    [
        "x = 10 ** 10 ** 7",
        "x = 'x' * 10 ** 9 + [0] * 10 ** 9",
        "while True: pass",
        "while True:\n    x = x + 1",
        "x = 0\nwhile x >= 0: x += 1",
        "x = []\nfor i in range(10 ** 9): x.append(i)",
        "x = [0]\nfor i in x: x.append(i)",
        "x = [1]\nwhile x: x = x + x",
        "x = 'a'\nwhile x: x = x + x",
        "x = what\nfor i in range(1900): x = x + x",
        "[a for a in range(2000) for b in range(2000)]",
        "def f(): return f() + f()\nf()",
        "def f(n): return f(n - 1) + f(n - 1) if n else 0\nf(30)",
        "def f(): g()\ndef g(): f()\nf()",
        "f = lambda g: g(g)\nf(f)",
        "class A:\n    def __getattr__(self, n): return getattr(self, n)\nA().x",
        "class A:\n    @property\n    def x(self): return self.x\nA().x",
        "class A:\n    def __add__(self, o): return self + o\nA() + 1",
        "class A:\n    def __bool__(self): return bool(self)\nif A(): pass",
        "class A:\n    def __iter__(self): return self\nfor x in A(): pass",
        "x = []\nx.append(x)\nlib.record(x == [x])",
        "d = {}\nd['d'] = d\nlib.mystery(d)\nx = str(d)",
        "x = []\nx.append(x)\ny = f'{x}' + str(x) + '%s' % x",
        "x = []\nfor i in range(60): x = [x, x]\ny = x == [x, x]\nstr(x)\nimport copy; copy.deepcopy(x)",
        "x = y = ()\nfor i in range(60): x, y = (x, x), (y, y)\nd = {x: 1}\nz = x == y\nmystery(x)",
        "def f(x): return f((x, x))\nf(1)",
        "for i in [0] * 2000:\n    x = list(range(10000))\n    y = x == x[:]",
        "x = 'a,' * 5000\nfor i in [0] * 2000: x.split(',')",
        "x = set(range(3000))\nfor i in [0] * 2000: y = x | {i}",
        "x = " + "(" * 80 + "1" + ")" * 80,
        "x = " + "[" * 90 + "]" * 90,
        "x = " + "not " * 300 + "what",
        "x = " + "-" * 300 + "1",
        "x = " + " if what else ".join("1" * 200),
        "x = what" + ".b(1)" * 150,
        "x = " + "f(" * 80 + "1" + ")" * 80,
        "x = " + " and ".join(["what"] * 3000),
        "x = " + " or ".join(["(a and b)"] * 300),
        "x = " + " < ".join(["what"] * 1000),
        "x = " + " ".join(["'a'"] * 1000),
        "if what: pass\n" + "".join(f"elif w == {i}: x = {i}\n" for i in range(1000)),
        "lambda: " * 80 + "1",
        "".join("    " * i + f"if a{i}:\n" for i in range(60)) + "    " * 60 + "x = 1",
        "".join("    " * i + f"def f{i}():\n" for i in range(60)) + "    " * 60 + "x = 1",
        "return 1",
        "break",
        "yield 1",
        "x = '\\N{no such character}'",
        "def f(a, a): pass\nf(1, 2)",
        "super().x\nsuper(1, 2)",
        "class A(A): pass",
        "global x\nnonlocal y",
        "lib.record(*what, **what)",
        "lib.Thing(**{1: 2})",
    ],
)  # fmt: skip
def test_nothing_gets_out_of_hand(program: str) -> None:
    limit = sys.getrecursionlimit()
    file = SourceFile("test.py", BODY + program)
    # Parsed here: the guard before the parser refuses the longest ones, which must do no harm all the same.
    file.__dict__["module"] = cst.parse_module(file.text)
    found = explore(file)
    assert found[0].events[0] == "start"
    assert sys.getrecursionlimit() == limit


def nested_sum(terms: int) -> cst.BaseExpression:
    """`1 + 1 + ...`, made by hand: libcst needs ten seconds to parse five thousand of them."""
    node: cst.BaseExpression = cst.Integer("1")
    for _ in range(terms - 1):
        node = cst.BinaryOperation(node, cst.Add(), cst.Integer("1"))
    return node


def test_a_sum_of_five_thousand_terms_is_computed() -> None:
    file = SourceFile("sum.py", "import lib\nx = 0\nlib.record(x)")
    lines = list(file.module.body)
    assign = cst.Assign([cst.AssignTarget(cst.Name("x"))], nested_sum(5_000))
    lines[1] = cst.SimpleStatementLine([assign])
    file.__dict__["module"] = cst.Module(lines)
    assert explore(file)[0].events == [5_000]


def test_what_was_seen_before_the_budget_ended_is_handed_over() -> None:
    # Loops over numbers would be cut short: these are about each element.
    loops = "for i in [0] * 50:\n" + "    x = [j * 2 for j in [0] * 2000]\n"
    run = explore(BODY + loops + "lib.record('end')")[0]
    assert run.events == ["start"]
    assert run.notes == ["given up: too many steps"]


def test_a_run_that_has_done_nothing_ends_before_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeLibrary, "work", lambda library: (library.made, 0))
    long = "    for i in [0] * 5: x = [j * 2 for j in [0] * 2000]\n"
    program = f"import lib\ndef f():\n{{}}{long}    lib.record('end')\n"
    idle = explore(program.format(""))[1]
    assert (idle.events, idle.notes) == ([], ["given up: too many steps"])
    assert explore(program.format("    lib.Thing()\n"))[1].events == ["end"]


def test_all_runs_of_a_file_share_a_total() -> None:
    busy = "    for i in [0] * 50: x = [j * 2 for j in [0] * 2000]\n"
    found = explore("".join(f"def f{i}():\n{busy}" for i in range(30)))
    assert len(found) < 20
    assert "more functions" in found[-1].notes[0]


def test_definitions_that_a_root_cannot_reach_are_passed_over() -> None:
    program = "import lib\ndef f(): g()\ndef g(): lib.record('g')\ndef h(x=lib.record('h')): pass\n"
    found = explore(program, lambda reached: "g" in reached.names)
    assert [(run.root, run.events) for run in found[1:]] == [("f", ["g"]), ("g", ["g"])]


def ladder(rungs: int, last: str = "lib.record('last')", **bodies: str) -> str:
    """`if ... elif ... else` over a name that cannot be known; bodies: of rungs, by their numbers."""
    tests = [f"kind == 'k{n}': {bodies.get(f'k{n}', f'lib.record({n})')}" for n in range(rungs)]
    return "\n".join(["if " + tests[0], *("elif " + test for test in tests[1:]), f"else: {last}"]) + "\n"


def test_the_rungs_of_a_ladder_need_not_be_climbed_down_one_by_one() -> None:
    found = explore(
        "import lib\n" + ladder(12, last="lib.record('end', promised)", k9="lib.record(9, promised)")
    )
    assert [run.events[0][0] if isinstance(run.events[0], tuple) else run.events[0] for run in found] == [
        0, 9, "end", 1, 2, 3, 4, 5
    ]  # fmt: skip


def test_branches_before_a_ladder_do_not_use_up_its_runs() -> None:
    before = "".join(f"if a{n}: lib.record('a{n}')\n" for n in range(4))
    found = explore("import lib\n" + before + ladder(5))
    seen = [event for run in found for event in run.events]
    assert {0, 1, 2, 3, 4, "last"} <= set(seen)
    assert all(any(f"a{n}" not in run.events for run in found) for n in range(4))


def test_a_side_that_a_common_run_did_not_come_by_is_tried_again() -> None:
    """Two sides at once, of which one ends the run before the other is asked."""
    early = "".join(
        f"if a{n}:\n    lib.record('a{n}')\nelse:\n    b{n}()\n    sys.exit()\n" for n in range(2)
    )
    late = "".join(f"if c{n}: lib.record('c{n}')\nelse: lib.record('d{n}')\n" for n in range(6))
    found = explore("import lib, sys\n" + early + late)
    assert len(found) == 8
    assert {event for run in found for event in run.events} >= {f"d{n}" for n in range(6)}


def test_what_is_not_looked_at_is_said() -> None:
    notes = [note for run in explore("import lib\n" + ladder(12)) for note in run.notes]
    assert set(notes) == {"one side of a branch is not looked at: there are too many branches"}
    assert [note for run in explore("import lib\n" + ladder(6)) for note in run.notes] == []


SET_ELSEWHERE = """
config = {{"source": {before}, "rate": 0.5}}
ready = {before}
def on_change(change):
    global ready
    {does}
def click(button):
    if not config["source"] or not ready: return
    lib.record(config["rate"], "clicked")
"""


@pytest.mark.parametrize(
    ("before", "does", "clicked"),
    [
        ("None", "config['source'] = change; ready = True", True),
        ("False", "config['source'], ready = change, True", False),  # not seen
        ("None", "print(change)", False),
        ("None", "config['source'] = change", False),  # `ready` is never set
        ("None", "config = {}; config['source'] = change; ready = True", False),  # of its own
        ("''", "config['source'] = change; ready = True", False),  # a text is no "not yet"
    ],
)
def test_what_another_callback_may_have_set(before: str, does: str, clicked: bool) -> None:
    found = runs_of(SET_ELSEWHERE.format(before=before, does=does), "click")
    assert any(run.events == [(0.5, "clicked")] for run in found) == clicked


def test_what_is_set_by_a_call_in_sight_is_known() -> None:
    program = """
        ready = False
        def prepare():
            global ready
            ready = True
        def go():
            {first}
            lib.record(ready)
        """
    assert [run.events for run in runs_of(program.format(first="pass"), "go")] == [["?"]]
    assert [run.events for run in runs_of(program.format(first="prepare()"), "go")] == [[True]]


@pytest.mark.parametrize(
    ("picked", "found"),
    [
        ("('x', 'y')[a.n]", [["x"], ["y"]]),
        ("['x', 'y', 'z'][a.n + 1]", [["y"], ["x"], ["z"]]),
        ("names[a.n]", [["x"]]),  # data, not a branch
        ("('x', 'y')[b]", [["?"]]),
        ("('x', 'y', 'z')[a.n - 2]", [["y"]]),  # a place from the end
        ("('x', 'y')[a.n + 7]", [["?"]]),
    ],
)
def test_an_option_that_picks_what_is_written_there_is_a_branch(picked: str, found: list[list[str]]) -> None:
    program = (
        "import argparse, lib\np = argparse.ArgumentParser()\np.add_argument('--n', type=int, default=0)\n"
        f"a = p.parse_args()\nnames = ['x', 'y']\nb = lib.unknown\nlib.record({picked})\n"
    )
    assert [run.events for run in explore(program)] == found
