"""What the simulation writes down: runs, activities, weight updates and freezes.

Everything right of this module (rules, reporters) reads these tables and nothing else; how the program writes
what they speak of, it asks `written`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from dropout_lint.interpreter.values.kinds import Site, Value
from dropout_lint.keras.compilation import Compilation
from dropout_lint.keras.objects import Layer, Model, Tensor, TrainableAssignment

# How a flag came to have its value:
#   entry    fit() or the like gave it to the model it entered
#   written  the program wrote `training=...` at a call
#   default  nothing gave one: the parameter's own default
#   reset    the program wrote a literal `training=None` and Keras took it for a value
#   none     nothing gave one and there is no default
FlagKind = Literal["entry", "written", "default", "reset", "none"]
DoubtfulKind = Literal["misspelled", "string", "training", "compared"]


@dataclass(slots=True, eq=False)
class Flag:
    """A training flag: its value (None: unset or unknown) and where it comes from.

    Args:
        value: what a layer that inherits it receives.
        known: False when the program computes it from unknown data.
        kind: see `FlagKind`.
        site: the call that wrote it, for "written" and "reset".
        frame: the call that brought it into force; when that call is no longer running, the
            flag has leaked out of it.
        displaced: the flag that was in force before this one.
        raw: what the program wrote, when its value is not known.
    """

    value: bool | None
    known: bool
    kind: FlagKind
    site: Site | None = None
    frame: Frame | None = None
    displaced: Flag | None = None
    raw: Value | None = None


def cause(flag: Flag) -> Flag:
    """The written flag behind a flag: defaults that apply after a reset are due to the reset."""
    current = flag
    while current.kind == "default" and current.displaced is not None:
        current = current.displaced
    return current if current.kind == "reset" else flag


class Owners(NamedTuple):
    """The layers in a layer that hold weights.

    Attributes:
        when: the state of the program it holds for: how many assignments to `trainable` and layers were made.
        layers: they, the layer itself among them.
        trainable: whether one of them is trainable; None when it cannot be known.
    """

    when: tuple[int, int]
    layers: frozenset[Layer]
    trainable: bool | None


@dataclass(slots=True, eq=False)
class Frame:
    """One layer call on the way from a run's entry down to a layer.

    Args:
        layer: what is called.
        site: the call in the program; None when Keras makes the call itself.
        report: where a finding about this call is shown (the list element for a member of a
            Sequential); the site when there is nothing better.
        written: the flag the program wrote at this call, as a known bool; None otherwise.
        overridden: that flag was overwritten by the graph around it.
        swallowed: the call whose flag was dropped while the graph was built.
        flag: what the layer received.
        graph: this call is a node of a graph, not code in a `call()`.
        direct: `layer.call(x)` instead of `layer(x)`: Keras' own call machinery is bypassed.
        via: the `model.call(x)` while a graph was built that made Keras call the layer itself.
        owners: what was last found out of the weights in the layer (`frozen.py` asks).
    """

    layer: Layer
    site: Site | None
    report: Site | None
    written: bool | None = None
    overridden: bool = False
    swallowed: Site | None = None
    flag: Flag | None = None
    graph: bool = False
    direct: bool = False
    via: Site | None = None
    owners: Owners | None = None


class FrameState(NamedTuple):
    """What held for the layer of a frame when it ran.

    frozen: its own flag was False. still: none of its weights was trainable. freeze: the last
    assignment that had reached it.
    """

    frozen: bool
    still: bool
    freeze: TrainableAssignment | None


@dataclass(slots=True, eq=False)
class Activity:
    """One row: a mode-dependent layer executed in a run, by one route.

    Args:
        run: the index of its run.
        layer: the layer.
        frames: the calls from the run's entry down to the layer, the layer's own call last.
        frozen: as Keras sees it in this run; None when it cannot be known.
        flag: what the layer received.
        active: it drops units (adds noise ...), or normalises with batch statistics; None when
            it cannot be known.
        armed: it would be active if the flag were True.
        leaked: the flag was brought into force by a call that had already returned.
        time: its place in the order of everything that happened.
        states: for a frozen random layer, what held for each frame.
        border: in a ready-made model, whether a layer within two places is not frozen as it is.
    """

    run: int
    layer: Layer
    frames: tuple[Frame, ...]
    frozen: bool | None
    flag: Flag
    active: bool | None
    armed: bool | None
    leaked: bool
    time: int
    states: tuple[FrameState, ...] = ()
    border: bool = False

    @property
    def random(self) -> bool:
        """Random in training, as against BatchNormalization."""
        return not self.layer.kind.batch_norm

    def gaps(self) -> Iterator[NotKnown]:
        """What is not known of the row."""
        name, site = self.layer.class_name, self.layer.site
        if self.frozen is None:
            yield NotKnown(f"whether {name} is frozen cannot be told", site)
        if self.active is None and self.armed is None:
            yield NotKnown(f"how much {name} drops cannot be told", site)
        elif self.active is None and self.armed and self.flag.value:
            yield NotKnown(f"whether the learning phase reaches {name} cannot be told", site)
        elif self.active is None:
            yield NotKnown(f"the training flag of {name} cannot be told", self.flag.site or site)


GRADIENT_TAPE = "GradientTape"


@dataclass(slots=True, eq=False)
class Run:
    """One entry into a model.

    Args:
        index: its number.
        kind: the method's name ("fit", "predict" ...) or "tape".
        by: what differentiates in a run of the kind "tape".
        differentiated: for a function of JAX, what it differentiates by.
        site: the call, or the `with` statement.
        model: what was entered; None for a tape.
        training: it is meant to move weights. For a tape: weights were differentiated.
        trained: the layers whose weights the run moves; None when it cannot be known.
        time: its place in the order of everything that happened.
        layers: the layers of the model.
        activities: the rows.
        certain: False when what trains is an assumption.
        assumed: the program compiles the model and leaves its training to other code.
        caller: the call of the function that the entry stands in, if it stands in one.
        decided: how many conditions that nobody can know were decided before it.
        witnessed: for an assumed one, whether the project shows code that may do it, or cannot be asked.
        compilation: the compile() that the run goes by, if any.
        compiled: the layers that would move by the flags of compile(); None: unknown.
        wanted: the layers that would move by the flags of this moment; None: unknown.
        traced_in: the run whose traced step this one reuses.
        same_data: both are written with the same data. For other shapes Keras traces the step anew.
        stepped: the layers that the program itself takes gradients of: under a tape, or in a `train_step`.
        applied: it hands such gradients to an optimizer.
        learning_phase: the `set_learning_phase(0)` in force, if any (Keras 2).
        unknown: what it runs that cannot be looked into, so that rows may be missing.
        undecided: the layers of which it is not known whether their weights move.
        learns_nothing: the model's own flag keeps every weight from moving, also those not seen.
    """

    index: int
    kind: str
    site: Site
    model: Model | None
    training: bool
    trained: frozenset[Layer] | None
    time: int
    layers: tuple[Layer, ...] = ()
    activities: list[Activity] = field(default_factory=list)
    by: str = GRADIENT_TAPE
    differentiated: tuple[Value, ...] = ()
    certain: bool = True
    assumed: bool = False
    caller: Site | None = None
    decided: int = 0
    witnessed: bool = True
    compilation: Compilation | None = None
    compiled: frozenset[Layer] | None = None
    wanted: frozenset[Layer] | None = None
    traced_in: int | None = None
    same_data: bool = True
    stepped: frozenset[Layer] = frozenset()
    applied: bool = False
    learning_phase: Site | None = None
    unknown: list[NotKnown] = field(default_factory=list)
    undecided: tuple[Layer, ...] = ()
    learns_nothing: bool = False

    @property
    def compile_site(self) -> Site | None:
        """The compile() that the run goes by."""
        return self.compilation.site if self.compilation is not None else None

    @property
    def compile_time(self) -> int:
        """When that was; 0 if there was none."""
        return self.compilation.time if self.compilation is not None else 0

    def gaps(self) -> list[NotKnown]:
        """All that is not known of it, each place once; empty if it was seen whole."""
        found = dict.fromkeys((*self.unknown, *self.weight_gaps()))
        found.update((gap, None) for row in self.activities for gap in row.gaps())
        return list({(gap.reason, id(gap.site.node)): gap for gap in found}.values())

    def weight_gaps(self) -> list[NotKnown]:
        """Why it is not known which weights it moves; empty if it is."""
        if not self.training or self.learns_nothing:
            return []
        found = [gap for gap in self.unknown if gap.weights]
        told = {gap.site.node for gap in found}
        found += (
            NotKnown(f"whether the weights of {layer.class_name} move cannot be told", layer.site)
            for layer in self.undecided
            if layer.site.node not in told
        )
        if self.trained is None and not found:
            found.append(NotKnown("which weights move cannot be told", self.site))
        return found


@dataclass(slots=True, eq=False)
class Doubtful:
    """Something the program did to a layer that Keras takes no notice of.

    kind: "misspelled" (`m.trainble = False`), "string" (`m.trainable = "False"`), "training"
    (`m.training = False`) or "compared" (`m.trainable == False`).
    thaws: it looks as if it thawed the layer (`m.trainble = True`).
    """

    kind: DoubtfulKind
    layer: Layer
    name: str
    site: Site
    thaws: bool = False


@dataclass(slots=True, eq=False)
class OutputRead:
    """The program read a tensor out of a model (`base.output`) to build on it."""

    tensors: tuple[Tensor, ...]
    model: Layer
    site: Site


class Unseen(NamedTuple):
    """A run called something that cannot be looked into: a loaded model, an unknown object.

    frames: the calls in progress; of a model its own is the last.
    """

    run: int
    frames: tuple[Frame, ...]
    site: Site | None
    time: int


class NotKnown(NamedTuple):
    """Something that could not be known: why, as the end of "not known because ...", and where.

    weights: there may be weights in it that move.
    """

    reason: str
    site: Site
    weights: bool = True


class Missed(NamedTuple):
    """A training run of which nothing is known but the call: `fit` of an unknown object."""

    kind: str
    why: NotKnown


class RateSet(NamedTuple):
    """The program gave a rate of a layer another value, both known.

    before, value: what it was and what it is.
    """

    layer: Layer
    name: str
    before: object
    value: object
    site: Site
    time: int


class Overtaken(NamedTuple):
    """What a hook of a callback set too late: the step of the run is traced, and another one follows.

    run: the index of the run. layers: those that would train otherwise, for an assignment to `trainable`.
    """

    run: int
    freeze: TrainableAssignment | None
    rate: RateSet | None
    layers: frozenset[Layer] = frozenset()


@dataclass(slots=True, eq=False)
class Trace:
    """Everything one run of the interpreter has shown.

    Args:
        runs: in order.
        freezes: in order.
        compiles: in order.
        output_reads: in order.
        layers: every layer the program created, in order of creation.
        inputs: the input layers, which no table lists.
        doubtful: assignments without effect.
        unseen: calls in runs that cannot be looked into.
        missed: training runs of models that cannot be known.
        rates: changes of rates, in order.
        overtaken: what callbacks set too late.
        mapped: what the functions given to `dataset.map` call; no entry into a model, so not among the runs.
        speculative: the program's order of calls was assumed (methods nobody called).
        whole_program: the program as it runs, not a function of it that nobody called.
        notes: what could not be known: the reason and the place.
        refused: calls that this Keras answers with an exception that nobody catches: why, where.
        root: what was run: "<module>", or the name of a function or class that nobody calls.
        decided: the conditions that nobody can know, and whether this run supposed that they hold.
        answers: what was found out about it, by the question; see `dropout_lint.once`.
    """

    runs: list[Run] = field(default_factory=list)
    freezes: list[TrainableAssignment] = field(default_factory=list)
    compiles: list[Compilation] = field(default_factory=list)
    output_reads: list[OutputRead] = field(default_factory=list)
    layers: list[Layer] = field(default_factory=list)
    inputs: list[Layer] = field(default_factory=list)
    doubtful: list[Doubtful] = field(default_factory=list)
    unseen: list[Unseen] = field(default_factory=list)
    rates: list[RateSet] = field(default_factory=list)
    overtaken: list[Overtaken] = field(default_factory=list)
    mapped: list[Run] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)
    speculative: bool = False
    whole_program: bool = True
    notes: list[tuple[str, Site]] = field(default_factory=list)
    refused: list[tuple[str, Site]] = field(default_factory=list)
    root: str = "<module>"
    decided: list[tuple[Site, bool]] = field(default_factory=list)
    answers: dict[object, Any] = field(default_factory=dict)
