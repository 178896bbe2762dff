"""The Vision Transformers of vit_keras. What is expected was measured: vit_keras 0.2.0, keras 3.15.1, small
models, four steps with a learning rate of zero on the same data; active if their losses differ.

The package is not installed where the tests run, so that the programs are only linted here.
"""

from __future__ import annotations

import pytest

from dropout_lint import Finding, Settings, lint_source
from dropout_lint.keras import catalogue

_HEAD = "import keras\nfrom vit_keras import vit\n\n"
_ITSELF = "model.compile('sgd', 'mse')\nmodel.fit(images, labels)\n"
_WHOLE = "model = vit.vit_b16(image_size=224, classes=3, pretrained_top=False)\n"
_BASE = "base = vit.vit_l32(image_size=224, pretrained_top=False, include_top=False)\n"
_HEADED = "model = keras.Sequential([base, keras.layers.Dense(3)])\n" + _ITSELF

ACTIVE = {
    "all but the last": _WHOLE + "for part in model.layers[:-4]:\n    part.trainable = False\n" + _ITSELF,
    "by name": (
        _BASE + "for part in base.layers:\n    part.trainable = part.name.endswith('_norm')\n" + _HEADED
    ),
    "the first block": _WHOLE + "for part in model.layers[:6]:\n    part.trainable = False\n" + _ITSELF,
    "as a whole": _BASE + "base.trainable = False\n" + _HEADED,
}
QUIET = {
    "before the first block": _WHOLE
    + "for part in model.layers[:5]:\n    part.trainable = False\n"
    + _ITSELF,
    "only the norm": _BASE + "base.layers[-2].trainable = False\n" + _HEADED,
    "whether it has a head is not known": (
        "model = vit.vit_b16(image_size=224, include_top=top)\n"
        "for part in model.layers[:-14]:\n    part.trainable = False\n" + _ITSELF
    ),
}


@pytest.mark.parametrize("name", ACTIVE)
def test_active(name: str) -> None:
    assert [f.code for f in _lint(ACTIVE[name])] == ["KFD104"]


@pytest.mark.parametrize("name", QUIET)
def test_quiet(name: str) -> None:
    assert _lint(QUIET[name]) == []


def test_weights_of_the_larger_set_have_one_layer_more() -> None:
    """`pre_logits` shifts what counts from the end."""
    program = "model = vit.vit_b16(224, 3, weights={!r})\nmodel.layers[-4].trainable = False\n" + _ITSELF
    assert [f.code for f in _lint(program.format("imagenet21k+imagenet2012"))] == ["KFD104"]
    assert _lint(program.format("imagenet21k")) == []


def test_each_lists_its_layers() -> None:
    for name, blocks in (("vit_b16", 12), ("vit_b32", 12), ("vit_l16", 24), ("vit_l32", 24)):
        found = catalogue.backbone(name)
        assert found is not None
        assert [cls for _, cls in found.layers].count("TransformerBlock") == blocks
        assert found.layers[-1] == ("head", "Dense")


def _lint(program: str) -> list[Finding]:
    return lint_source(_HEAD + program, settings=Settings(keras_version="3.15"))
