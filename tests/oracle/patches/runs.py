"""Wrappers on the entries into a model: fit() and its like, tapes; and on what looks like one, masks."""

from types import CodeType
from typing import Any

from tests.oracle.keras_under_test import Keras
from tests.oracle.patches.wrapping import RECORDER, calling_frame, like
from tests.oracle.record import RUNS


def wrap_runs(keras: Keras) -> CodeType:
    code: CodeType | None = None
    for kind in RUNS:
        owner = next((cls for cls in keras.model.__mro__ if kind in vars(cls)), None)
        if owner is not None:
            wrapper = _run(kind, vars(owner)[kind])
            setattr(owner, kind, wrapper)
            code = wrapper.__code__
    assert code is not None
    return code


def _run(kind: str, original: Any) -> Any:
    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not RECORDER:
            return original(self, *args, **kwargs)
        return RECORDER[0].enter(kind, self, calling_frame(), lambda: original(self, *args, **kwargs))

    return like(original, run)


def wrap_masks(keras: Keras) -> None:
    """Keras 2 runs the graph of a nested model once more to find its mask (`Functional.compute_mask`)."""
    for cls in (keras.functional, keras.sequential) if keras.legacy else ():
        cls.compute_mask = _masking(cls.compute_mask)


def _masking(original: Any) -> Any:
    def compute_mask(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not RECORDER:
            return original(self, *args, **kwargs)
        recorder = RECORDER[0]
        recorder.masking += 1
        try:
            return original(self, *args, **kwargs)
        finally:
            recorder.masking -= 1

    return like(original, compute_mask)


def wrap_tape(tf: Any) -> None:
    tape = tf.GradientTape
    enter, leave, gradient = tape.__enter__, tape.__exit__, tape.gradient

    def __enter__(self: Any) -> Any:
        if RECORDER:
            RECORDER[0].enter_tape(self, calling_frame())
        return enter(self)

    def __exit__(self: Any, *args: Any) -> Any:
        if RECORDER:
            RECORDER[0].exit_tape(self)
        return leave(self, *args)

    def wrapped_gradient(self: Any, target: Any, sources: Any, *args: Any, **kwargs: Any) -> Any:
        if RECORDER:
            RECORDER[0].gradient(self, tf.nest.flatten(sources))
        return gradient(self, target, sources, *args, **kwargs)

    tape.__enter__, tape.__exit__ = like(enter, __enter__), like(leave, __exit__)
    tape.gradient = like(gradient, wrapped_gradient)
