"""Where findings are shown: positions, and the places of the linted file that stand for other files' code."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from dropout_lint.finding import Confidence, Finding, Fix, Place, Related
from dropout_lint.fixes.edits import fix_of, sites
from dropout_lint.fixes.repair import Repair
from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.keras.behaviour import Behaviour, describe
from dropout_lint.rules.rule import Diagnostic
from dropout_lint.source.modules import ModuleFiles
from dropout_lint.source.positions import Span, spans
from dropout_lint.source.text import SourceFile

# In whose place a finding is shown when its own is in another file, the innermost first.
_NEAREST = ("called", "created", "frozen", "affected", "trained")
# Stands for a place in a message, and what is said in brackets with one.
_PLACE = "\0"
_IN_BRACKETS = re.compile(rf" \([^()]*{_PLACE}[^()]*\)")


def local(draft: Diagnostic, file: SourceFile) -> Site | None:
    """The innermost place of the linted file on the way to what a draft is about, if there is one."""
    if draft.site.file is file:
        return draft.site
    by_role = dict(draft.related)
    for site in (draft.site, *(by_role[role] for role in _NEAREST if role in by_role)):
        found = site if site.file is file else site.via
        if found is not None:
            return found
    return None


class Places:
    """The positions of the sites that findings speak of.

    Args:
        file: the file that is linted.
        files: the other files of the project; None for a program that is in no file.
        sites: every site that will be asked for.
    """

    def __init__(self, file: SourceFile, files: ModuleFiles | None, sites: Iterable[Site]) -> None:
        self._file = file
        self._files = files
        nodes: dict[int, tuple[SourceFile, list[Site]]] = {}
        for site in sites:
            nodes.setdefault(id(site.file), (site.file, []))[1].append(site)
        self._spans: dict[int, Span] = {}
        for source, those in nodes.values():
            self._spans.update(spans(source.module, [site.node for site in those], source.shifts))

    def place(self, site: Site) -> Place:
        """Where a site is."""
        span = self._spans[id(site.node)]
        cell, line = site.file.place_of(span.line)
        return Place(
            path=self._path(site.file),
            cell=cell,
            line=line,
            column=span.column,
            end_line=line + span.end_line - span.line,
            end_column=span.end_column,
        )

    def line(self, site: Site, seen_from: Site) -> str:
        """How a message at one place names the line of another: "line 12 of models.py"."""
        line = self._spans[id(site.node)].line
        if site.file is self._file or self._files is None:
            return site.file.name_of(line, self._spans[id(seen_from.node)].line)
        # as the frames below the message name it; an absolute path would only make it long
        absolute = os.path.isabs(self._file.path)
        shown = self._files.shown(site.file) if absolute else self._path(site.file).replace(os.sep, "/")
        return f"line {line} of {shown}"

    def fix(self, repair: Repair | None) -> Fix | None:
        """A cure as edits of the linted file, if it can be."""
        return None if repair is None else fix_of(repair, self._file, self._spans)

    def _path(self, file: SourceFile) -> str:
        """The name of a file, absolute or relative as that of the linted file is."""
        if file is self._file or self._files is None or os.path.isabs(self._file.path):
            return file.path
        beside = os.path.relpath(file.path, self._files.real.parent)
        return os.path.normpath(os.path.join(os.path.dirname(self._file.path), beside))


def sites_of(draft: Diagnostic) -> Iterable[Site]:
    """Every site that a draft speaks of."""
    yield draft.site
    yield from (site for _, site in draft.related)
    yield from (piece for piece in draft.message if isinstance(piece, Site))
    yield from sites(draft.repair) if draft.repair is not None else ()


def _role(draft: Diagnostic) -> str:
    """What happens at the place that a draft is about."""
    return next((role for role, site in draft.related if site.node is draft.site.node), "written")


def finding(
    draft: Diagnostic, site: Site, names: list[Behaviour], wanted: list[Behaviour], where: Places
) -> Finding:
    """The finding that a draft becomes.

    Args:
        draft: what a rule said.
        site: the place to show it at.
        names: the Kerases it holds for.
        wanted: the Kerases that were asked about.
        where: the positions.
    """
    text, brief = _said(draft, site, where)
    if len(names) < len(wanted):
        text += f" in Keras {describe(names)}"
        brief += f" in Keras {describe(names)}"
    role = "" if site is draft.site else f" ({_role(draft)} in {where.line(draft.site, site)})"
    related = tuple(Related(role, where.place(at)) for role, at in draft.related)
    kerases = tuple(behaviour.name for behaviour in names)
    return Finding(
        place=where.place(site),
        code=draft.code,
        message=f"{text}: {draft.cure}{role}",
        confidence=Confidence(draft.confidence),
        related=related,
        kerases=kerases,
        fix=where.fix(draft.repair),
        problem=f"{text}{role}",
        cure=draft.cure,
        brief=f"{brief}: {draft.cure}{role}",
    )


def _said(draft: Diagnostic, site: Site, where: Places) -> tuple[str, str]:
    """What a draft says is wrong: with the lines of the places it speaks of, and without."""
    marked = "".join(_PLACE if isinstance(piece, Site) else piece for piece in draft.message)
    lines = (where.line(piece, site) for piece in draft.message if isinstance(piece, Site))
    text = re.sub(_PLACE, lambda _: next(lines), marked)
    return " ".join(text.split()), " ".join(_IN_BRACKETS.sub("", marked).split())
