"""Imports of the project's own modules.

For now there are none: every module that no library claims is an `Extern`. Whoever reads
other files of the project overrides `Modules.resolve`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dropout_lint.interpreter.values import Extern, Value

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.source.text import SourceFile

# Values of names of the standard library that programs branch on.
CONSTANTS: dict[str, object] = {
    "typing.TYPE_CHECKING": False,
    "typing_extensions.TYPE_CHECKING": False,
    "math.pi": 3.141592653589793,
    "math.e": 2.718281828459045,
    "math.inf": float("inf"),
    "sys.maxsize": 2**63 - 1,
}


class Modules:
    """Finds the modules of the project."""

    def resolve(self, machine: Machine, dotted: str, level: int, importer: SourceFile) -> Value | None:
        """The module (or, for a name inside one, the value) that an import means.

        Args:
            machine: the run that imports.
            dotted: the name as written, without leading dots; it may be empty.
            level: the number of leading dots.
            importer: the file that holds the import.

        Returns:
            None when it is no module of the project.
        """
        return None


def dotted_value(machine: Machine, dotted: str) -> Value:
    """The value of an absolute dotted name that the project does not define."""
    found = machine.library.lookup(dotted)
    return Extern(dotted) if found is None else found
