"""What the rules on leaking and resetting flags share."""

from __future__ import annotations

from collections.abc import Iterator

from dropout_lint.fixes.repair import Repair
from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.keras import written
from dropout_lint.keras.trace import Activity, Flag, Run, Trace, cause
from dropout_lint.rules.retelling import told_after, told_instead_of_none
from dropout_lint.rules.rule import Diagnostic, Evidence, History, Message
from dropout_lint.rules.wording import confidence, entry_name, sites


def leak_drafts(history: History, code: str, *, value: bool, in_a_graph: str) -> Iterator[Diagnostic]:
    """Findings for a written flag that outlives its call and changes a later layer.

    Args:
        history: the tables.
        code: the rule's code.
        value: the flag that leaks: False silences training, True disturbs inference.
        in_a_graph: the cure where the flag cannot be handed on.
    """
    seen: set[int] = set()
    for trace, run, row in _rows(history, training=not value):
        if not row.leaked or not _changed(row, active=value):
            continue
        for flag in _leaking(row, value):
            if flag.site is not None and id(flag.site.node) not in seen:
                seen.add(id(flag.site.node))
                repair = told_after(history, flag.site, training=not value)
                no_way = repair is None and row.frames[-1].graph
                cure = in_a_graph if no_way else f"pass training=training to {row.layer.class_name}"
                message = _leak_message(run, row, value=value)
                yield _draft(code, trace, run, row, flag.site, message, cure, repair)


def reset_drafts(history: History, code: str) -> Iterator[Diagnostic]:
    """Findings for a literal `training=None` that switches a trainable part's layer off.

    Args:
        history: the tables.
        code: the rule's code.
    """
    seen: set[int] = set()
    for trace, run, row in _rows(history, training=True):
        flag = cause(row.flag)
        before = next((earlier for earlier in _displaced(flag) if _counts(row, earlier)), None)
        told = before is not None and _tells(row, before)
        if flag.kind != "reset" or not told or not _changed(row, active=False) or flag.site is None:
            continue
        if id(flag.site.node) not in seen:
            seen.add(id(flag.site.node))
            message = (
                f"a literal training=None resets the flag: {row.layer.class_name} (",
                row.layer.site,
                f") is off in {entry_name(run)} (",
                run.site,
                ")",
            )
            name = written.name_of(flag.frame) if flag.frame is not None else "it"
            repair = told_instead_of_none(history, flag.site, name)
            # Without the argument the flag of the run comes through, in a graph too.
            wired = any(f.graph and f.site and f.site.node is flag.site.node for f in row.frames)
            cure = f"{'' if wired else 'pass training=training there, or '}leave the argument out"
            yield _draft(code, trace, run, row, flag.site, message, cure, repair)


def _rows(history: History, *, training: bool) -> Iterator[tuple[Trace, Run, Activity]]:
    for trace in history.traces:
        for run in trace.runs:
            if run.training is training and not (training and run.trained == frozenset()):
                yield from ((trace, run, row) for row in run.activities)


def _changed(row: Activity, *, active: bool) -> bool:
    """The layer is not as it should be: switched off though trainable, or on in inference."""
    if row.active is not active or row.armed is not True:
        return False
    return active or row.frozen is False


def _leaking(row: Activity, value: bool) -> list[Flag]:
    """The written flags of this value that were in force in turn, if they replaced its opposite."""
    chain: list[Flag] = []
    for current in (row.flag, *_displaced(row.flag)):
        if current.kind == "written" and current.value is value:
            chain.append(current)
        elif current.kind != "reset" and (value or not _leaked_too(row, current)):
            return chain if value or _tells(row, current) else []
    return chain if value else []


def _counts(row: Activity, flag: Flag) -> bool:
    """Whether a flag is what a reset took away: not itself a reset, nor leaked from elsewhere."""
    return flag.kind != "reset" and not _leaked_too(row, flag)


def _leaked_too(row: Activity, flag: Flag) -> bool:
    """Whether a flag was written for a call that had returned: without it the one before would hold."""
    return flag.kind == "written" and flag.frame not in row.frames


def _tells(row: Activity, flag: Flag) -> bool:
    """Whether a flag is a True that was meant for the row: the run's own, or of a call around it."""
    return flag.value is True and (flag.kind == "entry" or flag.frame in row.frames)


def _displaced(flag: Flag) -> Iterator[Flag]:
    """The flags that were in force before, the latest first."""
    while flag.displaced is not None:
        flag = flag.displaced
        yield flag


def _leak_message(run: Run, row: Activity, *, value: bool) -> Message:
    what = "is in training mode" if value else "is off"
    return (
        f"training={value} here also holds for what is executed after it: {row.layer.class_name} (",
        row.layer.site,
        f") {what} in {entry_name(run)} (",
        run.site,
        ")",
    )


def _draft(
    code: str,
    trace: Trace,
    run: Run,
    row: Activity,
    site: Site,
    message: Message,
    cure: str,
    repair: Repair | None,
) -> Diagnostic:
    layers = [frame.layer for frame in row.frames]
    related = sites(("affected", row.layer.site), ("trained" if run.training else "run", run.site))
    level, evidence = confidence(trace, run, layers, 0), Evidence(trace, run, row)
    return Diagnostic(code, site, message, cure, level, related, repair, evidence)
