"""Which keyword arguments Keras' constructors and models' entries take, and what they raise at another one.

`python -m tests.catalogue.signatures MODULE [CONSTRUCTOR...]` prints it for the Keras that is imported under
that name ("keras", "tf_keras"), as JSON. Nothing is read from a signature alone: each name that any of them
has is handed over, and Keras says whether it knows it.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from tests.oracle.kerases import REPOSITORY, environment, installed_beside

# The class of Keras versions -> the releases that were asked: where they differ, every one must refuse.
ASKED = {
    "2": ("tf_keras",),
    "3.0": ("keras==3.3.3", "keras==3.5.0", "keras==3.9.2"),
    "3.10": ("keras==3.10.0", "keras"),
    "3.16": ("nightly",),
}
# Its layers took the names of Keras 1 too, with a warning (keras/legacy/interfaces.py).
RENAMED_IN = "keras==2.2.4"
# Names that no signature shows: they are looked for among **kwargs.
HIDDEN = frozenset({
    "trainable", "name", "dtype", "dynamic", "input_shape", "batch_input_shape", "input_dim", "input_length",
    "batch_size", "weights", "activity_regularizer", "autocast", "implementation", "time_major", "unroll",
    "lr", "decay", "clipnorm", "clipvalue", "global_clipnorm", "layers", "drop_connect_rate", "dropout_rate",
    "dropout", "default_size", "sparse", "ragged", "tensor", "type_spec", "fused", "renorm",
    "renorm_clipping",
    "renorm_momentum", "virtual_batch_size", "adjustment", "input_dtype", "batch_shape", "alpha", "skip_init",
    "experimental_autocast", "caching_device", "enable_caching_device", "return_runtime", "rms_scaling",
    "reverse_state_order", "synchronized", "use_one_hot_matmul", "zero_output_for_mask", "mask_value", "bins",
    "max_tokens", "max_values", "oov_value", "causal", "has_input_vocabulary", "vocabulary_size", "mesh",
})  # fmt: skip
# Methods of a model that are asked like constructors, as "Model.fit".
METHODS = (
    "compile", "evaluate", "fit", "predict", "predict_on_batch", "test_on_batch", "train_on_batch"
)  # fmt: skip
NOBODYS = "nobody_takes_this"
# Values for parameters without a default, by name: enough to be made, or to fail for another reason.
_VALUES: Mapping[str, Any] = {
    "rate": 0.5, "stddev": 0.5, "target_shape": (1,), "dims": (1,), "n": 1, "axes": 1, "filters": 1,
    "kernel_size": 1, "function": abs, "equation": "ab,bc->ac", "output_shape": (1,), "num_heads": 1,
    "key_dim": 1,
    "factor": 0.1, "height": 1, "width": 1, "height_factor": 0.1, "width_factor": 0.1, "units": 1,
}  # fmt: skip
# Also those that take nearly anything, depending on what else they are given.
_ABSTRACT = frozenset({"Layer", "InputLayer", "Wrapper", "Input", "Optimizer"})
_REFUSED = re.compile(
    r"[Uu]nrecognized keyword|unexpected keyword|Keyword argument not understood|Unknown argument|"
    r"not recognized|not a valid argument|is deprecated in the new|Invalid keyword argument"
)


class Signature(NamedTuple):
    """What one constructor takes.

    Args:
        takes: the names of its keyword arguments.
        raises: the class of the exception at any other one.
    """

    takes: frozenset[str]
    raises: str


def measured(asked: str, only: Sequence[str] = ()) -> dict[str, Signature]:
    """What one Keras takes.

    Args:
        asked: "keras" and "tf_keras" as installed, "nightly", or a requirement of pip.
        only: these constructors; else all.

    Raises:
        RuntimeError: it cannot be installed or does not run.
    """
    module = "tf_keras" if asked == "tf_keras" else "keras"
    variables = environment("2" if asked == "tf_keras" else "3.16" if asked == "nightly" else "3.15")
    if "==" in asked:
        place = installed_beside(asked, asked.partition("==")[2])
        if place is None:
            raise RuntimeError(f"{asked} cannot be installed")
        variables["PYTHONPATH"] = os.pathsep.join((str(place), str(REPOSITORY)))
    command = [sys.executable, "-m", "tests.catalogue.signatures", module, *only]
    done = subprocess.run(command, env=variables, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{asked}: {done.stderr[-500:]}")
    found: dict[str, tuple[list[str], str]] = json.loads(done.stdout.splitlines()[-1])
    return {name: Signature(frozenset(takes), raises) for name, (takes, raises) in found.items()}


def merged(several: list[dict[str, Signature]]) -> dict[str, Signature]:
    """What at least one of several Kerases takes; without those that raise differently, or are not in all."""
    first, *others = several
    found = {}
    for name, signature in first.items():
        same = [other[name] for other in others if name in other]
        if len(same) == len(others) and all(one.raises == signature.raises for one in same):
            found[name] = Signature(signature.takes.union(*(one.takes for one in same)), signature.raises)
    return found


def renamed() -> frozenset[str]:
    """The arguments that standalone Keras took under their names in Keras 1.

    Raises:
        RuntimeError: that Keras cannot be installed.
    """
    place = installed_beside(RENAMED_IN, RENAMED_IN.partition("==")[2])
    if place is None:
        raise RuntimeError(f"{RENAMED_IN} cannot be installed")
    tree = ast.parse((place / "keras/legacy/interfaces.py").read_text(encoding="utf-8"))
    return frozenset(_old_names(tree)) | {"input_dtype"}


def _old_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "conversions":
            yield from (name for pair in ast.literal_eval(node.value) for name in pair[:1])
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In):  # `if 'input_dim' in kwargs`
            place, sought = node.comparators[0], node.left
            if isinstance(place, ast.Name) and place.id == "kwargs" and isinstance(sought, ast.Constant):
                yield str(sought.value)


# The newest Keras 2 refuses what all older ones take: `decay`, `compile(target_tensors=)`.
_TAKEN_BEFORE = ("optimizers.", "Model.compile")


def _of_keras_2(found: dict[str, Signature]) -> dict[str, Signature]:
    """Without those of which the newest one takes less, and with the names of Keras 1."""
    taken = renamed()
    return {
        name: Signature(
            one.takes | taken if name.startswith(("layers.", "Model.")) else one.takes, one.raises
        )
        for name, one in found.items()
        if not name.startswith(_TAKEN_BEFORE)
    }


def data() -> dict[str, Any]:
    """The content of the file. Raises as `measured`."""
    content: dict[str, Any] = {"asked": ASKED}
    for group, several in ASKED.items():
        found = merged([measured(asked) for asked in several])
        content[group] = encoded(_of_keras_2(found) if group == "2" else found)
    return content


def encoded(found: Mapping[str, Signature]) -> dict[str, str]:
    """What most layers take is written once, as "*", and stands for itself in their lists."""
    layers = [one.takes for name, one in found.items() if name.startswith("layers.") and len(one.takes) > 3]
    shared = frozenset.intersection(*(takes for takes in layers if "input_shape" in takes))
    lines = {"*": " ".join(sorted(shared))}
    for name, one in sorted(found.items()):
        takes = [*sorted(one.takes - shared), "*"] if shared <= one.takes else sorted(one.takes)
        lines[name] = " ".join([one.raises, *takes])
    return lines


def _constructors(keras: Any) -> Iterator[tuple[str, Callable[..., Any]]]:
    yield "Input", keras.Input
    yield "Sequential", keras.Sequential
    model = keras.Sequential([keras.layers.Dense(1)])
    for name in METHODS:
        yield f"Model.{name}", getattr(model, name)
    for module in ("layers", "optimizers", "applications"):
        for name, value in vars(getattr(keras, module)).items():
            capital = name[:1].isupper() and callable(value)
            if capital and name not in _ABSTRACT:
                yield f"{module}.{name}", value


def _required(name: str, function: Callable[..., Any], keras: Any) -> dict[str, Any]:
    """Arguments that it cannot be called without, or that end the call before a model is built."""
    if name.startswith("applications."):
        return {"weights": "no such weights"}
    if name == "Input":
        return {"shape": (1,)}
    values = {**_VALUES, "layer": keras.layers.Dense(1), "cell": keras.layers.LSTMCell(1)}
    values |= {"cells": [values["cell"]], "forward_layer": values["layer"]}
    if name.endswith("Bidirectional"):
        values["layer"] = keras.layers.LSTM(1)
    given = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.default is parameter.empty and parameter.kind is parameter.POSITIONAL_OR_KEYWORD:
            given[parameter.name] = values.get(parameter.name, 1)
    return given


def _answer(function: Callable[..., Any], given: dict[str, Any], argument: str) -> str | None:
    """The class of the exception if a name is refused; None if it is not."""
    try:
        function(**{**given, argument: given.get(argument)})
    except Exception as error:
        return type(error).__name__ if _REFUSED.search(str(error)) and argument in str(error) else None
    return None


def _ask(keras: Any, only: Sequence[str]) -> dict[str, tuple[list[str], str]]:
    everything = dict(_constructors(keras))
    names = set(HIDDEN)
    for function in everything.values():
        named = inspect.signature(function).parameters.values()
        names |= {p.name for p in named if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    found = {}
    for name in only or everything:
        function = everything[name]
        given = _required(name, function, keras)
        raises = _answer(function, given, NOBODYS)
        if raises is not None:
            taken = [argument for argument in names if _answer(function, given, argument) is None]
            found[name] = (sorted(taken), raises)
    return found


def main() -> None:
    """Prints what one Keras takes."""
    output, sys.stdout = sys.stdout, sys.stderr
    found = _ask(importlib.import_module(sys.argv[1]), sys.argv[2:])
    print(json.dumps(found), file=output)


if __name__ == "__main__":
    main()
