"""The instrumentation: wrappers on Keras and TensorFlow, put in place once, before any program runs.

They do nothing until `activate` gives them a recorder. Each keeps the name, module and signature of what it
wraps, since Keras and autograph look at these.
"""

import functools
import inspect
import os
import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from tests.oracle import own_layers
from tests.oracle.families import classes_with_call, family
from tests.oracle.keras_under_test import Keras
from tests.oracle.keys import Making
from tests.oracle.lines import Line
from tests.oracle.record import RUNS, Baked, Recorder
from tests.oracle.routes import Call

_RECORDER: list[Recorder] = []
_FACTORIES = {"clone_model", "load_model", "model_from_json", "model_from_config", "model_from_yaml"}


def activate(recorder: Recorder) -> None:
    """From now on this recorder is told what happens."""
    _RECORDER[:] = [recorder]


def install(keras: Keras) -> set[CodeType]:
    """Wrap everything; the result is the code of the wrappers at which a search for call sites ends."""
    _wrap_creation(keras)
    boundaries = {_wrap_layer_call(keras), _wrap_runs(keras), _wrap_factories(keras)}
    _replace({id(save): _saving(save) for save in [keras.find_function("save_model")]})
    _wrap_mode_dependent_calls(keras)
    _wrap_nodes(keras)
    _wrap_sequential(keras)
    _wrap_masks(keras)
    _wrap_tape(keras.tf)
    _wrap_trainable(keras)
    _wrap_weight_creation(keras)
    _wrap_functions()
    drawing: dict[int, Any] = {}
    for module, name in own_layers.functions(keras):
        original = getattr(module, name)
        setattr(module, name, drawing.setdefault(id(original), _drawing(original)))
    _replace(drawing)
    return boundaries


def _like(original: Any, wrapper: Any) -> Any:
    """Make a wrapper look like the original, for `inspect` and for autograph."""
    functools.update_wrapper(wrapper, original)
    wrapper.__signature__ = inspect.signature(original)
    return wrapper


def _caller() -> FrameType | None:
    """The frame that called the wrapper."""
    return sys._getframe(2)


# Creation


def _wrap_creation(keras: Keras) -> None:
    layer_class = keras.layer
    original = vars(layer_class).get("__new__")
    make = original.__func__ if isinstance(original, staticmethod) else None

    def __new__(cls: Any, *args: Any, **kwargs: Any) -> Any:
        made = make(cls, *args, **kwargs) if make else super(layer_class, cls).__new__(cls, *args, **kwargs)
        if _RECORDER and not isinstance(made, keras.metric):
            _RECORDER[0].keys.made(made, _caller())
        return made

    layer_class.__new__ = staticmethod(_like(make, __new__) if make else __new__)


def _wrap_factories(keras: Keras) -> CodeType:
    originals = set(keras.application_constructors()) | {keras.find_function(name) for name in _FACTORIES}
    originals.discard(None)
    wrappers = {id(original): _factory(original, keras) for original in originals}
    _replace(wrappers)
    code: CodeType = next(iter(wrappers.values())).__code__
    return code


def _replace(wrappers: dict[int, Any]) -> None:
    """Put wrappers of functions in their places, by the identities of the functions."""
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("keras", "tf_keras", "tensorflow") and "keras" in name:
            for attribute, value in list(vars(module).items()):
                if id(value) in wrappers and callable(value):
                    setattr(module, attribute, wrappers[id(value)])


def _saving(original: Callable[..., Any]) -> Any:
    """`save_model(model, path)`, which `model.save(path)` and ModelCheckpoint come to."""

    def save_model(model: Any, filepath: Any, *args: Any, **kwargs: Any) -> Any:
        if _RECORDER:
            _RECORDER[0].saved[os.path.realpath(filepath)] = model
        return original(model, filepath, *args, **kwargs)

    return _like(original, save_model)


