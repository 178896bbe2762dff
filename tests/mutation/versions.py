"""Breaks of the named facts: wrong for every Keras, and wrong for one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from packaging.version import Version

from dropout_lint.keras import behaviour
from dropout_lint.keras.facts import Fact
from tests.mutation.patching import Break, add, attribute

_CLASSES = {"2": "2.15", "3.15": "3.10", "3.16": "3.16"}
# Where `none_resets_flag` holds, what would happen inside is never asked: such a break changes nothing.
_NEVER_ASKED = {
    ("none_resets_inside", "3.15"),
    ("none_resets_inside", "3.16"),
    # What the optimizer was made for is asked in Keras 3 alone.
    ("training_alone_makes_optimizer", "2"),
    # Keras 3 has no learning phase.
    ("phase_stays_in_graphs", "3.15"),
    ("phase_stays_in_graphs", "3.16"),
}

# No program on TensorFlow asks: tests/keras/test_stateless.py does, on JAX.
_OF_JAX_ALONE = {"stateless_opens_no_context"}


def _flipped(fact: Fact, only: str | None = None) -> Callable[[], AbstractContextManager[None]]:
    original = behaviour._holds

    def holds(name: Fact, version: Version, backend: str) -> bool:
        truth = original(name, version, backend)
        concerned = name == fact and (only is None or version == Version(_CLASSES[only]))
        return truth is not concerned

    return lambda: attribute(behaviour, "_holds", holds)


for _member in Fact:
    _fact = _member.name.lower()
    if _fact in _OF_JAX_ALONE:
        continue
    _sentence = f"'{_fact}' is the other way round in every Keras."
    add(Break(f"fact {_fact}", _sentence, _flipped(_member), fact=_member))
    for _keras in (keras for keras in _CLASSES if (_fact, keras) not in _NEVER_ASKED):
        _sentence = f"'{_fact}' is the other way round in Keras {_keras} alone."
        _name = f"fact {_fact}, Keras {_keras}"
        add(Break(_name, _sentence, _flipped(_member, _keras), (_keras,), fact=_member))
