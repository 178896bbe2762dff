"""Where the project is on the web. `[project.urls]` of pyproject.toml says it, and nothing else does."""

from __future__ import annotations

from functools import cache
from importlib import metadata

_LABEL = "repository"


@cache
def repository() -> str | None:
    """The address of the repository, without a slash at its end, as the installed package knows it.

    None as long as `[project.urls]` has no "Repository", and where nothing is installed (a bare checkout).
    """
    try:
        known = metadata.metadata("dropout-lint")
    except metadata.PackageNotFoundError:
        return None
    for entry in known.get_all("Project-URL") or ():
        label, _, address = entry.partition(",")
        if label.strip().lower() == _LABEL and address.strip().startswith("https://"):
            return str(address.strip().rstrip("/"))
    return None


def rules() -> str | None:
    """Where the rules can be read about: README's section, which the repository's page shows."""
    address = repository()
    return f"{address}#rules" if address else None
