"""What a function can reach, by its names."""

from __future__ import annotations

import pytest

from dropout_lint.interpreter.reach import Reach, Reached


def reached(program: str, name: str = "f", own: bool = False) -> Reached:
    """What the definition of this name reaches."""
    return Reach(program, lambda *_: own).of(name)


def fits(found: Reached) -> bool:
    return any("fit" in segment.text for segment in found.segments)


@pytest.mark.parametrize(
    "program",
    [
        "def f(): m.fit()",
        "def f(): getattr(m, 'fit')()",
        "def f(): return m.fit",
        "def f():\n    def g(): m.fit()\n    return g",
        "def f(): g()\ndef g(): h()\ndef h(): m.fit()",
        "def f(): return C()\nclass C:\n    def go(self): self.m.fit()",
        "class f(B): pass\nclass B:\n    def go(self): self.m.fit()",
        "def f(): use(table)\ntable = {}\ntable['x'] = lambda m: m.fit()",
        "def f(): use(table)\ntable = {'x': go}\ndef go(m): m.fit()",
        "def f(): use(model)\ndef setup():\n    global model\n    model = make()\n    model.fit()\nsetup()",
        "def f(): registry['go']()\nregistry = {}\n@register\ndef go(): m.fit()\n"
        "def register(g): registry['go'] = g",
        "def f(): g()\nif x:\n    def g(): pass\nelse:\n    def g(): m.fit()",
        "def f(): use(f'{g()}')\ndef g(): m.fit()",
        "def f(): use(f'''{g()}''')\ndef g(): m.fit()",
        "def f():\n    use(\ng())\ndef g(): m.fit()",
        "def f(): use(table)\ntable = make(\n1,\ngo)\ndef go(m): m.fit()",
        "def f(): use(table)\ntable = \\\n  go\ndef go(m): m.fit()",
        "def f(): x = '\"'; g('\"')\ndef g(a): m.fit()",
        "def f(): use(table)\ntable = []\nclass A:\n    table.append(lambda m: m.fit())",
        "def f(): use(table)\ntable = []\ndef g(m=table.append(lambda m: m.fit())): pass",
        "def f(): use(model)\nmodel = make()\nif x:\n    pass\nelse:\n    model.fit()",
        "def f(): use(model)\rmodel = make()\rmodel.fit()",
        "\fdef f(): use(model)\n\fmodel = make()\n\fmodel.fit()",
    ],
)
def test_what_a_definition_sets_in_motion(program: str) -> None:
    assert fits(reached(program))


@pytest.mark.parametrize(
    "program",
    [
        "def f(): '''calls fit'''",
        "def f(): pass  # calls fit",
        "def f(): pass\ndef g(): m.fit()",
        "def f(): len(x)\nmodel = make()\nmodel.fit(len(y))",
        "import np\ndef f(): np.zeros()\nmodel = np.make()\nmodel.fit()",
        "from . import np\ndef f(): pass\nmodel = np.make()\nmodel.fit()",
        "def f(): x = 1\ndef g():\n    x = 2\n    m.fit(x)\ng()",
        "def f(): self.g()\ndef g(): m.fit()",
        "def f(): return 1\n'''\ndef f(): m.fit()\n'''",
        "def f(): return x if x else 0\nif y:\n    m.fit()",
    ],
)
def test_what_it_does_not(program: str) -> None:
    assert not fits(reached(program))


@pytest.mark.parametrize(
    ("imports", "elsewhere"),
    [
        ("from a import go", True),
        ("from . import go", True),
        ("import go", True),
        ("import a as go", True),
        ("from a import x as go", True),
        ("from a import (x,\n    y as go)", True),
        ("if x:\n    from a import go", True),
        ("from a import *", True),
        ("from a import stay", False),
        ("go = importlib.import_module('a')", True),
    ],
)
def test_code_of_other_files(imports: str, elsewhere: bool) -> None:
    assert reached(f"{imports}\ndef f(): go()", own=True).elsewhere is elsewhere
    assert not reached(f"{imports}\ndef f(): go()").elsewhere or "importlib" in imports


def test_an_import_inside_of_a_function() -> None:
    assert reached("def f():\n    from a import go\n    go()", own=True).elsewhere


@pytest.mark.parametrize(
    ("definition", "runs"),
    [
        ("def f(a, b=1, *, c=None): return g(a)", False),
        ("def f(a, b=g()): pass", True),
        ("@g\ndef f(): pass", True),
        (
            "class A:\n    '''Text'''\n    y: int = 2\n    z: int\n\n    def f(self):\n        g()",
            False,
        ),
        (
            "class A:\n    @property\n    def f(self):\n        g()\n\n    @staticmethod\n    def h(): g()",
            False,
        ),
        ("class A:\n    x = g()\n    def f(self): pass", True),
        ("class A:\n    def f(self): pass\n    for x in y: pass", True),
        ("class A:\n    @g\n    def f(self): pass", True),
        ("class A:\n    def f(self, x=g()): pass", True),
        ("class A: g()", True),
    ],
)
def test_what_a_definition_does_at_once(definition: str, runs: bool) -> None:
    assert [segment.runs for segment in Reach(definition).segments] == [runs]
