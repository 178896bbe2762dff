"""How often each rule speaks, the most frequent first."""

from __future__ import annotations

import json
from collections import Counter
from typing import TextIO

from dropout_lint.reporters.report import Report, summary
from dropout_lint.rules import RULES
from dropout_lint.rules.notices import NOTICES


def write(report: Report, out: TextIO, *, as_json: bool) -> None:
    """Writes a line for each code that was found, as text or as a JSON list."""
    names = {rule.code: rule.name for rule in RULES}
    names |= {notice.code: notice.name for notice in NOTICES}
    counted = Counter(finding.code for finding in report.findings)
    fixable = Counter(finding.code for finding in report.findings if finding.fix is not None)
    rows = sorted(counted.items(), key=lambda row: (-row[1], row[0]))
    if as_json:
        listed = [
            {"code": code, "name": names.get(code), "count": count, "fixable": fixable[code]}
            for code, count in rows
        ]
        json.dump(listed, out, indent=2)
        out.write("\n")
        return
    width = len(str(rows[0][1])) if rows else 0
    for code, count in rows:
        out.write(f"{count:>{width}}  {code}  {names.get(code, '')}\n")
    out.write(f"{summary(report)}\n")
