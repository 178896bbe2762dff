"""The libraries that the interpreter itself knows, one file each, by dotted name.

A new one is a file beside this one with a table `FUNCTIONS` (dotted name -> what a call of it
does), and a line here. If it has objects of its own, `METHODS` says what their methods do ("kind.name";
"kind.__call__" for calling them), and `OBJECTS` makes those of which there is one.
"""

from __future__ import annotations

from dropout_lint.interpreter.models import (
    absl_flags,
    argparse,
    arrays,
    click,
    collections,
    configparser,
    context_managers,
    copying,
    data_files,
    dataclass_functions,
    functools,
    hydra,
    importing,
    itertools,
    literal_texts,
    mathematics,
    namespaces,
    omega_conf,
    operating_system,
    regular_expressions,
    six,
    tqdm,
    tuners,
    typings,
)
from dropout_lint.interpreter.models.modelled import Function, Make, Method

_MODELS = (
    absl_flags,
    argparse,
    arrays,
    click,
    collections,
    configparser,
    context_managers,
    copying,
    data_files,
    dataclass_functions,
    functools,
    hydra,
    importing,
    itertools,
    literal_texts,
    mathematics,
    namespaces,
    omega_conf,
    operating_system,
    regular_expressions,
    six,
    tqdm,
    tuners,
    typings,
)

FUNCTIONS: dict[str, Function] = {name: model for one in _MODELS for name, model in one.FUNCTIONS.items()}
METHODS: dict[str, Method] = {
    name: method for one in _MODELS for name, method in getattr(one, "METHODS", {}).items()
}
OBJECTS: dict[str, Make] = {
    name: make for one in _MODELS for name, make in getattr(one, "OBJECTS", {}).items()
}
OPEN = tuners.OPEN | {namespaces.NAMESPACE}
"""The kinds of objects whose names are attributes that programs read and set."""
