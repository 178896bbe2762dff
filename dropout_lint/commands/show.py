"""`dropout-lint show`: what the linter believes of a file's runs."""

from __future__ import annotations

import sys
from pathlib import Path

from dropout_lint.config import Overrides, config_for
from dropout_lint.finding import Place
from dropout_lint.judging import judged
from dropout_lint.keras.behaviour import Behaviour, describe, releases
from dropout_lint.placing import Places
from dropout_lint.reporters.pretty import console_for
from dropout_lint.reporters.report import named, plain, where
from dropout_lint.reporters.run_tree import SURPRISE, Node, nodes, shown_sites
from dropout_lint.rules.rule import History
from dropout_lint.source.modules import ModuleFiles
from dropout_lint.source.reading import content_of, decode, program_of
from dropout_lint.source.text import SourceFile


def run(path: str, overrides: Overrides, color: bool = True) -> int:
    """Prints every run as a tree, under each Keras that makes a difference.

    Raises:
        ConfigError: a pyproject.toml cannot be meant.
        OSError: the file cannot be read.
        SyntaxError: it is not Python.
    """
    settings = config_for(path, overrides).settings
    file = program_of(decode(content_of(path), path), path)
    files = ModuleFiles(Path(path), settings.roots)
    choice, wanted, told = judged(file, settings, files)
    found, unknowns = _by_keras(told, file, files), _unknowns(told, file, files)
    console = console_for(sys.stdout, color)
    target = f"judged for Keras {releases(choice.specifier)} ({plain(choice.short)})"
    console.print(f"{named(path)} is {target}.")
    for names, runs in found:
        console.print()
        if len(names) < len(wanted):
            console.print(f"[In Keras {describe(names)}]", style="bold")
        for node in runs:
            console.print(node.tree())
        if not runs and unknowns:
            console.print("No run of a model could be seen; whether there is one is not known.")
        elif not runs:
            console.print("No run of a model is in sight: nothing is trained, called or evaluated.")
    if any(node.holds(SURPRISE) for _, runs in found for node in runs):
        console.print(
            f"\n{SURPRISE}: frozen, which stops its weights alone; in training it is random all the same."
        )
    if unknowns:
        console.print("\nNot known, so that something may be missing above:")
    for place, reason in unknowns:
        console.print(f"  {where(place)}: {plain(reason)}")
    return 0


def _unknowns(told: list[History], file: SourceFile, files: ModuleFiles) -> list[tuple[Place, str]]:
    """What could not be known of the file, in the order of its lines."""
    notes = {note for history in told for trace in history.traces for note in trace.notes}
    own = [(reason, site) for reason, site in notes if site.file is file]
    places = Places(file, files, [site for _, site in own])
    return sorted({(places.place(site), reason) for reason, site in own})


def _by_keras(
    told: list[History], file: SourceFile, files: ModuleFiles
) -> list[tuple[list[Behaviour], list[Node]]]:
    """What happens, with the Kerases under which it does; those under which the same does, together."""
    groups: list[tuple[list[Behaviour], list[Node]]] = []
    for history in told:
        places = Places(file, files, [site for trace in history.traces for site in shown_sites(trace)])
        found = nodes(history.traces, file, places)
        names = next((names for names, other in groups if other == found), None)
        if names is None:
            groups.append(([history.behaviour], found))
        else:
            names.append(history.behaviour)
    return groups
