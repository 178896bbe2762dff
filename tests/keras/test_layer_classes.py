"""What the simulation knows of Keras' layer classes, held against the running Keras."""

from __future__ import annotations

import json

import pytest

from dropout_lint.keras.class_members import ancestors, members
from dropout_lint.keras.layer_classes import ALIASES, BY_NAME, Role
from tests.conftest import Kerases
from tests.fixture_files import KERASES

# Runs inside each Keras: constructor arguments, their defaults, and the parameters of call().
PROGRAM = """
import inspect, json
import keras

TABLE = json.loads(%r)
wrong = []
for name, kind in TABLE.items():
    cls = getattr(keras.layers, name, None)
    if cls is None:
        continue
    parameters = {}
    for base in reversed(cls.__mro__):
        if "__init__" in vars(base):
            parameters.update(inspect.signature(base.__init__).parameters)
    for position, argument, default in kind["arming"]:
        if argument not in parameters:
            wrong.append(f"{name} has no argument {argument}")
            continue
        actual = parameters[argument].default
        if default is not None and actual not in (default, None):
            wrong.append(f"{name}({argument}) defaults to {actual}, not {default}")
        own = list(inspect.signature(cls.__init__).parameters)
        if position is not None and own[position + 1] != argument:
            wrong.append(f"{name}: argument {position} is {own[position + 1]}, not {argument}")
    takes = "training" in inspect.signature(cls.call).parameters
    if takes is not kind["takes_training"] and kind["checked"]:
        wrong.append(f"{name}.call takes training: {takes}")
    if takes and kind["default"] is not None:
        default = inspect.signature(cls.call).parameters["training"].default
        if bool(default) is not bool(kind["default"]):
            wrong.append(f"{name}.call has training={default}")
assert not wrong, wrong
"""

# Lambda passes the flag to its function, Keras 2 only if that takes it; Discretization and other
# preprocessing layers grew the parameter at some version without using it.
UNCHECKED = frozenset({"Lambda", "InputLayer", "StackedRNNCells"})


@pytest.mark.parametrize("keras", KERASES)
def test_constructors_and_calls(keras: str, kerases: Kerases) -> None:
    table = {
        name: {
            "arming": [(switch.position, switch.name, switch.default) for switch in kind.arming],
            "takes_training": kind.takes_training,
            "default": kind.default_training,
            "checked": kind.mode_dependent and name not in UNCHECKED,
        }
        for name, kind in (BY_NAME | {alias: BY_NAME[ALIASES[alias]] for alias in ALIASES}).items()
    }
    outcome = kerases.get(keras).run_source(PROGRAM % json.dumps(table))
    assert outcome["error"] is None


NAMES = """
import json
import keras

classes = {alias: getattr(keras.layers, alias, None) for alias in json.loads(%r)}
own = {alias: cls.__name__ for alias, cls in classes.items() if cls is not None}
assert len(own) >= 20
wrong = {alias: name for alias, name in own.items() if name != json.loads(%r)[alias]}
assert not wrong, wrong
"""


@pytest.mark.parametrize("keras", KERASES)
def test_other_names_of_classes(keras: str, kerases: Kerases) -> None:
    table = json.dumps(ALIASES)
    outcome = kerases.get(keras).run_source(NAMES % (table, table))
    assert outcome["error"] is None


# Tries arguments and inputs until a call succeeds; a class for which none does counts as unchecked.
WEIGHTS = """
import itertools, json
import numpy as np
import keras

SHAPES = ((2, 8), (2, 8, 4), (2, 8, 8, 3), (2, 4, 4, 4, 2))
ARGUMENTS = ((), (2,), (0.5,), ((2, 2),), ((4, 2),), (1, 1), (4, 4), ("relu",), (0.5, 0.5))


def called(cls):
    for arguments, shape, pair in itertools.product(ARGUMENTS, SHAPES, (False, True)):
        x = np.ones(shape, "float32")
        try:
            layer = cls(*arguments)
            layer([x, x] if pair else x)
        except Exception:
            continue
        return layer
    return None


weightless = [name for name in json.loads(%r) if hasattr(keras.layers, name)]
layers = {name: called(getattr(keras.layers, name)) for name in weightless}
wrong = [name for name, layer in layers.items() if layer is not None and layer.trainable_weights]
assert not wrong, wrong
unchecked = sorted(name for name, layer in layers.items() if layer is None)
assert len(unchecked) <= 0.1 * len(weightless), unchecked
"""


@pytest.mark.parametrize("keras", KERASES)
def test_weightless_layers_have_no_weights(keras: str, kerases: Kerases) -> None:
    weightless = [
        n for n, kind in BY_NAME.items() if kind.weightless and kind.role not in (Role.LAMBDA, Role.INPUT)
    ]
    outcome = kerases.get(keras).run_source(WEIGHTS % json.dumps(weightless))
    assert outcome["error"] is None


MEMBERS = """
import json
import keras

TABLE = json.loads(%r)
for name, (listed, ancestors) in TABLE.items():
    cls = getattr(keras, name, None) or getattr(keras.layers, name)
    missing = sorted(set(listed) - set(dir(cls)))
    assert not missing, (name, missing)
    order = [base.__name__ for base in cls.__mro__ if base.__name__ in set(TABLE)]
    assert [base for base in order if base in ancestors] == ancestors, (name, order)
"""


@pytest.mark.parametrize("keras", KERASES)
def test_members_and_ancestors(keras: str, kerases: Kerases) -> None:
    names = ("Model", "Sequential", "Layer", "Dropout", "SpatialDropout1D", "LSTM", "RNN")
    table = {name: (sorted(members(name)), ancestors(name)) for name in names}
    outcome = kerases.get(keras).run_source(MEMBERS % json.dumps(table))
    assert outcome["error"] is None
