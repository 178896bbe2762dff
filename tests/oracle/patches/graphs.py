"""Wrappers on what a model is made of: graph nodes, members, weights, compiled functions."""

from typing import Any

from tests.oracle.keras_under_test import Keras
from tests.oracle.patches.wrapping import RECORDER, calling_frame, like


def wrap_nodes(keras: Keras) -> None:
    original = keras.node.__init__

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        caller = calling_frame()
        if RECORDER and caller is not None and caller.f_code.co_name == "clone_graph_nodes":
            RECORDER[0].sites.copy_node(self, caller.f_locals["node"])

    keras.node.__init__ = like(original, __init__)


def wrap_sequential(keras: Keras) -> None:
    original = keras.sequential.add

    def add(self: Any, layer: Any, *args: Any, **kwargs: Any) -> Any:
        if RECORDER:
            RECORDER[0].sites.record_member(self, layer, calling_frame())
        return original(self, layer, *args, **kwargs)

    keras.sequential.add = like(original, add)


def wrap_trainable(keras: Keras) -> None:
    original = keras.layer.trainable

    def set_trainable(self: Any, value: Any) -> None:
        if RECORDER:
            RECORDER[0].settle_tapes()
        original.fset(self, value)

    setter = like(original.fset, set_trainable)
    keras.layer.trainable = property(original.fget, setter, original.fdel, original.__doc__)


def wrap_weight_creation(keras: Keras) -> None:
    add_weight = keras.layer.add_weight

    def wrapped_add_weight(self: Any, *args: Any, **kwargs: Any) -> Any:
        weight = add_weight(self, *args, **kwargs)
        if RECORDER:
            RECORDER[0].weights_made([self])
        return weight

    keras.layer.add_weight = like(add_weight, wrapped_add_weight)
    owner = next((cls for cls in keras.model.__mro__ if "_symbolic_build" in vars(cls)), None)
    if owner is None:
        return
    build = vars(owner)["_symbolic_build"]

    def _symbolic_build(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = build(self, *args, **kwargs)
        if RECORDER:
            RECORDER[0].weights_made(RECORDER[0].weights.inside(self))
        return result

    owner._symbolic_build = like(build, _symbolic_build)


def wrap_functions() -> None:
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
        if RECORDER:
            RECORDER[0].weights_made(RECORDER[0].keys.layers)
        return result

    function.__init__ = like(create, __init__)
    function._initialize_uninitialized_variables = like(initialize, initialize_variables)
