"""What is not Python in a cell, against IPython's own transformer."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from dropout_lint.source.magics import neutralised

# cell -> what stands for it
CELLS = {
    "x = 1": "x = 1",
    "%matplotlib inline": "pass",
    "!pip install keras  # it's\nx = 1": "pass\nx = 1",
    "!ls \\\n  -la\nx = 1": "pass\n\nx = 1",
    "!!ls": "pass",
    "if a:\n    !ls -l\n    %cd ..\nelse:\n    b": "if a:\n    pass\n    pass\nelse:\n    b",
    "files = !ls *.h5\nx": "files = get_ipython()\nx",
    "files = !ls \\\n  *.h5\nx": "files = get_ipython()\n\nx",
    "a, b = !ls": "a, b = get_ipython()",
    "d['k'] = !ls": "d['k'] = get_ipython()",
    "home = %env HOME": "home = get_ipython()",
    "with a: x = %env": "with a: x = get_ipython()",
    "?model.fit\nx": "pass\nx",
    "model.fit?": "pass",
    "    model.fit??": "    pass",
    "x = 1\nx[0].y?\ny = 2": "x = 1\npass\ny = 2",
    "*int*?": "pass",
    "%time model.fit(x)": "0;    model.fit(x)",
    "%time x = f(1)  # slow": "0;    x = f(1)  # slow",
    "%timeit -n 10 -r3 f(x)": "0;                f(x)",
    "if a:\n    %time f(x)": "if a:\n    0;    f(x)",
    "h = %time model.fit(x)": "h =       model.fit(x)",
    "%time": "pass",
    "%time for x in y: f(x)": "pass",
    "%timeit?": "pass",
    "/f x": "pass",
    ",f a b": "pass",
    ";f a b": "pass",
    "%%time\nx = 1": "\nx = 1",
    "\n# note\n\n%%time  \n%matplotlib inline\nx = 1": "\n\n\n\npass\nx = 1",
    "%%capture out --no-stderr\n!ls\nx": "\npass\nx",
    "%%bash\nls | wc (": "\n",
    "%%writefile a.py\nx = (\n1": "\n\n",
    "s = '''\n!ls\n%cd\nwhat?\n'''": "s = '''\n!ls\n%cd\nwhat?\n'''",
    's = "it\'s" # """\n!ls': 's = "it\'s" # """\npass',
    "x = (a\n%time\n)": "x = (a\n%time\n)",
    "x = a \\\n%b": "x = a \\\n%b",
    "x = y  # what?\nz": "x = y  # what?\nz",
    "s = 'what?'": "s = 'what?'",
    "a = b == c % d": "a = b == c % d",
    "a %= b; c = d != e": "a %= b; c = d != e",
    "f(a=1) % 2": "f(a=1) % 2",
    "print(f'{a!r} {b:%Y}')": "print(f'{a!r} {b:%Y}')",
    "async with a as b:\n    await c\nawait d": "async with a as b:\n    await c\nawait d",
    "x: int = 1\n!ls": "x: int = 1\npass",
    "": "",
    "\n": "\n",
}


@pytest.mark.parametrize("cell", CELLS)
def test_magics_become_harmless_python(cell: str) -> None:
    assert neutralised(cell) == CELLS[cell]
    assert neutralised(CELLS[cell]) == CELLS[cell]


@pytest.mark.parametrize("cell", CELLS)
def test_what_jupyter_can_run_parses_with_as_many_lines(cell: str) -> None:
    ast.parse(TransformerManager().transform_cell(cell))
    python = neutralised(cell)
    assert python.count("\n") == cell.count("\n")
    ast.parse(python if not python.startswith("    ") else f"if 1:\n{python}")


@pytest.mark.parametrize(
    "cell", ["x = !ls + (", "x = 1; !ls", "print 'a'", "x = (\n!ls", "def f(:\n    !ls", "f(x)?"]
)
def test_what_jupyter_cannot_run_keeps_its_lines(cell: str) -> None:
    assert neutralised(cell).count("\n") == cell.count("\n")


@pytest.mark.parametrize("cell", ["x = 1; !ls", "print 'a'", "x = (\n!ls", "def f(:\n    !ls", "if x: !ls"])
def test_what_jupyter_cannot_run_does_not_parse(cell: str) -> None:
    for text in (TransformerManager().transform_cell(cell), neutralised(cell)):
        with pytest.raises(SyntaxError):
            ast.parse(text)


PIECES = [
    "%",
    "%%",
    "!",
    "?",
    "=",
    "\n",
    "\n    ",
    "\\\n",
    "'",
    '"',
    '"""',
    "(",
    ")",
    "#",
    "x",
    "time ",
    " ",
    "f'{a}'",
    ";",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@settings(deadline=None, max_examples=300)
def test_any_text_keeps_its_lines_and_python_stays_as_it_is(cell: str) -> None:
    python = neutralised(cell)
    assert python.count("\n") == cell.count("\n")
    assert neutralised(python).count("\n") == cell.count("\n")
    try:
        ast.parse(cell)
    except (SyntaxError, ValueError):
        return
    assert python == cell
