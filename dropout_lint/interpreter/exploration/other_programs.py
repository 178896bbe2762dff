"""Other programs of the project, run beside this one: what they leave on the disk."""

from __future__ import annotations

from pathlib import Path

from dropout_lint.interpreter.budget import Budget, BudgetExceeded
from dropout_lint.interpreter.exploration.paths import PathDecisions
from dropout_lint.interpreter.library import Library
from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.signals import Signal
from dropout_lint.interpreter.values.kinds import Const, Scope, Site


def run_beside(machine: Machine, library: Library, choices: PathDecisions, path: Path, at: Site) -> bool:
    """Runs a script of the project as `python script.py` would, from a heap of its own.

    It takes the sides of branches that a first run takes, and no more than half of the steps that are left.

    Args:
        machine: the run that asks for what it leaves.
        library: what the script's libraries do.
        choices: the way that it takes; neither is of another run.
        path: the script.
        at: where it is asked for; what the script writes is shown there.

    Returns:
        Whether it came to its end, or to an exception that nobody catches. Raises `BudgetExceeded` when
        the run that asks has no steps left.
    """
    files = machine.modules.files
    file = files.read(path) if files is not None else None
    if file is None:
        return False
    choices.exploring = False
    machine.budget.release()
    given = machine.budget.steps // 2
    beside = Machine(machine.file, library, choices, Budget(given), files)
    scope = Scope(None, "module")
    scope.names["__name__"] = Const("__main__")
    try:
        beside.execute_file(file, scope, via=at)
    except Signal:
        pass  # it exits, or raises: what it did before, it did
    except (BudgetExceeded, RecursionError):
        return False
    finally:
        machine.budget.step(given - max(beside.budget.steps, 0))
    return True
