"""Programs that wire a frozen base in one way, and then enter the model in all ways."""

from __future__ import annotations

from tests.oracle.wirings import ENTRIES, PRELUDE, SUBCLASS
from tests.oracle.wirings import WIRINGS as KNOWN


def known(name: str) -> str:
    """A program that the oracle's own tests have too."""
    return PRELUDE + KNOWN[name][0] + ENTRIES


def program(source: str, freeze: str = "base.trainable = False") -> str:
    """A program that makes `m` from the prelude's frozen `base`, its `head` and `inp`."""
    return PRELUDE.replace("base.trainable = False", freeze) + source + ENTRIES


def func(call: str) -> str:
    return f"m = Model(inp, head({call}))"


def model_class(arguments: str, call: str) -> str:
    """`m`, of a class whose call() runs `call`, then its own head."""
    body = f"h = {call}\n        return self.out(self.d(h))"
    return SUBCLASS.format(arguments=arguments, body=body)


def _as_layer(source: str) -> str:
    """The same class as a Layer, inside a functional model."""
    layer = source.replace("Net(Model)", "Net(layers.Layer)")
    return layer.replace("m = Net()", "m = Model(inp, Net()(inp))")


def sub_model(arguments: str, call: str) -> str:
    return program(model_class(arguments, call))


def sub_layer(arguments: str, call: str) -> str:
    return program(_as_layer(model_class(arguments, call)))


def sub_base(arguments: str, call: str) -> str:
    """A functional model around a base that is itself a subclassed Model."""
    source = f"""\
class Base(Model):
    def __init__(self):
        super().__init__()
        self.a = layers.Dense(6)
        self.b = layers.Dropout(0.5)  # frozen
    def call(self, {arguments}):
        return self.b(self.a(x))
base = Base()
base.trainable = False
"""
    return program(source + func(call))
