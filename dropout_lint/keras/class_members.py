"""What Keras' own classes have: an attribute of theirs hides that of a base that stands behind them.

Source: `dir()` of the classes; listed is what Keras 2 and Keras 3 have in common
(checked by tests/keras/test_layer_classes.py).
"""

from __future__ import annotations

from dropout_lint.keras.layer_classes import BASES, MODEL_NAMES

_LAYER = frozenset({
    "__init__", "__call__", "__setattr__", "__delattr__", "add_loss", "add_metric", "add_variable",
    "add_weight", "build", "build_from_config", "call", "compute_dtype", "compute_mask",
    "compute_output_shape", "count_params", "dtype", "dtype_policy", "from_config", "get_build_config",
    "get_config", "get_weights", "input", "input_spec", "load_own_variables", "losses", "metrics",
    "non_trainable_variables", "non_trainable_weights", "output", "save_own_variables", "set_weights",
    "supports_masking", "trainable", "trainable_variables", "trainable_weights", "variable_dtype",
    "variables", "weights",
})  # fmt: skip
_MODEL = _LAYER | frozenset({
    "compile", "compile_from_config", "compute_loss", "compute_metrics", "evaluate", "export", "fit",
    "get_compile_config", "get_layer", "get_metrics_result", "jit_compile", "layers", "load_weights",
    "make_predict_function", "make_test_function", "make_train_function", "metrics_names", "predict",
    "predict_on_batch", "predict_step", "reset_metrics", "run_eagerly", "save", "save_weights", "summary",
    "test_on_batch", "test_step", "to_json", "train_on_batch", "train_step",
})  # fmt: skip
_SEQUENTIAL = _MODEL | frozenset({"add", "pop"})


def members(name: str) -> frozenset[str]:
    """The attributes that the Keras class of this name has in every Keras."""
    if name == "Sequential":
        return _SEQUENTIAL
    return _MODEL if name in MODEL_NAMES else _LAYER


def ancestors(name: str) -> tuple[str, ...]:
    """The Keras classes that the class of this name derives from, itself first."""
    if name in MODEL_NAMES:
        return (name, "Layer") if name == "Model" else (name, "Model", "Layer")
    return (name,) if name == "Layer" else (name, *BASES.get(name, ()), "Layer")
