"""Routes: the stack of layer calls, each with the lines of the program that wrote it."""

import threading
from types import CodeType, FrameType
from typing import Any

from tests.oracle.lines import Line, Program

Fragment = tuple[Line, ...]
_MEMBER_CODE = {"add", "build", "call", "_build_graph_network_for_inferred_shape"}
_REBUILDING = {"functional_from_config", "process_node", "reconstruct_from_config"}


class Call:
    """One layer call under way; `draws`: its own code uses a function that gives random numbers."""

    def __init__(self, layer: Any, fragment: Fragment) -> None:
        self.layer = layer
        self.fragment = fragment
        self.draws = False


class Routes(threading.local):
    """The layer calls under way in this thread."""

    def __init__(self) -> None:
        self.stack: list[Call] = []


class Sites:
    """Finds the lines behind a layer call by reading the Python stack up to the enclosing layer call."""

    def __init__(
        self,
        program: Program,
        layer_class: type,
        sequential: type,
        run_graph: CodeType,
        boundaries: set[CodeType],
    ):
        self._program = program
        self._layer_class = layer_class
        self._run_graph = run_graph
        self._boundaries = boundaries
        self._sequential = sequential
        self._keep: list[Any] = []
        self.nodes: dict[int, Fragment] = {}
        self.members: dict[tuple[int, int], Line] = {}

    def record_nodes(self, nodes: list[Any], fragment: Fragment) -> None:
        """Remember where these graph nodes were written."""
        for node in nodes:
            self._keep.append(node)
            self.nodes[id(node)] = fragment

    def copy_node(self, node: Any, original: Any) -> None:
        self.record_nodes([node], self.nodes.get(id(original), ()))

    def record_member(self, sequential: Any, layer: Any, frame: FrameType | None) -> None:
        """`layer` is being added to `sequential`: remember by which line, if the program did it."""
        layer = getattr(layer, "_keras_history", (layer,))[0]
        while frame is not None and not self._program.owns(frame):
            owner = self._self(frame)
            foreign = owner is not None and owner is not sequential
            if foreign or frame.f_code in self._boundaries or frame.f_code.co_name == "from_config":
                return
            frame = frame.f_back
        if frame is not None:
            self._keep.append((sequential, layer))
            self.members[id(sequential), id(layer)] = self._program.call_line(frame)

    def fragment(self, layer: Any, frame: FrameType | None) -> Fragment:
        """The lines that wrote this call of `layer`, outermost first; `frame` is its innermost frame."""
        found: list[Fragment] = []
        current, wanted = layer, True
        while frame is not None and frame.f_code not in self._boundaries:
            code = frame.f_code
            if code is self._run_graph:
                if wanted:
                    found.append(self.nodes.get(id(frame.f_locals.get("node")), ()))
                current, wanted = frame.f_locals["self"], True
            elif self._program.owns(frame):
                name, owner = code.co_name.removeprefix("tf__"), self._self(frame)
                if wanted and not (
                    owner is current and name in ("call", "__call__")
                ):  # else: a super().call() of the same layer
                    found.append((self._program.call_line(frame),))
                    wanted = False
                if name == "call" and owner is not None and owner is not current:
                    current, wanted = owner, True
            elif code.co_name in _REBUILDING:
                break
            else:
                owner = self._self(frame)
                if owner is not None and owner is not current and (wanted or code.co_name == "call"):
                    if wanted and self._is_member_call(frame, owner, current):
                        found.append(self._member(owner, current))
                        if code.co_name != "call":
                            break
                    current, wanted = owner, True
            frame = frame.f_back
        return tuple(line for fragment in reversed(found) for line in fragment)

    def _is_member_call(self, frame: FrameType, owner: Any, layer: Any) -> bool:
        return (
            isinstance(owner, self._sequential)
            and frame.f_code.co_name in _MEMBER_CODE
            and frame.f_locals.get("layer") is layer
        )

    def _member(self, sequential: Any, layer: Any) -> Fragment:
        line = self.members.get((id(sequential), id(layer)))
        return () if line is None else (line,)

    def _self(self, frame: FrameType) -> Any:
        """The layer whose method this frame executes."""
        code = frame.f_code
        if not code.co_argcount:
            return None
        value = frame.f_locals.get(code.co_varnames[0])
        return value if isinstance(value, self._layer_class) else None
