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


PARSER = """
import argparse, lib

def size(text): return int(text) * 2

parser = argparse.ArgumentParser()
parser.add_argument("folder", nargs="?", default=".")
parser.add_argument("-r", "--drop-rate", type=float, default=0.5)
parser.add_argument("--frozen", action="store_true")
parser.add_argument("--size", type=size, default=3)
parser.add_argument("--names", nargs="+")
group = parser.add_argument_group("more")
group.add_argument("--mode", dest="how", action="store_const", const=4)
args = parser.parse_args({words})
lib.record(args.folder, args.drop_rate, args.frozen, args.size, args.names, args.how)
"""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("['--drop-rate', '0.2', '--frozen']", (".", 0.2, True, 3, None, None)),
        ("['data', '-r0.2', '--size=4']", ("data", 0.2, False, 8, None, None)),
        ("'--drop 0 --names a b --mode'.split()", (".", 0.0, False, 3, ["a", "b"], 4)),
        ("args=[]", (".", 0.5, False, 3, None, None)),
        ("['--nonsense', '1']", ("1", 0.5, False, 3, None, None)),
    ],
)
def test_a_command_line_that_is_written(words: str, expected: tuple[object, ...]) -> None:
    assert recorded(PARSER.replace("{words}", words)) == [expected]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("p.add_argument('--x', nargs=10 ** 12)", "['--x', '1']"),
        ("p.add_argument('x', nargs=300_000_000)", "['1']"),
        ("for n in range(61): p.add_argument(f'x{n}', nargs='+')", "['1'] * 60"),
    ],
)
def test_a_command_line_that_argparse_would_never_sort_is_not_known(options: str, words: str) -> None:
    program = f"import argparse\np = argparse.ArgumentParser()\n{options}\nargs = p.parse_args({words})\n"
    assert recorded(program + "lib.record(1)") == [1]


def test_a_command_line_that_is_written_decides_branches() -> None:
    program = PARSER + "if args.frozen: lib.record(1)\nelse: lib.record(2)"
    assert [run[1] for run in all_recorded(program.replace("{words}", "['--frozen']"))] == [1]
    assert [run[1] for run in all_recorded(program.replace("{words}", ""))] == [2, 1]


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("np.linspace(0, 0.2, 3)[1]", 0.1),
        ("np.linspace(0, 0.2, 3)[-1]", 0.2),
        ("[r for r in np.linspace(0.0, 1, 3)]", [0.0, 0.5, 1.0]),
        ("list(np.linspace(0, 1, 2, endpoint=False))", [0.0, 0.5]),
        ("np.linspace(0, 1, 3)[1:].tolist()", [0.5, 1.0]),
        ("[float(r) for r in tf.linspace(0., 1., 2)]", [0.0, 1.0]),
        ("[r.numpy() for r in tf.linspace(0., 1., 2)]", [0.0, 1.0]),
        ("len(np.linspace(0, 1))", 50),
        ("list(np.arange(3))", [0, 1, 2]),
        ("list(np.arange(1, 2, 0.5))", [1.0, 1.5]),
        ("np.linspace(0, 1, 3) * 2", "?"),
        ("np.linspace(0, what, 3)[1]", "?"),
        ("len(np.linspace(0, 1, 10**9))", "?"),
        ("np.arange(1, 2, 0)[0]", "?"),
    ],
)
def test_rows_of_numbers(program: str, expected: object) -> None:
    head = "import lib, numpy as np, tensorflow as tf\n"
    assert recorded(f"{head}lib.record({program})") == [expected]


def test_an_element_that_was_set() -> None:
    program = "import lib, numpy as np\nr = np.linspace(0, 1, 3)\nr[0] = 5\nlib.record(r[0])"
    assert recorded(program) == ["?"]


@pytest.mark.parametrize(
    ("imports", "program", "expected"),
    [
        ("from six.moves import range, zip", "list(zip(range(2), range(2)))", [(0, 0), (1, 1)]),
        ("from six.moves import xrange", "list(xrange(2))", [0, 1]),
        ("import six", "[k for k, v in six.iteritems({'a': 1})]", ["a"]),
        ("import six", "[i for i in six.moves.range(2)]", [0, 1]),
        ("import six", "isinstance('a', six.string_types)", True),
        ("from builtins import range", "list(range(2))", [0, 1]),
        ("from __future__ import print_function", "list(xrange(2))", [0, 1]),
        ("import abc, six\nclass A(six.with_metaclass(abc.ABCMeta)):\n    x = 1", "A().x", 1),
    ],
)
def test_names_of_python_2(imports: str, program: str, expected: object) -> None:
    assert recorded(f"import lib\n{imports}\nlib.record({program})") == [expected]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("isinstance(None, shop.Thing)", False),
        ("isinstance(None, (shop.Thing, int))", False),
        ("isinstance(1, shop.Thing)", "?"),
        ("isinstance(None, types.NoneType)", "?"),
        ("isinstance(None, collections.abc.Hashable)", "?"),
    ],
)
def test_what_none_is_an_instance_of(asked: str, expected: object) -> None:
    """Of no class of another package; of some of the standard library."""
    assert recorded(f"import collections.abc, shop, types\nlib.record({asked})") == [expected]
