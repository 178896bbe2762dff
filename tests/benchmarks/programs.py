"""Programs of any length, each growing in one way."""

from __future__ import annotations

from collections.abc import Callable

_HEAD = """\
from tensorflow import keras
from tensorflow.keras import layers

"""
_TAIL = """\
base.trainable = False
inputs = keras.Input((8,))
model = keras.Model(inputs, layers.Dense(1)(base(inputs)))
model.compile("sgd", "mse")
model.fit(x, y)
"""


def stack(lines: int) -> str:
    """One Sequential of many layers."""
    kinds = ("layers.Dense(8)", "layers.Dropout(0.5)")
    body = "".join(f"    {kinds[n % 2]},\n" for n in range(lines))
    return f"{_HEAD}base = keras.Sequential([\n    keras.Input((8,)),\n{body}])\n{_TAIL}"


def chain(lines: int) -> str:
    """A functional graph, one call after the other."""
    kinds = ("layers.Dense(8)", "layers.Dropout(0.5)")
    body = "".join(f"h = {kinds[n % 2]}(h)\n" for n in range(lines))
    return f"{_HEAD}start = keras.Input((8,))\nh = start\n{body}base = keras.Model(start, h)\n{_TAIL}"


def freezing(lines: int) -> str:
    """A loop over many layers, and many single freezes."""
    half = max(1, lines // 2)
    body = "".join("base.add(layers.Dense(8))\n" for _ in range(half))
    ones = "".join(f"base.layers[{n}].trainable = False\n" for n in range(half))
    loop = "for layer in base.layers:\n    layer.trainable = False\n"
    head = f"{_HEAD}base = keras.Sequential([keras.Input((8,)), layers.Dropout(0.5)])\n"
    return f"{head}{body}{ones}{loop}{_TAIL}"


def functions(lines: int) -> str:
    """Functions that call one another, a chain of them and a crowd."""
    body = "def part0(x):\n    return layers.Dropout(0.5)(x)\n\n\n"
    for n in range(1, max(2, lines // 4)):
        callee = n - 1 if n % 10 else 0
        body += f"def part{n}(x):\n    return part{callee}(layers.Dense(8)(x))\n\n\n"
    last = max(2, lines // 4) - 1
    use = f"start = keras.Input((8,))\nbase = keras.Model(start, part{last}(start))\n"
    return f"{_HEAD}{body}{use}{_TAIL}"


def builders(lines: int) -> str:
    """A library: many functions that nobody calls, each a whole training."""
    body = "\n".join(f"    {line}" if line else "" for line in chain(8)[len(_HEAD) :].splitlines())
    count = max(1, round(lines / 17))
    return _HEAD + "\n\n".join(f"def build{n}(x, y):\n{body}\n    return model\n" for n in range(count))


def ladder(lines: int) -> str:
    """Branches that nobody can decide, in ladders of up to five hundred rungs, only the last of which works.

    Rungs that merely print are passed over, so that each ladder is climbed to its end.
    """
    body = ""
    for n in range(max(2, lines // 2)):
        rung = n % 500
        word = f"mode = int(input())\nif mode == {n}" if rung == 0 else f"elif mode == {n}"
        body += f"{word}:\n    {'rate = 0.5' if rung == 499 else 'print(mode)'}\n"
    made = "base = keras.Sequential([keras.Input((8,)), layers.Dense(8), layers.Dropout(0.5)])\n"
    return f"{_HEAD}{body}else:\n    rate = 0.25\n{made}{_TAIL}"


def branches(lines: int) -> str:
    """Many short ladders, each of which sets a rate that a layer is made with."""
    body = ""
    for n in range(max(1, lines // 9)):
        body += f"mode = int(input())\nif mode == {n}:\n    rate = 0.1\n"
        body += f"elif mode == {n + 1}:\n    rate = 0.2\nelse:\n    rate = 0.3\n"
        body += "h = layers.Dropout(rate)(h)\n"
    start = "start = keras.Input((8,))\nh = layers.Dense(8)(start)\n"
    return f"{_HEAD}{start}{body}base = keras.Model(start, h)\n{_TAIL}"


def loops(lines: int) -> str:
    """Many loops that each make a few layers."""
    loop = "for units in (8, 16):\n    h = layers.Dense(units)(h)\n"
    body = "start = keras.Input((8,))\nh = layers.Dropout(0.5)(start)\n" + loop * max(1, lines // 2)
    return f"{_HEAD}{body}base = keras.Model(start, h)\n{_TAIL}"


def plain(lines: int) -> str:
    """Mostly Python that has nothing to do with Keras."""
    body = "".join(f"def helper{n}(a, b):\n    c = [a, b, {n}]\n    return len(c) + {n}\n\n\n"
                   for n in range(max(1, lines // 5)))  # fmt: skip
    made = "base = keras.Sequential([keras.Input((8,)), layers.Dense(8), layers.Dropout(0.5)])\n"
    return f"{_HEAD}{body}{made}{_TAIL}"


PROGRAMS: dict[str, Callable[[int], str]] = {
    function.__name__: function
    for function in (stack, chain, freezing, functions, builders, ladder, branches, loops, plain)
}
