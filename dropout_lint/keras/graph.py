"""The graph of a Functional model: which nodes it runs, in which order, and its layer list.

Keras sorts nodes by their distance from the outputs, and nodes of equal distance in the
order a depth-first walk from the outputs first leaves them (read in keras/src/ops/function.py
`map_graph` and tf_keras/src/engine/functional.py `_map_graph_network`, which agree). The order
matters: in Keras 3.16 a flag leaks into the nodes that run after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dropout_lint.keras.layer_classes import Role
from dropout_lint.keras.objects import Layer, Node, Tensor


@dataclass(slots=True)
class Graph:
    """`nodes`: in execution order, inputs left out. `layers`: as `model.layers` lists them,
    operations included (Keras 3 leaves them out).

    connected: what feeds the graph is among the inputs that were declared; where it is not, every Keras
    raises ValueError ("Graph disconnected", "Output ... is not connected to `inputs`").
    """

    nodes: list[Node]
    layers: list[Layer]
    connected: bool


def build(inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> Graph:
    """The graph between symbolic tensors, as `Model(inputs, outputs)` collects it."""
    walked, first_seen = _walk(inputs, outputs)
    node_depth, layer_depth = _depths(walked)
    for tensor in inputs:
        node = tensor.node
        if node is not None and node.layer not in layer_depth and node.layer.kind.role is Role.INPUT:
            node_depth[node] = layer_depth[node.layer] = 0
            first_seen[node.layer] = -1
    order = sorted(node_depth, key=lambda node: -node_depth[node])
    layers = sorted(layer_depth, key=lambda layer: (-layer_depth[layer], first_seen[layer]))
    declared = {tensor.node for tensor in inputs}
    connected = all(node in declared for node in walked if node.layer.kind.role is Role.INPUT)
    return Graph([n for n in order if n.layer.kind.role is not Role.INPUT], layers, connected)


def source_inputs(tensor: Tensor) -> list[Tensor]:
    """The inputs that a symbolic tensor is computed from, in the order of `get_source_inputs()`."""
    found: list[Tensor] = []
    seen: set[Node] = set()
    pending = [tensor]
    while pending:
        current = pending.pop()
        node = current.node
        if node is None or node in seen:
            continue
        seen.add(node)
        if node.layer.kind.role is Role.INPUT:
            found.append(current)
        pending += reversed(node.inputs)
    return found


def _walk(inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> tuple[list[Node], dict[Layer, int]]:
    """Nodes in the order the walk leaves them, and when it first met each layer."""
    declared = set(inputs)
    left: list[Node] = []
    done: set[Node] = set()
    first_seen: dict[Layer, int] = {}
    for output in outputs:
        stack: list[tuple[Node, int]] = []
        _enter(output, declared, done, first_seen, stack)
        while stack:
            node, position = stack.pop()
            if position < len(node.inputs):
                stack.append((node, position + 1))
                _enter(node.inputs[position], declared, done, first_seen, stack)
            elif node not in done:
                done.add(node)
                left.append(node)
    return left, first_seen


def _enter(
    tensor: Tensor,
    declared: set[Tensor],
    done: set[Node],
    first_seen: dict[Layer, int],
    stack: list[tuple[Node, int]],
) -> None:
    node = tensor.node
    if node is None or node in done or any(entry[0] is node for entry in stack[-1:]):
        return
    if node.layer.kind.role is not Role.INPUT and tensor in declared:
        return  # what produced a declared input lies outside of the model
    first_seen.setdefault(node.layer, len(first_seen))
    stack.append((node, 0))


def _depths(walked: list[Node]) -> tuple[dict[Node, int], dict[Layer, int]]:
    """Distance from the outputs, of nodes and of layers (a shared layer: its largest)."""
    inside = set(walked)
    nodes: dict[Node, int] = {}
    layers: dict[Layer, int] = {}
    for node in reversed(walked):
        depth = max(nodes.get(node, 0), layers.get(node.layer, 0))
        nodes[node] = layers[node.layer] = depth
        for parent in (tensor.node for tensor in node.inputs):
            if parent is not None and parent in inside:
                nodes[parent] = max(depth + 1, nodes.get(parent, 0))
    return nodes, layers
