"""Notebooks: what is read of an `.ipynb` file, the program that its cells make, and the findings."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dropout_lint import Confidence, Finding, Settings, lint_cells, lint_notebook, lint_path, lint_source
from dropout_lint.rules import RULES
from dropout_lint.source.cells import notebook as program_of
from dropout_lint.source.notebook import offset_in_cell, read_notebook
from tests.fixture_files import Fixture, all_fixtures
from tests.notebooks import cut, notebook

WRONG = RULES[0].wrong
CELLS = cut(WRONG)
ALL = Settings(opt_in=frozenset({"KFD900"}), min_confidence=Confidence.POSSIBLE)


def places(findings: list[Finding]) -> list[tuple[int, int, int, str]]:
    return [(f.place.cell, f.place.line, f.place.column, f.code) for f in findings]


# Every fixture


@pytest.mark.parametrize("fixture", all_fixtures(), ids=lambda fixture: fixture.name)
@pytest.mark.parametrize("one_cell", [False, True], ids=["cut", "whole"])
def test_a_program_in_cells_has_the_same_findings(fixture: Fixture, one_cell: bool, tmp_path: Path) -> None:
    text = fixture.path.read_text(encoding="utf-8")
    settings = Settings(keras_version=" || ".join(fixture.kerases), opt_in=fixture.opt_in)
    expected = lint_source(text, "x", settings)
    cells = [text] if one_cell else cut(text)
    assert "\n".join(cells) == text
    path = tmp_path / "program.ipynb"
    path.write_text(notebook(cells, as_list=not one_cell), encoding="utf-8")
    found = lint_path(path, settings)
    starts = [1 + sum(cell.count("\n") + 1 for cell in cells[:n]) for n in range(len(cells))]
    lines = [(starts[f.place.cell - 1] + f.place.line - 1, f.place.column, f.code) for f in found]
    assert lines == [(f.place.line, f.place.column, f.code) for f in expected]
    assert [f.confidence for f in found] == [f.confidence for f in expected]
    if one_cell:
        assert [f.message for f in found] == [f.message for f in expected]


def test_messages_name_cells_where_they_are_others() -> None:
    (finding,) = lint_cells(["\n".join(CELLS[:8]), "\n" + "\n".join(CELLS[8:])], "n.ipynb")
    assert places([finding]) == [(2, 4, 11, "KFD101")]
    assert finding.message.startswith(
        "'base' is frozen (cell 1, line 9), but its Dropout (cell 1, line 7) is active in fit() (line 7): "
    )
    assert [(r.role, r.place.cell, r.place.line) for r in finding.related] == [
        ("created", 1, 7),
        ("frozen", 1, 9),
        ("called", 2, 4),
        ("trained", 2, 7),
    ]


# Cells that are more or less than Python


def with_cell(cell: str, at: int = 8) -> list[str]:
    """The wrong example with another cell before the one at `at`."""
    return [*CELLS[:at], cell, *CELLS[at:]]


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "!pip install keras\n%matplotlib inline",
        "%%bash\nrm base.trainable",
        "%%writefile base.py\nbase.trainable = True",
        "%%html\n<b>base</b>",
        "    base\n    await base.summary()",
        "display(base)\nget_ipython().system('ls')",
        "base?",
        "x = (",
        "print 'x'",
        "\ufeffbase",
    ],
)
def test_cells_that_change_nothing(cell: str) -> None:
    found = lint_cells(with_cell(cell), "n.ipynb")
    assert [(f.code, f.confidence) for f in found] == [("KFD101", Confidence.CERTAIN)]


@pytest.mark.parametrize(
    ("cell", "confidence"),
    [
        ("print 'base', base", Confidence.CERTAIN),  # Python 2: it prints
        ("show base", Confidence.LIKELY),  # it may do anything
        ("%%unknown\nprepare(base)", Confidence.LIKELY),
        ("show base\nset_rate(base, 0)", Confidence.POSSIBLE),
        ("show base\nbase.trainable = True", Confidence.POSSIBLE),
        ("show base\nbase = load()", None),
        ("show base\ndef base(x): pass", None),
    ],
)
def test_cells_that_cannot_be_read_may_change_what_they_name(
    cell: str, confidence: Confidence | None
) -> None:
    found = lint_cells(with_cell(cell), "n.ipynb", ALL)
    assert [f.confidence for f in found if f.code == "KFD101"] == ([] if confidence is None else [confidence])
    (note,) = (f for f in found if f.code == "KFD900")
    assert (note.place.cell, note.place.line) == (9, 1)


@pytest.mark.parametrize(
    "last",
    [
        "%time {}",
        "%%time\n{}",
        "%timeit -n 1 {}",
        "history = %time {}",
        "%%capture\n%cd\n{}",
        "    {}",
        "await {}",
    ],
)
def test_training_under_a_magic_is_seen(last: str) -> None:
    code = CELLS[-2].strip()
    found = lint_cells([*CELLS[:-2], last.format(code)], "n.ipynb")
    assert [f.code for f in found] == ["KFD101"]
    assert "active in fit()" in found[0].message
    (assumed,) = lint_cells([*CELLS[:-2], f"# {code}"], "n.ipynb")
    assert "active in any training" in assumed.message


def test_lines_and_columns_stay_where_they_are() -> None:
    cells = ["", "!ls \\\n  -l\nx = 1", "  y = 2\n  z = 3", "show 'x'\ny", "a\r\nb\rc"]
    program = program_of("n.ipynb", cells)
    lines = program.text.split("\n")
    found = [(program.place_of(n), line) for n, line in enumerate(lines, 1)]
    assert found[:-1] == [
        ((1, 1), ""),
        ((2, 1), "pass"),
        ((2, 2), ""),
        ((2, 3), "x = 1"),
        ((3, 1), "if True:"),
        ((3, 1), "  y = 2"),
        ((3, 2), "  z = 3"),
        ((4, 1), "get_ipython().run_cell(show, x, y)"),
        ((4, 2), ""),
        ((5, 1), "a"),
        ((5, 2), "b"),
        ((5, 3), "c"),
    ]
    assert [n for n, cell in enumerate(program.cells, 1) if cell.trouble] == [4]


FLAGGED = [cell.replace("base(new_inputs)", "base(new_inputs, training=False)") for cell in CELLS]


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("", ["KFD102"]),
        ("!pip install tensorflow==2.15", []),
        ("!pip install -q --upgrade 'tensorflow<2.16' keras-tuner", []),
        ("%pip install \\\n  tensorflow-gpu==1.15", []),
        ("!{sys.executable} -m pip install keras==2.3.1 | tail -1", []),
        ("%tensorflow_version 1.x", []),
        ("!pip install tensorflow==2.15\n!pip install tensorflow==2.17", ["KFD102"]),
        ("!pip install tensorflow", ["KFD102"]),
        ("!pip install numpy==1.2 -r tensorflow==2.15", ["KFD102"]),
        ("# !pip install tensorflow==2.15", ["KFD102"]),
        ("%%bash\npip install tensorflow==2.15", []),
    ],
)
def test_what_a_notebook_installs_says_which_keras_it_is_for(cell: str, found: list[str]) -> None:
    assert [f.code for f in lint_cells([cell, *FLAGGED])] == found


# The file


def content(cells: list[dict[str, Any]], **more: Any) -> str:
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more})


def code(source: str | list[str], **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], **more}


WHOLE = code(WRONG)
OLD = {"cell_type": "code", "input": WRONG.splitlines(True), "language": "python", "outputs": []}
KERNEL = {"name": "python3"}
MUCH = {"text": "x" * 2_000_000}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (content([WHOLE]), 1),
        (content([code(WRONG.splitlines(True))]), 1),
        (content([{"cell_type": "raw", "source": WRONG}, {"cell_type": "markdown", "source": WRONG}]), 0),
        (json.dumps({"worksheets": [{"cells": [OLD]}], "metadata": {"name": ""}, "nbformat": 3}), 1),
        (json.dumps({"worksheets": [{"cells": []}, {"cells": [{**OLD, "input": WRONG}]}], "nbformat": 3}), 1),
        (json.dumps({"worksheets": [{"cells": [{**OLD, "language": "ruby"}]}], "nbformat": 3}), 0),
        (content([WHOLE], metadata={"kernelspec": KERNEL}), 1),
        (content([WHOLE], metadata={"kernelspec": {**KERNEL, "language": "python"}}), 1),
        (content([WHOLE], metadata={"kernelspec": None, "language_info": {"name": "python"}}), 1),
        (content([WHOLE], metadata={"language_info": {"name": "pyspark"}}), 1),
        (content([WHOLE], metadata={"kernelspec": {"name": "ir", "language": "R"}}), 0),
        (content([WHOLE], metadata={"kernelspec": {"name": "julia-1.6"}}), 0),
        (content([WHOLE], metadata={"language_info": {"name": "scala"}}), 0),
        (content([code(WRONG, metadata={"vscode": {"languageId": "csharp"}})]), 0),
        (content([code(WRONG, metadata={"vscode": {"languageId": "plaintext"}})]), 1),
        (content([code(WRONG, outputs=[MUCH])]), 1),
        (content([]), 0),
        ("\n " + content([WHOLE]) + "\n", 1),
    ],
)
def test_the_formats_that_there_are(text: str, found: int) -> None:
    assert [f.code for f in lint_notebook(text, "n.ipynb")] == ["KFD101"] * found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the JSON is broken"),
        (content([WHOLE])[:-2], "the JSON is broken"),
        ("<html>", "the JSON is broken"),
        ("[]", "its cells cannot be found"),
        ("3", "its cells cannot be found"),
        ("{}", "its cells cannot be found"),
        ('{"cells": {}}', "its cells cannot be found"),
        ('{"cells": [1]}', "its cells cannot be found"),
        ('{"cells": [{"cell_type": "code"}]}', "its cells cannot be found"),
        ('{"cells": [{"cell_type": "code", "source": [1]}]}', "its cells cannot be found"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_what_is_no_notebook_is_a_syntax_error(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SyntaxError, match=f"not a notebook: .*{message}"):
        lint_path(path)


def test_the_file_is_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "n.ipynb"
    path.write_bytes(b"\xef\xbb\xbf" + content([WHOLE]).encode())
    assert len(lint_path(path)) == 1
    path.write_bytes(b'{"cells": ["\xff"]}')
    with pytest.raises(SyntaxError):
        lint_path(path)


# Writing

FORMS = [
    json.dumps({"cells": [code("é = 1\ny"), code(["a\n", "b = 'ü'"])], "nbformat": 4}, **form)  # type: ignore[arg-type]
    for form in (
        {"indent": 1, "ensure_ascii": False},
        {"indent": 4},
        {"indent": "\t", "ensure_ascii": False},
        {},
        {"separators": (",", ":")},
    )
]


@pytest.mark.parametrize("text", [*FORMS, FORMS[0].replace("\n", "\r\n")])
def test_other_sources_are_written_in_the_form_of_the_cell(text: str) -> None:
    file = read_notebook(text)
    same = {n: cell.source for n, cell in enumerate(file.cells, 1)}
    assert file.with_sources(same) == text
    changed = file.with_sources({2: "a\nx = 'ß'\nb = 'ü'"})
    assert read_notebook(changed).cells[1].source == "a\nx = 'ß'\nb = 'ü'"
    assert changed.isascii() == text.isascii()
    old, new = text.splitlines(), changed.splitlines()
    assert len(new) == len(old) + (len(old) > 1)
    assert sum(line not in old for line in new) == 1


@pytest.mark.parametrize("old", [[], ["a"], "", "a"])
@pytest.mark.parametrize("new", ["", "b", "b\nc\n", 'ö "\\\u2028'])
def test_any_source_can_be_written(old: str | list[str], new: str) -> None:
    written = read_notebook(content([code(old)])).with_sources({1: new})
    assert read_notebook(written).cells[0].source == new
    assert isinstance(json.loads(written)["cells"][0]["source"], type(old))


def test_places_lead_back_into_the_source() -> None:
    source = "a = 1\r\nbé(\rc)\n"
    assert source[offset_in_cell(source, 2, 2) :] == "(\rc)\n"
    assert offset_in_cell(source, 4, 0) == len(source)
    for line, column in ((0, 0), (5, 0), (4, 1)):
        with pytest.raises(ValueError, match="no line"):
            offset_in_cell(source, line, column)


# nbqa


NBQA = {
    "whole": [WRONG],
    "cut": CELLS,
    "magics": [
        "!pip install keras",
        "%matplotlib inline\n" + CELLS[0],
        "%%bash\nls",
        "",
        *CELLS[1:-2],
        "%%time\n" + CELLS[-2].strip(),
    ],
    "bad cell": with_cell("x = ("),
    "silent": cut(RULES[0].right),
}


@pytest.mark.parametrize("name", NBQA)
def test_nbqa_flake8_has_the_same_findings(name: str, tmp_path: Path) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text(notebook(NBQA[name]), encoding="utf-8")
    settings = Settings(keras_version=">=3.0")
    expected = [
        f"n.ipynb:cell_{f.place.cell}:{f.place.line}:{f.place.column + 1}: {f.code}"
        for f in lint_path(path, settings)
    ]
    command = [sys.executable, "-m", "nbqa", "flake8", "n.ipynb", "--select=KFD", "--kfd-keras-version=>=3.0"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.stderr == ""
    assert [" ".join(line.split()[:2]) for line in run.stdout.splitlines()] == expected
    assert bool(expected) == (name != "silent")
    if name == "cut":
        assert "is frozen (an earlier cell, line 1)" in run.stdout
        assert "in fit() (a later cell, line 1)" in run.stdout
