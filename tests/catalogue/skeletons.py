"""Reads how models of a package are put together: which layer holds which, under which attribute.

A skeleton is a list of lines for each class of layers, `ATTRIBUTE CLASS [RATE]`:

    layer[num_hidden_layers] TFBertLayer     a list, as long as a field of the configuration says
    stages[0] TFSwinStage                    one element of a list
    self_attention:self TFBertSelfAttention  its Keras name, where it is another
    dropout Dropout hidden_dropout_prob      the field that sets its rate, or a number
    dropout Dropout classifier_dropout|hidden_dropout_prob   the second where the first is None
    drop_path TFSwinDropPath drop_path_rate? a share of the field, another for each layer
    + TFBertEmbeddings                       it has weights of its own, beside its layers'

A class that is put together in two ways is there twice, as `TFBertMainLayer` and `TFBertMainLayer~2`.
"""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

_RATES = ("rate", "drop_prob", "drop_path", "drop_path_rate")


class Skeletons:
    """The skeletons of the models read so far.

    Args:
        layer_class: the class of all layers.
    """

    def __init__(self, layer_class: type) -> None:
        self.layer_class = layer_class
        self.parts: dict[str, list[str]] = {}

    def read(
        self, model: Any, rates: Mapping[str, float], counts: Mapping[int, str], twin: Any = None
    ) -> str:
        """The name of a model's skeleton.

        Args:
            model: made from a configuration in which each rate and each number of layers is another.
            rates: field -> the rate that it was given.
            counts: number of layers -> the field that was given it.
            twin: the same model, made without the fields that may be None.
        """
        lines = [] if not self._has_own_weights(model) else ["+"]
        twins = dict(self._children(twin)) if twin is not None else {}
        for attribute, child in self._children(model):
            lines += self._lines(attribute, child, rates, counts, twins.get(attribute))
        name = type(model).__name__
        number = 1
        while self.parts.setdefault(key := name if number == 1 else f"{name}~{number}", lines) != lines:
            number += 1
        return key

    def _children(self, layer: Any) -> Iterator[tuple[str, Any]]:
        for attribute, value in vars(layer).items():
            if attribute.startswith(("_self_", "_obj_")):
                continue
            if isinstance(value, self.layer_class):
                yield attribute, value
            elif isinstance(value, (list, tuple)) and any(isinstance(v, self.layer_class) for v in value):
                yield attribute, [v for v in value if isinstance(v, self.layer_class)]

    def _lines(
        self, attribute: str, child: Any, rates: Mapping[str, float], counts: Mapping[int, str], twin: Any
    ) -> list[str]:
        if not isinstance(child, list):
            return [self._line(attribute, child, rates, counts, twin)]
        twins = twin if isinstance(twin, list) and len(twin) == len(child) else [None] * len(child)
        each = [self._line("", one, rates, counts, other) for one, other in zip(child, twins, strict=True)]
        field = counts.get(len(child))
        if field is not None and len({re.sub("^:[^ ]*", "", line) for line in each}) == 1:
            return [f"{attribute}[{field}]{each[0][each[0].index(' ') :]}"]
        return [f"{attribute}[{i}]{line}" for i, line in enumerate(each)]

    def _line(
        self, attribute: str, child: Any, rates: Mapping[str, float], counts: Mapping[int, str], twin: Any
    ) -> str:
        own = child.name if not re.fullmatch(r"[a-z_0-9]+_\d+", child.name) else attribute
        shown = attribute if own == attribute else f"{attribute}:{own}"
        kind = type(child).__name__
        if any(True for _ in self._children(child)):
            return f"{shown} {self.read(child, rates, counts, twin)}"
        rate = self._rate(child, rates)
        if rate is None:
            return f"{shown} {kind}"
        if twin is not None and (other := self._rate(twin, rates)) != rate and other in rates:
            rate = f"{rate}|{other}"
        return f"{shown} {kind} {rate}"

    def _rate(self, layer: Any, rates: Mapping[str, float]) -> str | None:
        """The field that sets a layer's rate, or the rate itself; None for a layer that drops nothing."""
        if "Drop" not in type(layer).__name__:
            return None
        value = next((float(v) for n in _RATES if (v := getattr(layer, n, None)) is not None), 0.0)
        for field, given in rates.items():
            if math.isclose(value, given, rel_tol=1e-5):
                return field
        for field, given in rates.items():
            if "path" in field and "Path" in type(layer).__name__ and 0 <= value < given:
                return f"{field}?"
        return f"{value:g}"

    def _has_own_weights(self, layer: Any) -> bool:
        """Whether its class makes weights itself (a model of its own kind never does)."""
        sources = [inspect.getsource(c) for c in type(layer).__mro__ if "transformers.models" in c.__module__]
        return any("add_weight(" in source for source in sources)
