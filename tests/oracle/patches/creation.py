"""Wrappers on what makes layers and models: constructors, ready-made models, copying, saving and loading."""

import copy
import os
from collections.abc import Callable
from types import CodeType
from typing import Any

from tests.oracle.keras_under_test import Keras
from tests.oracle.keys import Making
from tests.oracle.lines import Line
from tests.oracle.patches.wrapping import RECORDER, calling_frame, like, replace
from tests.oracle.record import Recorder

_COPIES = {"clone_model", "deepcopy"}
_FACTORIES = {"clone_model", "load_model", "model_from_json", "model_from_config", "model_from_yaml"}


def wrap_creation(keras: Keras) -> None:
    layer_class = keras.layer
    original = vars(layer_class).get("__new__")
    make = original.__func__ if isinstance(original, staticmethod) else None

    def __new__(cls: Any, *args: Any, **kwargs: Any) -> Any:
        made = make(cls, *args, **kwargs) if make else super(layer_class, cls).__new__(cls, *args, **kwargs)
        if RECORDER and not isinstance(made, keras.metric):
            RECORDER[0].keys.made(made, calling_frame())
        return made

    layer_class.__new__ = staticmethod(like(make, __new__) if make else __new__)


def wrap_factories(keras: Keras) -> CodeType:
    originals = set(keras.application_constructors()) | {keras.find_function(name) for name in _FACTORIES}
    originals.discard(None)
    wrappers = {id(original): _factory(original, keras) for original in originals}
    replace(wrappers)
    copy.deepcopy = _factory(copy.deepcopy, keras)
    code: CodeType = next(iter(wrappers.values())).__code__
    return code


def wrap_saving(keras: Keras) -> None:
    save = keras.find_function("save_model")
    replace({id(save): _saving(save)})


def _saving(original: Callable[..., Any]) -> Any:
    """`save_model(model, path)`, which `model.save(path)` and ModelCheckpoint come to."""

    def save_model(model: Any, filepath: Any, *args: Any, **kwargs: Any) -> Any:
        if RECORDER:
            RECORDER[0].saved[os.path.realpath(filepath)] = model
        return original(model, filepath, *args, **kwargs)

    return like(original, save_model)


def _factory(original: Callable[..., Any], keras: Keras) -> Any:
    def factory(*args: Any, **kwargs: Any) -> Any:
        frame = calling_frame()
        recorder = RECORDER[0] if RECORDER else None
        if recorder is None or frame is None or not recorder.program.owns(frame):
            return original(*args, **kwargs)
        making = Making(original.__name__, recorder.program.call_line(frame))
        recorder.keys.making.append(making)
        try:
            result = original(*args, **kwargs)
        finally:
            recorder.keys.making.pop()
        first = args[0] if args else next(iter(kwargs.values()), None)
        copied = first if making.name in _COPIES else recorder.saved.get(_path(first))
        if isinstance(copied, keras.layer):
            _pair_clones(copied, result, making.line, {id(copied): result}, recorder, keras)
        elif isinstance(result, keras.layer):
            recorder.keys.returned(making, result)
        return result

    return like(original, factory)


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
