"""The runnable programs under fixtures/ and what each expects, written in the programs themselves.

A trailing comment says which rule reports that line, and under which Kerases:

    x = base(inputs)  # expect: KFD101
    x = base(inputs, training=False)  # expect: KFD102 [3.15], KFD202 [3.16]

A header line `# keras: 3.15, 3.16` names the Kerases that the program is for; without one, all.
A header line `# opt-in: KFD105` switches a rule on that is off by default.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "fixtures"
KERASES = ("2", "3.15", "3.16")

_HEADER = re.compile(r"^# keras: *(?P<list>[\d., ]+)$", re.MULTILINE)
_OPT_IN = re.compile(r"^# opt-in: *(?P<list>[KFD\d, ]+)$", re.MULTILINE)
_MARKER = re.compile(r"# expect: (?P<list>.+)$")
_CODE = re.compile(r"(KFD\d{3})(?: *\[([\d., ]+)\])?")


@dataclass(frozen=True)
class Fixture:
    """One program.

    Args:
        path: its file.
        kerases: the Kerases it is executed and linted for.
        opt_in: the opt-in rules that are on for it.
        expected: for each Keras the (line, code) pairs, sorted.
    """

    path: Path
    kerases: tuple[str, ...]
    expected: dict[str, list[tuple[int, str]]]
    opt_in: frozenset[str]

    @property
    def name(self) -> str:
        return self.path.relative_to(FOLDER).as_posix()


def read(path: Path) -> Fixture:
    """Reads a program's expectations.

    Raises:
        ValueError: a marker is malformed or names a Keras the program is not for.
    """
    text = path.read_text(encoding="utf-8")
    header = _HEADER.search(text)
    kerases = _list(header["list"]) if header else KERASES
    expected: dict[str, list[tuple[int, str]]] = {keras: [] for keras in kerases}
    for number, line in enumerate(text.splitlines(), 1):
        marker = _MARKER.search(line)
        if marker is None:
            continue
        rest = _CODE.sub("", marker["list"]).strip(" ,")
        if rest:
            raise ValueError(f"{path}:{number}: not a marker: {marker['list']!r}")
        for code, only in _CODE.findall(marker["list"]):
            for keras in _list(only) if only else kerases:
                if keras not in kerases:
                    raise ValueError(f"{path}:{number}: {keras} is not among the program's Kerases")
                expected[keras].append((number, code))
    opt_in = _OPT_IN.search(text)
    codes = frozenset(_list(opt_in["list"])) if opt_in else frozenset()
    return Fixture(path, kerases, {keras: sorted(pairs) for keras, pairs in expected.items()}, codes)


def all_fixtures() -> list[Fixture]:
    """Every program, in order of its name."""
    return [read(path) for path in sorted(FOLDER.rglob("*.py"))]


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