def _factory(original: Callable[..., Any], keras: Keras) -> Any:
    def factory(*args: Any, **kwargs: Any) -> Any:
        frame = _caller()
        recorder = _RECORDER[0] if _RECORDER else None
        if recorder is None or frame is None or not recorder.program.owns(frame):
            return original(*args, **kwargs)
        making = Making(original.__name__, recorder.program.call_line(frame))
        recorder.keys.making.append(making)
        try:
            result = original(*args, **kwargs)
        finally:
            recorder.keys.making.pop()
        first = args[0] if args else next(iter(kwargs.values()), None)
        copied = first if making.name == "clone_model" else recorder.saved.get(_path(first))
        if copied is not None:
            _pair_clones(copied, result, making.line, {id(copied): result}, recorder, keras)
        elif isinstance(result, keras.layer):
            recorder.keys.returned(making, result)
        return result

    return _like(original, factory)


def _path(value: Any) -> str | None:
    return os.path.realpath(value) if isinstance(value, (str, os.PathLike)) else None


def _pair_clones(
    original: Any, clone: Any, line: Line, clones: dict[int, Any], recorder: Recorder, keras: Keras
) -> None:
    """Give the clone's parts the keys and sites of the originals; `clones` has those made so far."""
    clones[id(original)] = clone
    recorder.keys.cloned(original, clone, line, clones)
    olds, news = (
        [part for part in recorder.weights.parts(model) if not isinstance(part, keras.input_layer)]
        for model in (original, clone)
    )
    for old, new in zip(olds, news, strict=False):
        if new is old:  # a clone_function may share layers
            continue
        member = recorder.sites.members.get((id(original), id(old)))
        if member is not None:
            recorder.sites.members[id(clone), id(new)] = member
        _pair_clones(old, new, line, clones, recorder, keras)
    for old_node, new_node in zip(keras.graph_nodes(original), keras.graph_nodes(clone), strict=False):
        if not recorder.sites.nodes.get(id(new_node)):
            recorder.sites.copy_node(new_node, old_node)


# Calls


def _wrap_layer_call(keras: Keras) -> CodeType:
    original = keras.layer.__call__

    def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not _RECORDER:
            return original(self, *args, **kwargs)
        return _recorded_layer_call(original, keras, self, args, kwargs)

    keras.layer.__call__ = _like(original, __call__)
    return _recorded_layer_call.__code__


def _recorded_layer_call(original: Any, keras: Keras, layer: Any, args: Any, kwargs: Any) -> Any:
    recorder = _RECORDER[0]
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


def _drawing(original: Any) -> Any:
    """A function that gives random numbers: the layer whose `call` uses it draws."""

    def draw(*args: Any, **kwargs: Any) -> Any:
        stack = _RECORDER[0].routes.stack if _RECORDER else ()
        own = bool(stack) and not family(stack[-1].layer) and not _drops_nothing(original, args, kwargs)
        if own and own_layers.is_written_here(_RECORDER[0].program, own_layers.caller()):
            stack[-1].draws = True
        return original(*args, **kwargs)

    return _like(original, draw)


def _drops_nothing(original: Any, args: Any, kwargs: Any) -> bool:
    """Whether a function is a dropout that is told to drop nothing, as by a layer in inference mode."""
    rate = kwargs.get("rate", args[1] if len(args) > 1 else None)
    return original.__name__.endswith("dropout") and isinstance(rate, (int, float)) and rate == 0


def _record_own(keras: Keras, layer: Any, args: Any, kwargs: Any) -> None:
    """The row of a layer of the program that has drawn, if it does so in training alone."""
    recorder = _RECORDER[0]
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


def _wrap_mode_dependent_calls(keras: Keras) -> None:
    for cls in classes_with_call(keras.layer):
        cls.call = _recorded(vars(cls)["call"], keras)  # type: ignore[attr-defined]


def _recorded(original: Any, keras: Keras) -> Any:
    signature = inspect.signature(original)

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if _RECORDER and family(self) and not keras.symbolic(args, kwargs):
            _record(keras, self, _flag(signature, self, args, kwargs), sys._getframe(1))
        return original(self, *args, **kwargs)

    return _like(original, call)


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
    recorder = _RECORDER[0]
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


# Runs


def _wrap_runs(keras: Keras) -> CodeType:
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
        if not _RECORDER:
            return original(self, *args, **kwargs)
        return _RECORDER[0].enter(kind, self, _caller(), lambda: original(self, *args, **kwargs))

    return _like(original, run)


