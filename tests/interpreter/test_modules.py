"""Imports of the project's own modules."""

from __future__ import annotations

from pathlib import Path

import pytest

from dropout_lint.interpreter.exploration.entry_points import run_roots
from dropout_lint.interpreter.machine import Machine
from dropout_lint.source.modules import ModuleFiles
from dropout_lint.source.text import SourceFile
from tests.interpreter.fake import FakeLibrary

FILES = {
    "pyproject.toml": "",
    "app/main.py": "",
    "app/helpers.py": "import lib\nx = 1\n_hidden = 2\ndef f(a): return a, __name__\n",
    "app/opaque.py": "from elsewhere import *\n",
    "app/broken.py": "def (:\n",
    "app/raising.py": "x = 1\nraise ValueError\ny = 2\n",
    "app/counting.py": "import lib\nlib.record('run')\nx = 1\n",
    "app/one.py": "from other import y, z\nx = 1\n",
    "app/other.py": "from one import x, z\ny = x\n",
    "app/back.py": "from main import early\nvalue = early\n",
    "app/state.py": "on = False\n",
    "app/switch.py": "import state\nstate.on = True\n",
    "app/guarded.py": "from state import on as now\nimport state\nif not now:\n    state.on = 'guarded'\n",
    "app/indirect.py": "import switch\ndef f(): pass\n",
    "app/registry.py": "known = []\ndef register(f):\n    known.append(f)\n    return f\n",
    "app/members.py": "from registry import register\n@register\ndef f(): pass\n",
    "app/reading.py": "import state\nbefore = state.on\n",
    "app/quiet.py": "import state\n__all__ = ['state']\ndef f(): state.on = 2\n",
    "app/box/__init__.py": "from . import content\ncontent.full = True\n",
    "app/box/content.py": "full = False\n",
    "app/keras/__init__.py": "Model = 3\n",
    "app/pkg/__init__.py": "from .inner import y\nfrom . import deeper\n",
    "app/pkg/inner.py": "from lib import *\ny = 3\n__all__ = ['y', 'nope']\n",
    "app/pkg/deeper/__init__.py": "from ..inner import y as w\nfrom ...helpers import x\n",
    "app/spread/part.py": "z = 7\n",
    "src/library/__init__.py": "from .core import Thing as Renamed\n",
    "src/library/core.py": "class Thing:\n    size = 4\n",
    "top.py": "t = 5\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "outside.py").write_text("secret = 1\n", encoding="utf-8")
    return tmp_path / "project"


def events(project: Path, program: str, path: str = "app/main.py") -> list[object]:
    """What a program in the project records."""
    libraries: list[FakeLibrary] = []

    def finish(machine: Machine) -> None:
        assert isinstance(machine.library, FakeLibrary)
        libraries.append(machine.library)

    file = SourceFile(path, f"import lib\n{program}")
    run_roots(file, lambda _: FakeLibrary(), finish, files=ModuleFiles(project / path))
    assert len(libraries) == 1  # what other files define is no root of this one
    return libraries[0].events


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
        ("import pkg.inner as i; lib.record(i.y)", 3),
        ("from pkg import deeper; lib.record(deeper.w, deeper.x)", (3, 1)),
        ("from opaque import *; lib.record(something)", "?"),
        ("import broken; lib.record(broken.x)", "?"),
        ("from raising import x, y; lib.record(x, y)", (1, "?")),
        ("from one import x, y, z; lib.record(x, y, z)", (1, 1, "?")),
        ("early = 2\nfrom back import value\nlib.record(value)", 2),
        ("from spread.part import z; lib.record(z)", 7),
        ("import spread; lib.record(spread.part.z)", 7),
        ("from top import t; lib.record(t)", 5),
        ("from library import Renamed; lib.record(Renamed.size)", 4),
        ("from app.helpers import x; lib.record(x)", 1),
        ("def f():\n    from helpers import x\n    return x\nlib.record(f())", 1),
        ("try:\n    from helpers import x\nexcept ImportError:\n    x = 0\nlib.record(x)", 1),
        ("import importlib\nlib.record(importlib.import_module('pkg.inner').y)", 3),
        ("import importlib as i\nname = 'inner'\nlib.record(i.import_module('pkg.' + name).y)", 3),
        ("import importlib as i\nlib.record(i.import_module('.inner', package='pkg').y)", 3),
        ("import importlib as i\nlib.record(i.import_module(lib.unknown).y)", "?"),
        ("import importlib as i\nlib.record(i.import_module('../outside').secret)", "?"),
        ("lib.record(__import__('pkg.inner', fromlist=['y']).y)", 3),
        ("lib.record(__import__('pkg.inner', globals(), locals(), ['y'], 0).y)", 3),
        ("lib.record(__import__('pkg.inner').y)", "?"),
        ("lib.record(__import__('helpers').x)", 1),
        ("import state, switch; lib.record(state.on)", True),
        ("import state; lib.record(state.on); import indirect; lib.record(state.on)", True),
        ("import state, guarded; lib.record(state.on)", "guarded"),
        ("import registry, members; lib.record(len(registry.known))", 1),
        ("import state, quiet; lib.record(state.on); quiet.f(); lib.record(state.on)", 2),
        ("import state, reading; lib.record(state.on); lib.record(reading.before)", False),
        ("from box.content import full; lib.record(full)", True),
        ("import outside; lib.record(outside.secret)", "extern outside.secret"),
        ("from ... import outside; lib.record(outside.secret)", "extern ...outside.secret"),
        ("from ...outside import secret; lib.record(secret)", "extern ...outside.secret"),
    ],
)
def test_what_an_import_binds(project: Path, program: str, expected: object) -> None:
    assert events(project, program)[-1:] == [expected]


