"""The program's own callbacks: what their hooks do, and what of it comes too late.

What a hook does before the first step of fit() is in force there. A step that is traced keeps what it has:
`trainable` and rates that a hook sets later reach no step of the run. Measured on Keras 2, 3.15 and 3.16.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.signals import Signal
from dropout_lint.interpreter.values.kinds import NONE, Args, Collection, Const, Instance, Site, Value
from dropout_lint.keras import frozen
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.objects import LambdaCallback, Model
from dropout_lint.keras.runs import runs_eagerly
from dropout_lint.keras.simulation import Simulation
from dropout_lint.keras.trace import Overtaken, Run

_MOST_EPOCHS = 100

# In the order in which fit() calls them, with what it hands over before `logs`.
_FIRST_HOOKS: tuple[tuple[str, tuple[Value, ...]], ...] = (
    ("on_train_begin", ()),
    ("on_epoch_begin", (Const(0),)),
    ("on_train_batch_begin", (Const(0),)),
    ("on_batch_begin", (Const(0),)),
)
_BEFORE_A_STEP = ("on_train_batch_begin", "on_batch_begin")
_AFTER_A_STEP = ("on_train_batch_end", "on_batch_end")
_LATER_HOOKS = frozenset({"on_epoch_begin", "on_epoch_end", "on_train_end", *_BEFORE_A_STEP, *_AFTER_A_STEP})


class _Hooks(NamedTuple):
    """The hooks of one fit() that are still to come.

    Args:
        own: the program's own callbacks.
        model: what is trained.
        run: the run.
        at: the fit() call.
    """

    sim: Simulation
    machine: Machine
    own: list[Value]
    model: Model
    run: Run
    at: Site

    def call(self, name: str, first: tuple[Value, ...]) -> None:
        """Calls one hook of each callback."""
        for callback in self.own:
            hook = _hook(self.machine, callback, name)
            if hook is not None:
                with suppress(Signal):
                    self.machine.invoke(hook, Args([*first, NONE]), self.at)

    def seen(self) -> tuple[int, int]:
        """How much has been set so far."""
        return len(self.sim.trace.freezes), len(self.sim.trace.rates)

    def overtaken(self, since: tuple[int, int], until: tuple[int, int]) -> None:
        """Writes down what was set in between, though another step follows."""
        trace, trained = self.sim.trace, self.run.trained
        now = frozen.trained_layers(self.sim, self.model)
        for freeze in trace.freezes[since[0] : until[0]]:
            if now is None or trained is None or self.sim.fact(Fact.LATE_CHANGE_RAISES):
                continue
            differing = (now ^ trained).intersection(freeze.reached)
            if differing:
                trace.overtaken.append(Overtaken(self.run.index, freeze, None, differing))
        for rate in trace.rates[since[1] : until[1]]:
            trace.overtaken.append(Overtaken(self.run.index, None, rate))


def begin(sim: Simulation, machine: Machine, model: Model, args: Args, at: Site) -> None:
    """Runs the hooks that come before the first step; the models they run make no run of their own."""
    own = _own(args)
    if sim.run is not None or not own:
        return
    before, sim.recording = sim.recording, False
    since, flags = len(sim.trace.freezes), frozen.snapshot(sim, model)
    compiled = model.compilation.flags if model.compilation is not None else None
    as_compiled = None if flags is None else flags == (compiled or flags)
    try:
        for callback in own:
            if isinstance(callback, Instance):
                machine.set_attribute(callback, "model", model.as_value(), at)
        for name, first in _FIRST_HOOKS:
            for callback in own:
                hook = _hook(machine, callback, name)
                if hook is not None:
                    with suppress(Signal):
                        machine.invoke(hook, Args([*first, NONE]), at)
    finally:
        sim.recording = before
    frozen.set_by_hooks(sim, model, since, as_compiled=as_compiled)


def follow(sim: Simulation, machine: Machine, run: Run, args: Args, at: Site) -> None:
    """Runs the hooks that come after the first step of a run, epoch by epoch."""
    own, model = _own(args), run.model
    hooked = any(_hook(machine, callback, name) is not None for callback in own for name in _LATER_HOOKS)
    if model is None or not hooked:
        return
    hooks = _Hooks(sim, machine, own, model, run, at)
    before, sim.recording = sim.recording, False
    try:
        for number, (epoch, last) in enumerate(_epochs(machine, run, args, at)):
            if not _run_epoch(hooks, epoch, first=number == 0, last=last):
                break
        hooks.call("on_train_end", ())
    finally:
        sim.recording = before


def _run_epoch(hooks: _Hooks, epoch: Value, *, first: bool, last: bool) -> bool:
    """The hooks of one epoch; the result: whether another epoch follows."""
    model, start = hooks.model, hooks.seen()
    steps = len(hooks.sim.trace.compiles), dict(model.steps.traced_in)
    if not first:
        hooks.call("on_epoch_begin", (epoch,))
    begun = hooks.seen()
    for name in (*(() if first else _BEFORE_A_STEP), *_AFTER_A_STEP):
        hooks.call(name, (Const(0),))
    hooks.call("on_epoch_end", (epoch,))
    # compile() in a hook raises where a step follows, unless make_train_function() gives it a new one.
    if (len(hooks.sim.trace.compiles), model.steps.traced_in) != steps or runs_eagerly(hooks.sim, model):
        return False
    follows = not last and not _is_stopped(model)
    hooks.overtaken(start, hooks.seen() if follows else begun)
    return follows


def _is_stopped(model: Model) -> bool:
    """Whether `model.stop_training` is set; what is not known is no False."""
    value = model.attributes.get("stop_training")
    return value is not None and not (isinstance(value, Const) and not value.value)


def _epochs(machine: Machine, run: Run, args: Args, at: Site) -> Iterator[tuple[Value, bool]]:
    """The numbers of the epochs and whether each is the last; one that is unknown stands for all."""
    given = args.get(3 if run.kind == "fit" else 2, "epochs")
    count = Const(1) if given is None else given
    start = args.keywords.get("initial_epoch", Const(0))
    first, end = (value.value if isinstance(value, Const) else None for value in (start, count))
    if isinstance(first, int) and isinstance(end, int):
        for number in range(first, end)[:_MOST_EPOCHS]:
            yield Const(number), number == end - 1
        return
    yield Const(0), False
    yield machine.unknown("the number of an epoch", at), False


def _own(args: Args) -> list[Value]:
    """The callbacks of a fit() that the program wrote itself."""
    given = args.keywords.get("callbacks")
    listed = given.items if isinstance(given, Collection) else [given] if given is not None else []
    return [value for value in listed if isinstance(value, (Instance, LambdaCallback))]


def _hook(machine: Machine, callback: Value, name: str) -> Value | None:
    if isinstance(callback, LambdaCallback):
        return callback.args.get({"on_epoch_begin": 0, "on_epoch_end": 1}.get(name), name)
    return machine.find_method(callback, name) if isinstance(callback, Instance) else None
