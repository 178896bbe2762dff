"""`itertools`, as far as it gives something finite."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

from dropout_lint.interpreter.budget import MAX_ITEMS
from dropout_lint.interpreter.values.kinds import Args, Collection, Site, Value
from dropout_lint.interpreter.values.operators import bounded

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine
    from dropout_lint.interpreter.models.modelled import Function


def _chain(machine: Machine, args: Args, at: Site) -> Value | None:
    parts = [machine.iterate(value, at) for value in args.positional]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts) or not args.complete:
        return None
    return bounded(list(itertools.chain(*known)), "list", True)


def _chain_from_iterable(machine: Machine, args: Args, at: Site) -> Value | None:
    inner = machine.iterate(args.positional[0], at) if args.positional else None
    return None if inner is None else _chain(machine, Args(inner), at)


def _product(machine: Machine, args: Args, at: Site) -> Value | None:
    parts = [machine.iterate(value, at) for value in args.positional]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts) or args.keywords or math.prod(map(len, known)) > MAX_ITEMS:
        return None
    rows: list[Value] = [Collection(list(row), "tuple") for row in itertools.product(*known)]
    return Collection(rows)


FUNCTIONS: dict[str, Function] = {
    "itertools.chain": _chain,
    "itertools.chain.from_iterable": _chain_from_iterable,
    "itertools.product": _product,
}
