"""What calls give: one tensor, or several (`a, b = tf.split(x, 2)`, `bert(ids)[0]`, `.pooler_output`).

All parts are outputs of the one node that the call made. Measured (tf_keras 2.21, keras 3.15): unpacking adds
no layer of its own to the model, and a tensor that is one tensor cannot be unpacked in a graph at all.
"""

from __future__ import annotations

from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.values.kinds import Args, Collection, Const, Site, Value
from dropout_lint.keras.contents import replace_tensors
from dropout_lint.keras.layer_classes import Role
from dropout_lint.keras.names import strip_prefix
from dropout_lint.keras.objects import Layer, Model, Outputs, Tensor
from dropout_lint.keras.structures import Sequential

# Function -> how its list is as long as an argument says: (position, names), and of which argument.
_PARTS = {
    "split": (1, ("num_or_size_splits", "indices_or_sections")),
    "unstack": (1, ("num",)),
}
# How many tensors a layer with `return_state=True` gives.
RETURN_STATE_OUTPUTS = {"LSTM": 3, "GRU": 2, "SimpleRNN": 2, "ConvLSTM2D": 3, "Bidirectional": 5}


def history(machine: Machine, tensor: Tensor, at: Site) -> Value:
    """`tensor._keras_history`: the layer that made it, and two numbers (measured: Keras 2, 3.15)."""
    unknown = machine.unknown("the history of a tensor", at)
    if tensor.node is None or tensor.node.hidden or tensor.node.layer.kind.role is Role.OPERATION:
        return unknown
    return Collection([tensor.node.layer.as_value(), unknown, unknown], "tuple")


def number_of_parts(dotted: str, args: Args) -> int | None:
    """How many tensors `tf.split`, `tf.unstack`, `ops.split`, `ops.unstack` give; None if that is unknown,
    or for another function."""
    module, _, name = dotted.rpartition(".")
    by_places = strip_prefix(module) == "ops"
    if name not in _PARTS or not (by_places or module == "tensorflow"):
        return None
    position, names = _PARTS[name]
    said = next((value for n in names if (value := args.get(position, n)) is not None), None)
    if isinstance(said, Const) and isinstance(said.value, int) and not isinstance(said.value, bool):
        return said.value if 0 < said.value <= 64 else None
    if isinstance(said, Collection) and said.complete and name == "split":
        # TensorFlow is told the sizes, keras.ops (as NumPy) the places between the parts
        return len(said.items) + by_places
    return None


def part(tensor: Tensor, key: Value | str | None) -> Tensor:
    """One of the things that a call gave, by its place or name; the rest of them for None.

    The same place gives the same tensor again.
    """
    if tensor.node is None:
        return Outputs() if isinstance(tensor, Outputs) else Tensor()
    found = tensor.parts.get(name := key.value if isinstance(key, Const) else key)
    if found is None:
        kind = Outputs if isinstance(tensor, Outputs) or key is None else Tensor
        found = tensor.parts[name] = kind(tensor.node)
        tensor.node.outputs.append(found)
    return found


def is_place(key: Value) -> bool:
    """Whether an index asks for one of several outputs: `[0]`, `["pooled_output"]`."""
    return isinstance(key, Const) and isinstance(key.value, (int, str))


def example(layer: Layer, args: Args | None = None) -> Value:
    """What a layer that Keras implements returns when it is called with `args`, as plain data."""
    if layer.kind.role is Role.PARTS:
        return Outputs()
    if isinstance(layer, Model):
        structure = layer.structure
        if isinstance(structure, Sequential) and structure.members:
            return example(structure.members[-1].layer)
        return Tensor() if structure.outputs is None else replace_tensors(structure.outputs)
    scores = args.get(None, "return_attention_scores") if args is not None else None
    if scores is not None and layer.class_name in ("MultiHeadAttention", "Attention", "AdditiveAttention"):
        return Collection([Tensor(), Tensor()]) if _is_true(scores) else Outputs()
    state = layer.args.get(None, "return_state")
    inner = layer.copied
    if inner is not None:
        state = inner.args.get(None, "return_state")
    if _is_true(state):
        count = RETURN_STATE_OUTPUTS.get(layer.class_name, 2)
        if inner is not None and inner.class_name != "LSTM":
            count = 3
        return Collection([Tensor() for _ in range(count)])
    return Tensor()


def _is_true(value: Value | None) -> bool:
    return isinstance(value, Const) and value.value is True
