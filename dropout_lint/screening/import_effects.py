"""Whether importing a module does something to other modules of the project, by a look at its text.

A module without such effects can be read later, when something of it is used, or never.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from dropout_lint.source.looks import Looks
from dropout_lint.source.modules import ModuleFiles, is_python

IMPORT = re.compile(
    r"(?:^|[;:])[ \t]*(?:"
    r"from[ \t]*(?P<dots>\.*)[ \t]*(?P<module>[\w.]*(?:[ \t]*\.[ \t]*\w+)*)"
    r"[ \t]+import\b[ \t]*(?P<names>\([^)]*\)|[^\n;]*)"
    r"|import[ \t]+(?P<modules>[^\n;]+))",
    re.MULTILINE,
)
COMMENT = re.compile(r"#[^\n]*")
_WIDE_DOT = re.compile(r"\s+\.\s*|\.\s+")
_ALIASED = re.compile(r"([\w.]+|\*)(?:\s+as\s+(\w+))?")
# Statements whose bodies run when the module does.
_BLOCK = re.compile(r"(?:if|elif|else|try|except|finally|with|for|while)\b(?!.*__name__|.*TYPE_CHECKING)")
_INERT = re.compile(r"(?:from|import|def|class|async def|__all__)\b|[\"')\]}]")


def has_effects(files: ModuleFiles, path: Path) -> bool:
    """Whether the body of a module, or of one that it imports, uses what it imported from the project.

    Args:
        files: the project's modules.
        path: one of them.
    """
    known = files.effects.get(path)
    if known is None:
        files.effects[path] = False  # as long as it is being looked at: modules import each other
        known = files.effects[path] = _look(files, path)
    return known


def _look(files: ModuleFiles, path: Path) -> bool:
    imports, running = _LOOKS.of(str(path))
    names: set[str] = set()
    targets: dict[Path, None] = {}
    for dots, module, member, bound in imports:
        for dotted in (module, f"{module}.{member}".lstrip(".")) if member else (module,):
            found = None if not dots and is_python(dotted) else files.find(dotted, dots, path)
            if found is not None:
                targets[found.path] = None
                names.add(bound)
    return _uses(running, names) or any(has_effects(files, target) for target in targets)


def tight(dotted: str) -> str:
    """A dotted name, or several, without the blanks that may stand around dots."""
    return _WIDE_DOT.sub(".", dotted) if " ." in dotted or ". " in dotted else dotted


def imports_of(text: str) -> Iterator[tuple[int, str, str, str]]:
    """(dots, module, member, the name it binds) of every import."""
    for match in IMPORT.finditer(text):
        listed = match["modules"] if match["modules"] is not None else match["names"]
        for name, alias in _ALIASED.findall(tight(listed)):
            bound = alias or name.partition(".")[0]
            if match["modules"] is not None:
                yield 0, name, "", bound
            else:
                yield len(match["dots"]), tight(match["module"]), name.replace("*", ""), bound


def _uses(running: list[str], names: set[str]) -> bool:
    """Whether a line that runs with the module does something to one of these names: stores into it,
    calls it, decorates with it or hands it over. Reading it, as `WIDTH = config.WIDTH` does, is nothing."""
    if not names:
        return False
    name = rf"(?<![\w.])(?:{'|'.join(map(re.escape, sorted(names)))})\b"
    acts = re.compile(
        rf"[ \t]*(?:@.*{name}|{name}[^=(\n]*(?:\(|=(?!=))|(?:for|with)\b.*{name})"  # its own statement
        rf"|[^(\n]*\(.*{name}"  # an argument
    )
    return any(acts.match(line) for line in running)


def _running(text: str) -> Iterator[str]:
    """The lines that run when the module does, but for imports and definitions."""
    inside = False
    for line in text.split("\n"):
        if line[:1] in (" ", "\t", ""):
            if inside and not _INERT.match(line.strip()):
                yield line
            continue
        inside = _BLOCK.match(line) is not None
        if not _INERT.match(line):
            yield line


def _imports_and_lines(text: str) -> tuple[list[tuple[int, str, str, str]], list[str]]:
    """The imports of a module, and the lines that run when it does."""
    text = COMMENT.sub("", text.replace("\\\n", " "))
    return list(imports_of(text)), list(_running(text))


_LOOKS = Looks("effects", _imports_and_lines)