def test_relative_imports_start_at_the_importer(project: Path) -> None:
    program = "from . import inner\nfrom .inner import y\nlib.record(inner.y, y)"
    assert events(project, program, "app/pkg/more.py") == [(3, 3)]


def test_a_module_runs_once_and_only_when_something_of_it_is_used(project: Path) -> None:
    assert events(project, "import counting\nfrom counting import x\nlib.record('end')") == ["end"]
    program = "import counting\nfrom counting import x\nlib.record(x + counting.x)"
    assert events(project, program) == ["run", 2]


def test_a_library_wins_over_a_folder_of_its_name(project: Path) -> None:
    assert events(project, "import lib as l\nlib.record(l.x)") == ["extern lib.x"]
    assert events(project, "import keras\nlib.record(keras.Model)") == [3]  # no library claims it here
    (project / "app" / "lib.py").write_text("x = 1\n", encoding="utf-8")
    assert events(project, "lib.record(lib.x)") == ["extern lib.x"]


def test_nothing_outside_of_the_project_is_read(project: Path) -> None:
    (project / "app" / "linked.py").symlink_to(project.parent / "outside.py")
    (project / "app" / "folder").symlink_to(project.parent)
    (project / "app" / "circle").symlink_to(project / "app")
    assert events(project, "from linked import secret\nlib.record(secret)") == ["extern linked.secret"]
    program = "from folder.outside import secret\nlib.record(secret)"
    assert events(project, program) == ["extern folder.outside.secret"]
    assert events(project, "from circle.circle.helpers import x\nlib.record(x)") == [1]


def test_a_file_that_changed_is_read_again(project: Path) -> None:
    assert events(project, "import helpers\nlib.record(helpers.x)") == [1]
    (project / "app" / "helpers.py").write_text("x = 'longer than before'\n", encoding="utf-8")
    assert events(project, "import helpers\nlib.record(helpers.x)") == ["longer than before"]


def test_the_search_path_is_that_of_the_script(tmp_path: Path) -> None:
    root = tmp_path / "search"
    texts = {
        "setup.py": "",
        "app/nets/towers.py": "x = 'beside the script'",
        "app/jobs/lesson.py": "from nets.towers import x",
        "deep/er/run.py": "from far import y",
        "deep/far.py": "y = 'above'",
        "lib/added.py": "z = 'appended'",
    }
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    program = "import lib, sys\nsys.path.append('../lib')\nfrom jobs.lesson import x\nfrom added import z\n"
    (root / "app/run.py").write_text(program, encoding="utf-8")
    assert events(root, f"{program}lib.record(x, z)", "app/run.py") == [("beside the script", "appended")]
    assert events(root, "from far import y\nlib.record(y)", "deep/er/run.py") == ["above"]
    outside = "import sys\nsys.path.append('../../..')\nfrom secret import x\nlib.record(x)"
    (root / "app/run.py").write_text(outside, encoding="utf-8")
    (tmp_path / "secret.py").write_text("x = 1", encoding="utf-8")
    assert events(root, outside, "app/run.py") == ["extern secret.x"]


class Busy(FakeLibrary):
    """A library for which whatever is recorded is work."""

    def work(self) -> tuple[int, int]:
        return len(self.events), 0