def _wrap_masks(keras: Keras) -> None:
    """Keras 2 runs the graph of a nested model once more to find its mask (`Functional.compute_mask`)."""
    for cls in (keras.functional, keras.sequential) if keras.legacy else ():
        cls.compute_mask = _masking(cls.compute_mask)


def _masking(original: Any) -> Any:
    def compute_mask(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not _RECORDER:
            return original(self, *args, **kwargs)
        recorder = _RECORDER[0]
        recorder.masking += 1
        try:
            return original(self, *args, **kwargs)
        finally:
            recorder.masking -= 1

    return _like(original, compute_mask)


def _wrap_tape(tf: Any) -> None:
    tape = tf.GradientTape
    enter, leave, gradient = tape.__enter__, tape.__exit__, tape.gradient

    def __enter__(self: Any) -> Any:
        if _RECORDER:
            _RECORDER[0].enter_tape(self, _caller())
        return enter(self)

    def __exit__(self: Any, *args: Any) -> Any:
        if _RECORDER:
            _RECORDER[0].exit_tape(self)
        return leave(self, *args)

    def wrapped_gradient(self: Any, target: Any, sources: Any, *args: Any, **kwargs: Any) -> Any:
        if _RECORDER:
            _RECORDER[0].gradient(self, tf.nest.flatten(sources))
        return gradient(self, target, sources, *args, **kwargs)

    tape.__enter__, tape.__exit__ = _like(enter, __enter__), _like(leave, __exit__)
    tape.gradient = _like(gradient, wrapped_gradient)


# Graphs, members, weights


def _wrap_nodes(keras: Keras) -> None:
    original = keras.node.__init__

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        caller = _caller()
        if _RECORDER and caller is not None and caller.f_code.co_name == "clone_graph_nodes":
            _RECORDER[0].sites.copy_node(self, caller.f_locals["node"])

    keras.node.__init__ = _like(original, __init__)


def _wrap_sequential(keras: Keras) -> None:
    original = keras.sequential.add

    def add(self: Any, layer: Any, *args: Any, **kwargs: Any) -> Any:
        if _RECORDER:
            _RECORDER[0].sites.record_member(self, layer, _caller())
        return original(self, layer, *args, **kwargs)

    keras.sequential.add = _like(original, add)


def _wrap_trainable(keras: Keras) -> None:
    original = keras.layer.trainable

    def set_trainable(self: Any, value: Any) -> None:
        if _RECORDER:
            _RECORDER[0].settle_tapes()
        original.fset(self, value)

    setter = _like(original.fset, set_trainable)
    keras.layer.trainable = property(original.fget, setter, original.fdel, original.__doc__)


def _wrap_weight_creation(keras: Keras) -> None:
    add_weight = keras.layer.add_weight

    def wrapped_add_weight(self: Any, *args: Any, **kwargs: Any) -> Any:
        weight = add_weight(self, *args, **kwargs)
        if _RECORDER:
            _RECORDER[0].weights_made([self])
        return weight

    keras.layer.add_weight = _like(add_weight, wrapped_add_weight)
    owner = next((cls for cls in keras.model.__mro__ if "_symbolic_build" in vars(cls)), None)
    if owner is None:
        return
    build = vars(owner)["_symbolic_build"]

    def _symbolic_build(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = build(self, *args, **kwargs)
        if _RECORDER:
            _RECORDER[0].weights_made(_RECORDER[0].weights.inside(self))
        return result

    owner._symbolic_build = _like(build, _symbolic_build)


def _wrap_functions() -> None:
    """tf.function: no XLA, which cannot call back; and a look at the variables it has initialised."""
    from tensorflow.python.eager.polymorphic_function import polymorphic_function  # type: ignore[import-untyped]

    function = polymorphic_function.Function
    create, initialize = function.__init__, function._initialize_uninitialized_variables

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        create(self, *args, **kwargs)
        if self._jit_compile:
            self._jit_compile = None

    def initialize_variables(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = initialize(self, *args, **kwargs)
        if _RECORDER:
            _RECORDER[0].weights_made(_RECORDER[0].keys.layers)
        return result

    function.__init__ = _like(create, __init__)
    function._initialize_uninitialized_variables = _like(initialize, initialize_variables)
