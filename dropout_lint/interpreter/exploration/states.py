"""What a run has made of its module, kept so that the runs of the entry points can begin there.

The module, and what it imports, does the same before each run of its unused functions and classes. Its
state is written down once, in memory, as the standard library pickles objects; each run begins with a copy.
What no run changes (files and their trees, places in them, constants, keys, unknown values, classes of a
library) is no part of it: all copies mean the same objects. Making a copy took a seventh of running the
module, for modules of 4,000 and 7,000 steps.
"""

from __future__ import annotations

import io
import pickle
import sys
from pathlib import Path

import libcst as cst

from dropout_lint.interpreter.budget import Budget
from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.values.iteration import MISSING
from dropout_lint.interpreter.values.keys import Key
from dropout_lint.interpreter.values.kinds import Const, ExternalName, Lasting, Presumed, Site, Unknown
from dropout_lint.once import Once, OnceEach, OnceEachNode
from dropout_lint.source.modules import ModuleFiles
from dropout_lint.source.text import SourceFile

MIN_STEPS = 500
"""What takes less is run again: a copy of its state would cost as much."""
SHARE = 8
"""How many steps of the module cost as much as one step's part of a copy."""
# Compiled code descends into the objects: this deep it surely has the stack for.
_MAX_DEPTH = 2_000
_LASTING = (cst.CSTNode, SourceFile, ModuleFiles, Path, Once, OnceEach, OnceEachNode, Lasting, Key)
# These very classes: a library's own constants may hold what its runs change.
_LASTING_VALUES = frozenset({Site, Const, Presumed, ExternalName, Unknown, type(MISSING)})


class ModuleState:
    """The state of a run whose module was run and nothing else.

    Args:
        machine: the run; it may go on.
        steps: what the module took.

    Raises:
        NotKept: it cannot be written down: it is nested too deep, or holds what is no data.
    """

    def __init__(self, machine: Machine, steps: int) -> None:
        self.cost = steps // SHARE
        self._lasting: list[object] = []
        written = io.BytesIO()
        limit = sys.getrecursionlimit()
        try:
            sys.setrecursionlimit(_MAX_DEPTH)
            _Writer(written, self._lasting).dump(machine)
        except (RecursionError, pickle.PicklingError, TypeError, AttributeError) as error:
            raise NotKept from error
        finally:
            sys.setrecursionlimit(limit)
        self._text = written.getvalue()

    def copy(self, budget: Budget) -> Machine:
        """A run that is where the other one was, with a budget of its own, to be charged with `cost`."""
        machine: Machine = _Reader(io.BytesIO(self._text), self._lasting).load()
        machine.budget = budget
        return machine


class NotKept(Exception):
    """A state cannot be written down."""


class _Writer(pickle.Pickler):
    def __init__(self, to: io.BytesIO, lasting: list[object]) -> None:
        super().__init__(to, pickle.HIGHEST_PROTOCOL)
        self._lasting = lasting
        self._kinds: dict[type, bool] = {}

    def persistent_id(self, value: object) -> int | None:
        kind = type(value)
        lasts = self._kinds.get(kind)
        if lasts is None:
            lasts = self._kinds[kind] = kind in _LASTING_VALUES or isinstance(value, _LASTING)
        if not lasts:
            return None
        self._lasting.append(value)
        return len(self._lasting) - 1


class _Reader(pickle.Unpickler):
    def __init__(self, text: io.BytesIO, lasting: list[object]) -> None:
        super().__init__(text)
        # Not a method: of ten thousand objects, each of which would be a call of it.
        self.persistent_load = lasting.__getitem__  # type: ignore[method-assign]
