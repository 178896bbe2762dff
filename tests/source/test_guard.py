"""What libcst is not handed, and what it is."""

from __future__ import annotations

import pytest

from dropout_lint.source.guard import BASE_WORK, Count, refusal

# libcst takes a twentieth of a second with each.
TAKEN = {
    "conjunction": " and ".join(["keras.layers"] * 900),
    "disjunction over lines": "\nor ".join(["keras"] * 900),
    "comparison": " < ".join(["keras"] * 3_000),
    "identity": " is not ".join(["keras"] * 3_000),
    "membership": " not in ".join(["keras"] * 3_000),
    "sums that are compared": " == ".join(["a + b + c"] * 1_000),
    "elements": ", ".join(["keras.layers.Dense(3)"] * 3_000),
    "functions in a table": "{" + ", ".join(f"{n}: lambda x, y: x + y" for n in range(1_000)) + "}",
    "conditions": "[a for a in b" + " if keras" * 900 + "]",
    "99 brackets": "[" * 98 + "]" * 98,
}
# So deep that the process ends, or so long that it seems to hang.
REFUSED = {
    "101 brackets": "[" * 101 + "]" * 101,
    "lambdas": "lambda: " * 120 + "1",
    "lambdas without blanks": "lambda:" * 120 + "1",
    "lambdas in defaults": "lambda a=" * 500 + "1" + ": 0" * 500,
    "lambdas after commas": "lambda a, b=" * 500 + "1" + ": 0" * 500,
    "negations over lines": "not\n" * 2_500 + "a",
    "inversions": "~" * 2_500 + "a",
    "negations in brackets": ("[" + "not " * 40) * 60 + "a" + "]" * 60,
    "conditionals": "1 if a else " * 2_500 + "2",
    "conditionals of strings": "1if'a'else" * 2_500 + "2",
    "calls": "a" + "(1)" * 1_000,
    "sums": " + ".join(["a"] * 2_000),
    "disjunction": " or ".join(["a"] * 2_000),
    "strings": "'a'" * 2_000,
    "f-strings over lines": "f'{a + (\n" * 500 + "a" + ")}'" * 500,
    "formats over lines": "f'{a:{f(\n" * 300 + "a" + "\n)}}'" * 300,
    "long chain in nested f-strings": 'f"""{f\'{a' + ".a(1)" * 900 + '}\'}"""',
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_taken(name: str) -> None:
    assert refusal(f"x = ({TAKEN[name]})\n") is None


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str) -> None:
    assert refusal(f"x = ({REFUSED[name]})\n")
    assert refusal(f"def f():\n    return ({REFUSED[name]})\n")


def test_a_long_name_is_no_more_work_than_a_short_one() -> None:
    works = []
    for name in ("a", "a_long_name"):
        count = Count(" + ".join([name] * 900))
        assert count.trouble() is None
        works.append(count.work)
    assert works[0] == works[1]


def test_what_may_be_deleted_is_tried_again_at_each_level() -> None:
    """It takes libcst twice as long with each, if in the end it may not."""
    for start in ("del ", "if a: pass; del ", "del a, b, "):
        assert refusal(f"{start}{'(' * 8}a{')' * 8}\n") is None
        assert refusal(f"{start}{'(' * 30}a{' + a)' * 30}\n")
    assert refusal(f"del_ = {'(' * 30}a{' + a)' * 30}\n") is None


def test_braces_that_are_text_open_nothing() -> None:
    assert refusal("x = f'{{ {a}'\n" * 300) is None
    assert refusal('x = f"""{{ {a}\n"""\n' * 300) is None


def test_work_adds_up() -> None:
    """One such line is taken, many are not."""
    line = "x = a" + ".a" * 900 + "\n"
    assert refusal(line) is None
    assert Count(line).trouble() is None
    assert "too long" in (refusal(line * (BASE_WORK // 300_000 + 40)) or "")
