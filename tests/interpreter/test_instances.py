"""Classes of the program and their instances: methods, bases, dataclasses, enums."""

from __future__ import annotations

import pytest

from tests.interpreter.fake import check, recorded


def test_classes() -> None:
    check(
        """
        class A:
            kind = "a"
            def __init__(self, x, y=2):
                self.x = x
                self.__secret = y
            def both(self):
                return self.x, self.__secret
            @property
            def double(self):
                return self.x * 2
            @double.setter
            def double(self, value):
                self.x = value // 2
            @staticmethod
            def add(a, b):
                return a + b
            @classmethod
            def make(cls, x):
                return cls(x)
        class B(A):
            kind = "b"
            def __init__(self, x):
                super().__init__(x, y=5)
            def both(self):
                return super().both() + super(B, self).both()
        b = B.make(1)
        b.double = 8
        lib.record(b.both(), b.double, b.kind, A.kind, b.add(1, 2), B.__name__)
        lib.record(isinstance(b, A), isinstance(A(1), B), type(b) is B, issubclass(B, A), b._A__secret)
        lib.record(A.both(b), b.missing, hasattr(b, "x"), hasattr(b, "y"))
        """,
        ((4, 5, 4, 5), 8, "b", "a", 3, "B"), (True, False, True, True, 5), ((4, 5), "?", True, False),
    )  # fmt: skip


def test_special_methods() -> None:
    check(
        """
        class Box:
            def __init__(self, items): self.items = items
            def __call__(self, x): return x + 1
            def __getitem__(self, i): return self.items[i]
            def __setitem__(self, i, v): self.items[i] = v
            def __len__(self): return len(self.items)
            def __iter__(self): return iter(self.items)
            def __contains__(self, x): return x in self.items
            def __getattr__(self, name): return name
            def __enter__(self): lib.record("in"); return self
            def __exit__(self, *error): lib.record("out")
            def __add__(self, other): return "sum"
            def __eq__(self, other): return True
        b = Box([1, 2])
        b[0] = 7
        lib.record(b(1), b[0], len(b), [x for x in b], 7 in b, 9 in b, b.foo, b + 1, b == 3, bool(Box([])))
        with b as c:
            lib.record(c is b)
        """,
        (2, 7, 2, [7, 2], True, False, "foo", "sum", True, False), "in", True, "out",
    )  # fmt: skip


def test_classes_that_extend_the_library() -> None:
    check(
        """
        class Mine(lib.Base):
            def __init__(self, x):
                super().__init__()
                self.kept = x
                self.own = 2
            def step(self):
                return self.kept, self.own
        m = Mine(1)
        lib.record(m.step(), lib.run(m.step), isinstance(m, lib.Base), isinstance(m, Mine))
        m(3)
        m.go()
        class Plain(lib.Base):
            pass
        Plain(1)
        """,
        "thing1.__init__", "thing1.kept = 1", "thing1.own = 2", ((1, 2), (1, 2), False, True),
        "call thing1(3)", "call thing1.go()", "thing2.__init__",
    )  # fmt: skip


def test_the_library_base_is_found_behind_others() -> None:
    events = recorded("from abc import ABC\nclass M(object, ABC, what.Mixin, lib.Base):\n    pass\nM().a = 1")
    assert events == ["thing1.__init__", "thing1.a = 1"]


def test_a_class_with_an_unknown_base() -> None:
    check(
        """
        class M(what.Base):
            def f(self): return 1
        m = M(2)
        lib.record(m.f(), m.g, m.g == m.g, hasattr(m, 'g'))
        """,
        "escape M(2)", (1, "?", True, "?"),
    )  # fmt: skip


@pytest.mark.parametrize("decorator", ["@dataclass", "@dataclass(frozen=True)", "@dataclasses.dataclass"])
def test_dataclasses(decorator: str) -> None:
    check(
        f"""
        import dataclasses
        from dataclasses import dataclass, field
        {decorator}
        class A:
            x: int
            y: float = 0.5
            z: list = field(default_factory=list)
            def __post_init__(self): self.done = True
        @dataclass
        class B(A):
            w: int = 3
        a, b = A(1), B(x=2, w=9)
        a.z.append(4)
        lib.record(a.x, a.y, a.z, a.done, b.x, b.z, b.w)
        """,
        (1, 0.5, [4], True, 2, [], 9),
    )


def test_enums() -> None:
    check(
        """
        from enum import Enum, auto
        class Mode(Enum):
            TRAIN = "train"
            TEST = auto()
        m = Mode.TRAIN
        lib.record(m is Mode.TRAIN, m == Mode.TEST, m.value, m.name)
        lib.record(len(list(Mode)), Mode["TEST"] is Mode.TEST)
        class Size(str, Enum):
            BIG = "big"
            SMALL = "small"
        lib.record(Mode("train") is Mode.TRAIN, Size("big") == Size.BIG, Size("small") == Size.BIG)
        lib.record(Mode(unknown) is Mode.TRAIN, Size(unknown) == Size.BIG)
        """,
        (True, False, "train", "TRAIN"),
        (2, True),
        (True, True, False),
        ("?", "?"),
    )


def test_a_cached_property_is_computed_once() -> None:
    check(
        """
        from functools import cached_property
        class A:
            @cached_property
            def thing(self): return lib.Thing()
        a = A()
        lib.record(a.thing is a.thing)
        """,
        True,
    )
