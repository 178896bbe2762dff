"""The state of one simulated Keras: what exists, what is running, what was written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from dropout_lint.interpreter.exploration.paths import PathDecisions
from dropout_lint.interpreter.values.kinds import Const, Site, Value
from dropout_lint.keras.behaviour import Behaviour
from dropout_lint.keras.catalogue import snake_case
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.keys import FileName
from dropout_lint.keras.objects import Layer
from dropout_lint.keras.trace import Flag, Frame, Run, Trace

if TYPE_CHECKING:
    from pathlib import Path

    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.keras.saving import Saved

UNSET = Flag(None, True, "none")


class Handed(Const):
    """A flag that Keras handed to a user's `call`: passed on, it is not the program's own word.

    flag: where it comes from.
    """

    __slots__ = ("flag",)

    def __init__(self, flag: Flag) -> None:
        super().__init__(flag.value)
        self.flag = flag


class Draw(NamedTuple):
    """Random numbers that the `call()` of a layer of the program asks for.

    on: whether they have an effect, by the rate they are asked for with; None when that cannot be known.
    rated: there is such a rate.
    """

    on: bool | None
    rated: bool = True


@dataclass(slots=True, eq=False)
class Context:
    """Keras' call context: the flag that layers without a flag of their own inherit."""

    flag: Flag = UNSET


@dataclass(slots=True, eq=False)
class Simulation:
    """One simulated Keras.

    Args:
        behaviour: which Keras.
        way: the branches that the run takes.
        trace: what was written down so far.
        context: the call context; None outside of any layer call.
        frames: the layer calls in progress, outermost first.
        run: the run in progress, if any.
        recording: False while Keras only infers shapes.
        clock: counts events, to order them.
        names: how often each automatic layer name was given.
        learning_phase: what `K.set_learning_phase` set (Keras 2).
        stepping: the run in which gradients were taken last.
        phase_site: the call that set it to 0, while it is 0.
        saved: what the program saved, by the name of the file; see `keras.saving`.
        not_saved: what no other program of the project was found to save, or it cannot be seen.
        run_beside: runs another program of the project, for what it leaves on the disk: that one's Keras
            when it is over. None in such a program itself.
        draws: what the layer of the program that runs has drawn so far; see `keras.own_noise`.
        probing: it runs only to see whether it draws.
        set_by_hooks: the layers that callbacks froze or thawed before the first step of this fit().
        packages: those that the program took the class Model from ("keras", "tensorflow").
        caller: the call of the function in which the program last set an attribute.
    """

    behaviour: Behaviour
    way: PathDecisions
    trace: Trace = field(default_factory=Trace)
    context: Context | None = None
    frames: list[Frame] = field(default_factory=list)
    run: Run | None = None
    recording: bool = True
    clock: int = 0
    names: dict[str, int] = field(default_factory=dict)
    learning_phase: bool | None = None
    phase_site: Site | None = None
    set_by_hooks: frozenset[Layer] = frozenset()
    packages: set[str] = field(default_factory=set)
    caller: Site | None = None
    stepping: Run | None = None
    draws: list[Draw] = field(default_factory=list)
    probing: bool = False
    saved: dict[FileName, Saved] = field(default_factory=dict)
    not_saved: set[FileName] = field(default_factory=set)
    run_beside: Callable[[Machine, Path, Site], Simulation | None] | None = None

    def tick(self) -> int:
        """The next moment."""
        self.clock += 1
        return self.clock

    def fact(self, fact: Fact) -> bool:
        """Whether this Keras has the named fact (`dropout_lint.keras.facts`)."""
        return self.behaviour.fact(fact)

    def automatic_name(self, class_name: str) -> Value:
        """The name Keras gives to an unnamed layer: snake case, numbered from the second on."""
        base = snake_case(class_name)
        count = self.names.get(base, 0)
        self.names[base] = count + 1
        return Const(base if count == 0 else f"{base}_{count}")

    def register(self, layer: Layer) -> None:
        """Adds a new layer to the trace."""
        layer.order = len(self.trace.layers)
        layer.phase = self.phase_site
        self.trace.layers.append(layer)


def flag_value(value: Value | None) -> tuple[bool | None, bool]:
    """A `training` argument as (value, known); numbers count by their truth."""
    if value is None:
        return None, True
    if isinstance(value, Const):
        return (None if value.value is None else bool(value.value)), True
    return None, False
