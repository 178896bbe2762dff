"""What a function can reach, by its names."""

from __future__ import annotations

import pytest

from dropout_lint.screening.dependencies import MAX_VISITS, Reach, Reached


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


SHARING = [
    "class A(B):\n    def f(self):\n        self.x = 1\n    def g(self):\n        use()",
    "class A(B):\n    def f(self):\n        use(self)\n    def g(self):\n        use()",
    "class A(B):\n    def f(self):\n        use(self.x)\n    def g(self):\n        use()",
    "class A(B):\n    def f(self):\n        self.m.fit()\n    def g(self):\n        use()",
    "class A(B):\n    def f(self):\n        super().f()\n    def g(self):\n        use()",
    "class A(B):\n    @classmethod\n    def f(cls):\n        cls.x = 1\n    def g(self):\n        use()",
    "class A(B):\n    def f(self):\n        A.x = 1\n    def g(self):\n        use()",
    "class A(B):\n    def f(self):\n        global x\n        x = 1\n    def g(self):\n        use(x)",
    "model = make()\nclass A(B):\n    def f(self):\n        model.go()\n    def g(self):\n        use()",
    "class B: pass\nclass A(B):\n    def f(self):\n        self.x()",
    "class A(B):\n    def f(self):\n        self.g()\n    def g(self):\n        self.x = 1",
    "class A(B):\n    def f(this):\n        this.x = 1\n    def g(self):\n        use()",
    "class A(B):\n    m = make()\n    def f(self):\n        self.m(1)",
    "class A(B):\n    m: Model = make()\n    def f(self):\n        self.m(1)",
    "if x:\n    class A: pass\nelse:\n    class A:\n        def f(self): use()",
]


@pytest.mark.parametrize("program", SHARING)
def test_methods_that_share_something(program: str) -> None:
    assert "f" not in Reach(program).alone("A")


def test_methods_that_share_nothing() -> None:
    program = """
class A(unittest.TestCase):
    '''Text'''

    def test(self, x=None):
        self.assertEqual(1, helper())
        with self.assertRaises(x):
            super().setUp()

    @parameterized(1,
        2)
    def other(self):
        self . own(x)

    def own(self, x): m.fit()

def helper(): m.compile()
"""
    found = Reach(program).alone("A")
    said = {name: "".join(segment.text for segment in reached.segments) for name, reached in found.items()}
    assert list(said) == ["test", "other", "own"]
    assert ["compile" in text for text in said.values()] == [True, False, False]
    assert ["fit" in text for text in said.values()] == [False, True, True]
    assert "parameterized" in said["other"]
    assert "parameterized" not in said["test"]


def test_methods_of_an_imported_base() -> None:
    program = "from a import B\nclass A(B):\n    def f(self): self.use()"
    assert "f" in Reach(program).alone("A")
    assert "f" not in Reach(program, lambda *_: True).alone("A")


def test_an_instance_inside_of_a_method_is_another() -> None:
    program = """
class A(unittest.TestCase):
    def f(self):
        class Inner(Layer):
            def __init__(self, x):
                self.x = x

            def call(self, y):
                return self.x(y)
        use(Inner())
    def g(self): use()
"""
    assert "f" in Reach(program).alone("A")
    assert list(Reach(program.replace("use(Inner())", "self.x = Inner()")).alone("A")) == ["g"]


def test_the_work_is_bounded() -> None:
    chain = "".join(f"def f{i}():\n    f{i + 1}()\n" for i in range(2_000))
    reach = Reach(chain)
    found = [len(reach.of(f"f{i}").segments) for i in range(2_000)]
    assert found[1_990:] == [2_000 + 1] * 10
    assert reach._visits <= MAX_VISITS + 2_000
