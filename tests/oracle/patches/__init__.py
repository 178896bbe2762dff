"""The instrumentation: wrappers on Keras and TensorFlow, put in place once, before any program runs.

They do nothing until `activate` gives them a recorder. Each keeps the name, module and signature of what it
wraps, since Keras and autograph look at these.
"""

from types import CodeType

from tests.oracle.keras_under_test import Keras
from tests.oracle.patches.calls import wrap_drawing, wrap_layer_call, wrap_mode_dependent_calls
from tests.oracle.patches.creation import wrap_creation, wrap_factories, wrap_saving
from tests.oracle.patches.graphs import (
    wrap_functions,
    wrap_nodes,
    wrap_sequential,
    wrap_trainable,
    wrap_weight_creation,
)
from tests.oracle.patches.runs import wrap_masks, wrap_runs, wrap_tape
from tests.oracle.patches.wrapping import activate

__all__ = ["activate", "install"]


def install(keras: Keras) -> set[CodeType]:
    """Wrap everything; the result is the code of the wrappers at which a search for call sites ends."""
    wrap_creation(keras)
    boundaries = {wrap_layer_call(keras), wrap_runs(keras), wrap_factories(keras)}
    wrap_saving(keras)
    wrap_mode_dependent_calls(keras)
    wrap_nodes(keras)
    wrap_sequential(keras)
    wrap_masks(keras)
    wrap_tape(keras.tf)
    wrap_trainable(keras)
    wrap_weight_creation(keras)
    wrap_functions()
    wrap_drawing(keras)
    return boundaries
