"""What could not be known is told, so that a missed alarm can be told from a chosen silence."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from dropout_lint.config import Settings
from dropout_lint.judging import histories
from dropout_lint.keras.behaviour import behaviours
from dropout_lint.keras.objects import Layer, Model
from dropout_lint.keras.trace import Run, Trace
from dropout_lint.linter import analyse
from dropout_lint.placing import Places
from dropout_lint.reporters.run_tree import Node, nodes, shown_sites
from dropout_lint.source.modules import ModuleFiles
from dropout_lint.source.reading import decode, program_of
from dropout_lint.source.text import SourceFile
from tests.drawn import count, some
from tests.fixture_files import Fixture, all_programs

START = "from tensorflow import keras\n"
MODEL = "model = keras.Sequential([keras.layers.Dense(1), keras.layers.Dropout(0.5)])\n"
RECEIVES = "cannot be followed and receives a layer"
UNKNOWN = "something that cannot be known"


@pytest.mark.parametrize(
    ("program", "line", "reason"),
    [
        ("from shop import make\nbase = make()\nbase.trainable = False\n", 4, f"is set on {UNKNOWN}"),
        ("from shop import make\nmake().fit(1, 2)\n", 3, f"fit() of {UNKNOWN}"),
        ("def train(model):\n    model.fit(1, 2)\n", 3, "argument 'model'"),
        (MODEL + "from shop import change\nchange(model)\n", 4, f"shop.change() {RECEIVES}"),
        ("from shop import make\nbase = keras.Sequential([make()])\n", 3, "a layer that cannot be known"),
        (MODEL + "keras.layers.Dense(1, weights=[])\nmodel.fit(1, 2)\n", 3, "takes no argument 'weights' in"),
        (MODEL + "model(keras.Input((4,)), False)\nmodel.fit(1, 2)\n", 3, "takes only tensors by position"),
        (MODEL + "for part in unseen():\n    part.trainable = False\n", 3, "a loop over something unknown"),
    ],
)
def test_the_reason_and_its_line(program: str, line: int, reason: str) -> None:
    unknowns = analyse(SourceFile("program.py", START + program), Settings()).unknowns
    assert [place.line for place, text in unknowns if reason in text] == [line]


@pytest.mark.parametrize(
    "program",
    [
        MODEL + "model.trainable = False\nmodel.compile('sgd', 'mse')\nmodel.fit(1, 2)\n",
        MODEL + "print(model)\nmodel.summary()\n",
        "import numpy as np\nx = np.zeros(3)\nx.shape = (3, 1)\n",
    ],
)
def test_what_is_known_is_not_told(program: str) -> None:
    assert analyse(SourceFile("program.py", START + program), Settings()).unknowns == []


DATA = "model.compile('sgd', 'mse')\nmodel.fit(x, y)\n"
LOADED = "base = keras.models.load_model('tower.keras')\n"
OPEN = {
    "a loaded part": (
        f"{LOADED}model = keras.Sequential([base, keras.layers.Dense(1)])\n{DATA}",
        ["the layers of what load_model() gives cannot be seen but by dropout_lint.runtime.frozen_activity"],
    ),
    "an output in the middle of a loaded model": (
        f"{LOADED}model = keras.Model(base.input, keras.layers.Dense(1)(base.layers[-2].output))\n{DATA}",
        ["the layers of Model cannot be seen but by dropout_lint.runtime.frozen_activity"],
    ),
    "a branch out of a loaded model": (
        f"{LOADED}deep = keras.layers.Dense(2)(base.layers[-2].output)\ninputs = keras.Input((4,))\n"
        "wide = keras.layers.Dense(2)(inputs)\n"
        "both = keras.layers.Concatenate()([deep, wide])\nmodel = keras.Model(inputs, both)\n" + DATA,
        ["an input of Concatenate cannot be seen"],
    ),
    "what somebody else makes, in a graph": (
        "from shop import make\npart = make()\ninputs = keras.Input((4,))\n"
        f"model = keras.Model(inputs, keras.layers.Dense(1)(part(inputs)))\n{DATA}",
        ["part() cannot be followed (result of shop.make())"],
    ),
    "a function of somebody else, in a graph": (
        "import shop\ninputs = keras.Input((4,))\n"
        f"model = keras.Model(inputs, keras.layers.Dense(1)(shop.blocks(inputs)))\n{DATA}",
        ["shop.blocks() cannot be followed"],
    ),
    "arguments that are not known": (
        f"from shop import arguments\nmodel = keras.Model(**arguments)\n{DATA}",
        ["the layers of Model cannot be seen but by dropout_lint.runtime.frozen_activity"],
    ),
    "a layer that somebody else makes": (
        f"from shop import make\nmodel = keras.Sequential([make(), keras.layers.Dense(1)])\n{DATA}",
        ["a layer of Sequential cannot be seen"],
    ),
    "a rate that is not known": (
        "from shop import rate\n"
        f"model = keras.Sequential([keras.layers.Dense(1), keras.layers.Dropout(rate)])\n{DATA}",
        ["how much Dropout drops cannot be told"],
    ),
    "a model that somebody else makes": (
        "from shop import make\nmodel = make()\nmodel.fit(x, y)\n",
        ["its model cannot be known (result of shop.make())"],
    ),
}
WHOLE = [
    MODEL + DATA,
    "from sklearn.preprocessing import StandardScaler\nscaler = StandardScaler()\nscaler.fit(x)\n"
    + MODEL
    + DATA,
    MODEL + "model.compile(keras.optimizers.Adam(1e-3), keras.losses.MeanSquaredError())\nmodel.fit(x, y)\n",
]


@pytest.mark.parametrize("name", OPEN)
@pytest.mark.parametrize("explain", [True, False])
def test_a_run_that_is_not_seen_whole(name: str, explain: bool) -> None:
    program, reasons = OPEN[name]
    analysis = analyse(SourceFile("program.py", START + program), Settings(), explain=explain)
    assert analysis.open_runs == 1
    if explain:
        (run,) = analysis.partly_seen
        assert run.entry == "fit()"
        assert [reason for _, reason in run.reasons] == reasons


@pytest.mark.parametrize("program", WHOLE)
def test_a_run_that_is_seen_whole(program: str) -> None:
    analysis = analyse(SourceFile("program.py", START + program), Settings())
    assert analysis.open_runs == len(analysis.partly_seen) == 0


def hidden(fixture: Fixture) -> Iterator[str]:
    """A fixture's program, and what it becomes when somebody else makes the models or layers in it."""
    text = decode(Path(fixture.path).read_bytes(), fixture.path)
    yield text
    for made in ("Sequential(", "Model(", "Dense(", "Dropout("):
        if f".{made}" in text and not fixture.name.endswith(".ipynb"):
            head, call, tail = text.partition(f".{made}")
            owner = head[: len(head) - len(head.rpartition(" ")[2].rpartition("[")[2].rpartition("(")[2])]
            yield f"{owner}unseen.make({tail}\nimport unseen\n" if call else text


