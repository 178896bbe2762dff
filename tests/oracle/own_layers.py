"""Layers of the program that are random in training by themselves, and what shows that they are.

A layer *draws* when its own `call`, not one that this calls, uses a function that gives random numbers or a
dropout. It is *train-time random* if what it gives differs from call to call with `training=True`, and never
with `training=False`: tried at once, on numbers of the shapes it is called with.
"""

import inspect
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import numpy as np

from tests.oracle.keras_under_test import Keras
from tests.oracle.lines import Program

_DRAWING = {
    "dropout", "stateless_dropout", "general_dropout", "uniform", "normal", "truncated_normal", "binomial",
    "categorical", "gamma", "shuffle", "randint", "random_uniform", "random_normal", "random_bernoulli",
    "random_binomial", "stateless_uniform", "stateless_normal", "stateless_truncated_normal",
}  # fmt: skip
_TIMES, _BATCH = 8, 32


def functions(keras: Keras) -> Iterator[tuple[Any, str]]:
    """The places (module, name) of public functions that draw random numbers."""
    tf, public = keras.tf, keras.module
    modules = [tf.nn, tf.nn.experimental, tf.random, tf.compat.v1.nn, tf.compat.v1.random, public.backend]
    for module in [*modules, getattr(public, "random", None)]:
        for name in _DRAWING.intersection(dir(module)) if module is not None else ():
            if inspect.isroutine(getattr(module, name)):
                yield module, name


def is_written_here(program: Program, frame: FrameType | None) -> bool:
    """Whether the program itself wrote a call, autograph's ways around it left out."""
    while frame is not None and "/autograph/" in frame.f_code.co_filename and not program.owns(frame):
        frame = frame.f_back
    return frame is not None and program.owns(frame)


def is_train_time_random(keras: Keras, call: Callable[..., Any], args: Any, kwargs: Any) -> bool:
    """Whether a `call` gives other results each time with training=True, and the same with False."""
    try:
        with keras.tf.init_scope():
            given = keras.tf.nest.map_structure(lambda value: _numbers(keras, value), args)
            rest = {name: value for name, value in kwargs.items() if name != "training"}

            def results(flag: bool) -> list[Any]:
                made = [call(*given, **rest, training=flag) for _ in range(_TIMES)]
                return [[np.asarray(part) for part in keras.tf.nest.flatten(one)] for one in made]

            return _differ(results(True)) and not _differ(results(False))
    except Exception:  # it cannot be called so: nothing is known of it
        return False


def _numbers(keras: Keras, value: Any) -> Any:
    if not keras.tf.is_tensor(value) and not isinstance(value, np.ndarray):
        return value
    shape = [_BATCH, *(size or 2 for size in list(value.shape)[1:])]
    return keras.tf.ones(shape, value.dtype)


def _differ(results: list[Any]) -> bool:
    first = results[0]
    return any(not np.array_equal(a, b) for other in results[1:] for a, b in zip(first, other, strict=True))
