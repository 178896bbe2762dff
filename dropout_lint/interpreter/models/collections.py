"""`collections`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dropout_lint.interpreter.builtins import sequences
from dropout_lint.interpreter.models import dataclass_like
from dropout_lint.interpreter.values.kinds import Args, Collection, Const, Site, Value

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function


def _dict(machine: Machine, args: Args, at: Site) -> Value | None:
    return sequences.FUNCTIONS["dict"](machine, None, args, at)


def _deque(machine: Machine, args: Args, at: Site) -> Value | None:
    """`deque(iterable, maxlen)`: a list that can also be changed in front; a short one forgets."""
    made = sequences.FUNCTIONS["list"](machine, None, Args(args.positional[:1]), at)
    longest = args.get(1, "maxlen")
    if isinstance(made, Collection) and longest is not None and machine.known_truth(longest) is not False:
        made.complete = False
    return made


def _namedtuple(machine: Machine, args: Args, at: Site) -> Value | None:
    """`namedtuple("Stage", ["units", "repeats"], defaults=[1])`; the fields may be one string."""
    name, listed = args.get(0, "typename"), args.get(1, "field_names")
    if listed is None or not isinstance(name, Const):
        return None
    text = listed.value if isinstance(listed, Const) else None
    if isinstance(text, str):
        fields = text.replace(",", " ").split()
    else:
        items = machine.iterate(listed, at)
        if items is None or not all(isinstance(item, Const) for item in items):
            return None
        fields = [str(item.value) for item in items if isinstance(item, Const)]
    given = args.get(None, "defaults")
    defaults = machine.iterate(given, at) if given is not None else []
    return (
        None if defaults is None else dataclass_like.named_tuple(str(name.value), fields, defaults, at.file)
    )


FUNCTIONS: dict[str, Function] = {
    "collections.OrderedDict": _dict,
    "collections.deque": _deque,
    "collections.namedtuple": _namedtuple,
}
