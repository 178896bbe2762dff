"""Whether a training run moves anything at all: weights, moving statistics, states."""

from __future__ import annotations

from dropout_lint.interpreter.values.kinds import Class, Const
from dropout_lint.keras.frozen import owns_weights
from dropout_lint.keras.objects import Layer, LayerClass, Model, Optimizer, TrainableAssignment
from dropout_lint.keras.trace import Run, Trace
from dropout_lint.rules.adversaries import alternates, is_snapshot

# What a user's class overrides to train in a way of its own.
_OWN_WAYS = ("train_step", "make_train_function", "fit", "compute_loss", "test_step")


def is_left(trace: Trace, run: Run) -> bool:
    """Whether the run may move something, or is not meant to; False only where that is certain."""
    model = run.model
    if model is None or run.assumed or not run.training:
        return True
    if run.trained != frozenset() or run.wanted != frozenset():
        return True
    owners = {layer for layer in run.layers if owns_weights(layer)}
    if not owners or any(_is_doubtful(layer) for layer in run.layers):
        return True
    if any(row.active is not False and not row.random for row in run.activities):
        return True  # the moving statistics of a BatchNormalization
    if any(unseen.run == run.index for unseen in trace.unseen):
        return True
    return _is_meant(trace, run, model, owners) or _rate_may_be_zero(run)


def last_freeze(trace: Trace, run: Run) -> TrainableAssignment | None:
    """The last assignment that froze some of what could train."""
    found = [f for f in trace.freezes if f.time < run.time and f.value is False]
    owners = {layer for layer in run.layers if owns_weights(layer)}
    return next((f for f in reversed(found) if owners.intersection(f.reached)), None)


def _is_doubtful(layer: Layer) -> bool:
    """Whether a layer may move something that the tables do not know of."""
    if layer.trainable is None or layer.escapes or layer.assumed:
        return True
    if isinstance(layer, Model):
        return not layer.structure.knows_all_layers or (layer.instance is not None and _has_own_way(layer))
    if layer.instance is not None:
        return True  # its `call` may assign, its weights may be made anywhere
    stateful = layer.args.get(None, "stateful")
    unsure = stateful is not None and not (isinstance(stateful, Const) and not stateful.value)
    return unsure or not layer.args.complete or layer.class_name == "SpectralNormalization"


def _has_own_way(model: Model) -> bool:
    assert model.instance is not None
    bases = model.instance.cls.order
    seen = all(isinstance(base, (Class, LayerClass)) for base in bases)
    return not seen or any(name in cls.names for cls in model.instance.cls.mro() for name in _OWN_WAYS)


def _is_meant(trace: Trace, run: Run, model: Model, owners: set[Layer]) -> bool:
    """Whether another model trains these layers in turn or later on."""
    freeze = last_freeze(trace, run)
    since = freeze.time if freeze is not None else 0
    if alternates(trace, run) or (run.compiled and is_snapshot(trace, run, run.compiled, since)):
        return True
    for other in trace.runs:
        if other.training and other.model is not model and other.time > since:
            learned = (other.trained or frozenset()) | (other.compiled or frozenset())
            if other.trained is None or owners & learned:
                return True
    return False


def _rate_may_be_zero(run: Run) -> bool:
    given = run.compilation.optimizer if run.compilation is not None else None
    if not isinstance(given, Optimizer):
        return given is not None and not isinstance(given, Const)
    rates = [given.args.get(0, "learning_rate"), given.args.keywords.get("lr")]
    return any(rate is not None and not (isinstance(rate, Const) and rate.value) for rate in rates)
