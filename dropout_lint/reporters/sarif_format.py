"""SARIF 2.1.0, with all that GitHub's code scanning asks for.

The standard: docs.oasis-open.org/sarif/sarif/v2.1.0. GitHub's list: "SARIF support for code
scanning", supported properties. All rules are listed, whichever have fired, since the tool's
description shall not change with the code it looks at.
"""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256
from typing import Any, TextIO

from dropout_lint import __version__, address
from dropout_lint.checking import Problem
from dropout_lint.finding import Applicability, Confidence, Finding, Fix, Place
from dropout_lint.keras.behaviour import specifiers
from dropout_lint.reporters.report import Report, in_notebook, strict, uri
from dropout_lint.rules import RULES
from dropout_lint.rules.notices import NOTICES, Notice
from dropout_lint.rules.page import page_of, sentence
from dropout_lint.rules.rule import Rule
from dropout_lint.selection import CODES

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_RANK = {Confidence.CERTAIN: 100.0, Confidence.LIKELY: 70.0, Confidence.POSSIBLE: 30.0}


def write(report: Report, out: TextIO, color: bool) -> None:
    """Writes one log with one run."""
    rules = [*map(_rule, RULES), *map(_notice, NOTICES)]
    seen: Counter[str] = Counter()
    run = {
        "tool": {"driver": _driver(rules)},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not report.problems,
                "toolExecutionNotifications": [_notification(problem) for problem in report.problems],
            }
        ],
        "results": [_result(finding, report, seen) for finding in report.findings],
    }
    json.dump(strict({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}), out, indent=2)
    out.write("\n")


def _driver(rules: list[dict[str, Any]]) -> dict[str, Any]:
    driver: dict[str, Any] = {"name": "dropout-lint", "version": __version__, "rules": rules}
    if address.repository():
        driver["informationUri"] = address.repository()
    return driver


def _rule(rule: Rule) -> dict[str, Any]:
    return _descriptor(rule.code, rule.name, rule.summary, rule.why, rule.cure, on=rule.default)


_NOTES = frozenset(notice.code for notice in NOTICES)


def _notice(notice: Notice) -> dict[str, Any]:
    return _descriptor(notice.code, notice.name, notice.summary, notice.why, notice.cure, on=False)


def _descriptor(code: str, name: str, summary: str, why: str, cure: str, on: bool) -> dict[str, Any]:
    descriptor: dict[str, Any] = {
        "id": code,
        "name": name,
        "shortDescription": {"text": sentence(summary)},
        "fullDescription": {"text": _line(why)},
        "help": {"text": _line(f"{why} {cure}"), "markdown": page_of(code)},
        "defaultConfiguration": {"level": "note" if code in _NOTES else "warning", "enabled": on},
        "properties": {"tags": ["keras", "correctness"], "precision": "high", "problem.severity": "warning"},
    }
    if address.rules():
        descriptor["helpUri"] = address.rules()
    return descriptor


def _result(finding: Finding, report: Report, seen: Counter[str]) -> dict[str, Any]:
    related = [
        {
            "id": number,
            "message": {"text": in_notebook(r.place) + f"{r.role} here"},
            **_location(r.place, report),
        }
        for number, r in enumerate(finding.related)
    ]
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": CODES.index(finding.code),
        "level": "note" if finding.code in _NOTES else "warning",
        "rank": _RANK[finding.confidence],
        "message": {"text": in_notebook(finding.place) + finding.message},
        "locations": [_location(finding.place, report)],
        "partialFingerprints": {"primaryLocationLineHash": _fingerprint(finding, report, seen)},
        "properties": {"confidence": finding.confidence.name.lower(), "kerases": specifiers(finding.kerases)},
    }
    if related:
        steps = [{"location": step} for step in related]
        result["relatedLocations"] = related
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    # A suggestion is applied by one click: an unsafe fix is none.
    if finding.fix is not None and finding.fix.grade is Applicability.SAFE and not finding.place.cell:
        result["fixes"] = [_fix(finding.fix)]
    return result


def _fingerprint(finding: Finding, report: Report, seen: Counter[str]) -> str:
    """The same for the same finding after lines above it have come or gone."""
    line = "".join(report.line(finding.place).split())
    digest = sha256(f"{finding.code} {uri(finding.place.path)} {line}".encode()).hexdigest()[:16]
    seen[digest] += 1
    return f"{digest}:{seen[digest]}"


def _location(place: Place, report: Report) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": uri(place.path)}}}
    if place.cell:  # a line of a cell is another one of the file, and its columns are none
        location["physicalLocation"]["region"] = {"startLine": report.raw_line(place) or 1}
        name = f"cell {place.cell}, line {place.line}"
        location["logicalLocations"] = [{"name": name, "fullyQualifiedName": f"{uri(place.path)}: {name}"}]
    else:
        location["physicalLocation"]["region"] = _region(place)
    return location


def _region(place: Place) -> dict[str, int]:
    return {
        "startLine": place.line,
        "startColumn": place.column + 1,
        "endLine": place.end_line,
        "endColumn": place.end_column + 1,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    changes: dict[str, list[dict[str, Any]]] = {}
    for edit in fix.edits:
        replacement = {"deletedRegion": _region(edit.place), "insertedContent": {"text": edit.text}}
        changes.setdefault(edit.place.path, []).append(replacement)
    return {
        "description": {"text": fix.title},
        "artifactChanges": [
            {"artifactLocation": {"uri": uri(path)}, "replacements": replacements}
            for path, replacements in changes.items()
        ],
    }


def _notification(problem: Problem) -> dict[str, Any]:
    physical = {"artifactLocation": {"uri": uri(problem.path)}, "region": {"startLine": problem.line}}
    return {
        "level": "error",
        "message": {"text": problem.reason},
        "descriptor": {"id": problem.kind},
        "locations": [{"physicalLocation": physical}],
    }


def _line(text: str) -> str:
    """One line of at most 1,024 characters, which is what GitHub takes."""
    line = " ".join(text.split())
    return line if len(line) <= 1024 else f"{line[:1023]}…"
