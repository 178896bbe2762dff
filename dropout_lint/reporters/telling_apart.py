"""Why a run appears more than once: under which condition, called from where."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.keras import written
from dropout_lint.keras.trace import Run, Trace

Line = Callable[[Site], str]
Appearance = tuple[Trace, Run]
# More conditions than this are not listed, and a longer one is not quoted.
_LISTED = 3
_LONGEST = 60


def named_sites(trace: Trace) -> Iterator[Site]:
    """Every site that `difference` may name."""
    yield from (site for site, _ in trace.decided)
    yield from (run.caller for run in trace.runs if run.caller is not None)


def difference(own: Appearance, others: Sequence[Appearance], line: Line) -> str:
    """What one appearance of a run has that others of the same line have not.

    Args:
        own: the path through the program and the run.
        others: the same of all appearances of this line, its own among them.
        line: how a place is called.
    """
    trace, run = own
    told = [*_root(trace, others), *_caller(run, others, line), *_conditions(own, others, line)]
    if told:
        return ", ".join(told)
    before = sum(other.time < run.time for path, other in others if path is trace)
    return f"time {before + 1} that it runs"


def _root(trace: Trace, others: Sequence[Appearance]) -> Iterator[str]:
    if trace.root != "<module>" and any(other.root != trace.root for other, _ in others):
        yield f"when other code calls {trace.root}"


def _caller(run: Run, others: Sequence[Appearance], line: Line) -> Iterator[str]:
    callers = {id(other.caller.node) if other.caller is not None else 0 for _, other in others}
    if run.caller is not None and len(callers) > 1:
        yield f"called from {line(run.caller)}"


def _conditions(own: Appearance, others: Sequence[Appearance], line: Line) -> Iterator[str]:
    """The conditions before the run that another path answers otherwise, or does not meet."""
    answers = [{id(site.node): holds for site, holds in _before(one)} for one in others]
    apart = [
        (site, holds)
        for site, holds in _before(own)
        if any(answer.get(id(site.node)) is not holds for answer in answers)
    ]
    for site, holds in apart[:_LISTED]:
        yield _condition(site, holds, line)
    if len(apart) > _LISTED:
        yield f"and {len(apart) - _LISTED} more conditions"


def _before(one: Appearance) -> list[tuple[Site, bool]]:
    trace, run = one
    return trace.decided[: run.decided]


def _condition(site: Site, holds: bool, line: Line) -> str:
    asked_for = written.condition(site)
    text = asked_for.text
    if asked_for.kind == "called":
        return f"{text} called with {'its defaults' if holds else 'other arguments'}"
    if asked_for.kind == "exception":
        return f"if {'no' if holds else 'an'} exception is caught in {line(site)}"
    quoted = bool(text) and len(text) <= _LONGEST and "\n" not in text
    asked = f"{text} ({line(site)})" if quoted else f"the condition in {line(site)}"
    return f"if {asked}" if holds else f"if not: {asked}"
