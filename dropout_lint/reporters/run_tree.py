"""A run as a tree: the layers that act otherwise in training, below the calls that lead to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rich.text import Text
from rich.tree import Tree

from dropout_lint.interpreter.values.kinds import Site
from dropout_lint.keras import written
from dropout_lint.keras.objects import Layer
from dropout_lint.keras.trace import Activity, Frame, NotKnown, Run, Trace, cause
from dropout_lint.placing import Places
from dropout_lint.reporters.report import plain
from dropout_lint.reporters.telling_apart import difference, named_sites
from dropout_lint.rules.wording import entry_name
from dropout_lint.source.text import SourceFile

# More layers than this are counted, not listed.
_LISTED = 6
SURPRISE = "ACTIVE"
"""How a tree calls what is active although it is frozen; what is meant to be active is not in capitals."""


def shown_sites(trace: Trace) -> Iterator[Site]:
    """Every site that the trees of a trace name."""
    yield from (layer.site for layer in trace.layers)
    yield from (freeze.site for freeze in trace.freezes)
    yield from named_sites(trace)
    for run in trace.runs:
        yield run.site
        yield from (gap.site for gap in run.gaps())
        yield from (layer.site for layer in run.trained or ())
        for row in run.activities:
            frames = (site for f in row.frames for site in (f.site, f.layer.site, f.swallowed))
            yield from (site for site in (row.flag.site, cause(row.flag).site, *frames) if site is not None)


def nodes(traces: Sequence[Trace], file: SourceFile, where: Places) -> list[Node]:
    """The runs on all paths through a file's program; those that look the same once."""
    found: list[Node] = []
    seen: list[tuple[Trace, Run]] = []
    for trace in traces:
        for run in trace.runs:
            node = _Words(trace, file, where).run(run)
            if node not in found:
                found.append(node)
                seen.append((trace, run))
    lines: dict[int, list[tuple[Trace, Run]]] = {}
    for trace, run in seen:
        lines.setdefault(id(run.site.node), []).append((trace, run))
    for node, (trace, run) in zip(found, seen, strict=True):
        same = lines[id(run.site.node)]
        if len(same) > 1:
            node.text += f", {difference((trace, run), same, _Words(trace, file, where).line)}"
    return found


@dataclass(slots=True)
class Node:
    """One line of a tree and what is below it, by what makes two lines the same."""

    text: str
    style: str = ""
    times: int = 1
    below: dict[object, Node] = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and self._lines() == other._lines()

    def add(self, key: object, text: str, style: str = "") -> Node:
        """The node with this key; a new one if there is none."""
        return self.below.setdefault(key, Node(text, style))

    def holds(self, word: str) -> bool:
        """Whether a line of the tree ends with a word."""
        return self.text.endswith(f" {word}") or any(node.holds(word) for node in self.below.values())

    def tree(self) -> Tree:
        """As rich draws it."""
        text = f"{self.times} × {self.text}" if self.times > 1 else self.text
        tree = Tree(Text(plain(text), self.style), guide_style="dim")
        tree.children = [node.tree() for node in self.below.values()]
        return tree

    def _lines(self) -> tuple[object, ...]:
        return self.text, self.times, [node._lines() for node in self.below.values()]


