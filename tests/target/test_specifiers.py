"""Which Keras a requirement stands for: versions of TensorFlow and Keras, Poetry's constraints."""

from __future__ import annotations

from pathlib import Path

import pytest

from dropout_lint.keras.behaviour import behaviours, describe
from dropout_lint.target.specifiers import from_poetry
from tests.target.declarations import DECLARATIONS
from tests.target.projects import BOTH, DEFAULT, chosen

VERSIONS = {
    "tensorflow==2.15.*": "==2.15.*",
    "tensorflow==2.15.1": "==2.15.*",
    "tensorflow~=2.15.0": "==2.15.*",
    "tensorflow>=2.16": DEFAULT,
    "tensorflow==2.18.0": ">=3.5,<3.16",
    "tensorflow>=2.21": ">=3.12,<3.16",
    "tensorflow>=2.10": BOTH,
    "tensorflow>=2.10,<2.16": ">=2.10,<3.0",
    "tensorflow<2.16": ">=2.2,<3.0",
    "tensorflow==1.15": "==2.2.*",
    "tensorflow[and-cuda]==2.15.0": "==2.15.*",
    "tensorflow-cpu==2.12.0": "==2.12.*",
    "tensorflow_gpu==2.10.1": "==2.10.*",
    "tensorflow-macos==2.15.0": "==2.15.*",
    "intel-tensorflow==2.14.0": "==2.14.*",
    "tf-nightly==2.18.0.dev20240601": ">=3.5,<3.16",
    "TensorFlow == 2.15.0": "==2.15.*",
    "keras>=2.13": ">=2.13,<3.16",
    "keras>=3.16": ">=3.16",
    "keras>3.15": "==3.15.*",
    "keras>=3.0": DEFAULT,
    "keras>=3.4,<=3.16": ">=3.4,<=3.16",
    "keras==3.16.0.dev2026102704": ">=3.16",
    "keras>=3.0,!=3.16.0": DEFAULT,
    "keras==2.15.3": "==2.15.*",
    "keras==3.5.1": "==3.5.*",
    "keras==2.0.8": "==2.2.*",
    "keras>=3.20": ">=3.16",
    "keras==2.15.*": "==2.15.*",
    "keras-nightly==3.16.0.dev2026102704": ">=3.16",
    "tf_keras": "2",
    "tf-keras~=2.17": "2",
    # These say nothing.
    "keras": DEFAULT,
    "tensorflow": DEFAULT,
    "tensorflow=2.15": DEFAULT,
    "keras==1.2.2": DEFAULT,
    "keras-tuner==2.15": DEFAULT,
    "tensorflow @ https://example.org/tensorflow.whl": DEFAULT,
}


@pytest.mark.parametrize(("requirement", "specifier"), VERSIONS.items())
def test_versions(tmp_path: Path, requirement: str, specifier: str) -> None:
    assert chosen(tmp_path, {"requirements.txt": requirement}).specifier == specifier


@pytest.mark.parametrize(
    ("requirement", "classes"),
    [
        ("tensorflow==2.15.*", "2"),
        ("tensorflow>=2.16", "3.0–3.15"),
        ("keras>=2.13", "2 and 3.0–3.15"),
        ("tensorflow>=2.10", "2 and 3.0–3.15"),
        ("keras>=3.16", "3.16"),
        ("keras>=3.4,<=3.16", "3.0–3.15 and 3.16"),
    ],
)
def test_classes(tmp_path: Path, requirement: str, classes: str) -> None:
    """The classes of Keras that the choice stands for."""
    assert describe(behaviours(chosen(tmp_path, {"requirements.txt": requirement}).specifier)) == classes


@pytest.mark.parametrize(
    "specifier", sorted({*VERSIONS.values(), *(case[1] for case in DECLARATIONS.values())})
)
def test_specifiers_are_understood(specifier: str) -> None:
    for part in specifier.split("||"):
        assert behaviours(part)


@pytest.mark.parametrize(
    ("constraint", "specifiers"),
    [
        ("^2.15", (">=2.15,<3",)),
        ("^2.15.1", (">=2.15.1,<3",)),
        ("^0.2.3", (">=0.2.3,<0.3",)),
        ("^0.0.3", (">=0.0.3,<0.0.4",)),
        ("^0", (">=0,<1",)),
        ("~2.15.1", (">=2.15.1,<2.16",)),
        ("~2.15", (">=2.15,<2.16",)),
        ("~2", (">=2,<3",)),
        ("2.15", ("==2.15",)),
        ("2.15.*", ("==2.15.*",)),
        ("*", ("",)),
        ("~=2.15.0", ("~=2.15.0",)),
        (">= 2.10, < 2.16", (">=2.10,<2.16",)),
        (">=2.10 <2.16", (">=2.10,<2.16",)),
        ("^2.15 || ^3.4", (">=2.15,<3", ">=3.4,<4")),
        ("!=2.15.0", ("!=2.15.0",)),
    ],
)
def test_poetry(constraint: str, specifiers: tuple[str, ...]) -> None:
    assert from_poetry(constraint) == specifiers
