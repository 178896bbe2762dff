"""Functions of the standard library that are worth following, by dotted name.

None as a result hands the call on to the library.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import libcst as cst

from dropout_lint.interpreter.budget import MAX_ITEMS
from dropout_lint.interpreter.builtins.functions import BUILTINS
from dropout_lint.interpreter.models import dataclass_like
from dropout_lint.interpreter.models.regular_expressions import compile_pattern, search
from dropout_lint.interpreter.signals import Exit
from dropout_lint.interpreter.values import folding, formatting
from dropout_lint.interpreter.values.kinds import (
    Args,
    Collection,
    Const,
    Dict,
    ExternalName,
    Partial,
    Site,
    Value,
)
from dropout_lint.interpreter.values.operators import bounded, undetermined

if TYPE_CHECKING:
    from dropout_lint.interpreter.machine import Machine

Modelled = Callable[["Machine", Args, Site], "Value | None"]


def _partial(machine: Machine, args: Args, at: Site) -> Value | None:
    if not args.positional:
        return None
    return Partial(args.positional[0], Args(args.positional[1:], args.keywords, args.complete))


def _reduce(machine: Machine, args: Args, at: Site) -> Value | None:
    if len(args.positional) < 2:
        return None
    items = machine.iterate(args.positional[1], at)
    if items is None:
        return None
    items = [*args.positional[2:3], *items]
    if not items:
        return None
    result = items[0]
    for item in items[1:]:
        result = machine.invoke(args.positional[0], Args([result, item]), at)
    return result


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


def _first(machine: Machine, args: Args, at: Site) -> Value | None:
    """A function that gives back its first argument, or something that iterates like it."""
    return args.get(0, "iterable")


def _second(machine: Machine, args: Args, at: Site) -> Value | None:
    return args.get(1, "val")


def _copy(machine: Machine, args: Args, at: Site) -> Value | None:
    value = args.positional[0] if args.positional else None
    if isinstance(value, Const):
        return value
    if isinstance(value, Collection):
        return Collection(list(value.items), value.kind, value.complete)
    return Dict(dict(value.items), value.complete) if isinstance(value, Dict) else None


def _deepcopy(machine: Machine, args: Args, at: Site) -> Value | None:
    """Copies containers of constants; objects are the library's business."""
    return _deep(machine, args.positional[0], 0) if args.positional else None


def _deep(machine: Machine, value: Value, depth: int) -> Value | None:
    if isinstance(value, Const):
        return value
    machine.budget.step()
    if depth > 20 or not isinstance(value, (Collection, Dict)):
        return None
    if isinstance(value, Collection):
        items = [_deep(machine, item, depth + 1) for item in value.items]
        known = [item for item in items if item is not None]
        return Collection(known, value.kind, value.complete) if len(known) == len(items) else None
    pairs = {key: _deep(machine, item, depth + 1) for key, item in value.items.items()}
    copied = {key: item for key, item in pairs.items() if item is not None}
    return Dict(copied, value.complete) if len(copied) == len(pairs) else None


def _exit(machine: Machine, args: Args, at: Site) -> Value | None:
    raise Exit


def _folded(compute: Callable[..., Any]) -> Modelled:
    def function(machine: Machine, args: Args, at: Site) -> Value | None:
        arguments, known = formatting.python_values(args.positional)
        return folding.attempt(lambda: compute(*arguments)) if known and not args.keywords else None

    return function


def _same_again(name: str) -> Modelled:
    """A function whose unknown result is the same for the same arguments."""

    def function(machine: Machine, args: Args, at: Site) -> Value | None:
        return undetermined(machine, f"{name}()", list(args.values()), at)

    return function


def _builtin(name: str) -> Modelled:
    return lambda machine, args, at: BUILTINS[name](machine, None, args, at)


def _dataclass(machine: Machine, args: Args, at: Site) -> Value | None:
    """`@dataclass(...)`: a decorator that is recognised as such."""
    return Partial(ExternalName("dataclasses.dataclass"), Args())


def _field(machine: Machine, args: Args, at: Site) -> Value | None:
    return dataclass_like.field(machine, args, at)


_MATH = (
    "ceil", "floor", "sqrt", "log", "log2", "log10", "exp", "fabs", "trunc", "sin", "cos",
    "tan", "tanh", "radians", "degrees", "isnan", "isinf", "hypot",
)  # fmt: skip


def _import_module(machine: Machine, args: Args, at: Site) -> Value | None:
    """importlib.import_module("name"), of a module of the project; the prefilter sees the literal too."""
    name = args.get(0, "name")
    literal = isinstance(at.node, cst.Call) and isinstance(at.node.args[0].value, cst.SimpleString)
    if not literal or not isinstance(name, Const) or not isinstance(name.value, str):
        return None
    return machine.modules.resolve(machine, name.value, 0, at)


FUNCTIONS: dict[str, Modelled] = {
    "importlib.import_module": _import_module,
    "attr.ib": _field,
    "attr.s": _dataclass,
    "attrs.define": _dataclass,
    "attrs.field": _field,
    "collections.OrderedDict": _builtin("dict"),
    "collections.deque": _builtin("list"),
    "copy.copy": _copy,
    "copy.deepcopy": _deepcopy,
    "dataclasses.dataclass": _dataclass,
    "dataclasses.field": _field,
    "functools.partial": _partial,
    "functools.reduce": _reduce,
    "itertools.chain": _chain,
    "itertools.chain.from_iterable": _chain_from_iterable,
    "itertools.product": _product,
    "os._exit": _exit,
    "os.environ.get": _same_again("os.environ.get"),
    "os.getenv": _same_again("os.environ.get"),
    "os.path.exists": _same_again("os.path.exists"),
    "os.path.isfile": _same_again("os.path.isfile"),
    "re.compile": compile_pattern,
    "re.fullmatch": search("fullmatch"),
    "re.match": search("match"),
    "re.search": search("search"),
    "sys.exit": _exit,
    "tqdm.auto.tqdm": _first,
    "tqdm.notebook.tqdm": _first,
    "tqdm.tqdm": _first,
    "tqdm.tqdm_notebook": _first,
    "tqdm.trange": _builtin("range"),
    "typing.cast": _second,
    **{f"math.{name}": _folded(getattr(math, name)) for name in _MATH},
}
