"""The pipeline: text -> prefilter -> names -> tree -> tables -> rules -> findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from dropout_lint.config import Settings
from dropout_lint.finding import Finding, PartlySeen, Place
from dropout_lint.fixes.repair import together
from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.judging import histories, judged, relevance_of
from dropout_lint.keras.behaviour import Behaviour
from dropout_lint.keras.facts import Fact
from dropout_lint.partly_seen import partly_seen
from dropout_lint.placing import Places, finding, local, sites_of
from dropout_lint.rules import RULES
from dropout_lint.rules.rule import Diagnostic, Evidence, History
from dropout_lint.screening.text import has_evidence
from dropout_lint.source.modules import ModuleFiles
from dropout_lint.source.positions import Span, spans
from dropout_lint.source.project import location
from dropout_lint.source.text import SourceFile
from dropout_lint.target.requirements import KerasChoice


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
    relevance = relevance_of(file, files)
    if not explain and settings.prefilter and not relevance.acts(relevance.reach.everything()):
        return Analysis([], [], None, [], 0)
    return _analyse(file, settings, files, explain, widely=True)


def _files(file: SourceFile, settings: Settings) -> ModuleFiles | None:
    """The modules that a program can import; None if they do not matter."""
    path = location(file.path)
    return ModuleFiles(path, settings.roots) if path is not None and has_evidence(file.text) else None


def _analyse(
    file: SourceFile, settings: Settings, files: ModuleFiles | None, explain: bool, *, widely: bool
) -> Analysis:
    """As `analyse`; `widely`: run also what can have no finding, for what cannot be known of it."""
    choice, wanted, told = judged(file, settings, files, explain=widely)
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
    if settings.prefilter and not relevance_of(file, files).anything():
        return []  # most files: nobody has to parse them, or to know which Keras they are for
    return _analyse(file, settings, files, explain=False, widely=False).findings


def ask(history: History, settings: Settings) -> Iterable[Diagnostic]:
    """What the rules make of the tables."""
    for rule in RULES:
        if rule.default or rule.code in settings.opt_in:
            yield from rule.check(history)


Found = tuple[Behaviour, Diagnostic, Site]


def reasons(file: SourceFile, settings: Settings) -> list[Reason]:
    """What the findings of a file rest on, for each Keras that it is judged for. Raises as `analyse`."""
    files = _files(file, settings)
    found = _drafts(file, judged(file, settings, files, explain=False).told, settings)
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
