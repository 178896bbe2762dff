"""What a notebook, or a script made of one, installs before it runs: `!pip install tensorflow==2.15`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from dropout_lint.source.exported import without_magics

_PIP = re.compile(
    r"^[ \t]*[%!]{1,2}[ \t]*(?:[\w.{}/\"']+[ \t]+-m[ \t]+|uv[ \t]+|sudo[ \t]+)?"
    r"pip[\d.]*[ \t]+install[ \t]+(?P<what>.*)$",
    re.MULTILINE,
)
_SHELL = re.compile(r"\s*%%(?:bash|sh|shell|system|sx|!)\b")
_COLAB = re.compile(r"^[ \t]*%tensorflow_version[ \t]+1", re.MULTILINE)
_REQUIREMENT = re.compile(r"[A-Za-z][\w.-]*(?:\[[\w, -]*\])?(?:[<>=!~]=?[^\s;]*)?")
# As nbconvert writes it: `get_ipython().system('pip install x')`, `.run_line_magic('pip', 'install x')`.
_CALLED = re.compile(
    r"""^[ \t]*get_ipython\(\)\.(?:system|run_line_magic)\("""
    r"""["'](?P<name>[^"'\n]*)["'](?:, ["'](?P<rest>[^"'\n]*))?""",
    re.MULTILINE,
)
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


def installed_by_script(text: str, is_python: Callable[[], bool]) -> Iterator[str]:
    """The requirements that a script hands to pip, as a cell would, in order.

    Args:
        text: the script.
        is_python: whether it is Python as it stands: then what looks like a shell line is none.
    """
    called = [f"%{found['name']} {found['rest'] or ''}" for found in _CALLED.finditer(text)]
    yield from installed_by("\n".join(called))
    if (_PIP.search(text) or _COLAB.search(text)) and not is_python():
        exported = without_magics(text)
        yield from installed_by("\n".join(exported.commands) if exported is not None else "")
