"""What a notebook installs before it runs: `!pip install tensorflow==2.15`."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PIP = re.compile(
    r"^[ \t]*[%!]{1,2}[ \t]*(?:[\w.{}/\"']+[ \t]+-m[ \t]+|uv[ \t]+|sudo[ \t]+)?"
    r"pip[\d.]*[ \t]+install[ \t]+(?P<what>.*)$",
    re.MULTILINE,
)
_SHELL = re.compile(r"\s*%%(?:bash|sh|shell|system|sx|!)\b")
_COLAB = re.compile(r"^[ \t]*%tensorflow_version[ \t]+1", re.MULTILINE)
_REQUIREMENT = re.compile(r"[A-Za-z][\w.-]*(?:\[[\w, -]*\])?(?:[<>=!~]=?[^\s;]*)?")
# Options of pip whose value is a word of its own.
_WITH_VALUE = frozenset({"-r", "--requirement", "-c", "--constraint", "-i", "--index-url", "-f", "-t"})


def installed_by(cell: str) -> Iterator[str]:
    """The requirements (`tensorflow==2.15`) that a cell hands to pip, in order."""
    if _SHELL.match(cell):
        cell = re.sub(r"^(?=[ \t]*[^#\s%])", "!", cell, flags=re.MULTILINE)
    if _COLAB.search(cell):
        yield "tensorflow<2"
    for command in _PIP.finditer(cell.replace("\\\n", " ")):
        words = iter(re.split(r"[|&;#]", command["what"])[0].split())
        for word in words:
            if word in _WITH_VALUE:
                next(words, None)
            elif _REQUIREMENT.fullmatch(plain := word.strip("\"'")):
                yield plain
