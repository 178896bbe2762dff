"""What could not be known is told, so that a missed alarm can be told from a chosen silence."""

from __future__ import annotations

import pytest

from dropout_lint.config import Settings
from dropout_lint.linter import analyse
from dropout_lint.source.text import SourceFile

START = "from tensorflow import keras\n"
MODEL = "model = keras.Sequential([keras.layers.Dense(1), keras.layers.Dropout(0.5)])\n"
RECEIVES = "cannot be followed and receives a layer"
UNKNOWN = "something that cannot be known"


@pytest.mark.parametrize(
    ("program", "line", "reason"),
    [
        ("from shop import make\nbase = make()\nbase.trainable = False\n", 4, f"is set on {UNKNOWN}"),
        ("from shop import make\nmake().fit(1, 2)\n", 3, f"fit() of {UNKNOWN}"),
        ("def train(model):\n    model.fit(1, 2)\n", 3, "argument 'model'"),
        (MODEL + "from shop import change\nchange(model)\n", 4, f"shop.change() {RECEIVES}"),
        ("from shop import make\nbase = keras.Sequential([make()])\n", 3, "a layer that cannot be known"),
        (MODEL + "for part in unseen():\n    part.trainable = False\n", 3, "a loop over something unknown"),
    ],
)
def test_the_reason_and_its_line(program: str, line: int, reason: str) -> None:
    unknowns = analyse(SourceFile("program.py", START + program), Settings()).unknowns
    assert [place.line for place, text in unknowns if reason in text] == [line]


@pytest.mark.parametrize(
    "program",
    [
        MODEL + "model.trainable = False\nmodel.compile('sgd', 'mse')\nmodel.fit(1, 2)\n",
        MODEL + "print(model)\nmodel.summary()\n",
        "import numpy as np\nx = np.zeros(3)\nx.shape = (3, 1)\n",
    ],
)
def test_what_is_known_is_not_told(program: str) -> None:
    assert analyse(SourceFile("program.py", START + program), Settings()).unknowns == []
