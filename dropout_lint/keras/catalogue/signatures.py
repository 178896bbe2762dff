"""Which keyword arguments the constructors of Keras and the entries of models take, by class of releases.

The data is written by `python -m tests.catalogue.generate`. A line of `signatures.json` is the class of the
exception that another argument raises, and the arguments that are taken; `*` stands for those of most layers.
"""

from __future__ import annotations

from functools import cache

from packaging.version import Version

from dropout_lint.keras import catalogue


def refusal(version: Version, constructor: str, argument: str) -> str | None:
    """What an argument raises ("TypeError"); None if it is taken, or nothing is known of the constructor.

    Args:
        version: the first of a class of releases (`dropout_lint.target.releases.CLASSES`).
        constructor: "layers.Dense", "applications.VGG16", "optimizers.Adam", "Sequential", "Model.fit".
    """
    raises, takes = _signatures(_group(version)).get(constructor, ("", frozenset()))
    return raises if raises and argument not in takes else None


def _group(version: Version) -> str:
    return "2" if version.major == 2 else f"{version.major}.{version.minor}"


@cache
def _signatures(group: str) -> dict[str, tuple[str, frozenset[str]]]:
    lines: dict[str, str] = dict(catalogue.read("signatures")[group])
    shared = lines.pop("*").split()
    found = {}
    for name, line in lines.items():
        raises, *takes = line.split()
        found[name] = raises, frozenset(takes + shared if "*" in takes else takes)
    return found
