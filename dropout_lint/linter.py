"""The pipeline: text -> prefilter -> names -> tree -> tables -> rules -> findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from dropout_lint.config import Settings
from dropout_lint.finding import Finding, Place
from dropout_lint.fixes.repair import together
from dropout_lint.interpreter.exploration.entry_points import run_roots
from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.keras.behaviour import Behaviour, behaviours
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.library import KerasLibrary
from dropout_lint.keras.trace import Trace
from dropout_lint.once import Once
from dropout_lint.partly_seen import PartlySeen, partly_seen
from dropout_lint.placing import Places, finding, local, sites_of
from dropout_lint.rules import RULES
from dropout_lint.rules.rule import Diagnostic, Evidence, History
from dropout_lint.screening.relevance import Relevance
from dropout_lint.screening.text import has_evidence, import_may_matter, imported_files
from dropout_lint.screening.training_elsewhere import is_trained_elsewhere, trains
from dropout_lint.source.modules import ModuleFiles
from dropout_lint.source.positions import Span, spans
from dropout_lint.source.project import location
from dropout_lint.source.text import SourceFile
from dropout_lint.target.requirements import KerasChoice, choose


@dataclass(frozen=True, slots=True)
class Reason:
    """What a finding rests on, in one class of Kerases.

    Args:
        code: of its rule.
        place: where it is shown.
        keras: the class of Kerases.
        evidence: the rows of the tables.
    """

    code: str
    place: Place
    keras: str
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the linter made of a file.

    Args:
        findings: ordered by place.
        unknowns: what could not be known, as (place, reason), ordered by place: where a finding
            may be missed.
        keras: the Kerases it was judged for, and why those; None where there was nothing to judge.
        partly_seen: the training runs that could not be seen whole.
        open_runs: how many those are; known also where they are not listed.
    """

    findings: list[Finding]
    unknowns: list[tuple[Place, str]]
    keras: KerasChoice | None
    partly_seen: list[PartlySeen]
    open_runs: int


def analyse(file: SourceFile, settings: Settings, *, explain: bool = True) -> Analysis:
    """All that is found out about one parsed file.

    Args:
        file: the program.
        settings: what to look for.
        explain: whether to list what could not be known; the places cost time.

    Raises:
        SyntaxError: the text is not Python.
        ValueError: the settings name no Keras version.
    """
    files = _files(file, settings)
    relevance = _relevance(file, files)
    if not explain and settings.prefilter and not relevance.acts(relevance.reach.everything()):
        return Analysis([], [], None, [], 0)
    return _analyse(file, settings, files, explain, widely=True)


def _files(file: SourceFile, settings: Settings) -> ModuleFiles | None:
    """The modules that a program can import; None if they do not matter."""
    path = location(file.path)
    return ModuleFiles(path, settings.roots) if path is not None and has_evidence(file.text) else None


def keras_for(file: SourceFile, files: ModuleFiles | None, settings: Settings) -> KerasChoice:
    """Which Keras a file is judged for, and why."""
    root, modules = (files.root, imported_files(files)) if files is not None else (None, ())
    where = location(file.path)
    return choose(where, file.text, settings.keras_version, root, file.installs, modules)


def _analyse(
    file: SourceFile, settings: Settings, files: ModuleFiles | None, explain: bool, *, widely: bool
) -> Analysis:
    """As `analyse`; `widely`: run also what can have no finding, for what cannot be known of it."""
    choice = keras_for(file, files, settings)
    wanted = behaviours(choice.specifier)
    told = histories(file, wanted, files, explain=widely)
    merged = _merge(_drafts(file, told, settings), wanted)
    notes = {(reason, site) for history in told for trace in history.traces for reason, site in trace.notes}
    shown = [(reason, site) for reason, site in notes if explain and site.file is file]
    sites = [site for draft, _, _ in merged for site in sites_of(draft)]
    sites += [site for _, site, _ in merged] + [site for _, site in shown]
    open_runs = partly_seen(told, file)
    sites += [site for run in open_runs for site in run.sites()] if explain else []
    where = Places(file, files, sites)
    findings = [finding(draft, site, names, wanted, where) for draft, site, names in merged]
    unknowns = sorted({(where.place(site), reason) for reason, site in shown})
    return Analysis(
        findings=sorted(f for f in findings if f.confidence >= settings.min_confidence),
        unknowns=unknowns,
        keras=choice,
        partly_seen=sorted(run.placed(where) for run in open_runs) if explain else [],
        open_runs=len(open_runs),
    )


def lint_file(file: SourceFile, settings: Settings) -> list[Finding]:
    """All findings of one file, in the order of their places; it is parsed only if the names in it may
    lead to one. Raises as `analyse`."""
    files = _files(file, settings)
    if settings.prefilter and not _relevance(file, files).anything():
        return []  # most files: nobody has to parse them, or to know which Keras they are for
    return _analyse(file, settings, files, explain=False, widely=False).findings


def _relevance(file: SourceFile, files: ModuleFiles | None) -> Relevance:
    """Which parts of the program may have to do with a finding; found out once per file."""

    def find() -> Relevance:
        if files is None:
            return Relevance(file.text)
        return Relevance(file.text, lambda dotted, dots: import_may_matter(files, dotted, dots))

    return _RELEVANCE.of(file, find)


