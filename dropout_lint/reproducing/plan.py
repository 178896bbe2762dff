"""What a program keeps of a finding, and what it is to show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from dropout_lint.keras.objects import Layer

# How a link is written: a functional model, a Sequential, a class with a `call()`, a Keras wrapper around
# one layer, a Lambda, a ready-made model, or the layer that the finding is about.
Form = Literal["functional", "sequential", "class", "wrapper", "lambda", "ready", "leaf"]
Entry = Literal["fit", "train_on_batch", "tape", "step", "predict", "evaluate"]
# What a layer does in a run: it drops (normalises with the statistics of the batch) or not; its weights move
# or stay.
Deed = Literal["active", "off", "moves", "stays"]

# Stand at the end of what the layer is made by, and of the run, until the lines are known.
SUBJECT, RUN = "\ue000", "\ue001"


class CannotBuild(Exception):
    """No small program shows the finding; its text says why."""


@dataclass(frozen=True, slots=True)
class Link:
    """One layer on the way from the run down to the layer that the finding is about.

    Args:
        form: how it is written.
        layer: the layer of the user's program that it stands for; None if there is none.
        flag: what is written for `training=` where it is called; "" for nothing.
        takes: its `call()` takes `training`.
        default: the default of that.
        is_model: a class that is a Model, not a Layer.
    """

    form: Form
    layer: Layer | None = None
    flag: str = ""
    takes: bool = False
    default: str = "None"
    is_model: bool = False


@dataclass(frozen=True, slots=True)
class Frozen:
    """A freeze: of the link at `index`, whole, layer by layer, or by its constructor."""

    index: int
    how: Literal["whole", "layers", "constructor"] = "whole"


@dataclass(frozen=True, slots=True)
class Plan:
    """A program in which one layer runs.

    Args:
        links: from what is run down to the layer.
        entry: how it is run.
        wire: the link that the finding is about.
        freeze: what is frozen.
        read: the link at `wire` is reused by its output.
        direct: the link at `wire` is called by its `.call`.
        shield: what a Layer written around the link at `wire` passes on as `training`; "" for no Layer.
        told: what is written at the call of another part before the chain; "" for none.
        in_turn: the link at `wire` is trained itself in turn.
        phase: the learning phase is set to 0.
        after_freeze: statements after the freeze, about the variable `{name}` of the link at `wire`.
        late: for a rate that is set between two runs, the rates before and after it.
        compiled_again: and the model is compiled after that.
    """

    links: tuple[Link, ...]
    entry: Entry
    wire: int
    freeze: Frozen | None = None
    read: bool = False
    direct: bool = False
    shield: str = ""
    told: str = ""
    in_turn: bool = False
    phase: bool = False
    after_freeze: tuple[str, ...] = ()
    late: tuple[float, float] | None = None
    compiled_again: bool = False


@dataclass(frozen=True, slots=True)
class Program:
    """A program and what Keras should show of it.

    Args:
        text: the program.
        subject: the line that makes the layer.
        run: the line of the run.
        deed: what the layer should be seen to do.
        frozen: and it should be frozen.
    """

    text: str
    subject: int
    run: int
    deed: Deed
    frozen: bool = False

    def row(self, seen: dict[str, Any]) -> tuple[str, Deed] | None:
        """What the layer did, and its name; None if it was not seen.

        Where several layers are made on the line, or it runs several times, one that does what was
        expected is enough.

        Args:
            seen: what `dropout_lint.observing` says of the program.
        """
        kind = "weights" if self.deed in ("moves", "stays") else "layers"
        runs = [run for run in seen["runs"] if run["line"] == self.run]
        rows = [
            (name, _deed(row))
            for run in runs
            for name, row in run[kind].items()
            if name.endswith(f"(line {self.subject})") and (row["frozen"] or not self.frozen)
        ]
        return next((row for row in rows if row[1] == self.deed), rows[0] if rows else None)

    def is_shown(self, seen: dict[str, Any]) -> bool:
        """Whether Keras showed what it should."""
        row = self.row(seen)
        return seen["error"] is None and row is not None and row[1] == self.deed


def _deed(row: dict[str, Any]) -> Deed:
    if "moved" in row:
        return "moves" if row["moved"] else "stays"
    return "active" if row["active"] else "off"


def finished(lines: Iterable[str], deed: Deed, *, frozen: bool = False) -> Program:
    """The program of these lines, in which the marks become line numbers; see `Program` for the rest."""
    marked = "\n".join(lines).split("\n")
    subject, run = (next(n for n, line in enumerate(marked, 1) if mark in line) for mark in (SUBJECT, RUN))
    text = "\n".join(marked).replace(SUBJECT, "").replace(RUN, "")
    return Program(text + "\n", subject, run, deed, frozen)
