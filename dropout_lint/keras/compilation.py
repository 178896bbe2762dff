"""What a model remembers of its `compile()`, and of the steps that Keras has traced since."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dropout_lint.interpreter.values.kinds import Args, Site, Value
    from dropout_lint.keras.objects import Layer, Model

AT_COMPILE = "compile"
"""The name that stands for every step where Keras fixes at compile() what trains (Keras 2)."""
OF_OPTIMIZER = "optimizer"
"""The name that stands for what the optimizer was built to train: Keras 3 has it take nothing else."""


@dataclass(slots=True, eq=False)
class Compilation:
    """One `compile()` of a model.

    Args:
        model: what was compiled.
        site: the call.
        args: what it was given.
        flags: what `trainable` was of each layer then; None where Keras goes by later ones.
        time: when that was, in the order of everything that happened.
        moving: the layers whose weights would move by the flags of then; None: unknown.
    """

    model: Model
    site: Site
    args: Args
    flags: dict[Layer, bool | None] | None
    time: int
    moving: frozenset[Layer] | None

    @property
    def optimizer(self) -> Value | None:
        """The optimizer that it was given; None for that of Keras."""
        return self.args.get(0, "optimizer")

    @property
    def loss(self) -> Value | None:
        """The loss, or the losses, that it was given."""
        return self.args.get(1, "loss")


@dataclass(slots=True, eq=False)
class Steps:
    """The steps of a model that Keras has traced, each by its name; see `keras.runs`.

    Args:
        traced_in: the number of the run in which each was traced.
        trained: the layers whose weights each moves; None: unknown.
    """

    traced_in: dict[str, int] = field(default_factory=dict)
    trained: dict[str, frozenset[Layer] | None] = field(default_factory=dict)