_RELEVANCE: Once[Relevance] = Once()


def histories(
    file: SourceFile, wanted: Iterable[Behaviour], files: ModuleFiles | None = None, *, explain: bool = True
) -> list[History]:
    """Simulates the program under each Keras; classes that cannot differ on it share a run."""
    done: list[History] = []
    for behaviour in wanted:
        same = next((h for h in done if h.behaviour.agrees(behaviour)), None)
        traces = same.traces if same is not None else simulate(file, behaviour, files, explain=explain)
        done.append(History(behaviour, traces))
        if same is not None:
            behaviour.consulted |= same.behaviour.consulted
    return done


def simulate(
    file: SourceFile, behaviour: Behaviour, files: ModuleFiles | None = None, *, explain: bool = True
) -> list[Trace]:
    """The tables of a program under one Keras, one for each run of the interpreter.

    Args:
        explain: whether to run also what can have no finding, for what cannot be known of it.
    """
    traces: list[Trace] = []

    def finish(machine: Machine) -> None:
        assert isinstance(machine.library, KerasLibrary)
        machine.library.finish(machine)
        trace = machine.library.sim.trace
        trace.speculative = machine.speculative
        trace.whole_program = machine.root == "<module>"
        trace.notes = machine.notes
        trace.root = machine.root
        trace.decided = [one.at for one in machine.choices.decisions if one.at is not None]
        traces.append(trace)

    relevance = _relevance(file, files)
    interesting = relevance.acts if explain else relevance.concerns
    run_roots(file, lambda way: KerasLibrary(behaviour, way), finish, interesting, files, relevance.reach)
    if any(run.training and not run.assumed for trace in traces for run in trace.runs):
        for trace in traces:  # the program trains by itself: nothing has to be assumed
            trace.runs = [run for run in trace.runs if not run.assumed]
    assumed = [run for trace in traces for run in trace.runs if run.assumed]
    if assumed and files is not None and not trains(file.text):
        elsewhere = is_trained_elsewhere(files.real, files.root)
        for run in assumed:
            loaded = run.model is not None and run.model.loaded
            run.witnessed = elsewhere is None or (elsewhere and not loaded)
    return traces


def ask(history: History, settings: Settings) -> Iterable[Diagnostic]:
    """What the rules make of the tables."""
    for rule in RULES:
        if rule.default or rule.code in settings.opt_in:
            yield from rule.check(history)


Found = tuple[Behaviour, Diagnostic, Site]


def reasons(file: SourceFile, settings: Settings) -> list[Reason]:
    """What the findings of a file rest on, for each Keras that it is judged for. Raises as `analyse`."""
    files = _files(file, settings)
    wanted = behaviours(keras_for(file, files, settings).specifier)
    found = _drafts(file, histories(file, wanted, files, explain=False), settings)
    where = Places(file, files, [site for _, _, site in found])
    return [Reason(draft.code, where.place(site), keras.name, draft.evidence) for keras, draft, site in found]


def _drafts(file: SourceFile, told: list[History], settings: Settings) -> list[Found]:
    """What the rules say, with the place in the linted file to show it at.

    What another file is enough to find is shown there, not here.
    """
    found: list[Found] = []
    elsewhere: dict[SourceFile, set[tuple[str, Span]]] = {}
    for history in told:
        for draft in ask(history, settings):
            other, site = draft.site.file.whole, local(draft, file)
            if other is file:
                shown = False
            else:
                if other not in elsewhere:
                    elsewhere[other] = _own(other, [h.behaviour for h in told], settings)
                shown = _mark(draft) in elsewhere[other]
            if site is not None and not shown:
                found.append((history.behaviour, draft, site))
    return found


def _mark(draft: Diagnostic) -> tuple[str, Span]:
    """What a draft is about, whichever part of the file it was found in."""
    node = draft.site.node
    return draft.code, spans(draft.site.file.module, [node], draft.site.file.shifts)[id(node)]


def _own(file: SourceFile, wanted: list[Behaviour], settings: Settings) -> set[tuple[str, Span]]:
    """The code and place of every finding that a file shows by itself when it is linted."""
    told = histories(file, wanted, ModuleFiles(Path(file.path), settings.roots), explain=False)
    drafts = [draft for history in told for draft in ask(history, settings)]
    return {
        _mark(draft)
        for draft in drafts
        if draft.site.file is file and draft.confidence >= settings.min_confidence
    }


def _merge(found: list[Found], wanted: list[Behaviour]) -> list[tuple[Diagnostic, Site, list[Behaviour]]]:
    """One draft for each (code, site), with every Keras it holds for.

    The cure shown is that of the Keras where a flag in a graph is overridden, if it is among
    them: it works in the others too.
    """
    merged: dict[tuple[str, int], list[Found]] = {}
    for one in found:
        merged.setdefault((one[1].code, id(one[2].node)), []).append(one)
    result = []
    for group in merged.values():
        strictest = max(group, key=lambda one: (one[0].fact(Fact.GRAPH_OVERRIDES_FLAG), one[1].confidence))
        names = [behaviour for behaviour in wanted if any(b is behaviour for b, _, _ in group)]
        repair = together([draft.repair for _, draft, _ in group])
        result.append((replace(strictest[1], repair=repair), strictest[2], names))
    return result
