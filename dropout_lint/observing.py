"""What the layers of programs do on the Keras that is installed: run as a process of its own on examples.

    python -m dropout_lint.observing PROGRAM...

It executes the programs, which are our own examples and never a user's, and prints one line of JSON for each.
Each layer's `call` is wrapped; nothing that Keras does is changed. See `dropout_lint.commands.trying`.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from types import FrameType
from typing import Any

# Methods of a model that run it, and whether they train it.
ENTRIES = {"fit": True, "train_on_batch": True, "evaluate": False, "predict": False}
# Classes that are random or normalise, by the ends of their names; others are so by a rate of theirs.
_RANDOM = ("Dropout", "Noise", "BatchNormalization", "StochasticDepth")
_AUGMENTATION = ("RandAugment", "MixUp", "CutMix", "AugMix")
_RATES = ("dropout", "recurrent_dropout", "_dropout")


class Observer:
    """Notes who is called with which training flag in which run, and whose weights move."""

    def __init__(self) -> None:
        # Whether Keras calls layers to find out the shapes of what they give, as fit() does once.
        self._is_building: Callable[[], bool] = lambda: False
        self.begin("")

    def begin(self, program: str) -> None:
        """Forgets what was seen; lines are those of this file from now on."""
        self.program = program
        self.runs: list[dict[str, Any]] = []
        self._entry: list[dict[str, Any]] = []
        self._lines: dict[int, int] = {}
        self._traced: dict[tuple[int, str], dict[str, Any]] = {}

    def install(self, tensorflow: Any, keras: Any) -> None:
        """Wraps the classes of layers, the entries of models, and the gradient tape."""
        scopes = sys.modules.get("keras.src.backend.common.symbolic_scope")  # Keras 2 has no such pass
        if scopes is not None:
            self._is_building = scopes.in_symbolic_scope
        _wrap(keras.layers.Layer, "__init__", self._made)
        for name in ENTRIES:
            _wrap(keras.Model, name, functools.partial(self._entered, name))
        _wrap(tensorflow.data.Dataset, "map", self._mapped)
        _wrap(tensorflow.GradientTape, "__enter__", self._tape_begins)
        _wrap(tensorflow.GradientTape, "__exit__", self._tape_ends)
        for layer_class in list(_subclasses(keras.layers.Layer)):
            call = vars(layer_class).get("call")
            if callable(call) and "training" in inspect.signature(call).parameters:
                _wrap(layer_class, "call", self._called)

    def _made(self, original: Callable[..., Any], layer: Any, *args: Any, **kwargs: Any) -> Any:
        self._lines.setdefault(id(layer), self._line(layer))
        return original(layer, *args, **kwargs)

    def _entered(self, name: str, original: Callable[..., Any], model: Any, *args: Any, **kwargs: Any) -> Any:
        if self._entry:  # fit() with validation data evaluates, evaluate() predicts
            return original(model, *args, **kwargs)
        before = [(layer, _weights(layer)) for layer in _parts(model)]
        self._enter(name, ENTRIES[name])
        try:
            return original(model, *args, **kwargs)
        finally:
            for layer, weights in before if ENTRIES[name] else ():
                self._note_weights(layer, weights)
            self._as_traced((id(model), name), self._entry.pop())

    def _as_traced(self, step: tuple[int, str], run: dict[str, Any]) -> None:
        """A run that calls no layer goes on with the step that an earlier one traced: what it does holds."""
        run["traced"] = not run["layers"] and step in self._traced
        run["layers"] = run["layers"] or self._traced.get(step, {})
        self._traced[step] = run["layers"]

    def _mapped(self, original: Callable[..., Any], data: Any, *args: Any, **kwargs: Any) -> Any:
        """`Dataset.map` traces its function at once: what is called there never trains."""
        if self._entry:  # fit() prepares its data so
            return original(data, *args, **kwargs)
        self._enter("Dataset.map", False)
        try:
            return original(data, *args, **kwargs)
        finally:
            self._entry.pop()

    def _tape_begins(self, original: Callable[..., Any], tape: Any) -> Any:
        if not self._entry:
            self._enter("tape", True)
        return original(tape)

    def _tape_ends(self, original: Callable[..., Any], tape: Any, *problem: Any) -> Any:
        if self._entry and self._entry[-1]["entry"] == "tape":
            self._entry.pop()
        return original(tape, *problem)

    def _enter(self, name: str, training: bool) -> None:
        run = {"entry": name, "line": self._line(), "training": training, "layers": {}, "weights": {}}
        self.runs.append(run)
        self._entry.append(run)

    def _called(self, original: Callable[..., Any], layer: Any, *args: Any, **kwargs: Any) -> Any:
        if self._entry and not self._is_building() and _acts_otherwise(layer):
            flag = _flag(original, layer, args, kwargs)
            row = self._entry[-1]["layers"].setdefault(
                self._name(layer), {"frozen": not layer.trainable, "flags": [], "active": False}
            )
            if flag not in row["flags"]:
                row["flags"].append(flag)
            row["active"] |= flag is True and _rate(layer) != 0 and not _is_frozen_norm(layer)
        return original(layer, *args, **kwargs)

    def _note_weights(self, layer: Any, before: list[Any]) -> None:
        after = _weights(layer)
        if after and len(before) == len(after):  # else the run itself made them
            moved = any((a != b).any() for a, b in zip(before, after, strict=True))
            row = {"frozen": not layer.trainable, "moved": bool(moved)}
            self._entry[-1]["weights"][self._name(layer)] = row

    def _name(self, layer: Any) -> str:
        line = self._lines.get(id(layer), 0)
        return f"{type(layer).__name__} (line {line})" if line else type(layer).__name__

    def _line(self, made: Any = None) -> int:
        """The line of the program that is being executed; 0 if it is none of its lines.

        Of a layer that is being made, the line that makes it, which is none in its own `__init__`.
        """
        frame = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename == self.program and not _is_of(frame, made):
                return frame.f_lineno
            frame = frame.f_back  # type: ignore[assignment]
        return 0


def _is_of(frame: FrameType, instance: Any) -> bool:
    """Whether a frame is that of a method of an object."""
    own = frame.f_code.co_varnames[:1]
    return instance is not None and bool(own) and frame.f_locals.get(own[0]) is instance


def _wrap(owner: Any, name: str, observe: Callable[..., Any]) -> None:
    original = getattr(owner, name)

    @functools.wraps(original)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return observe(original, *args, **kwargs)

    # Keras 2 asks the function itself, not what it wraps, whether it takes a flag and by which default.
    with contextlib.suppress(TypeError, ValueError):
        wrapper.__signature__ = inspect.signature(original)  # type: ignore[attr-defined]
    setattr(owner, name, wrapper)


def _subclasses(layer_class: type) -> Iterator[type]:
    known: list[type] = layer_class.__subclasses__()
    for subclass in known:
        yield subclass
        yield from _subclasses(subclass)


def _acts_otherwise(layer: Any) -> bool:
    """Whether a layer may do in training what it does not do else, by its class or its rates."""
    names = {layer_class.__name__ for layer_class in type(layer).__mro__}
    if any(name.endswith(_RANDOM) or name in _AUGMENTATION for name in names):
        return True
    if any(getattr(layer, rate, 0) not in (0, None, False) for rate in _RATES):
        return True
    augments = any(name.startswith("Random") for name in names)
    return augments and "training" in inspect.signature(layer.call).parameters


def _flag(call: Callable[..., Any], layer: Any, args: Any, kwargs: Any) -> bool | None:
    with contextlib.suppress(TypeError, ValueError):
        bound = inspect.signature(call).bind(layer, *args, **kwargs)
        bound.apply_defaults()
        flag = bound.arguments.get("training")
        return bool(flag) if isinstance(flag, (bool, int)) else None
    return None


def _rate(layer: Any) -> object:
    return getattr(layer, "rate", getattr(layer, "stddev", None))


def _is_frozen_norm(layer: Any) -> bool:
    """A frozen BatchNormalization is in inference mode, the only layer of which that is true."""
    return type(layer).__name__.endswith("BatchNormalization") and not layer.trainable


def _parts(model: Any) -> list[Any]:
    """The layers in a model that have weights of their own."""
    layers = model._flatten_layers(include_self=False)
    return [layer for layer in layers if not list(layer._flatten_layers(include_self=False))]


def _weights(layer: Any) -> list[Any]:
    """Copies of a layer's weights, but for the states of random numbers."""
    return [w.numpy().copy() for w in layer.weights if "seed" not in w.name]


