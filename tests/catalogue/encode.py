"""Writes layers as the lines that `dropout_lint.keras.catalogue` reads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any

from dropout_lint.keras.catalogue import snake_case
from tests.catalogue.build import Build, Built, Row

_PREFIX = re.compile(r"^.*?block_?\d+[a-z]?_+", re.IGNORECASE)
Block = tuple[str, ...]


def family(built: dict[str, Built]) -> dict[str, Any]:
    """One constructor: how Keras 3 makes it, and what Keras 2 makes otherwise.

    Args:
        built: "keras 3" and "keras 2" -> what that Keras made; either may be missing.
    """
    entries: dict[str, Any] = {keras: _entry(made) for keras, made in built.items()}
    if len(entries) == 2:
        new = entries["keras 3"]
        entries["keras 2"] = {k: v for k, v in entries["keras 2"].items() if v != new.get(k)}
    return entries


def _entry(built: Built) -> dict[str, Any]:
    base = built.builds[0]
    entry: dict[str, Any] = {"name": base.name, "parameters": " ".join(built.parameters)}
    entry |= {"layers": base.rows, "options": {}}
    for build in built.builds[1:]:
        changed = {k: v for k, v in build.options.items() if base.options.get(k, ...) != v}
        if len(changed) == 1 and not changed.keys() & built.rates.keys():
            [(key, value)] = changed.items()
            entry["options"][f"{key}={_literal(value)}"] = build.rows
    if built.rates:
        entry["arguments"] = {rate: _effect(built, rate) for rate in sorted(built.rates)}
    return entry


def _literal(value: object) -> str:
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _effect(built: Built, argument: str) -> dict[str, Any]:
    """Which of the random layers (with the top) an argument scales, and what it leaves of them at zero."""
    default = built.rates[argument]
    usual = _with_top(built, {})
    zero, half = (_with_top(built, {argument: value}) for value in (0.0, default / 2))
    random = [row for row in usual.rows if row[2] is not None]
    halved = [row for row in half.rows if row[2] is not None]
    moved = [i for i, (a, b) in enumerate(zip(random, halved, strict=True)) if a[2] != b[2]]
    assert moved == list(range(moved[0], moved[-1] + 1)), f"{built.constructor}: {argument} has gaps"
    return {
        "default": default,
        "random": [moved[0], moved[-1] + 1],
        "zero": "rate" if len(zero.rows) == len(usual.rows) else "absent",
    }


def _with_top(built: Built, rates: dict[str, float]) -> Build:
    wanted = {"include_top": True, "weights": "imagenet", **rates}
    return next(build for build in built.builds if build.options == wanted)


def compress(models: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A family's file without its versions: rows become lines, blocks that repeat get a number."""
    entries = [entry for model in models.values() for entry in model.values()]
    every = [rows for e in entries for rows in (e.get("layers", []), *e.get("options", {}).values())]
    uses = Counter(block for rows in every for _, block, _ in _groups(rows) if block is not None)
    blocks = {b: str(i) for i, b in enumerate((b for b, n in uses.items() if n > 1 and len(b) > 1), start=1)}
    for model in models.values():
        base = model.get("keras 3", {}).get("layers")
        for entry in model.values():
            base = entry.get("layers", base)
            if "options" in entry:
                entry["options"] = {
                    option: _difference(_lines(base, blocks), _lines(rows, blocks))
                    for option, rows in entry["options"].items()
                    if rows != base
                }
        for entry in model.values():
            if "layers" in entry:
                entry["layers"] = _lines(entry["layers"], blocks)
    return {"blocks": {number: list(block) for block, number in blocks.items()}, "models": models}


def _groups(rows: Sequence[Row]) -> list[tuple[str, Block | None, list[Row]]]:
    """Runs of layers with the same prefix, as a block; other layers come with None."""
    found: list[tuple[str, Block | None, list[Row]]] = []
    for prefix, run in groupby(rows, _prefix):
        group = list(run)
        block = None
        if prefix:
            block = tuple(
                f"{row[0][len(prefix) :]} {row[1]}{'' if row[2] is None else ' ?'}" for row in group
            )
        found.append((prefix, block, group))
    return found


def _prefix(row: Row) -> str:
    match = None if row[3] else _PREFIX.match(row[0])
    return match[0] if match and len(match[0]) < len(row[0]) else ""


def _lines(rows: Sequence[Row], blocks: dict[Block, str]) -> list[str]:
    lines: list[str] = []
    for prefix, block, group in _groups(rows):
        if block in blocks:
            rates = [_number(row[2]) for row in group if row[2] is not None]
            lines.append(" ".join([prefix, f"={blocks[block]}", *rates]))
        else:
            lines += [_line(row) for row in group]
    return lines


def _line(row: Row) -> str:
    name, class_name, rate, automatic = row
    if automatic:
        match = re.fullmatch(r"(.*?)(?:_(\d+))?", name)
        assert match is not None
        stem, number = match[1], int(match[2] or 0)
        if stem == "input":  # Keras 2 counts its inputs from 1
            name = f"~{number - 1}"
        else:
            name = f"~{number}" if stem == snake_case(class_name) else f"~{number}:{stem}"
    return " ".join([name, class_name, *([] if rate is None else [_number(rate)])])


def _number(rate: float) -> str:
    return f"{rate:g}" if float(f"{rate:g}") == rate else repr(rate)


def _difference(base: list[str], other: list[str]) -> list[list[Any]]:
    """[start, stop, lines] for each place where `other` differs."""
    matcher = SequenceMatcher(None, base, other, autojunk=False)
    return [[i1, i2, other[j1:j2]] for tag, i1, i2, j1, j2 in matcher.get_opcodes() if tag != "equal"]