@pytest.mark.parametrize("keras", ["2", "3.15"])
def test_what_is_not_known_is_never_said_to_be_none(keras: str) -> None:
    counts = {"open": 0, "whole": 0}
    programs = some(all_programs(), 150)
    for number, fixture in enumerate(programs):
        for text in itertools.islice(hidden(fixture), None if number % 4 == 0 else 1):
            try:
                file = program_of(text, str(fixture.path))
                told = histories(file, behaviours(keras), files := ModuleFiles(Path(fixture.path)))
            except SyntaxError:
                continue
            for trace in (trace for history in told for trace in history.traces):
                places = Places(file, files, list(shown_sites(trace)))
                for run in trace.runs:
                    (tree,) = nodes([_only(trace, run)], file, places)
                    said = set(_lines(tree))
                    callees = _not_looked_into(trace, run)
                    open_rows = bool(callees)
                    counts["open" if open_rows else "whole"] += 1
                    assert not (open_rows and NO_ROWS in said), (fixture.name, keras, text)
                    thawed = any(layer is None or layer.trainable is not False for layer in callees)
                    open_weights = run.trained is None or (thawed and not run.learns_nothing)
                    assert not (open_weights and NO_WEIGHTS in said), (fixture.name, keras, text)
    assert counts["open"] > count(100, 15)
    assert counts["whole"] > count(800, 150)


