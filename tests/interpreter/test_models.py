"""Libraries that the interpreter knows itself: `interpreter/models`."""

from __future__ import annotations

import pytest

from tests.interpreter.fake import all_recorded, recorded

CLICK = """
import click, lib

@click.command()
@click.argument("where", default="here")
@click.option("--drop-rate", "-d", default=0.3)
@click.option("--frozen/--thawed", default=True)
@click.option("--quiet", is_flag=True)
def main(where, drop_rate, frozen, quiet):
    lib.record(where, drop_rate, frozen, quiet)

main()
"""
TYPER = """
import typer, lib

app = typer.Typer()

@app.command()
def train(rate: float = typer.Option(0.3, "--rate"), deep: bool = False):
    lib.record(rate, deep)

app()
"""
FIRE = """
import fire, lib

def train(rate=0.3, deep=False):
    lib.record(rate, deep)

if __name__ == "__main__":
    fire.Fire(train)
"""
COMMANDS = """
import argparse, lib

def train(args):
    lib.record("train", args.rate)

def test(args):
    lib.record("test", args.rate)

parser = argparse.ArgumentParser()
parser.add_argument("--rate", type=float, default=0.5)
commands = parser.add_subparsers()
one, two = commands.add_parser("train"), commands.add_parser("test")
one.set_defaults(run=train)
two.set_defaults(run=test)
args = parser.parse_args()
args.run(args)
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CLICK, [("here", 0.3, True, False)]),
        (TYPER, [(0.3, False)]),
        (FIRE, [(0.3, False)]),
        ("import os, lib\nlib.record(int(os.environ.get('N', '3')) + 1)", [4]),
        ("from ml_collections import ConfigDict\nimport lib\nc = ConfigDict({'a': {'b': 1}})\nc.a.d = 2\n"
         "lib.record(c.a.b, c['a'].d, c.get('x', 7), 'a' in c)", [(1, 2, 7, True)]),
        ("import argparse, lib\nn = argparse.Namespace(a=1)\nn.b = 2\n"
         "lib.record(vars(n)['b'], getattr(n, 'c', 5))", [(2, 5)]),
        ("import optparse, lib\np = optparse.OptionParser()\np.add_option('-r', dest='rate', default=0.1)\n"
         "o, rest = p.parse_args()\nlib.record(o.rate)", [0.1]),
    ],
)  # fmt: skip
def test_defaults_are_what_people_run(text: str, expected: list[object]) -> None:
    assert recorded(text) == expected


def test_each_command_is_looked_at() -> None:
    assert sorted(all_recorded(COMMANDS)) == [[("test", 0.5)], [("train", 0.5)]]


def test_both_sides_of_a_branch_on_a_default() -> None:
    text = (
        "import argparse, lib\np = argparse.ArgumentParser()\np.add_argument('--kind', default='b')\n"
        "a = p.parse_args()\nif a.kind == 'a':\n    lib.record(1)\n"
        "elif a.kind in ('b', 'c'):\n    lib.record(2)\n"
        "else:\n    lib.record(3)\n"
    )
    assert all_recorded(text) == [[2], [1], [3]]


def test_nobody_can_change_the_options_of_an_empty_command_line() -> None:
    text = (
        "import argparse, lib\np = argparse.ArgumentParser()\np.add_argument('--deep', action='store_true')\n"
        "a = p.parse_args([])\nlib.record(1 if a.deep else 2)\n"
    )
    assert all_recorded(text) == [[2]]


def test_named_tuples() -> None:
    text = (
        "from collections import namedtuple\nimport lib\nS = namedtuple('S', 'a b', defaults=[3])\ns = S(1)\n"
        "a, b = s\nlib.record(a, b, s[1], s._replace(a=9).a, S._fields, s._asdict()['b'])\n"
    )
    assert recorded(text) == [(1, 3, 3, 9, ("a", "b"), 3)]


def test_each_closure_of_a_lambda_is_a_function_of_its_own() -> None:
    text = (
        "from functools import reduce\nimport lib\n"
        "def pipe(*fs):\n    return reduce(lambda f, g: lambda x: g(f(x)), fs)\n"
        "lib.record(pipe(*[lambda x, n=n: x + n for n in range(12)])(0))\n"
    )
    assert recorded(text) == [66]


def test_a_table_of_numbers_does_not_use_up_the_steps() -> None:
    text = (
        "import lib\nt = [[r * c + r - c for c in range(300)] for r in range(300)]\n"
        "for r in range(300):\n    for c in range(300):\n        x = r * c\nlib.record(1)\n"
    )
    assert recorded(text) == [1]


def test_only_a_literal_assertion_ends_a_run() -> None:
    assert recorded("import lib\nn = 1\nassert n == 2\nlib.record(n)\nassert False\nlib.record(2)") == [1]


def test_generators_that_end_are_run_where_they_are_called() -> None:
    text = (
        "import lib\ndef down(n):\n    yield n\n    if n:\n        yield from down(n - 1)\n"
        "lib.record(list(down(3)), [x for x in down(1)])\n"
    )
    assert recorded(text) == [([3, 2, 1, 0], [1, 0])]
    assert recorded(
        "import lib\ndef f(n):\n    for x in n:\n        yield 1\nlib.record(len(f(lib.what)))"
    ) == ["?"]
