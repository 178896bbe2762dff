"""The labels are whole, and the scores are right on a small folder made here."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.realworld.__main__ import main, report
from tests.realworld.labels import HALVES, LATER, Label, read
from tests.realworld.scoring import Share, precision, recall, score

MODEL = """\
from tensorflow import keras
from tensorflow.keras import layers

base = keras.Sequential([layers.Dense(4), layers.Dropout({rate}), layers.Dense(4)])
base.trainable = False
inputs = keras.Input((4,))
model = keras.Model(inputs, layers.Dense(1)(base({call})))
model.compile("sgd", "mse")
model.fit(x, y)
"""
ACTIVE = MODEL.format(rate=0.5, call="inputs")
QUIET = MODEL.format(rate=0, call="inputs")
OVERRIDDEN = MODEL.format(rate=0.5, call="inputs, training=False")
LABEL = Label(
    "made/project", "0" * 40, "train.py", "positive", "own layers", ("5",), "2024-", "It is made so."
)


def labelled(folder: Path, text: str, verdict: str) -> Label:
    label = replace(LABEL, verdict=verdict)
    file = label.files(folder)[0]
    (file.parent / ".git").mkdir(parents=True)
    file.write_text(text)
    return label


@pytest.mark.parametrize(
    ("text", "verdict", "found", "alarm"),
    [
        (ACTIVE, "positive", True, False),
        (QUIET, "positive", False, False),
        (QUIET, "negative", False, False),
        (ACTIVE, "negative", True, True),
        (OVERRIDDEN, "version-dependent", True, False),
        (ACTIVE, "version-dependent", True, True),
        (ACTIVE, "gan", False, True),
        (ACTIVE, "unknown", True, False),
        ("print 'Python 2'\n", "negative", False, False),
    ],
)
def test_a_program_is_scored_by_its_label(
    tmp_path: Path, text: str, verdict: str, found: bool, alarm: bool
) -> None:
    outcome = score(labelled(tmp_path, text, verdict), tmp_path)
    assert (outcome.found, bool(outcome.alarms)) == (found, alarm)


def test_a_module_of_the_program_counts_with_it(tmp_path: Path) -> None:
    label = replace(labelled(tmp_path, QUIET, "positive"), also=("base.py",))
    label.files(tmp_path)[1].write_text(ACTIVE)
    assert score(label, tmp_path).found


def test_the_report_counts_and_lists(tmp_path: Path) -> None:
    folders = [tmp_path / str(number) for number in range(3)]
    labels = [
        labelled(folder, text, verdict)
        for folder, text, verdict in zip(
            folders, (ACTIVE, QUIET, ACTIVE), ("positive", "positive", "negative"), strict=True
        )
    ]
    outcomes = [score(label, folder) for label, folder in zip(labels, folders, strict=True)]
    assert recall(outcomes) == Share(1, 2)
    assert precision(outcomes) == Share(1, 2)
    said = "\n".join(report(outcomes, 4))
    assert "3 programs, 4 not there" in said
    assert "MISS   made/project/train.py [positive; own layers] 5" in said
    assert "ALARM  made/project/train.py [negative; own layers] 5 -- KFD101 at :7" in said


def test_intervals_are_wilsons() -> None:
    low, high = Share(8, 10).interval
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert Share(0, 0).interval == (0, 1)
    assert str(Share(0, 0)).startswith("0 of 0 (-;")


def test_labels_are_whole() -> None:
    labels = read()
    assert len(labels) >= 100
    assert len({label.repository for label in labels}) >= 60
    assert sum(label.verdict == "unknown" for label in labels) <= len(labels) / 10
    assert {label.half for label in labels} == {*HALVES, *LATER}
    assert all(len(label.commit) == 40 for label in labels)


@pytest.mark.parametrize("change", [{"verdict": "maybe"}, {"era": "once"}, {"why": ""}, {"lines": "5"}])
def test_malformed_labels_are_refused(tmp_path: Path, change: dict[str, str]) -> None:
    entry = {**vars(LABEL), "lines": ["5"], **change}
    file = tmp_path / "labels.jsonl"
    file.write_text(json.dumps(entry) + "\n")
    with pytest.raises(ValueError, match=r"not a label|no list"):
        read({file: ""})


def test_a_program_has_one_label(tmp_path: Path) -> None:
    file = tmp_path / "labels.jsonl"
    file.write_text(2 * (json.dumps({**vars(LABEL), "lines": ["5"]}) + "\n"))
    with pytest.raises(ValueError, match="twice"):
        read({file: ""})


def test_the_command_runs_on_an_empty_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("0 programs, ")
