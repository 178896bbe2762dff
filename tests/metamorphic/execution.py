"""Runs transformed programs on real Keras: a transformation must keep what the program does."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

from dropout_lint.source.cells import notebook
from dropout_lint.source.magics import ANYTHING
from dropout_lint.source.notebook import read_notebook
from tests.metamorphic.checking import cases, programs, source, transformed
from tests.metamorphic.files import written
from tests.metamorphic.relation import RELATIONS, Demand, Files
from tests.oracle import Oracle


def execute_sample(count: int, keras: str, only: Sequence[str], seed: int) -> int:
    """Executes `count` transformed programs and prints those that do something else. Their number."""
    kept = [name for name, r in RELATIONS.items() if r.demand in (Demand.SAME, Demand.SAME_SET, Demand.MOVED)]
    kept.remove("unrelated_program")  # it has runs of its own
    wanted = [c for c in cases(only or kept) if keras in programs()[c[0]].kerases]
    random.Random(seed).shuffle(wanted)
    wrong = done = 0
    truth: dict[str, Counter[str]] = {}
    with Oracle(keras) as oracle:
        for program, name in wanted:
            variants = transformed(program, name)
            if not variants:
                continue
            new = random.Random(f"{seed} {program} {name}").choice(variants)
            if program not in truth:
                truth[program] = _facts(oracle.run_source(source(program)))
            found = _facts(_run(oracle, new))
            done += 1
            if found != truth[program]:
                wrong += 1
                gone, new = truth[program] - found, found - truth[program]
                print(f"{program} {name}: missing {dict(gone)}, new {dict(new)}", flush=True)
            if done >= count:
                break
    print(f"{done} transformed programs executed on Keras {keras}, {wrong} do something else")
    return wrong


def _run(oracle: Oracle, program: str | Files) -> dict[str, Any]:
    if isinstance(program, str):
        return oracle.run_source(program)
    with written(program) as main:
        if main.suffix == ".ipynb":  # the script that its cells make
            sources = [cell.source for cell in read_notebook(program[main.name]).cells]
            return oracle.run_source(notebook(main.name, sources).text.replace(ANYTHING, '""'))
        return oracle.run(main)


def _facts(table: dict[str, Any]) -> Counter[str]:
    """What a table says, without lines."""
    if table["error"] is not None:
        return Counter([f"error: {table['error']}"])
    found: Counter[str] = Counter()
    for run in table["runs"]:
        kind = run["run"][0]
        for row in run["activities"]:
            found[f"{kind}: {row['layer'][0]} frozen={row['frozen']} {row['flag']} {row['active']}"] += 1
        for row in run["updates"]:
            found[f"{kind}: {row['layer'][0]} trainable={row['trainable']}"] += 1
    return found
