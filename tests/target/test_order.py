"""What decides where the option, the program, the requirements and what is installed disagree."""

from __future__ import annotations

from pathlib import Path

import pytest

from dropout_lint.target import requirements
from dropout_lint.target.requirements import KerasChoice, choose
from tests.target.projects import BOTH, DEFAULT, chosen, project


def test_without_a_path(tmp_path: Path) -> None:
    project(tmp_path, {"requirements.txt": "keras==3.5\n"})
    assert choose(None, "", None).specifier == DEFAULT
    assert choose(None, "", None, tmp_path).specifier == "==3.5.*"


@pytest.mark.parametrize(
    ("text", "option", "specifier"),
    [
        ("", None, "==3.5.*"),
        ("", "2.15", "2.15"),
        ("import tf_keras", "3.15", "3.15"),
        ("import tf_keras", None, "2"),
        ("from transformers import TFBertModel", None, "2"),
        ("model.fit_generator(x)", None, "==3.5.*"),
    ],
)
def test_order_with_requirements(tmp_path: Path, text: str, option: str | None, specifier: str) -> None:
    path = project(tmp_path, {"requirements.txt": "keras==3.5\n"})
    assert choose(path, text, option).specifier == specifier


def test_order_without_requirements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beside = KerasChoice("==3.15.*", "keras 3.15.1, installed beside the linter, means Keras 3.15")
    monkeypatch.setattr(requirements, "installed", lambda: beside)
    path = project(tmp_path, {})
    assert choose(path, "", None) == beside
    assert choose(path, "model.fit_generator(x)", None).specifier == "2"
    assert choose(path, "", "2").why == "the option keras-version asks for Keras 2"


@pytest.mark.parametrize(
    ("versions", "specifier"),
    [
        ({"keras": "3.15.1", "tensorflow": "2.15.0"}, "==3.15.*"),
        ({"keras-nightly": "3.16.0.dev2026102704"}, ">=3.16"),
        ({"tensorflow-cpu": "2.15.1"}, "==2.15.*"),
        ({"tf-keras": "2.15.0"}, "2"),
        ({"keras": "1.0"}, None),
        ({"keras": "no version"}, None),
        ({}, None),
    ],
)
def test_installed(monkeypatch: pytest.MonkeyPatch, versions: dict[str, str], specifier: str | None) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(requirements, "_version", versions.get)
    requirements.installed.cache_clear()
    choice = requirements.installed()
    requirements.installed.cache_clear()
    assert (choice and choice.specifier) == specifier


@pytest.mark.parametrize(
    ("required", "text", "specifier"),
    [
        ("keras>=2.10", "", BOTH),
        ("keras>=2.10", "model.fit_generator(x)", ">=2.10,<3.0"),
        ("keras>=2.0.8\ntensorflow>=1.3.0", "import keras.engine", ">=2.2,<3.0"),
        ("keras>=2.10", "keras.ops.mean(x)", DEFAULT),
        ("keras>=2.10", "from transformers import TFBertModel", "2"),
        ("keras==3.5", "model.fit_generator(x)", "==3.5.*"),
        ("keras<3", "keras.ops.mean(x)", None),
    ],
)
def test_hints_tell_which_of_the_required_ones(
    tmp_path: Path, required: str, text: str, specifier: str | None
) -> None:
    choice = chosen(tmp_path, {"requirements.txt": required}, text)
    assert choice.specifier == (specifier or chosen(tmp_path, {"requirements.txt": required}).specifier)


def test_both_are_named(tmp_path: Path) -> None:
    choice = chosen(tmp_path, {"requirements.txt": "keras>=2.10"}, "model.fit_generator(x)")
    assert choice.why == (
        "keras>=2.10 in requirements.txt line 1 means Keras 2.10–2.15 and 3.0–3.15, "
        "and model.fit_generator in line 1 is found in Keras 2 only"
    )
    assert choice.source == (
        "requirements.txt:1: keras>=2.10; model.fit_generator in line 1 is found in Keras 2 only"
    )
