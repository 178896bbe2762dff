"""`show`: the runs of a file as trees."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.commands.running import WRONG, cli, notebook
from tests.fixture_files import all_fixtures

KERAS = "--keras-version=3.15"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text(WRONG["KFD101"], encoding="utf-8")
    (tmp_path / "b.py").write_text(WRONG["KFD102"], encoding="utf-8")


def test_show_prints_a_run_as_a_tree() -> None:
    done = cli("show", KERAS, "a.py")
    assert (done.code, done.err) == (0, "")
    assert done.out == dedent(
        """\
        a.py is judged for Keras 3.15 (the option keras-version: 3.15).

        fit(), line 15
        ├── moves the weights of Dense (line 13)
        └── Model (line 13)
            └── base: Model (line 8), called in line 12, frozen
                └── Dropout (line 7): frozen in line 9, training=True (from fit()), ACTIVE

        ACTIVE: frozen, which stops its weights alone; in training it is random all the same.
        """
    )


TWICE = """\
import sys

import keras
from keras import layers


def train(base):
    x = keras.Input((8,))
    model = keras.Model(x, layers.Dense(1)(base(x)))
    model.compile("sgd", "mse")
    model.fit([1], [1])


inputs = keras.Input((8,))
base = keras.Model(inputs, layers.Dropout(0.5)(layers.Dense(4)(inputs)))
train(base)
if len(sys.argv) > 1:
    base.trainable = False
train(base)
for _ in range(2):
    base.trainable = not base.trainable
    train(base)


def later(flag=False):
    if flag:
        base.trainable = False
    train(base)


later(unknown)
"""


def test_show_says_why_a_run_appears_twice() -> None:
    Path("c.py").write_text(TWICE, encoding="utf-8")
    shown = cli("show", KERAS, "c.py").out
    heads = [line for line in shown.splitlines() if line.startswith("fit()")]
    assert heads[:2] == [
        "fit(), line 11, called from line 16",
        "fit(), line 11, called from line 19, if len(sys.argv) > 1 (line 17)",
    ]
    assert any("if flag (line 26)" in head and "called from line 28" in head for head in heads)
    assert len(set(heads)) == len(heads) > 2
    assert cli("show", KERAS, "a.py").out.count("fit(), line 15\n") == 1
    assert "ACTIVE:" not in cli("show", KERAS, "--keras-version=2", "b.py").out


def test_show_tells_the_kerases_apart() -> None:
    done = cli("show", "--keras-version=2 || 3.15", "b.py")
    two, three = done.out.split("[In Keras 3.10–3.15]")
    assert "[In Keras 2]" in two
    assert "training=False (written in line " in two
    assert two.rstrip().endswith(", off")
    assert "with training=False, which the graph overrides" in three
    assert "training=True (from fit()), ACTIVE" in three
    assert "[In" not in cli("show", KERAS, "b.py").out
    assert "[In" not in cli("show", "--keras-version=2 || 3.15", "a.py").out


DROPPED = """\
import keras
from keras import layers

inner = keras.Sequential([layers.Dense(4), layers.Dropout(0.5)])
inputs = keras.Input((8,))
base = keras.Model(inputs, inner(inputs))
new = keras.Input((8,))
model = keras.Model(new, layers.Dense(1)(base.call(new, training=False)))
model.compile("sgd", "mse")
model.fit([1], [1])
"""


def test_show_says_where_a_flag_was_dropped_that_another_call_was_given() -> None:
    """Keras 2 calls each layer of a model anew whose `call` is called in a graph."""
    Path("c.py").write_text(DROPPED, encoding="utf-8")
    done = cli("show", "--keras-version=2", "c.py")
    assert (done.code, done.err) == (0, "")
    assert "Sequential (line 4), called in line 6, its flag dropped in line 8\n" in done.out


def test_show_of_a_notebook_names_cells() -> None:
    head, call = WRONG["KFD101"].split("features =")
    Path("n.ipynb").write_text(notebook("%matplotlib inline\n", head, f"features ={call}"), encoding="utf-8")
    assert "called in cell 3, line 1, frozen\n" in cli("show", KERAS, "n.ipynb").out
    assert "frozen in cell 2, line 9," in cli("show", KERAS, "n.ipynb").out


def test_show_of_a_file_without_runs() -> None:
    Path("c.py").write_text("x = 1\n", encoding="utf-8")
    assert "No run of a model is in sight" in cli("show", "c.py").out


def test_show_says_what_is_not_known() -> None:
    text = WRONG["KFD101"].replace("model.fit(", "for batch in unseen:\n    model.fit(")
    Path("c.py").write_text(f"from elsewhere import unseen\n{text}", encoding="utf-8")
    done = cli("show", KERAS, "c.py")
    _, rest = done.out.split("all the same.\n\n")
    assert rest.startswith("Not known, so that something may be missing above:\n  c.py:16:1: a loop over")
    assert "Not known" not in cli("show", KERAS, "a.py").out


@pytest.mark.parametrize("fixture", all_fixtures()[::12], ids=lambda fixture: fixture.name)
def test_show_copes_with_everything(fixture: object) -> None:
    path = getattr(fixture, "path")  # noqa: B009
    for keras in ("2", "3.15", "3.16"):
        done = cli("show", f"--keras-version={keras}", path)
        assert done.code == 0
        assert "is judged for Keras" in done.out
