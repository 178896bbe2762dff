"""A table as text for people."""

from collections.abc import Iterator
from typing import Any


def pretty(name: str, table: dict[str, Any]) -> str:
    """The whole table of one program."""
    return "\n".join(_lines(name, table))


def _lines(name: str, table: dict[str, Any]) -> Iterator[str]:
    yield f"{name}  (Keras {table['keras']})"
    for run in table["runs"]:
        kind, line, occurrence = run["run"]
        yield f"  {kind}, line {line}, #{occurrence}{'  [training]' if run['training'] else ''}"
        for row in run["activities"]:
            state = "ACTIVE" if row["active"] else "off"
            route = " > ".join(map(str, row["route"])) or "-"
            facts = f"{state:7} flag={row['flag']!s:6} {_frozen(row['frozen'])}"
            yield f"    {_key(row['layer']):36} {facts}  via {route}"
        for row in run["updates"]:
            updated = {True: "updated", False: "unmoved", None: "unknown"}[row["updated"]]
            trainable = "trainable" if row["trainable"] else "not trainable"
            yield f"    {_key(row['layer']):36} {updated:7} {trainable}"
    if table["error"]:
        yield f"  error: {table['error']}"


def _key(key: list[Any]) -> str:
    return f"{key[0]}@{key[1]}#{key[2]}"


def _frozen(frozen: bool) -> str:
    return "frozen  " if frozen else "unfrozen"
