"""How the versions of Keras differ, as named facts.

Every fact was measured by running Keras; the tests run the simulation against Keras 2 (tf_keras), 3.15 and,
from recorded tables, 3.16. They are those of the TensorFlow backend, but the ones that name another
(tests/keras/test_backends.py). To add a difference, add a member and ask for it in one place.
"""

from __future__ import annotations

from enum import Enum

from dropout_lint.target.releases import KEPT_FLAG, KERAS_3, LITERAL_NONE, TENSORFLOW_1_ERA


class Fact(Enum):
    """One difference, with the versions that it holds for.

    Args:
        versions: a PEP 440 specifier.
        backend: the one backend that it holds for; empty: all.
    """

    versions: str
    backend: str

    def __new__(cls, versions: str, backend: str = "") -> Fact:
        """Numbers the members: facts of the same versions are not the same fact."""
        member = object.__new__(cls)
        member._value_ = len(cls.__members__)
        member.versions = versions
        member.backend = backend
        return member

    # A training flag written while a graph is built is overwritten by the flag of the model that
    # runs the graph (keras/src/models/functional.py, `operation_fn`; removed by keras PR 23364).
    GRAPH_OVERRIDES_FLAG = f">={KERAS_3},<{KEPT_FLAG}"
    # A flag is put back when the call that brought it returns. Keras 3 keeps one context for the
    # whole outermost call and never restores it (layer.py, `_resolve_and_populate_arg`).
    FLAG_RESTORED_ON_RETURN = f"<{KERAS_3}"
    # A default of `call(..., training=False)` enters the context like a written flag.
    DEFAULT_ENTERS_CONTEXT = f"<{KEPT_FLAG}"
    # A graph node stores the default of `call(..., training=False)` as if it had been written; a
    # graph that runs without a flag of its own uses it.
    GRAPH_STORES_DEFAULT = f">={KERAS_3},<{KEPT_FLAG}"
    # The weights of a layer that a user-written `call` first runs while it is frozen never train,
    # thawed or not (TensorFlow's variable keeps the flag it was made with).
    BORN_FROZEN_STAYS_FROZEN = f">={KERAS_3}", "tensorflow"
    # A literal `training=None` counts as a value and resets the context.
    NONE_RESETS_FLAG = f">={LITERAL_NONE}"
    # A literal `training=None` for a callee whose `call` takes no `training` resets the flag for what
    # runs inside (tf_keras/src/engine/base_layer.py, `_set_training_mode`).
    NONE_RESETS_INSIDE = f"<{KERAS_3}"
    # fit() passes training=True only if the model's `call` has a `training` parameter.
    FIT_NEEDS_TRAINING_PARAMETER = f">={KERAS_3}"
    # `**kwargs` in `call` counts as taking `training`.
    KWARGS_TAKE_TRAINING = f"<{KERAS_3}"
    # A graph drops a flag given to a callee whose `call` takes no `training`.
    GRAPH_SWALLOWS_UNWANTED_FLAG = f"<{KERAS_3}"
    # `model.call(x, training=flag)` hands the flag to each layer of the model's graph.
    DIRECT_CALL_PASSES_FLAG = f">={KERAS_3},<{KEPT_FLAG}"
    # compile() fixes which weights train; Keras 3 looks when the step is first traced.
    TRAINABLE_READ_AT_COMPILE = f"<{KERAS_3}"
    # A frozen parent keeps its children's weights from training whatever their own flags.
    PARENT_GATES_CHILDREN = f"<{KERAS_3}"
    # Assigning `trainable` the value it has already does nothing.
    SAME_TRAINABLE_IS_NO_OP = f">={KERAS_3}", "tensorflow"
    # fit() and train_on_batch() share one traced step.
    ENTRIES_SHARE_STEP = f"<{KERAS_3}"
    # The configuration of a few layers does not hold `trainable` (`LayerKind.config_forgets`).
    CONFIGS_FORGET_TRAINABLE = f">={KERAS_3}"
    # `clone_model` gives the clone of a Sequential the model's own flag; that of a functional model is
    # trainable (keras/src/models/cloning.py, `_clone_sequential_model`).
    SEQUENTIAL_CLONES_KEEP_FLAG = f">={KERAS_3}"
    # The configuration of a model, other than a Sequential's, holds its own flag.
    MODEL_CONFIGS_HOLD_TRAINABLE = f">={KERAS_3}"
    # So does the one that Keras makes up for a layer class without a `get_config`. Keras 2 looks at its
    # `__init__`: it takes a parameter `trainable`, or one that is literally called `**kwargs`.
    AUTOMATIC_CONFIGS_HOLD_TRAINABLE = f">={KERAS_3}"
    # `x + y` and tf functions on symbolic tensors are listed among `model.layers`.
    OPERATIONS_ARE_LAYERS = f"<{KERAS_3}"
    # `.input` of an InputLayer is its own tensor; later it is [], of which no model can be made.
    INPUT_LAYERS_HAVE_INPUT = f"<{KERAS_3}"
    # `layer.input_shape` and `.output_shape`; later models alone have them.
    LAYERS_HAVE_SHAPES = f"<{KERAS_3}"
    # `keras.Model(inputs, outputs)` without a name is called model_1, model_2 …; later functional_1 ….
    FUNCTIONAL_IS_NAMED_MODEL = f"<{KERAS_3}"
    # The second positional argument of a layer or model is `training`; Keras 3 raises, unless it is a tensor
    # or None (keras/src/layers/layer.py, `__call__`): ValueError, a functional model TypeError.
    TRAINING_BY_POSITION = f"<{KERAS_3}"
    # What only its own names tell: `K.set_learning_phase` exists, keras.applications are Keras 2's.
    IS_KERAS_2 = f"<{KERAS_3}"
    # A graph keeps the learning phase that it was built with, also in fit() (keras 2.2.4,
    # keras/backend/tensorflow_backend.py, `in_train_phase`; read, it needs TensorFlow 1).
    PHASE_STAYS_IN_GRAPHS = f"<={TENSORFLOW_1_ERA}"
    # TimeDistributed calls its layer once for each time step, by `layer.call(x, training=training)`.
    TIME_STEPS_RUN_IN_TURN = f">={KERAS_3}"
    # `sequential.output` is what its first call gave, an error before that (keras/src/ops/operation.py,
    # `Operation.output`); else, as `.outputs` does, it belongs to the graph of the stack itself.
    SEQUENTIAL_OUTPUT_IS_OF_ITS_CALL = f">={KERAS_3}"
    # The steps of fit(), evaluate() and predict() run the model's own `call`, not the model: what it calls
    # inherits no flag and leaves none (keras/src/layers/layer.py, `stateless_call`).
    STEPS_OPEN_NO_CONTEXT = f">={KERAS_3},<{KEPT_FLAG}", "jax"
    # `model.stateless_call(...)`, by which those steps do so, is the same on every backend.
    STATELESS_OPENS_NO_CONTEXT = f">={KERAS_3},<{KEPT_FLAG}"
    # `trainable` changed once the optimizer knows its weights, and no compile() before the next training:
    # a ValueError (keras/src/optimizers/base_optimizer.py, `stateless_apply`).
    LATE_CHANGE_RAISES = f">={KERAS_3}", "jax"
    # Weights are thawed once the optimizer knows its own, and a step looks at the flags before compile():
    # a ValueError (keras/src/optimizers/base_optimizer.py, `_check_variables_are_known`).
    LATE_THAW_RAISES = f">={KERAS_3}"
    # evaluate() does not build the optimizer.
    TRAINING_ALONE_MAKES_OPTIMIZER = f">={KERAS_3}", "tensorflow"
    # Every step runs as it stands, as with `run_eagerly=True`: what is set between two steps is in force.
    NOTHING_IS_TRACED = f">={KERAS_3}", "torch"
