"""compile() once more: the cure for flags that came too late. It keeps all that the program has set.

A program may have set the learning rate of `model.optimizer` by hand, or a callback in fit(). So the
new compile() is never given the optimizer that the first one was written with:

- Where less is trained than before, the optimizer itself goes on, with its moments and its count of
  steps. Keras 2, 3.15 and 3.16 take it (measured).
- Where more is, every Keras refuses it, since it does not know the new weights. A new one is made of its
  present settings; only moments and count begin anew.
"""

from __future__ import annotations

from dropout_lint.finding import Applicability
from dropout_lint.fixes.repair import AddLines, Repair
from dropout_lint.interpreter.values.kinds import Const, Value
from dropout_lint.keras import written
from dropout_lint.keras.objects import Model, Optimizer
from dropout_lint.keras.trace import Run, Trace

# What compile() sets and a program may have set by hand since.
_SET_BY_COMPILE = frozenset({
    "compiled_loss", "compiled_metrics", "jit_compile", "loss", "loss_weights", "metrics", "optimizer",
    "run_eagerly", "steps_per_execution",
})  # fmt: skip


def compiled_again(trace: Trace, run: Run) -> Repair | None:
    """compile() right before a run, with the optimizer as it is then."""
    if run.model is None or run.compilation is None or run.compilation.site.file is not run.site.file:
        return None
    compiled = run.compilation.site
    made, entered = written.method_call(compiled), written.method_call(run.site)
    if made is None or entered is None or not written.same_owner(made, entered):
        return None
    line = written.line_beside(run.site, compiled)
    once = sum(other.site.node is run.site.node for other in trace.runs) == 1
    if made.owner is None or line is None or not once:
        return None
    more = not (run.wanted or frozenset()) <= (run.trained or frozenset())
    grade = _grade(run.compilation.optimizer, more=more)
    text = _written(written.arguments(compiled), made.owner, more=more)
    if grade is None or text is None or _is_set_by_hand(run.model):
        return None
    return Repair("Compile the model again before it", grade, (AddLines(line, (text,), "before"),))


def _grade(given: Value | None, *, more: bool) -> Applicability | None:
    """How far the optimizer can be trusted to go on as it is; None: not at all."""
    if not more:
        return Applicability.SAFE
    if given is None or isinstance(given, Const):
        return Applicability.SAFE  # "adam"
    if not isinstance(given, Optimizer):
        return None  # one of somebody's own may not say in its configuration how it was made
    rates = [given.args.get(0, name) for name in ("learning_rate", "lr")]
    # A schedule begins anew with the count of steps.
    fixed = given.args.complete and all(rate is None or isinstance(rate, Const) for rate in rates)
    return Applicability.SAFE if fixed else Applicability.UNSAFE


def _written(call: list[written.Argument], name: str, *, more: bool) -> str | None:
    """The new call on one line; None where its other arguments cannot be written twice."""
    kept = f"{name}.optimizer"
    optimizer = f"{kept}.from_config({kept}.get_config())" if more else kept
    arguments: list[str] = []
    given = False
    for place, arg in enumerate(call):
        is_optimizer = arg.keyword == "optimizer" or (place == 0 and arg.keyword is None)
        if arg.starred or not (is_optimizer or arg.fresh):
            return None
        value = optimizer if is_optimizer else arg.text
        arguments.append(f"{arg.keyword}={value}" if arg.keyword else value)
        given = given or is_optimizer
    if not given:
        arguments.insert(0, f"optimizer={optimizer}")
    text = f"{name}.compile({', '.join(arguments)})"
    return None if "\n" in text or "\r" in text else text


def _is_set_by_hand(model: Model) -> bool:
    """Whether the program has set what a second compile() would set anew."""
    return not _SET_BY_COMPILE.isdisjoint(model.attributes)
