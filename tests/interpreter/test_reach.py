"""What a function can reach, by its words."""

from __future__ import annotations

import pytest

from dropout_lint.interpreter.reach import ELSEWHERE, Reach
from dropout_lint.source.text import SourceFile


def reached(program: str, number: int = 0, own: bool = False) -> frozenset[str]:
    """The words that the definition with this number among the statements reaches."""
    file = SourceFile("program.py", program)
    return Reach(file, lambda *_: own).of(file.module.body[number])


@pytest.mark.parametrize(
    "program",
    [
        "def f(): m.fit()",
        "def f(): getattr(m, 'fit')()",
        "def f(): return m.fit",
        "def f():\n    def g(): m.fit()\n    return g",
        "def f(): g()\ndef g(): h()\ndef h(): m.fit()",
        "def f(): return C()\nclass C:\n    def go(self): self.m.fit()",
        "class A(B): pass\nclass B:\n    def go(self): self.m.fit()",
        "def f(): use(table)\ntable = {}\ntable['x'] = lambda m: m.fit()",
        "def f(): use(table)\ntable = {'x': go}\ndef go(m): m.fit()",
        "def f(): use(model)\ndef setup():\n    global model\n    model = make()\n    model.fit()\nsetup()",
        "def f(): registry['go']()\nregistry = {}\n@register\ndef go(): m.fit()\n"
        "def register(g): registry['go'] = g",
        "def f(): g()\nif x:\n    def g(): pass\nelse:\n    def g(): m.fit()",
    ],
)
def test_what_a_definition_sets_in_motion(program: str) -> None:
    assert reached(program) & {".fit", '"fit"'}


@pytest.mark.parametrize(
    "program",
    [
        "def f(): 'calls fit'",
        "def f(): pass\ndef g(): m.fit()",
        "def f(): len(x)\nmodel = make()\nmodel.fit(len(y))",
        "import np\ndef f(): np.zeros()\nmodel = np.make()\nmodel.fit()",
        "from . import np\ndef f(): pass\nmodel = np.make()\nmodel.fit()",
    ],
)
def test_what_it_does_not(program: str) -> None:
    number = next(i for i, line in enumerate(program.splitlines()) if line.startswith("def f"))
    assert not reached(program, number) & {".fit", '"fit"'}


@pytest.mark.parametrize(
    ("imports", "elsewhere"),
    [
        ("from a import go", True),
        ("from . import go", True),
        ("import go", True),
        ("import a as go", True),
        ("from a import x as go", True),
        ("from a import *", True),
        ("from a import stay", False),
    ],
)
def test_code_of_other_files(imports: str, elsewhere: bool) -> None:
    assert (ELSEWHERE in reached(f"{imports}\ndef f(): go()", 1, own=True)) is elsewhere
    assert ELSEWHERE not in reached(f"{imports}\ndef f(): go()", 1, own=False)


def test_an_import_inside_of_a_function() -> None:
    assert ELSEWHERE in reached("def f():\n    from a import go\n    go()", own=True)
