"""Pieces of source text with marks: which line carries which flag, which line creates which layer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tests.differential.style import Style

Lines = list[str]

_MARK = re.compile("\x00([^\x00]*)\x00")

_NAMES = {
    "plain": {"base": "base", "model": "model", "layer": "layer", "h": "h", "x": "x", "inner": "block"},
    "other": {"base": "conv_base", "model": "net", "layer": "l", "h": "hidden", "x": "inp", "inner": "sub"},
    "short": {"base": "b", "model": "m", "layer": "lyr", "h": "t", "x": "z", "inner": "c"},
}


@dataclass(frozen=True)
class Rendered:
    """A program's text, and what its lines are.

    Args:
        text: the program.
        flags: line of a call -> the training flag that the program writes there ("True", "False", "None").
        heads: line that creates a layer of the trainable head -> whether its rate is other than 0.
        others: lines of runs of other models.
        untold: the model that is trained has a `call()` without a `training` parameter.
    """

    text: str
    flags: dict[int, str]
    heads: dict[int, bool]
    others: set[int]
    untold: bool


def indent(lines: Lines) -> Lines:
    return [f"    {line}" if line else line for line in lines]


def flag_mark(flag: str) -> str:
    """A mark for the line of a call that writes a flag."""
    return f"\x00flag={flag}\x00" if flag in ("True", "False", "None") else ""


def head_mark(armed: bool) -> str:
    return f"\x00head={armed}\x00"


def other_mark() -> str:
    """A mark for a run of a model other than the one that the scenario trains."""
    return "\x00other=True\x00"


def assemble(lines: Lines, *, untold: bool) -> Rendered:
    """Takes the marks out of the lines and keeps them by line number."""
    flags: dict[int, str] = {}
    heads: dict[int, bool] = {}
    others: set[int] = set()
    for number, line in enumerate(lines, 1):
        for mark in _MARK.findall(line):
            name, value = mark.split("=")
            if name == "flag":
                flags[number] = value
            elif name == "head":
                heads[number] = value == "True"
            else:
                others.add(number)
    text = "\n".join(_MARK.sub("", line) for line in lines) + "\n"
    return Rendered(text, flags, heads, others, untold)


@dataclass
class Names:
    """How the program calls things: Keras' names by import form, its own by style.

    `used` collects what has to be imported, `constants` what has to be defined at the top.
    """

    style: Style
    used: set[str] = field(default_factory=set)
    constants: Lines = field(default_factory=list)
    helpers: Lines = field(default_factory=list)
    classes: Lines = field(default_factory=list)

    def own(self, name: str) -> str:
        """A variable; `base` and `model` are attributes in the class structure."""
        found = _NAMES[self.style.names][name]
        shared = name in ("base", "model", "inner")
        return f"self.{found}" if shared and self.style.structure == "class" else found

    def local(self, name: str) -> str:
        """A variable that is never an attribute."""
        return _NAMES[self.style.names][name]

    def keras(self, path: str) -> str:
        """A name of Keras ("layers.Dense", "Model") as this import form reaches it."""
        form, last = self.style.imports, path.split(".")[-1]
        if form in ("from", "star"):
            self.used.add(path)
            return last
        if form == "layers" and path.startswith("layers."):
            return path
        return {"tf": "tf.keras.", "alias": "K."}.get(form, "keras.") + path

    def layer(self, name: str) -> str:
        return self.keras(f"layers.{name}")

    def constant(self, line: str) -> None:
        """A line at the top of the program, once."""
        if line not in self.constants:
            self.constants.append(line)

    def helper(self, lines: Lines) -> None:
        """A function at the top of the program, once."""
        if lines[0] not in self.helpers:
            self.helpers += [*lines, "", ""]

    def imports(self) -> Lines:
        """The import statements; to be called last."""
        found = ["import functools", "import numpy as np", "import tensorflow as tf"]
        form = self.style.imports
        plain = {
            "layers": ["from tensorflow import keras", "from tensorflow.keras import layers"],
            "tf": [],
            "keras": ["import keras"],
            "tf_import": ["from tensorflow import keras"],
            "alias": ["import tensorflow.keras as K"],
        }
        return found + (plain[form] if form in plain else self._from_imports())

    def _from_imports(self) -> Lines:
        home = "keras" if self.style.imports == "star" else "tensorflow.keras"
        modules: dict[str, list[str]] = {}
        for path in sorted(self.used):
            module, _, name = path.rpartition(".")
            modules.setdefault(module or ("layers" if name == "Input" else "models"), []).append(name)
        lines = []
        for module, names in sorted(modules.items()):
            every = self.style.imports == "star" and module == "layers"
            lines.append(f"from {home}.{module} import {'*' if every else ', '.join(names)}")
        return lines