def events_of_g(file: Path, program: str, library: type[FakeLibrary]) -> list[list[object]]:
    """What each run of the function g did."""
    made: list[list[object]] = []

    def finish(machine: Machine) -> None:
        assert isinstance(machine.library, FakeLibrary)
        if machine.root == "g":
            made.append(machine.library.events)

    run_roots(SourceFile(str(file), program), lambda _: library(), finish, files=ModuleFiles(file))
    return made


def test_sides_are_taken_together_while_nothing_happens(project: Path) -> None:
    """The first run, and one for the other sides of all branches."""
    ladder = "".join(f"    if a.n{i}: lib.record({i})\n" for i in range(4))
    (project / "app" / "asking.py").write_text(f"import lib\ndef f(a):\n{ladder}", encoding="utf-8")
    program = "import lib\nfrom asking import f\ndef g(a):\n    if a: lib.record('own')\n    f(a)\n"
    file = project / "app/main.py"
    assert events_of_g(file, program, FakeLibrary) == [["own", 0, 1, 2, 3], []]
    alone = [[i for i in ("own", 0, 1, 2, 3) if i != left] for left in ("own", 0, 1, 2, 3)]
    assert events_of_g(file, program, Busy) == [["own", 0, 1, 2, 3], *alone]


def test_sides_that_did_something_together_are_taken_one_by_one(project: Path) -> None:
    branches = "".join(f"    if a.n{i}: x = {i}\n    else: lib.record({i})\n" for i in range(3))
    program = f"import lib\ndef g(a):\n{branches}"
    assert events_of_g(project / "app/main.py", program, Busy) == [[], [0, 1, 2], [0], [1], [2]]


def test_sides_behind_guards_are_reached_one_after_the_other(project: Path) -> None:
    """Whoever leaves early hides what the same run was to take besides, again and again."""
    guards = "".join(f"    if a.n{i}: pass\n    else: return print({i})\n" for i in range(3))
    program = f"import lib\ndef g(a):\n{guards}    if a.n: return\n    lib.record('end')\n"
    found = events_of_g(project / "app/main.py", program, Busy)
    assert ["end"] in found
    assert found.index(["end"]) == 3


def test_what_opens_behind_sides_together_is_seen_behind_each_alone(project: Path) -> None:
    program = (
        "import lib\ndef g(a):\n    if a.n: x = 1\n    else: x = 2\n    if a.m: return print()\n"
        "    lib.record('made')\n    if a.k: lib.record(x)\n    else: lib.record(-x)\n"
    )
    found = events_of_g(project / "app/main.py", program, Busy)
    assert ["made", -1] in found
    assert ["made", 2] in found


def test_a_branch_within_a_branch_of_another_file_is_reached(project: Path) -> None:
    """Of other files the second run takes what is open, and the third what the second has opened."""
    inner = "        if a.c: x = 3\n        else: lib.record('deep')\n"
    text = f"import lib\ndef f(a):\n    if a.b: x = 2\n    else:\n{inner}"
    (project / "app" / "asking.py").write_text(text, encoding="utf-8")
    file = project / "app/main.py"
    made: list[object] = []

    def finish(machine: Machine) -> None:
        assert isinstance(machine.library, FakeLibrary)
        made.extend(machine.library.events)

    program = "from asking import f\ndef g(a): f(a)\n"
    run_roots(SourceFile(str(file), program), lambda _: FakeLibrary(), finish, files=ModuleFiles(file))
    assert made == ["deep"]


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("x = 3\nlib.record(globals()['x'])", [3]),
        ("def f(): return globals()['x']\nx = 3\nlib.record(f())", [3]),
        ("x = 3\nlib.record(vars()['x'], locals()['x'])", [(3, 3)]),
        ("def f():\n    x = 4\n    return locals()['x']\nx = 3\nlib.record(f())", ["?"]),
        ("from helpers import x\nlib.record(globals()['x'])", [1]),
        ("globals()['y'] = 5\nlib.record(y)", [5]),
        ("import argparse\np = argparse.ArgumentParser()\np.add_argument('--f', default='x')\nx = 3\n"
         "lib.record(globals()[p.parse_args().f])", [3]),
        # what is not there, or cannot be known
        ("lib.record(globals()['x'])", ["?"]),
        ("x = 3\nlib.record(globals()[what])", ["?"]),
        ("x = 3\nif 'x' in globals(): lib.record(1)\nelse: lib.record(2)", [1]),
        ("x = 3\nlib.record(globals().get('x'), len(globals()))", [("?", "?")]),
    ],
)  # fmt: skip
def test_names_as_a_dict(project: Path, program: str, expected: list[object]) -> None:
    assert events(project, f"import lib\n{program}\n") == expected
