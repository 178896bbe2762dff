"""Layer keys: which layers the program made, where, and who answers for the others."""

from collections.abc import Iterable
from types import FrameType
from typing import Any

from tests.oracle.lines import Line, Program

_FROM_CONFIG = {"from_config", "functional_from_config"}


class Key:
    """Where a layer was made; its class name unless that of the object; what it is a clone of."""

    def __init__(self, layer: Any, line: Line, name: str | None = None, clone_of: str | None = None) -> None:
        self.layer = layer
        self.line = line
        self.name = name
        self.clone_of = clone_of

    @property
    def class_name(self) -> str:
        return self.name or type(self.layer).__name__


class Making:
    """A library function, called by the program, that makes a model and returns it."""

    def __init__(self, name: str, line: Line, result: Any = None) -> None:
        self.name = name
        self.line = line
        self.result = result


class Keys:
    """All layers made so far."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self.layers: list[Any] = []  # strong references: ids stay unique
        self._known: set[int] = set()
        self._keys: dict[int, Key] = {}
        self._makers: dict[int, Making] = {}
        self._at: dict[Line, list[Key]] = {}
        self.making: list[Making] = []

    def made(self, layer: Any, frame: FrameType | None) -> None:
        """A layer object has been created; `frame` is the innermost that did it."""
        if id(layer) in self._known:
            return
        self._known.add(id(layer))
        self.layers.append(layer)
        while frame is not None and self._skipped(frame):
            frame = frame.f_back
        if frame is not None and self._program.owns(frame):
            self._program_made(Key(layer, self._program.call_line(frame)))
        elif self.making:
            self._makers[id(layer)] = self.making[-1]

    def returned(self, making: Making, result: Any) -> None:
        """A library function has returned its model to the program."""
        making.result = result
        self._known.add(id(result))
        self._program_made(Key(result, making.line, making.name))

    def cloned(self, original: Any, clone: Any, line: Line, clones: dict[int, Any]) -> None:
        """`clone` is the copy of `original` that clone_model made here; so are the others in `clones`."""
        if id(clone) in self._keys:
            return
        self._makers.pop(id(clone), None)
        key, maker = self._keys.get(id(original)), self._makers.get(id(original))
        if key is not None:
            name = key.name if type(clone) is type(original) else None
            self._keys[id(clone)] = Key(clone, line, name, f"clone of {key.line}#{self._number(key)}")
        elif maker is not None and id(maker.result) in clones:
            self._makers[id(clone)] = Making(maker.name, line, clones[id(maker.result)])

    def owner(self, layer: Any, around: Iterable[Any] = ()) -> Any:
        """The keyed layer that answers for this one; `around` are those that enclose it, innermost first."""
        for candidate in (layer, *around):
            if id(candidate) in self._keys:
                return candidate
            making = self._makers.get(id(candidate))
            if making is not None and id(making.result) in self._keys:
                return making.result
        return None

    def key(self, layer: Any) -> list[Any]:
        """The key as it is written in tables."""
        key = self._keys[id(layer)]
        return [key.class_name, key.line, self._number(key)]

    def _number(self, key: Key) -> Any:
        return key.clone_of if key.clone_of is not None else self._at[key.line].index(key)

    def _program_made(self, key: Key) -> None:
        self._keys[id(key.layer)] = key
        self._at.setdefault(key.line, []).append(key)

    def _skipped(self, frame: FrameType) -> bool:
        """Frames that belong to the making of the object itself."""
        name = frame.f_code.co_name
        return name == "__new__" or (
            name in _FROM_CONFIG and not self.making and not self._program.owns(frame)
        )
