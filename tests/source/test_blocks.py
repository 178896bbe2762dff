"""Blocks in each other: what no Python compiles is refused, what one may is not."""

from __future__ import annotations

import pytest

from dropout_lint import Settings, lint_source
from dropout_lint.rules import RULES
from dropout_lint.source.blocks import MAX_BLOCKS, too_many
from dropout_lint.source.guard import refusal

HEADS = ("for a in b:", "while a:", "with a:", "async with a:", "async for a in b:")


def nested(heads: list[str], indent: str = " ") -> str:
    lines = [indent * depth + head for depth, head in enumerate(heads)]
    return "\n".join([*lines, indent * len(heads) + "pass", ""])


@pytest.mark.parametrize("indent", [" ", "    ", "\t"])
@pytest.mark.parametrize("head", HEADS)
def test_the_deepest_that_is_taken(head: str, indent: str) -> None:
    assert not too_many(nested([head] * MAX_BLOCKS, indent))
    assert too_many(nested([head] * (MAX_BLOCKS + 1), indent))


def test_conditions_do_not_count_and_functions_count_their_own() -> None:
    assert not too_many(nested(["if a:"] * 99))
    assert not too_many(nested(["if a:", "for a in b:"] * MAX_BLOCKS))
    assert too_many(nested(["if a:", "for a in b:"] * (MAX_BLOCKS + 1)))
    assert too_many(nested(["class A:", "for a in b:"] * (MAX_BLOCKS // 2 + 1)))
    half = ["for a in b:"] * (MAX_BLOCKS // 2 + 1)
    assert not too_many(nested([*half, "def f():", *half]))
    assert not too_many("\n".join([nested(half), nested(half), nested(half)]))


def test_words_in_texts_and_long_lines_say_nothing() -> None:
    far = " " * 80
    assert not too_many(
        '"""\n' + "".join(f"{' ' * depth}for this\n" for depth in range(MAX_BLOCKS)) + '"""\n'
    )
    assert not too_many("x = [a\n" + f"{far}for a in b\n" * 200 + "]\n")


def test_it_is_said_why() -> None:
    text = next(rule.wrong for rule in RULES if rule.code == "KFD101") + nested(["while a:"] * 99)
    reason = "over 40 loops, classes, with and try statements in each other"
    assert refusal(text) == reason
    (notice,) = lint_source(text, "train.py", Settings(opt_in=frozenset({"KFD900"})))
    assert (notice.code, notice.message) == ("KFD900", f"not analysed: {reason}")


@pytest.mark.parametrize("head", HEADS[:3])
def test_python_refuses_fewer(head: str) -> None:
    with pytest.raises(SyntaxError):
        compile(nested([head] * (MAX_BLOCKS + 1)), "train.py", "exec")
