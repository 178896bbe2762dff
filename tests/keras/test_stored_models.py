"""Models that a program loads from a file of its project: what is read is what Keras makes of the file."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from dropout_lint import Settings, lint_path
from dropout_lint.source.model_files import configuration
from tests.oracle import Oracle
from tests.oracle.kerases import available

MAKER = """\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

stack = keras.Sequential([
    keras.Input((6,)), layers.Dense(5, activation="relu"), layers.Dropout(0.3), layers.Dense(4),
    layers.Dropout(0.0), layers.Dense(1),
])
pixels = keras.Input((6,))
inner = keras.Sequential([keras.Input((5,)), layers.Dense(4), layers.GaussianDropout(0.2)], name="inner")
graph = keras.Model(pixels, layers.Dense(1)(inner(layers.Dense(5)(pixels))))
for name, model in (("stack", stack), ("graph", graph)):
    if COMPILED:
        model.compile("sgd", "mean_squared_error")
    model.save(FOLDER + "/" + name + ENDING)
"""
LOADER = """\
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

base = keras.models.load_model(PLACE + "{file}")
{cut}base.trainable = False
model = keras.Sequential([base, layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(np.random.rand(8, 6), np.random.rand(8, 1), verbose=0)
"""


def program(folder: Path, text: str) -> Path:
    """The program as it is linted: it names the file relative to its folder."""
    (folder / "pyproject.toml").touch()
    path = folder / "train.py"
    path.write_text(text.replace("PLACE + ", ""), encoding="utf-8")
    return path


def codes(path: Path, keras: str) -> list[str]:
    found = lint_path(path, Settings(keras_version=keras))
    return [finding.code for finding in found]


@pytest.mark.keras
@pytest.mark.parametrize("ending", [".keras", ".h5"])
@pytest.mark.parametrize("keras", ["2", "3.15"])
def test_keras_makes_of_it_what_is_read(keras: str, ending: str, tmp_path: Path) -> None:
    if not available(keras):
        pytest.skip("this Keras is not here")
    head = f"FOLDER, ENDING, COMPILED = {str(tmp_path)!r}, {ending!r}, {ending == '.h5'}\n"
    with Oracle(keras) as oracle:
        assert oracle.run_source(head + MAKER)["error"] is None
        for name in ("stack", "graph"):
            assert configuration(tmp_path / f"{name}{ending}").compiled is (ending == ".h5")
            for cut in ("", "base.pop()\n"):
                if cut and name == "graph":
                    continue
                text = LOADER.format(file=name + ending, cut=cut)
                table = oracle.run_source(text.replace("PLACE", repr(f"{tmp_path}/")))
                assert table["error"] is None
                [run] = table["runs"]
                active = any(row["frozen"] and row["active"] for row in run["activities"])
                assert active
                assert codes(program(tmp_path, text), keras) == ["KFD101"], name


def stored(folder: Path, layers: list[dict[str, object]], **more: object) -> None:
    config = {"module": "keras", "class_name": "Sequential", "config": {"layers": layers}, **more}
    with zipfile.ZipFile(folder / "made.keras", "w") as file:
        file.writestr("config.json", json.dumps(config))


def layer(name: str, module: str = "keras.layers", **config: object) -> dict[str, object]:
    return {"module": module, "class_name": name, "config": config, "registered_name": None}


DENSE = layer("Dense", units=3)


@pytest.mark.parametrize(
    ("layers", "found"),
    [
        ([DENSE, layer("Dropout", rate=0.4), DENSE], True),
        ([DENSE, layer("Dropout", rate=0.0), DENSE], False),
        ([DENSE, DENSE], False),
        ([DENSE, layer("LSTM", units=2, dropout=0.2), DENSE], True),
        ([DENSE, layer("LSTM", units=2, dropout=0.0), DENSE], False),
        ([DENSE, layer("Dropout", rate=0.4), layer("Mine", "train", units=2)], False),
        ([DENSE, layer("Dropout", rate=0.4), layer("Mine")], False),
        ([DENSE, layer("TimeDistributed", layer=layer("Dropout", rate=0.4))], False),
        ([DENSE, {"class_name": "Dropout"}], False),
        ([layer("Sequential", layers=[DENSE, layer("Dropout", rate=0.4)]), DENSE], True),
    ],
)
def test_what_is_in_the_file_counts(layers: list[dict[str, object]], found: bool, tmp_path: Path) -> None:
    stored(tmp_path, layers)
    path = program(tmp_path, LOADER.format(file="made.keras", cut=""))
    assert codes(path, "3.15") == ["KFD101"] * found


@pytest.mark.parametrize(
    "change",
    [
        ('"made.keras"', "name"),
        ('"made.keras"', '"other.keras"'),
        ("base = ", 'make().save("made.keras")\nbase = '),
        ("base.trainable = False", "base.trainable = True"),
    ],
)
def test_near_programs_are_silent(change: tuple[str, str], tmp_path: Path) -> None:
    stored(tmp_path, [DENSE, layer("Dropout", rate=0.4), DENSE])
    assert codes(program(tmp_path, LOADER.format(file="made.keras", cut="").replace(*change)), "3.15") == []


def test_a_model_that_was_compiled_is_compiled(tmp_path: Path) -> None:
    """Keras 2 trains by the flags of load_model(), which compiles as before: the freeze is too late."""
    text = 'from tensorflow import keras\nbase = keras.models.load_model("made.keras")\n'
    text += "base.layers[0].trainable = False\nbase.fit(x, y)\n"
    stored(tmp_path, [DENSE, layer("Dropout", rate=0.4), DENSE], compile_config={"optimizer": "sgd"})
    assert codes(program(tmp_path, text), "2.15") == ["KFD301"]
    stored(tmp_path, [DENSE, layer("Dropout", rate=0.4), DENSE])
    assert codes(program(tmp_path, text), "2.15") == []


CALLED = """\
inner = keras.Sequential([keras.Input((6,)), layers.Dense(4), layers.Dropout(0.5)], name="inner")
pixels = keras.Input((6,))
keras.Model(pixels, layers.Dense(1)(inner(pixels{flag}))).save(FOLDER + "/told.h5")
"""


@pytest.mark.keras
@pytest.mark.parametrize(("flag", "active"), [(", training=False", False), ("", True)])
def test_a_flag_in_the_stored_graph_holds(flag: str, active: bool, tmp_path: Path) -> None:
    """Keras 2 keeps it in a part that is loaded: nothing is said of such a file."""
    head = f"from tensorflow import keras\nfrom tensorflow.keras import layers\nFOLDER = {str(tmp_path)!r}\n"
    with Oracle("2") as oracle:
        assert oracle.run_source(head + CALLED.format(flag=flag))["error"] is None
        text = LOADER.format(file="told.h5", cut="")
        table = oracle.run_source(text.replace("PLACE", repr(f"{tmp_path}/")))
    [run] = table["runs"]
    assert [row["active"] for row in run["activities"]] == [active]
    assert codes(program(tmp_path, text), "2.15") == ["KFD101"] * active


def graph(folder: Path, *calls: object, **more: object) -> None:
    """A functional model in a file, whose Dropout is called so."""
    named = [
        layer("InputLayer"),
        layer("Dense", units=3),
        layer("Dropout", rate=0.4),
    ]
    listed = [
        {**one, "inbound_nodes": list(calls if one["class_name"] == "Dropout" else ())} for one in named
    ]
    config = {"module": "keras", "class_name": "Functional", "config": {"layers": listed}, **more}
    with zipfile.ZipFile(folder / "made.keras", "w") as file:
        file.writestr("config.json", json.dumps(config))


@pytest.mark.parametrize(
    ("flag", "found"),
    [
        ({}, ["KFD101"]),
        ({"training": None}, ["KFD101"]),
        ({"training": False}, ["KFD101"]),  # Keras 3 stores the default of Dropout.call()
        ({"training": True}, []),
    ],
)
def test_a_default_in_the_stored_graph_is_no_flag(
    flag: dict[str, object], found: list[str], tmp_path: Path
) -> None:
    graph(tmp_path, {"args": [], "kwargs": flag})
    path = program(tmp_path, LOADER.format(file="made.keras", cut=""))
    assert codes(path, "3.15") == found
    if flag.get("training") is False:
        assert codes(path, "2.15") == codes(path, "3.16") == []


GRAPH = """\
from tensorflow import keras
from tensorflow.keras import layers
pixels = keras.Input((6,))
kept = layers.Dropout(0.3)(layers.Dense(5)(pixels))
keras.Model(pixels, layers.Dense(4)(kept)).save(FOLDER + "/graph.keras")
"""


@pytest.mark.keras
def test_a_dropout_of_a_stored_graph_is_active(tmp_path: Path) -> None:
    with Oracle("3.15") as oracle:
        assert oracle.run_source(f"FOLDER = {str(tmp_path)!r}\n{GRAPH}")["error"] is None
        assert '"training": false' in zipfile.ZipFile(tmp_path / "graph.keras").read("config.json").decode()
        text = LOADER.format(file="graph.keras", cut="")
        table = oracle.run_source(text.replace("PLACE", repr(f"{tmp_path}/")))
    [run] = table["runs"]
    assert [row["active"] for row in run["activities"] if row["frozen"]] == [True]
    assert codes(program(tmp_path, text), "3.15") == ["KFD101"]


def test_a_list_is_an_old_sequential(tmp_path: Path) -> None:
    config = {"class_name": "Sequential", "config": [DENSE, layer("Dropout", rate=0.4)]}
    with zipfile.ZipFile(tmp_path / "made.keras", "w") as file:
        file.writestr("config.json", json.dumps(config))
    assert codes(program(tmp_path, LOADER.format(file="made.keras", cut="")), "2.15") == ["KFD101"]


COMPILED = """\
from tensorflow import keras
from tensorflow.keras import layers
first = keras.Sequential([keras.Input((6,)), layers.Dense(5), layers.Dropout(0.3), layers.Dense(4)])
first.compile("sgd", {loss!r})
first.save(FOLDER + "/first.h5")
"""


@pytest.mark.keras
@pytest.mark.parametrize(("loss", "loads"), [("mse", False), ("mean_squared_error", True)])
def test_a_loss_that_keras_3_does_not_load(loss: str, loads: bool, tmp_path: Path) -> None:
    """Keras 3 raises; unless it is said which Keras it is, the program is then for Keras 2."""
    text = LOADER.format(file="first.h5", cut="")
    with Oracle("3.15") as oracle:
        made = oracle.run_source(f"FOLDER = {str(tmp_path)!r}\n{COMPILED.format(loss=loss)}")
        assert made["error"] is None
        table = oracle.run_source(text.replace("PLACE", repr(f"{tmp_path}/")))
    assert (table["error"] is None) is loads
    path = program(tmp_path, text)
    assert codes(path, "3.15") == ["KFD101"] * loads
    assert codes(path, "2.15") == ["KFD101"]
    assert [finding.code for finding in lint_path(path)] == ["KFD101"]


NAMED = "import keras\nMSE = keras.losses.MeanSquaredError\n"


@pytest.mark.keras
@pytest.mark.parametrize(
    ("load", "loads"),
    [
        ("keras.models.load_model({})", False),
        ("keras.models.load_model({}, custom_objects=None)", False),
        ("keras.models.load_model({}, custom_objects={{'mae': MSE()}})", False),
        ("keras.models.load_model({}, custom_objects={{'mse': MSE()}})", True),
        ("load({})", True),
    ],
)
def test_who_says_what_the_loss_is_loads_it(load: str, loads: bool, tmp_path: Path) -> None:
    text = LOADER.format(file="first.h5", cut="").replace("PLACE + ", "PLACE + ")
    text = text.replace('keras.models.load_model(PLACE + "first.h5")', load.format('PLACE + "first.h5"'))
    scope = "def load(path):\n    with keras.utils.custom_object_scope({'mse': MSE()}):\n"
    scope += "        return keras.models.load_model(path)\n"
    text = NAMED + (scope if load.startswith("load(") else "") + text
    with Oracle("3.15") as oracle:
        made = oracle.run_source(f"FOLDER = {str(tmp_path)!r}\n{COMPILED.format(loss='mse')}")
        assert made["error"] is None
        assert (oracle.run_source(text.replace("PLACE", repr(f"{tmp_path}/")))["error"] is None) is loads
    assert codes(program(tmp_path, text), "3.15") == ["KFD101"] * loads


def test_hostile_depth(tmp_path: Path) -> None:
    deep = DENSE
    for _ in range(300):
        deep = layer("Sequential", layers=[deep])
    stored(tmp_path, [deep, layer("Dropout", rate=0.4)])
    assert codes(program(tmp_path, LOADER.format(file="made.keras", cut="")), "3.15") == []
