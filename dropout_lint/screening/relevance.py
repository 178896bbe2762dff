"""Whether code can have anything to do with training a model or freezing a layer, by its words.

Every rule needs a layer or model that the program makes, and something that enters it, or an
assignment that freezes, or looks as if it did.
"""

from __future__ import annotations

import re
from functools import lru_cache

from dropout_lint.interpreter.values.kinds import Value
from dropout_lint.keras.names import BACKEND, PREFIXES, lookup, strip_prefix
from dropout_lint.keras.objects import KerasFunction
from dropout_lint.screening.dependencies import Own, Reach, Reached
from dropout_lint.screening.name_index import Segment
from dropout_lint.screening.text import PACKAGES, enters_or_freezes

# Whoever holds one of these modules can make a layer, whatever is read from it.
_MODULES = frozenset({"layers", "models", "applications", "engine", "src", "experimental", "saving", "utils"})
_DEEP = frozenset({"layers", "models", "applications"})
_GRADIENTS = frozenset({"GradientTape", "jax.grad", "jax.value_and_grad"})
_MAKE_NOTHING = _GRADIENTS | BACKEND | {"tf.function", "operation"}
# Most rules need a freeze or a training flag; almost all library code speaks of training somehow.
_PROMISING = re.compile(r"trainable|fr[eo]+z|fine_?tun|training[ \t]*=", re.IGNORECASE)
_KERAS = frozenset({"keras", "tf_keras", "tensorflow", "tensorflow_core"})


@lru_cache(maxsize=10_000)
def may_make(dotted: str) -> bool:
    """Whether what has this absolute name, or is read from it, can make a layer or a model.

    Args:
        dotted: as the program writes it: it may go on behind the name of a class.
    """
    package = dotted.partition(".")[0]
    if package not in _KERAS:
        return package in PACKAGES
    rest = strip_prefix(dotted)
    if rest is None:  # `import tensorflow as tf`, and tf itself is handed on
        return any(prefix.startswith(f"{dotted}.") for prefix in PREFIXES)
    if not rest or rest in _MODULES or (rest.partition(".")[0] in _DEEP and rest.islower()):
        return True
    parts = dotted.split(".")
    return any(_makes(lookup(".".join(parts[:count]))) for count in range(1, len(parts) + 1))


def _makes(value: Value | None) -> bool:
    return value is not None and not (isinstance(value, KerasFunction) and value.name in _MAKE_NOTHING)


class Relevance:
    """Which parts of a program may have to do with a finding.

    Args:
        text: the program.
        own: which imports may run code of the project that makes, enters or freezes a model.
    """

    def __init__(self, text: str, own: Own = lambda *_: False) -> None:
        self.reach = Reach(text, own)
        self._names: dict[str, set[str]] = {}
        self._star = False
        # What was found out about each segment: whether it acts, and whether it makes a layer.
        self._acting: dict[Segment, bool] = {}
        self._making: dict[Segment, bool] = {}
        for dots, module, member, bound in self.reach.imports:
            if dots:
                continue
            self._star = self._star or (bound == "*" and strip_prefix(module) is not None)
            meant = self._names.setdefault(bound, set())
            meant.add(f"{module}.{member}" if member else module)
            if module.startswith(f"{bound}.") and not member:  # `import a.b` binds a
                meant.add(bound)

    def anything(self) -> bool:
        """Whether there is any part that concerns."""
        if not self.concerns(self.reach.everything()):
            return False
        return self.concerns(self.reach.of_module()) or any(
            map(self.concerns, map(self.reach.of, self.reach.defined()))
        )

    def acts(self, reached: Reached) -> bool:
        """Whether code enters a model, or freezes: what cannot be known of it may be worth a note."""
        return reached.elsewhere or any(map(self._acts, reached.segments))

    def concerns(self, reached: Reached) -> bool:
        """Whether code can write a run or a freeze of a known layer into the tables."""
        return self.acts(reached) and (reached.elsewhere or any(map(self._makes, reached.segments)))

    @staticmethod
    def promises(text: str) -> bool:
        """Whether code speaks of freezing, or hands on a training flag."""
        return _PROMISING.search(text) is not None

    def _acts(self, segment: Segment) -> bool:
        if segment not in self._acting:
            self._acting[segment] = enters_or_freezes(segment.text)
        return self._acting[segment]

    def _makes(self, segment: Segment) -> bool:
        if segment not in self._making:
            self._making[segment] = self._star or any(map(self._makes_layers, segment.chains))
        return self._making[segment]

    def _makes_layers(self, chain: str) -> bool:
        first, dot, rest = chain.partition(".")
        return any(may_make(f"{dotted}{dot}{rest}") for dotted in self._names.get(first, ()))
