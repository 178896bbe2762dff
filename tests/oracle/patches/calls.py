"""Wrappers on the calls of layers, and on the `call` of those that depend on the mode."""

import inspect
import sys
from types import CodeType, FrameType
from typing import Any

from tests.oracle import own_layers
from tests.oracle.families import classes_with_call, family
from tests.oracle.keras_under_test import Keras
from tests.oracle.patches.wrapping import RECORDER, calling_frame, like, replace
from tests.oracle.record import Baked, Recorder
from tests.oracle.routes import Call


def wrap_layer_call(keras: Keras) -> CodeType:
    original = keras.layer.__call__

    def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not RECORDER:
            return original(self, *args, **kwargs)
        return _recorded_layer_call(original, keras, self, args, kwargs)

    keras.layer.__call__ = like(original, __call__)
    return _recorded_layer_call.__code__


def _recorded_layer_call(original: Any, keras: Keras, layer: Any, args: Any, kwargs: Any) -> Any:
    recorder = RECORDER[0]
    entry = Call(layer, recorder.sites.fragment(layer, sys._getframe(2)))
    nodes_before = len(getattr(layer, "_inbound_nodes", ()))
    if not keras.symbolic(args, kwargs):
        recorder.called(layer)
    stack = recorder.routes.stack
    stack.append(entry)
    try:
        result = original(layer, *args, **kwargs)
        if entry.draws and not recorder.masking and not keras.symbolic(args, kwargs):
            _record_own(keras, layer, args, kwargs)
        return result
    finally:
        stack.pop()
        recorder.sites.record_nodes(list(getattr(layer, "_inbound_nodes", ()))[nodes_before:], entry.fragment)


def wrap_drawing(keras: Keras) -> None:
    wrappers: dict[int, Any] = {}
    for module, name in own_layers.functions(keras):
        original = getattr(module, name)
        setattr(module, name, wrappers.setdefault(id(original), _drawing(original)))
    replace(wrappers)


def _drawing(original: Any) -> Any:
    """A function that gives random numbers: the layer whose `call` uses it draws."""

    def draw(*args: Any, **kwargs: Any) -> Any:
        stack = RECORDER[0].routes.stack if RECORDER else ()
        own = bool(stack) and not family(stack[-1].layer) and not _drops_nothing(original, args, kwargs)
        if own and own_layers.is_written_here(RECORDER[0].program, calling_frame()):
            stack[-1].draws = True
        return original(*args, **kwargs)

    return like(original, draw)


def _drops_nothing(original: Any, args: Any, kwargs: Any) -> bool:
    """Whether a function is a dropout that is told to drop nothing, as by a layer in inference mode."""
    rate = kwargs.get("rate", args[1] if len(args) > 1 else None)
    return original.__name__.endswith("dropout") and isinstance(rate, (int, float)) and rate == 0


def _record_own(keras: Keras, layer: Any, args: Any, kwargs: Any) -> None:
    """The row of a layer of the program that has drawn, if it does so in training alone."""
    recorder = RECORDER[0]
    recorder.masking += 1
    try:
        random = own_layers.is_train_time_random(keras, layer.call, args, kwargs)
    finally:
        recorder.masking -= 1
    baked = recorder.bake_own(layer) if random else None
    if baked is None:
        return
    if keras.tf.executing_eagerly():
        _executed(recorder, keras, baked, True)
    else:
        keras.tf.numpy_function(lambda: _executed(recorder, keras, baked, True), [], [])


def wrap_mode_dependent_calls(keras: Keras) -> None:
    for cls in classes_with_call(keras.layer):
        cls.call = _recorded(vars(cls)["call"], keras)  # type: ignore[attr-defined]


def _recorded(original: Any, keras: Keras) -> Any:
    signature = inspect.signature(original)

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if RECORDER and family(self) and not keras.symbolic(args, kwargs):
            _record(keras, self, _flag(signature, self, args, kwargs), sys._getframe(1))
        return original(self, *args, **kwargs)

    return like(original, call)


def _flag(signature: inspect.Signature, layer: Any, args: Any, kwargs: Any) -> Any:
    try:
        bound = signature.bind(layer, *args, **kwargs)
    except TypeError:
        return None
    bound.apply_defaults()
    if "training" in bound.arguments:
        return bound.arguments["training"]
    extras = (value for value in bound.arguments.values() if isinstance(value, dict))
    return next((extra["training"] for extra in extras if "training" in extra), None)


def _record(keras: Keras, layer: Any, flag: Any, frame: FrameType) -> None:
    """Record now if eager, else at each execution of the graph being traced."""
    recorder = RECORDER[0]
    if recorder.masking:
        return
    stack = recorder.routes.stack
    direct = not stack or stack[-1].layer is not layer
    baked = recorder.bake(layer, recorder.sites.fragment(layer, frame) if direct else ())
    if baked is None or keras.in_dataset(frame):
        return
    known, value = keras.constant(flag)
    if keras.tf.executing_eagerly():
        _executed(recorder, keras, baked, value)
    elif known:
        keras.tf.numpy_function(lambda: _executed(recorder, keras, baked, value), [], [])
    else:
        keras.tf.numpy_function(lambda late: _executed(recorder, keras, baked, bool(late)), [flag], [])


def _executed(recorder: Recorder, keras: Keras, baked: Baked, flag: bool | None) -> None:
    recorder.executed(baked, flag, keras.default_phase() if flag is None else flag)