def _version(keras: Any) -> str:
    """The version of Keras; as `tensorflow.keras`, Keras 2 does not tell its own."""
    return str(getattr(keras, "__version__", None) or import_module("tf_keras").__version__)


def main() -> int:
    """Executes each program and prints what was seen; a failure is part of it."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    tensorflow = import_module("tensorflow")
    keras = tensorflow.keras
    observer = Observer()
    observer.install(tensorflow, keras)
    for path in sys.argv[1:]:
        observer.begin(path)
        keras.backend.clear_session()  # such as a learning phase that the program before has set
        error = _execute(path)
        print(json.dumps({"keras": _version(keras), "runs": observer.runs, "error": error}), flush=True)
    return 0


def _execute(path: str) -> str | None:
    """What the program raised, in one line; None if it came to its end. It is given no arguments."""
    with open(path, encoding="utf-8") as file:
        code = compile(file.read(), path, "exec")
    arguments, sys.argv = sys.argv, [path]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            exec(code, {"__name__": "__main__"})
        except SystemExit as end:
            return None if end.code in (None, 0) else f"SystemExit: {end.code}"
        except Exception as problem:  # what an example raises is what is to be seen
            said = str(problem).strip().splitlines() or [""]
            return f"{type(problem).__name__}: {said[0][:200]}"
        finally:
            sys.argv = arguments
    return None


if __name__ == "__main__":
    sys.exit(main())