NO_ROWS, NO_WEIGHTS = "no layer in it acts otherwise in training", "moves no weights"


def _only(trace: Trace, run: Run) -> Trace:
    return Trace(runs=[run], freezes=trace.freezes)


def _lines(node: Node) -> Iterator[str]:
    yield node.text
    for below in node.below.values():
        yield from _lines(below)


def _not_looked_into(trace: Trace, run: Run) -> list[Layer | None]:
    """What the run calls and cannot look into, by the table that the fixes go by; None: no layer in sight."""
    first = run.index if run.traced_in is None else run.traced_in
    frames = [unseen.frames for unseen in trace.unseen if unseen.run == first]
    callees = [those[-1].layer if those and isinstance(those[-1].layer, Model) else None for those in frames]
    return [layer for layer in callees if not (isinstance(layer, Model) and layer.structure.known_inside)]


HUB = """from tensorflow import keras
import keras_hub

base = keras_hub.models.BertBackbone(100, 2, 2, 8, 16, dropout=0.2)
{freeze}
model = keras.Sequential([base, keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y)
"""


@pytest.mark.parametrize(
    ("freeze", "frozen"),
    [
        ("base.trainable = False", True),
        ("for layer in base.layers: layer.trainable = False", None),
        ("for layer in base.layers[:-2]: layer.trainable = False", None),
        ("base.get_layer('last').trainable = False", None),
        ("base.enable_lora(4)", None),
        ("base.trainable = False\nbase.enable_lora(4)", None),
        ("for layer in base.layers: print(layer.name)", False),
        ("for layer in base.layers: layer.trainable = True", False),
        ("base.trainable = False\nfor layer in base.layers: layer.trainable = True", None),
        ("base.trainable = False\nfor layer in base.layers[-2:]: layer.trainable = True", True),
        ("base.trainable = False\nbase.get_layer('last').trainable = True", True),
    ],
)
def test_a_freeze_in_a_model_that_cannot_be_seen_through(freeze: str, frozen: bool | None) -> None:
    """Of which of its layers, nobody can tell: none is said not to be frozen, and nothing is reported."""
    file = SourceFile("program.py", HUB.format(freeze=freeze))
    rows = [
        (activity.layer.class_name, activity.frozen)
        for history in histories(file, behaviours("3.15"))
        for trace in history.traces
        for run in trace.runs
        for activity in run.activities
    ]
    assert rows == [("Dropout", frozen)]
    assert bool(analyse(file, Settings(keras_version="3.15")).findings) == (frozen is True)


TASK = """
import keras_hub

task = keras_hub.models.GPT2CausalLM.from_preset("gpt2_base_en")
{freeze}
task.compile("adam")
task.fit(x)
"""


@pytest.mark.parametrize(
    ("freeze", "frozen"),
    [
        ("task.backbone.trainable = False", None),
        ("task.backbone.trainable = flag()", None),
        ("task.backbone.enable_lora(4)", None),
        ("task.backbone.enable_lora(rank=4)", None),
        ("task.backbone.trainable = True", False),
        ("print(task.backbone.trainable)", False),
        ("task.backbone.summary(80)", False),
    ],
)
def test_a_freeze_of_a_part_that_is_not_known(freeze: str, frozen: bool | None) -> None:
    """The backbone of a language model: the Dropout that is seen of it may be in what is frozen."""
    file = SourceFile("program.py", TASK.format(freeze=freeze))
    found = analyse(file, Settings(keras_version="3.15"))
    rows = [
        activity.frozen
        for history in histories(file, behaviours("3.15"))
        for trace in history.traces
        for run in trace.runs
        for activity in run.activities
    ]
    assert rows == [frozen]
    assert not found.findings
