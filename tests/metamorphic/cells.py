"""The program as a notebook."""

from __future__ import annotations

from collections.abc import Iterator

from tests.metamorphic.relation import Files, files_relation
from tests.notebooks import cut, notebook

_BETWEEN = ("%%bash\ntrain.sh base.trainable = True (", "files = !ls\nmodel?", "%env A=1\n%cd ..", "")


@files_relation()
def as_notebook(text: str) -> Iterator[Files]:
    """Each top-level statement is a cell of a notebook."""
    yield {"main.ipynb": notebook(cut(text))}


@files_relation()
def as_one_cell(text: str) -> Iterator[Files]:
    """The program is the only cell of a notebook, as one string."""
    yield {"main.ipynb": notebook([text], as_list=False)}


@files_relation()
def among_magics(text: str) -> Iterator[Files]:
    """Between the cells stand magics and shell lines; every other cell is timed."""
    cells = ["!pip install keras \\\n  tensorflow"]
    for number, cell in enumerate(cut(text)):
        head = ("%%time\n", "%matplotlib inline\n# plots\n")[number % 2]
        cells += [cell if "from __future__" in cell else head + cell, _BETWEEN[number % len(_BETWEEN)]]
    yield {"main.ipynb": notebook(cells)}
