"""Builds ready-made models, without their pre-trained weights, and lists their layers.

`python -m tests.catalogue.build PACKAGE CONSTRUCTOR...` prints one JSON line for each constructor, without
one the list of all.
It runs in a process of its own: one Keras in a process, and names counted from the start.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from tests.catalogue import old_efficientnet

ROOT = Path(__file__).parents[2]
# Package -> (module of the constructors, the Keras that it builds on).
PACKAGES = {
    "keras": ("keras.applications", "keras"),
    "tf_keras": ("tf_keras.applications", "tf_keras"),
    "efficientnet": ("efficientnet.tfkeras", "tf_keras"),
    "efficientnet_0": ("efficientnet", "tf_keras"),
}
# Keyword arguments that set a rate. Keras 2 takes the first through **kwargs of EfficientNetB0–B7.
RATES = ("drop_connect_rate", "dropout", "dropout_rate")

# Name, class, rate, and whether Keras made up the name.
Row = tuple[str, str, "float | None", bool]


class Build(NamedTuple):
    """One model: the constructor's options, the model's name and its layers in order."""

    options: dict[str, Any]
    name: str
    rows: list[Row]


class Built(NamedTuple):
    """What one constructor takes and gave: its parameters, those that set a rate, and its models."""

    constructor: str
    parameters: list[str]
    rates: dict[str, float]
    builds: list[Build]


def constructors(package: str) -> list[str]:
    """The ready-made models of an installed package."""
    with _process(package, []) as process:
        names: list[str] = json.loads(process.communicate()[0])
    return names


def build(package: str, names: list[str], processes: int = 1) -> Iterator[Built]:
    """Builds every variant of the named constructors, a few in each process."""
    chunks = [names[i : i + 4] for i in range(0, len(names), 4)]
    with ThreadPoolExecutor(processes) as pool:
        for made in pool.map(partial(_build, package), chunks):
            yield from made


def _build(package: str, names: list[str]) -> list[Built]:
    with _process(package, names) as process:
        lines = process.communicate()[0].splitlines()
    if process.returncode or len(lines) != len(names):
        raise RuntimeError(f"{package}: the process stopped after {len(lines)} of {names}")
    found = []
    for line in lines:
        constructor, parameters, rates, builds = json.loads(line)
        models = [Build(o, n, [(*row,) for row in rows]) for o, n, rows in builds]
        found.append(Built(constructor, parameters, rates, models))
    return found


def _process(package: str, names: list[str]) -> subprocess.Popen[str]:
    environment = dict(os.environ, CUDA_VISIBLE_DEVICES="", TF_CPP_MIN_LOG_LEVEL="3")
    if PACKAGES[package][1] == "tf_keras":
        environment["TF_USE_LEGACY_KERAS"] = "1"
    command = [sys.executable, "-m", "tests.catalogue.build", package, *names]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment, cwd=ROOT
    )


class _Keras:
    """One Keras, changed so that no weights are fetched or allocated."""

    def __init__(self, package: str) -> None:
        module, keras = PACKAGES[package]
        if package == "efficientnet_0":
            old_efficientnet.prepare()
        self.keras: Any = importlib.import_module(keras)
        self.module: Any = importlib.import_module(module)
        self.keras.Model.load_weights = lambda *_, **__: None
        for name in [n for n in sys.modules if n.startswith(keras)]:
            if hasattr(sys.modules[name], "get_file"):
                sys.modules[name].__dict__["get_file"] = lambda *_, **__: ""
        if keras == "tf_keras":
            self._only_infer_shapes()

    def _only_infer_shapes(self) -> None:
        """Keras 2 runs each layer once while a graph is built; asking for the shape is much faster."""
        layer: Any = self.keras.layers.Layer
        tensor: Any = importlib.import_module("tf_keras.src.engine.keras_tensor").KerasTensor
        tensorflow: Any = importlib.import_module("tensorflow")
        run = layer._infer_output_signature

        def infer(self: Any, inputs: Any, args: Any, kwargs: Any, masks: Any) -> Any:
            own = type(self).compute_output_shape is not layer.compute_output_shape
            if not own or hasattr(self, "layers") or type(self).__name__ == "Lambda":  # which calls itself
                return run(self, inputs, args, kwargs, masks)
            shapes = [t.shape for t in inputs] if isinstance(inputs, list) else inputs.shape
            return tensor(tensorflow.TensorSpec(self.compute_output_shape(shapes), "float32"))

        layer._infer_output_signature = infer

    def _scope(self) -> contextlib.AbstractContextManager[Any]:
        if self.keras.__name__ == "keras":
            module: Any = importlib.import_module("keras.src.backend.common.stateless_scope")
            scope: contextlib.AbstractContextManager[Any] = module.StatelessScope(initialize_variables=False)
            return scope
        return contextlib.nullcontext()

    def make(self, constructor: str, options: Mapping[str, Any], *, again: bool = False) -> Any:
        """The model, as the first of a program; with `again`, as a later one."""
        if not again:
            self.keras.backend.clear_session()
        with self._scope():
            return getattr(self.module, constructor)(**options)


def variants(function: Callable[..., Any]) -> tuple[list[dict[str, Any]], dict[str, float]]:
    """The options to build a constructor with, and the defaults of its arguments that set a rate.

    One option at a time differs from the first; the last ones combine them.
    """
    parameters = inspect.signature(function).parameters
    base: dict[str, Any] = {"include_top": False, "weights": "imagenet"}
    found = [base, {**base, "include_top": True}, {**base, "weights": None}]
    found += [{**base, "pooling": kind} for kind in ("avg", "max")]
    if "include_preprocessing" in parameters:
        found.append({**base, "include_preprocessing": False})
    rates = {n: float(parameters[n].default) for n in RATES if n in parameters}
    if re.fullmatch("EfficientNetB[0-7]", function.__name__) and any(
        p.kind is p.VAR_KEYWORD for p in parameters.values()
    ):
        rates["drop_connect_rate"] = 0.2
    for rate, default in rates.items():
        found += [{**base, "include_top": True, rate: value} for value in (0.0, default / 2)]
    together: dict[str, Any] = {"include_top": True, "weights": None}
    if "include_preprocessing" in parameters:
        together["include_preprocessing"] = False
    return [*found, together], rates


def _rate(layer: Any) -> float | None:
    for attribute in ("rate", "drop_path_rate", "drop_connect_rate", "survival_probability", "dropout"):
        value = getattr(layer, attribute, None)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return round(float(value), 6)
    return None


def _looks_automatic(layer: Any) -> bool:
    """Whether the name is the class in snake case, numbered, or that of an operation or an input."""
    snake = re.sub("([a-z])([A-Z])", r"\1_\2", re.sub("(.)([A-Z][a-z0-9]+)", r"\1_\2", type(layer).__name__))
    stem = re.sub(r"_\d+$", "", layer.name)
    return stem in (snake.lower(), "input") or type(layer).__name__ in ("TFOpLambda", "SlicingOpLambda")


def _positional(function: Callable[..., Any]) -> list[str]:
    parameters = inspect.signature(function).parameters.values()
    return [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]


def main(package: str, names: list[str]) -> None:
    """Prints the variants of each constructor; without one, the names of all.

    A name is automatic if it looks so and a later model of the same program does not have it.
    """
    keras = _Keras(package)
    if not names:
        # Of the package efficientnet, the function that the others call, and EfficientNetL2, which has no
        # "imagenet" weights.
        apart = ("EfficientNet", "EfficientNetL2")
        print(json.dumps(sorted(n for n in dir(keras.module) if n[:1].isupper() and n not in apart)))
    for name in names:
        options, rates = variants(getattr(keras.module, name))
        both = options[:2]  # together they have every name that a variant can have, but for pooling's
        for chosen in both:
            keras.make(name, chosen, again=True)
        later = {la.name for chosen in both for la in keras.make(name, chosen, again=True).layers}
        builds = []
        for chosen in options:
            model = keras.make(name, chosen)
            rows = [
                (la.name, type(la).__name__, _rate(la), _looks_automatic(la) and la.name not in later)
                for la in model.layers
            ]
            builds.append((chosen, model.name, rows))
        print(json.dumps([name, _positional(getattr(keras.module, name)), rates, builds]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
