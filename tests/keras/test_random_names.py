"""Names of what is random in training."""

from __future__ import annotations

import pytest

from dropout_lint.keras.random_names import is_random


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Dropout", True),
        ("SpatialDropout2D", True),
        ("GaussianNoise", True),
        ("EfficientNetB0", True),
        ("TFBertModel", True),
        ("BertBackbone", True),
        ("vit_b16", True),  # whatever it is told
        ("LSTM", False),  # only if it is told to
        ("Dense", False),
        ("BatchNormalization", False),
        ("ResNet50", False),
        ("dropout", False),
        ("hidden", False),
    ],
)
def test_what_drops_unless_told_otherwise(name: str, expected: bool) -> None:
    assert is_random(name) is expected
