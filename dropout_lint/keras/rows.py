"""What is written into the tables when a layer is executed: its row, or that it cannot be looked into."""

from __future__ import annotations

from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.keras import arming, frozen
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.layer_classes import Role
from dropout_lint.keras.objects import Layer
from dropout_lint.keras.simulation import Simulation
from dropout_lint.keras.trace import Activity, Flag, NotKnown, Unseen, cause


def note_unseen(sim: Simulation, site: Site | None, gap: NotKnown | None) -> None:
    """Writes down that the run calls something that cannot be looked into.

    gap: why; None where what matters of it is known all the same.
    """
    if sim.run is not None and sim.recording:
        if gap is not None:
            sim.run.unknown.append(gap)
        sim.trace.unseen.append(Unseen(sim.run.index, tuple(sim.frames), site, sim.tick()))


def record(sim: Simulation, layer: Layer, flag: Flag) -> None:
    """Writes the row of a mode-dependent layer that is being executed."""
    run = sim.run
    if run is None or not sim.recording:
        return
    kind = (layer.copied or layer).kind
    cells = layer.kind.role is Role.CELLS
    if not kind.mode_dependent and not cells:
        return
    on = frozen.own_trainable(sim, layer) if kind.batch_norm else arming.armed(sim, layer)
    layer.supposed |= on is True and arming.by_supposition(sim, layer)
    if on is False and not kind.has_row:
        return
    write(sim, layer, flag, on)


def write(sim: Simulation, layer: Layer, flag: Flag, on: bool | None) -> None:
    """Writes the row of a layer that would be active, or not, if its flag were True."""
    run = sim.run
    assert run is not None
    is_frozen = frozen.is_frozen(sim, layer)
    active = _both(bool(flag.value) if flag.known else None, on)
    if active and (run.learning_phase or layer.phase) and sim.fact(Fact.PHASE_STAYS_IN_GRAPHS):
        active = None  # which graphs were built meanwhile is not followed
    run.activities.append(
        Activity(
            run=run.index,
            layer=layer,
            frames=tuple(sim.frames),
            frozen=is_frozen,
            states=frozen.states(sim, sim.frames) if is_frozen else (),
            border=frozen.is_border(layer),
            flag=flag,
            active=active,
            armed=on,
            leaked=leaked(sim, flag),
            time=sim.tick(),
        )
    )


def leaked(sim: Simulation, flag: Flag) -> bool:
    """Whether the call that brought the flag into force has already returned."""
    source = cause(flag)
    return source.frame is not None and source.frame not in sim.frames


def _both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True
