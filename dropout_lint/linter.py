"""The pipeline: text -> prefilter -> tree -> tables -> rules -> findings."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dropout_lint.config import Settings
from dropout_lint.finding import Confidence, Finding, Place, Related
from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.roots import run_roots
from dropout_lint.interpreter.values import Site
from dropout_lint.keras.behaviour import Behaviour, behaviours, describe
from dropout_lint.keras.library import KerasLibrary
from dropout_lint.keras.requirements import choose
from dropout_lint.keras.trace import Trace
from dropout_lint.rules import RULES
from dropout_lint.rules.rule import Draft, History, Message
from dropout_lint.source.positions import Span, spans
from dropout_lint.source.text import SourceFile


def lint_file(file: SourceFile, settings: Settings) -> list[Finding]:
    """All findings of one parsed file, in the order of their places.

    Raises:
        SyntaxError: the text is not Python.
        ValueError: the settings name no Keras version.
    """
    choice = choose(_place_of(file), file.text, settings.keras_version)
    wanted = behaviours(choice.specifier)
    found = [
        (history.behaviour, draft) for history in histories(file, wanted) for draft in ask(history, settings)
    ]
    drafts = _merge(found, wanted)
    where = _locate(file, (draft for draft, _ in drafts))
    findings = [_finding(draft, names, wanted, where) for draft, names in drafts]
    return sorted(f for f in findings if f.confidence >= settings.min_confidence)


def _place_of(file: SourceFile) -> Path | None:
    """Where a file is, for its project's requirements; None for text that is in no file."""
    nameless = file.path in ("", "-", "stdin") or file.path.startswith("<")
    return None if nameless else Path(file.path)


def histories(file: SourceFile, wanted: Iterable[Behaviour]) -> list[History]:
    """Simulates the program under each Keras; classes that cannot differ on it share a run."""
    done: list[History] = []
    for behaviour in wanted:
        same = next((h for h in done if h.behaviour.agrees(behaviour)), None)
        traces = same.traces if same is not None else simulate(file, behaviour)
        done.append(History(behaviour, traces))
        if same is not None:
            behaviour.consulted |= same.behaviour.consulted
    return done


def simulate(file: SourceFile, behaviour: Behaviour) -> list[Trace]:
    """The tables of a program under one Keras, one for each run of the interpreter."""
    traces: list[Trace] = []

    def finish(machine: Machine) -> None:
        assert isinstance(machine.library, KerasLibrary)
        machine.library.finish(machine)
        trace = machine.library.sim.trace
        trace.speculative = machine.speculative
        trace.whole_program = machine.root == "<module>"
        traces.append(trace)

    run_roots(file, lambda: KerasLibrary(behaviour), finish)
    if any(run.training and not run.assumed for trace in traces for run in trace.runs):
        for trace in traces:  # the program trains by itself: nothing has to be assumed
            trace.runs = [run for run in trace.runs if not run.assumed]
    return traces


def ask(history: History, settings: Settings) -> Iterable[Draft]:
    """What the rules make of the tables."""
    for rule in RULES:
        if rule.default or rule.code in settings.opt_in:
            yield from rule.check(history)


def _merge(
    found: list[tuple[Behaviour, Draft]], wanted: list[Behaviour]
) -> list[tuple[Draft, list[Behaviour]]]:
    """One draft for each (code, site), with every Keras it holds for.

    The cure shown is that of the Keras where a flag in a graph is overridden, if it is among
    them: it works in the others too.
    """
    merged: dict[tuple[str, int], list[tuple[Behaviour, Draft]]] = {}
    for behaviour, draft in found:
        merged.setdefault((draft.code, id(draft.site.node)), []).append((behaviour, draft))
    result = []
    for group in merged.values():
        strictest = max(group, key=lambda pair: (pair[0].fact("graph_overrides_flag"), pair[1].confidence))
        names = [behaviour for behaviour in wanted if any(b is behaviour for b, _ in group)]
        result.append((strictest[1], names))
    return result


def _locate(file: SourceFile, drafts: Iterable[Draft]) -> dict[int, Span]:
    nodes = []
    for draft in drafts:
        sites = [draft.site, *(site for _, site in draft.related)]
        sites += [piece for piece in draft.message if isinstance(piece, Site)]
        nodes += [site.node for site in sites if site.file is file]
    return spans(file.module, nodes) if nodes else {}


def _finding(
    draft: Draft, names: list[Behaviour], wanted: list[Behaviour], where: dict[int, Span]
) -> Finding:
    text = _text(draft.message, where)
    if len(names) < len(wanted):
        text += f" in Keras {describe(names)}"
    related = tuple(Related(role, _place(site, where)) for role, site in draft.related)
    kerases = tuple(behaviour.name for behaviour in names)
    place = _place(draft.site, where)
    return Finding(place, draft.code, f"{text}: {draft.cure}", Confidence(draft.confidence), related, kerases)


def _text(message: Message, where: dict[int, Span]) -> str:
    pieces = [str(where[id(p.node)].line) if isinstance(p, Site) else p for p in message]
    return " ".join("".join(pieces).split())


def _place(site: Site, where: dict[int, Span]) -> Place:
    span = where[id(site.node)]
    return Place(
        path=site.file.path,
        line=span.line,
        column=span.column,
        end_line=span.end_line,
        end_column=span.end_column,
    )
