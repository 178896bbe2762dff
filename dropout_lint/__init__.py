"""dropout-lint: finds Dropout that is still active in frozen Keras models, without running the code.

`lint_path` is the public interface, `lint_source`, `lint_notebook` and `lint_cells` are the same for
text; flake8, the command line and editors are thin callers of it. Importing this package imports
nothing heavy.

What lives where, in the order in which data flows; nothing looks back up:

    once                              what is found out once and kept
    config, pyproject, selection, ignored_settings   settings, with one meaning for every front end
    source/          text in: files, notebooks, the project's modules, positions, noqa
    screening/       what has to be looked at at all: by text, names, and what reaches what
    target/          which Keras a file is for: requirements, hints, releases
    linter, placing  the pipeline, in one screen; where its findings are shown
    judging          its first half: from the text to the tables, under the Kerases that a program is for
    interpreter/     Python, on abstract values; it knows nothing of Keras
    keras/           Keras: layers and models as objects, wiring, runs, what differs by version, the catalogue
    rules/           one rule per file, with its page; a rule asks the tables and nothing else
    fixes/           what a rule wants changed becomes edits of the text, applied and proved
    finding          what is reported: findings, places, fixes, confidence
    checking, api    linting with what is selected and not silenced; the public functions
    cache/           results kept on disk, and what each of them rests on
    reporters/       one output format per file
    cli, argument_types, commands/   the command line: arguments; one module per sub-command
    baseline         findings that a project knows of
    address          where the project is on the web, for links to the rules
    flake8_plugin    the flake8 adapter
    language_server/ the adapter for editors (extra `lsp`)
    runtime          for built models: the only part that runs Keras in the user's own process
    reproducing/     builds a small program that shows a finding, from the tables
    observing        runs such programs, and the rules' examples, on Keras, in a process of its own
"""

from __future__ import annotations

# As in typing, which takes as long to import as Python takes to start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from dropout_lint.api import lint_cells, lint_notebook, lint_path, lint_source
    from dropout_lint.config import Settings
    from dropout_lint.finding import Applicability, Confidence, Edit, Finding, Fix, Place, Related

__version__ = "0.1.0"
__all__ = [
    "Applicability",
    "Confidence",
    "Edit",
    "Finding",
    "Fix",
    "Place",
    "Related",
    "Settings",
    "lint_cells",
    "lint_notebook",
    "lint_path",
    "lint_source",
]


def __getattr__(name: str) -> object:
    """What is asked for is imported then: `dropout-lint --version` must not wait for it."""
    from importlib import import_module

    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = "api" if name.startswith("lint_") else "config" if name == "Settings" else "finding"
    value: object = getattr(import_module(f"dropout_lint.{home}"), name)
    return value