class _Words:
    """Puts the runs of one trace into words."""

    def __init__(self, trace: Trace, file: SourceFile, where: Places) -> None:
        self._trace = trace
        self._file = file
        self._where = where

    def run(self, run: Run) -> Node:
        """A run: what it moves, then its rows by their routes."""
        root = Node(f"{entry_name(run)}, {self.line(run.site)}", "bold")
        if run.training:
            root.add("weights", self._moved(run))
        for row in run.activities:
            node = root
            for index, frame in enumerate(row.frames[:-1]):
                text = self._call(frame, row, index)
                node = node.add((id(frame.layer), id(frame.site), text), text)
            text, style = self._row(row, run)
            known = len(node.below)
            leaf = node.add(text, text, style)
            leaf.times += len(node.below) == known
        if not run.activities and not run.unknown:
            root.add("nothing", "no layer in it acts otherwise in training")
        elif run.unknown:
            others = "other layers act" if run.activities else "a layer in it acts"
            root.add("open", f"whether {others} otherwise in training is not known: {self._why(run.unknown)}")
        return root

    def line(self, site: Site) -> str:
        """The line of a site, with the notebook cell or the other file that it is in."""
        place = self._where.place(site)
        cell = f"cell {place.cell}, " if place.cell else ""
        file = f" of {place.path}" if site.file is not self._file else ""
        return f"{cell}line {place.line}{file}"

    def _moved(self, run: Run) -> str:
        gaps = run.weight_gaps()
        if gaps and not run.trained:
            return f"which weights it moves is not known: {self._why(gaps)}"
        if not run.trained:
            return "moves no weights"
        made = sorted(Counter(self._made(layer) for layer in run.trained).items())
        names = [f"{count} × {name}" if count > 1 else name for name, count in made]
        more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
        others = f"; whether others move is not known: {self._why(gaps)}" if gaps else ""
        return f"moves the weights of {', '.join(names[:_LISTED])}{more}{others}"

    def _why(self, gaps: Iterable[NotKnown]) -> str:
        """Why something is not known; the first few reasons."""
        told = list(dict.fromkeys(f"{gap.reason} ({self.line(gap.site)})" for gap in gaps))
        more = f" and {len(told) - _LISTED} more reasons" if len(told) > _LISTED else ""
        return f"{'; '.join(told[:_LISTED])}{more}"

    def _made(self, layer: Layer) -> str:
        """A layer by its class and the line that makes it."""
        return f"{layer.class_name} ({self.line(layer.site)})"

    def _call(self, frame: Frame, row: Activity, index: int) -> str:
        """A call on the way down: what is called and where, its flag, and whether it is frozen."""
        name = written.name_of(frame)
        text = self._made(frame.layer)
        if name != frame.layer.class_name:
            text = f"{name}: {text}"
        if frame.site is not None:
            text += f", called in {self.line(frame.site)}"
        if frame.written is not None:
            text += f" with training={frame.written}"
            text += ", which the graph overrides" if frame.overridden else ""
        if frame.swallowed is not None:
            text += f", its flag dropped in {self.line(frame.swallowed)}"
        if row.states and row.states[index].frozen:
            text += ", frozen"
        return text

    def _row(self, row: Activity, run: Run) -> tuple[str, str]:
        """A layer at the end of its route, and the colour that says whether that is well."""
        surprising = bool(row.active and row.random and row.frozen and run.training)
        activity = {True: "active", False: "off", None: "active or off: unknown"}[row.active]
        parts = [self._frozen(row), self._flag(row, run), SURPRISE if surprising else activity]
        own = row.frames[-1]
        if own.written is not None and own.overridden:
            parts.insert(1, f"training={own.written} written, which the graph overrides")
        return f"{self._made(row.layer)}: {', '.join(parts)}", "red" if surprising else ""

    def _frozen(self, row: Activity) -> str:
        if row.frozen is None:
            return "frozen or not: unknown"
        if not row.frozen:
            return "not frozen"
        freezes = [f for f in self._trace.freezes if f.time < row.time and row.layer in f.reached]
        return f"frozen in {self.line(freezes[-1].site)}" if freezes else "frozen"

    def _flag(self, row: Activity, run: Run) -> str:
        """The flag that a layer receives, and where it comes from."""
        flag = cause(row.flag)
        value = str(row.flag.value) if row.flag.known else "unknown"
        line = f" in {self.line(flag.site)}" if flag.site is not None else ""
        why = {
            "entry": f"from {entry_name(run)}",
            "written": f"written{line}",
            "default": "the default of its call()",
            "reset": f"reset by training=None{line}",
            "none": "nobody gives one",
        }[flag.kind]
        leaked = ", left over from a call that has returned" if row.leaked else ""
        return f"training={value} ({why}{leaked})"
