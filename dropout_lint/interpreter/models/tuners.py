"""`keras_tuner` (once `kerastuner`): `search()` builds a model for each set of values it tries, and fits it.

Measured (keras_tuner 1.4.8): what `search()` is given goes to `fit()`, that of the hypermodel if it has one;
optimizer, loss or metrics that the tuner is given compile each model anew; `get_best_models()` builds them
once more. One trial stands for all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dropout_lint.interpreter.values.kinds import (
    NONE,
    Args,
    Collection,
    Const,
    Instance,
    Modelled,
    Site,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function, Method

_TUNER = "keras_tuner.Tuner"
_HYPERMODEL = "keras_tuner.HyperModel"
_MODULES = {
    "RandomSearch": "randomsearch",
    "Hyperband": "hyperband",
    "BayesianOptimization": "bayesian",
    "GridSearch": "gridsearch",
}
_COMPILES = ("optimizer", "loss", "metrics")


def _tuner(place: int) -> Callable[[Machine, Args, Site], Value | None]:
    """A constructor; place: where it takes what builds the models."""

    def make(machine: Machine, args: Args, at: Site) -> Value | None:
        hypermodel = args.get(place, "hypermodel")
        if hypermodel is None or isinstance(hypermodel, (Const, Unknown)):
            return None
        if not isinstance(hypermodel, Instance) or machine.find_method(hypermodel, "build") is None:
            hypermodel = Modelled(_HYPERMODEL, {"build": hypermodel}, complete=False)
        given = {name: args.keywords[name] for name in _COMPILES if name in args.keywords}
        return Modelled(_TUNER, {"hypermodel": hypermodel, **given}, complete=False)

    return make


def _build(machine: Machine, tuner: Modelled, at: Site) -> Value:
    build = machine.get_attribute(tuner.names["hypermodel"], "build", at)
    model = machine.invoke(build, Args([machine.unknown("the values that a tuner tries", at)]), at)
    given = {name: value for name, value in tuner.names.items() if name in _COMPILES and not _is_none(value)}
    if given:
        machine.invoke(machine.get_attribute(model, "compile", at), Args([], given), at)
    return model


def _is_none(value: Value) -> bool:
    return isinstance(value, Const) and value.value is None


def _search(machine: Machine, tuner: Modelled, args: Args, at: Site) -> Value | None:
    """`tuner.search(x, y, epochs=5)`."""
    model = _build(machine, tuner, at)
    hypermodel = tuner.names["hypermodel"]
    fit = machine.find_method(hypermodel, "fit") if isinstance(hypermodel, Instance) else None
    if fit is None:
        machine.invoke(machine.get_attribute(model, "fit", at), args, at)
        return NONE
    values = machine.unknown("the values that a tuner tries", at)
    # The tuner always hands over callbacks of its own.
    keywords = {"callbacks": Collection([], complete=False), **args.keywords}
    machine.invoke(fit, Args([values, model, *args.positional], keywords, args.complete), at)
    return NONE


def _best_models(machine: Machine, tuner: Modelled, args: Args, at: Site) -> Value | None:
    """`tuner.get_best_models(num_models=1)`."""
    wanted = args.get(0, "num_models") or Const(1)
    number = wanted.value if isinstance(wanted, Const) else None
    if not isinstance(number, int) or not 0 < number <= len(_MODULES):
        return None
    return Collection([_build(machine, tuner, at) for _ in range(number)])


def _nothing(machine: Machine, tuner: Modelled, args: Args, at: Site) -> Value | None:
    return NONE


OPEN = frozenset({_TUNER, _HYPERMODEL})
FUNCTIONS: dict[str, Function] = {
    f"{package}.{module}{name}": _tuner(0)
    for package in ("keras_tuner", "kerastuner")
    for name, own in _MODULES.items()
    for module in ("", "tuners.", f"tuners.{own}.")
} | {
    f"{package}.{module}Tuner": _tuner(1)
    for package in ("keras_tuner", "kerastuner")
    for module in ("", "tuners.", "engine.tuner.")
}
METHODS: dict[str, Method] = {
    f"{_TUNER}.search": _search,
    f"{_TUNER}.get_best_models": _best_models,
    f"{_TUNER}.search_space_summary": _nothing,
    f"{_TUNER}.results_summary": _nothing,
    f"{_TUNER}.reload": _nothing,
}
