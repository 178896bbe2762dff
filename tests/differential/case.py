"""A program to test: what it does and how it is written."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.differential.scenario import Block, Freeze, Head, Part, Run, Scenario, Wiring
from tests.differential.style import Style


@dataclass(frozen=True)
class Case:
    """A scenario in a style."""

    scenario: Scenario = field(default_factory=Scenario)
    style: Style = field(default_factory=Style)


def to_json(case: Case) -> str:
    return json.dumps(asdict(case))


def from_json(text: str) -> Case:
    """The case that `to_json` wrote."""
    found = json.loads(text)
    return Case(_scenario(found["scenario"]), Style(**found["style"]))


def _scenario(found: dict[str, Any]) -> Scenario:
    changed = {
        "base": _block(found["base"]),
        "freeze": Freeze(**found["freeze"]),
        "wiring": Wiring(**found["wiring"]),
        "head": Head(_parts(found["head"]["parts"])),
        "runs": tuple(Run(**run) for run in found["runs"]),
    }
    return Scenario(**{**found, **changed})


def _block(found: dict[str, Any]) -> Block:
    inner = _block(found["inner"]) if found["inner"] is not None else None
    return Block(**{**found, "parts": _parts(found["parts"]), "inner": inner})


def _parts(found: list[dict[str, Any]]) -> tuple[Part, ...]:
    return tuple(Part(**part) for part in found)
