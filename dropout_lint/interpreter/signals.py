"""How control leaves a statement other than by its end."""

from __future__ import annotations

from dropout_lint.interpreter.values.kinds import Site, Value


class Signal(Exception):
    """Control leaves the normal order of the interpreted program."""


class Return(Signal):
    """`return value`."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


class Break(Signal):
    """`break`."""


class Continue(Signal):
    """`continue`."""


class Raised(Signal):
    """The interpreted program raised an exception."""

    def __init__(self, exception: Value, at: Site) -> None:
        super().__init__()
        self.exception = exception
        self.at = at


class Exit(Signal):
    """The interpreted program ends here: `sys.exit()` and the like."""
