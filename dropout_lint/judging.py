"""What a program does under the Kerases that it is for: from its text to the tables."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

from dropout_lint.config import Settings
from dropout_lint.interpreter.exploration.entry_points import run_roots
from dropout_lint.interpreter.machine import Machine
from dropout_lint.keras.behaviour import Behaviour, behaviours
from dropout_lint.keras.facts import Fact
from dropout_lint.keras.library import KerasLibrary
from dropout_lint.keras.trace import Trace
from dropout_lint.once import Once
from dropout_lint.rules.rule import History
from dropout_lint.screening.relevance import Relevance
from dropout_lint.screening.text import import_may_matter, imported_files
from dropout_lint.screening.training_elsewhere import is_trained_elsewhere, trains
from dropout_lint.source import reads
from dropout_lint.source.modules import ModuleFiles
from dropout_lint.source.positions import spans
from dropout_lint.source.project import location
from dropout_lint.source.text import SourceFile
from dropout_lint.target.hints import KERAS_2, Hint
from dropout_lint.target.releases import RELEASE_LINE
from dropout_lint.target.requirements import KerasChoice, backend_of, choose


def relevance_of(file: SourceFile, files: ModuleFiles | None) -> Relevance:
    """Which parts of the program may have to do with a finding; found out once per file."""

    def find() -> tuple[Relevance, reads.Reads]:
        if files is None:
            return Relevance(file.text), reads.Reads()
        with reads.recorded() as looked_at:
            found = Relevance(file.text, lambda dotted, dots: import_may_matter(files, dotted, dots))
        return found, looked_at

    relevance, looked_at = _RELEVANCE.of(file, find)
    reads.again(looked_at)
    return relevance


_RELEVANCE: Once[tuple[Relevance, reads.Reads]] = Once()


class Judged(NamedTuple):
    """What a program does under the Kerases that it is for.

    Attributes:
        choice: these, and why.
        wanted: their classes.
        told: the tables under each.
    """

    choice: KerasChoice
    wanted: list[Behaviour]
    told: list[History]


def judged(
    file: SourceFile, settings: Settings, files: ModuleFiles | None = None, *, explain: bool = True
) -> Judged:
    """Simulates a program under the Kerases that it is for. Arguments as `histories`.

    Where one of Keras 2 and 3 answers it with an exception, whichever way it takes, and the other does not,
    people run it on the other one, unless the project or the user says which it is.
    """
    first = _judged(file, settings, files, None, explain)
    seen = None if settings.keras_version else _refused(first, file)
    if seen is None:
        return first
    other = _judged(file, settings, files, seen, explain)
    return first if _refused(other, file) else other


def _judged(
    file: SourceFile, settings: Settings, files: ModuleFiles | None, seen: Hint | None, explain: bool
) -> Judged:
    root, modules = (files.root, imported_files(files)) if files is not None else (None, ())
    where, option = location(file.path), settings.keras_version
    choice = choose(where, file.text, option, root, file.installs, modules, seen)
    wanted = behaviours(choice.specifier, backend_of(file.text, modules))
    return Judged(choice, wanted, histories(file, wanted, files, explain=explain))


def _refused(judged: Judged, file: SourceFile) -> Hint | None:
    """That one of Keras 2 and 3 refuses the program, which is then for the other one."""
    for keras_2 in (False, True):
        told = [history for history in judged.told if history.behaviour.fact(Fact.IS_KERAS_2) == keras_2]
        traces = [trace for history in told for trace in history.traces if trace.whole_program]
        if traces and all(trace.refused for trace in traces):
            reason, at = traces[0].refused[0]
            place = spans(at.file.module, [at.node], at.file.shifts)[id(at.node)]
            where = f" (line {place.line})" if at.file is file else ""
            return Hint(RELEASE_LINE if keras_2 else KERAS_2, f"{reason}{where}", binding=False)
    return None


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

    def finish(machine: Machine) -> Trace:
        assert isinstance(machine.library, KerasLibrary)
        machine.library.finish(machine)
        trace = machine.library.sim.trace
        trace.speculative = machine.speculative
        trace.whole_program = machine.root == "<module>"
        trace.notes = machine.notes
        trace.root = machine.root
        trace.decided = [one.at for one in machine.choices.decisions if one.at is not None]
        return trace

    relevance = relevance_of(file, files)
    interesting = relevance.acts if explain else relevance.concerns
    library = partial(KerasLibrary, behaviour)
    traces = run_roots(file, library, finish, interesting, relevance.promises, files, relevance.reach)
    if any(run.training and not run.assumed for trace in traces for run in trace.runs):
        for trace in traces:  # the program trains by itself: nothing has to be assumed
            trace.runs = [run for run in trace.runs if not run.assumed]
    assumed = [run for trace in traces for run in trace.runs if run.assumed]
    if assumed and files is not None and not trains(file.text):
        elsewhere = is_trained_elsewhere(files.real, files.root)
        for run in assumed:
            loaded = run.model is not None and run.model.weights_loaded
            run.witnessed = elsewhere is None or (elsewhere and not loaded)
    return traces
