"""What a model of a library module consists of."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.values.kinds import Args, Site, Value

Function = Callable[["Machine", "Args", "Site"], "Value | None"]
"""What a call of a name of the module does; None hands the call on to the library."""

Method = Callable[["Machine", Any, "Args", "Site"], "Value | None"]
"""What a method of an object of the module (`Modelled`) does; None: its result cannot be known."""

Make = Callable[["Machine"], "Value"]
"""Gives an object of which there is one in a program."""
