"""The libraries that the interpreter itself knows, one file each, by dotted name.

A new one is a file beside this one with a table `FUNCTIONS` (dotted name -> what a call of it
does), and a line here.
"""

from __future__ import annotations

from dropout_lint.interpreter.models import (
    collections,
    copying,
    dataclass_functions,
    functools,
    importing,
    itertools,
    mathematics,
    operating_system,
    regular_expressions,
    tqdm,
    typings,
)
from dropout_lint.interpreter.models.modelled import Function

_MODELS = (
    collections,
    copying,
    dataclass_functions,
    functools,
    importing,
    itertools,
    mathematics,
    operating_system,
    regular_expressions,
    tqdm,
    typings,
)

FUNCTIONS: dict[str, Function] = {name: model for one in _MODELS for name, model in one.FUNCTIONS.items()}
