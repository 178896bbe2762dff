"""Which of its cures is the fix of a frozen part that is active.

A flag at its call, where that holds and changes nothing but the randomness: a SpectralNormalization
divides its weights in training mode alone (seen in Keras 2 and the nightly of 3.16). Else its rates at 0:
that leaves the model as it is. Else a Layer around it: another model, of another structure, whose saved
weights are not those of before.
"""

from __future__ import annotations

from dropout_lint.fixes.repair import Repair
from dropout_lint.rules.frozen_parts import ActivePart
from dropout_lint.rules.rates import rates_set_to_zero
from dropout_lint.rules.repairs import call_switched_off
from dropout_lint.rules.rule import History
from dropout_lint.rules.wrapping import frame_of, normalises_weights, part_wrapped


def part_switched_off(history: History, found: ActivePart) -> Repair | None:
    """The cure for a frozen part that nothing switches off."""
    frame = frame_of(found)
    if frame is not None and frame.site is not None and not normalises_weights(frame.layer):
        repair = call_switched_off(history, frame.site, found.part.name)
        if repair is not None:
            return repair
    return graph_part_switched_off(history, found)


def graph_part_switched_off(history: History, found: ActivePart) -> Repair | None:
    """The cure where no flag holds."""
    return rates_set_to_zero(history, found) or part_wrapped(history, found)
