"""Reports to print: the opening example, and findings with all that a finding can have."""

from __future__ import annotations

import io
import json
from typing import Any

from dropout_lint import Applicability, Confidence, Edit, Finding, Fix, Place, Related, lint_source
from dropout_lint.checking import Checked, Problem
from dropout_lint.reporters import reporter
from dropout_lint.reporters.report import Report
from dropout_lint.rules import RULES

WRONG = RULES[0].wrong


def place(path: str, line: int, start: int, end: int, cell: int = 0, end_line: int | None = None) -> Place:
    return Place(path=path, cell=cell, line=line, column=start, end_line=end_line or line, end_column=end)


def one_finding() -> Report:
    """What the first rule says of its own example."""
    findings = tuple(lint_source(WRONG, "train.py"))
    return Report([Checked("train.py", findings)], {"train.py": WRONG.encode()})


def report(
    *findings: Finding, texts: dict[str, str] | None = None, problems: tuple[Problem, ...] = ()
) -> Report:
    """A report on made-up findings."""
    checked = [Checked(f.place.path, (f,)) for f in findings]
    checked += [Checked(p.path, problem=p) for p in problems]
    return Report(checked, {path: text.encode() for path, text in (texts or {}).items()})


def everything() -> Report:
    """Every kind of finding and problem: in a notebook, over several files, with fixes, with odd names."""
    odd = "sub dir/a,b:c%d.py"
    edit = Edit(place(odd, 2, 13, 13), ", training=False")
    return report(
        Finding(
            place(odd, 2, 10, 14),
            "KFD101",
            "100% of 'é' is active",
            Confidence.LIKELY,
            (Related("created", place("other.py", 1, 0, 1)), Related("called", place(odd, 2, 10, 14))),
            ("2", "3.0–3.9"),
            Fix("Call it", Applicability.SAFE, (edit,)),
        ),
        Finding(place("a.py", 1, 4, 1, end_line=3), "KFD302", "over several lines", Confidence.POSSIBLE),
        Finding(
            place("nb.ipynb", 2, 0, 3, cell=3),
            "KFD104",
            "in a notebook",
            related=(Related("frozen", place("nb.ipynb", 1, 0, 3, cell=1)),),
            fix=Fix("Fix", Applicability.UNSAFE, (Edit(place("nb.ipynb", 2, 0, 3, cell=3), "x"),)),
        ),
        Finding(place("b.py", 1, 0, 0), "KFD900", "not analysed: too large"),
        texts={odd: "x = 1\ny = '🎉'; f(x)\n", "other.py": "x\n", "a.py": "x = f(\n1\n)\n", "b.py": ""},
        problems=(
            Problem("gone.py", "unreadable", "no such file"),
            Problem("bad.py", "unparsable", "a, b: 100%\nsure", 7),
        ),
    )  # fmt: skip


def written(format_name: str, what: Report, color: bool = False) -> str:
    """The report in a format."""
    out = io.StringIO()
    reporter(format_name).write(what, out, color)
    return out.getvalue()


def as_json(format_name: str, what: Report) -> Any:
    """The report in a format that is JSON."""
    return json.loads(written(format_name, what))
