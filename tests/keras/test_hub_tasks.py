"""Classifiers of keras_hub, and the backbone that each of them holds.

The package is not installed where the tests run, so that the programs are only linted here.
"""

from __future__ import annotations

import pytest

from dropout_lint import Finding, Settings, lint_source
from dropout_lint.keras.hub_tasks import backbone_class

_HEAD = "import keras_hub\nfrom keras_hub.models import BertBackbone, BertTextClassifier\n\n"
_FIT = "judge.compile('adam', 'mse')\njudge.fit(words, labels)\n"
_PRESET = "judge = BertTextClassifier.from_preset('bert_base_en', num_classes=2)\n"
_FROZEN = "bert = BertBackbone.from_preset('bert_base_en'{})\nbert.trainable = False\n"

ACTIVE = {
    "of a preset": (_PRESET + "judge.backbone.trainable = False\n" + _FIT, "judge.backbone"),
    "given": (_FROZEN.format("") + "judge = BertTextClassifier(bert, 2)\n" + _FIT, "bert"),
    "given by name": (
        _FROZEN.format("") + "judge = BertTextClassifier(backbone=bert, num_classes=2)\n" + _FIT,
        "bert",
    ),
    "the head drops nothing": (
        _FROZEN.format("") + "judge = BertTextClassifier(bert, num_classes=2, dropout=0.0)\n" + _FIT,
        "bert",
    ),
}
SILENT = {
    "not frozen": _PRESET + _FIT,
    "thawed": _PRESET + "judge.backbone.trainable = False\njudge.backbone.trainable = True\n" + _FIT,
    "without Dropout": _FROZEN.format(", dropout=0.0") + "judge = BertTextClassifier(bert, 2)\n" + _FIT,
    "a backbone that never drops": (
        "judge = keras_hub.models.AlbertTextClassifier.from_preset('albert_base_en', num_classes=2)\n"
        "judge.backbone.trainable = False\n" + _FIT
    ),
    "unknown": "judge = BertTextClassifier(bert, 2)\njudge.backbone.trainable = False\n" + _FIT,
    "no head of its own": (
        "judge = keras_hub.models.GPT2CausalLM.from_preset('gpt2_base_en')\n"
        "judge.backbone.trainable = False\n" + _FIT
    ),
}


@pytest.mark.parametrize("name", ACTIVE)
def test_active(name: str) -> None:
    program, part = ACTIVE[name]
    (finding,) = _lint(program)
    assert finding.code == "KFD104"
    assert finding.message.startswith(f"'{part}' is frozen")
    assert "make the BertBackbone with dropout=0.0" in finding.message


@pytest.mark.parametrize("name", SILENT)
def test_silent(name: str) -> None:
    assert [f.code for f in _lint(SILENT[name]) if f.code.startswith("KFD1")] == []


def test_the_backbone_of_a_task() -> None:
    for task, backbone in (
        ("BertTextClassifier", "BertBackbone"),
        ("Gemma3CausalLM", "Gemma3Backbone"),
        ("XLMRobertaTextClassifier", "XLMRobertaBackbone"),
    ):
        assert backbone_class(task) == backbone


def _lint(program: str) -> list[Finding]:
    return lint_source(_HEAD + program, settings=Settings(keras_version="3.15"))
