"""What the library is told: of its own objects, and of values that code which cannot be seen gets."""

from __future__ import annotations

import pytest

from tests.interpreter.fake import check, explore, recorded


def test_attributes_of_library_objects() -> None:
    check(
        """
        t = lib.Thing(1, 2)
        t.kept = 1
        t.own = 2
        setattr(t, "kept", 3)
        u = t
        lib.record(u.kept, u.own, t.missing, getattr(t, "missing", 0), hasattr(t, "kept"), hasattr(t, "no"))
        setattr(t, what, 1)
        for part in t:
            lib.record(part)
        """,
        "thing1.kept = 1", "thing1.own = 2", "thing1.kept = 3", (3, 2, "?", 0, True, False),
        "escape setattr(thing1)", 1, 2,
    )  # fmt: skip


def test_operators_on_library_objects() -> None:
    check(
        '''
        t, u = lib.Thing(), lib.Thing()
        t + 1
        2 * t
        t[1:]
        t["k"] = 3
        -t
        lib.record(t is t, t is None, not t, t == t, t == None, t == 3, t == u)
        lib.record(t in [u], t in [u, t], [u, t].index(t))
        ''',
        "+ thing1 1", "* 2 thing1", "[] thing1 slice(1, None, None)", "[]= thing1 k 3", "- thing1",
        (True, False, False, True, False, "?", "?"), (False, True, 1),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("call", "escapes"),
    [
        ("mystery(t)", ["escape mystery(thing1)"]),
        ("a.b.mystery([t], k={'x': t})", ["escape a.b.mystery k(['thing1'], {'x': 'thing1'}, thing1)"]),
        ("what.attr.method(t, 1)", ["escape what.attr.method(thing1, 1)"]),
        ("print(t); len(t); str(t); isinstance(t, int)", []),
        ("np.mean(t); plt.plot(t); os.path.join(t); logger.info(t)", []),
        ("what.save(t)", ["escape what.save(thing1)"]),
        ("from shop import save; save(t)", ["escape shop.save(thing1)"]),
        ("logging.getLogger('a').handlers.add(t); plt.figure().gca().plot(t)", []),
        ("what.np.mean(t)", ["escape what.np.mean(thing1)"]),
        ("np.vectorize(t)", ["escape numpy.vectorize(thing1)"]),
        ("import argparse; argparse.ArgumentParser().parse_args().run(t)", ["escape ….run(thing1)"]),
        ("mystery(*what, t)", ["escape mystery(?, thing1)"]),
        ("functools.partial(mystery, t)()", ["escape <expression>(thing1)"]),
        ("(lambda a: a)(t, 2)", ["escape <lambda>(thing1, 2)"]),
        ("(lambda a: a)(b=t)", ["escape <lambda> b(thing1)"]),
    ],
)
def test_unseen_code(call: str, escapes: list[str]) -> None:
    program = "import a.b, functools, os, logging\nimport numpy as np, matplotlib.pyplot as plt\n"
    events = recorded(f"{program}logger = logging.getLogger()\nt = lib.Thing()\n{call}")
    assert events == escapes


def test_notes_say_what_is_unknown() -> None:
    run = explore("x = [].nope\nfor i in what: pass")[0]
    assert run.notes == ["no attribute 'nope'", "a loop over something unknown, run twice"]
