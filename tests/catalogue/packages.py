"""Reads what makes the models of other packages random, from the installed packages.

`python -m tests.catalogue.packages keras_hub` (or `transformers`, `tensorflow_hub`, `vit_keras`) prints the
data as JSON. Nothing is downloaded: signatures are read, and models are made from their defaults.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import inspect
import io
import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.catalogue.skeletons import Skeletons

ROOT = Path(__file__).parents[2]
_SPEAKS_OF_DROPOUT = re.compile("drop")
_PART = re.compile("encoder$|decoder$|^backbone$|^clip_[lg]$|^t5$|^vae$")
# Classes that only stand for others: `Backbone.from_preset(...)` makes any of them.
_ANY_MODEL = ("Backbone", "FeaturePyramidBackbone")
_NUMBER = re.compile(
    "^(?:n|num|num_hidden|encoder|decoder|num_encoder|num_decoder)_layers?$|^(?:en|de)coder_layers$"
)
_LITERAL_RATE = re.compile(r"Dropout\((?:rate=)?(0?\.\d*[1-9]\d*)")


def installed(package: str) -> str | None:
    """The installed version of a distribution; None without it."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def read(package: str) -> dict[str, Any]:
    """What one package's section of the catalogue holds, read in a fresh process."""
    environment = dict(os.environ, CUDA_VISIBLE_DEVICES="", TF_CPP_MIN_LOG_LEVEL="3")
    command = [sys.executable, "-m", "tests.catalogue.packages", package]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True, cwd=ROOT)
    data: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return data


def keras_hub() -> dict[str, Any]:
    """Backbone -> its dropout arguments with defaults, constant rates, and the models it is given."""
    models = importlib.import_module("keras_hub.models")
    found: dict[str, Any] = {}
    for name in sorted(dir(models)):
        if not re.search("(?:Backbone|Classifier|Segmenter|LM|Detector)$", name):
            continue
        cls = getattr(models, name)
        if name in _ANY_MODEL or getattr(cls, "backbone_cls", cls) is None:
            continue
        parameters = inspect.signature(cls.__init__).parameters
        rates = {
            p.name: None if p.default is p.empty else p.default
            for p in parameters.values()
            if _SPEAKS_OF_DROPOUT.search(p.name)
        }
        entry: dict[str, Any] = {"arguments": rates}
        entry["constant"] = _literal_rates(cls)
        entry["parts"] = [p for p in parameters if _PART.search(p)]
        found[name] = {k: v for k, v in entry.items() if v or k == "arguments"}
    return found


def _literal_rates(cls: type) -> list[float]:
    """Rates other than zero that are written into a class, or into the layers beside a backbone."""
    own = Path(inspect.getfile(cls))
    rates: list[float] = []
    for path in [own, *own.parent.glob("*_layers.py")] if cls.__name__.endswith("Backbone") else [own]:
        rates += [float(rate) for rate in _LITERAL_RATE.findall(path.read_text(encoding="utf-8"))]
    return sorted(set(rates))


def vit_keras() -> dict[str, Any]:
    """Function -> the rates of the Dropouts in its model, which no argument changes, and its layers.

    A layer is "NAME CLASS"; "CLASS" alone where Keras makes the name up.
    """
    vit = importlib.import_module("vit_keras.vit")
    found: dict[str, Any] = {}
    for name in sorted(name for name in dir(vit) if re.fullmatch(r"vit_[a-z]\d+", name)):
        model = getattr(vit, name)(image_size=32, pretrained=False, pretrained_top=False)
        layers = [layer for layer in model._flatten_layers() if type(layer).__name__ == "Dropout"]
        found[name] = {
            "arguments": {},
            "constant": sorted({float(la.rate) for la in layers if la.rate}),
            "layers": [_listed(layer.name, type(layer).__name__) for layer in model.layers],
        }
    return found


def _listed(name: str, class_name: str) -> str:
    return class_name if class_name in ("InputLayer", "Reshape") else f"{name} {class_name}"


def transformers() -> dict[str, Any]:
    """Configuration classes with their dropout fields, and TF classes with the fields that reach them.

    Each field of a default configuration is given a value of its own; a field reaches a model when
    that value is the rate of one of its layers, or when the model asks its configuration as it runs.
    A model that cannot be made from its default configuration has all of the fields ("not_made").
    """
    library = importlib.import_module("transformers")
    library.TFPreTrainedModel._set_save_spec = lambda *_, **__: None
    library.TFPreTrainedModel.input_signature = property(lambda _: {})
    configurations: dict[str, dict[str, float | None]] = {}
    counts: dict[str, dict[str, int]] = {}
    classes: dict[str, list[Any]] = {}
    unmade: dict[str, str] = {}
    skeletons = Skeletons(importlib.import_module("tf_keras").layers.Layer)
    for name in sorted(n for n in dir(library) if n.startswith("TF")):
        try:
            cls = getattr(library, name)
            config_class = cls.config_class
        except (AttributeError, ImportError, RuntimeError):
            continue
        if config_class is None or name.endswith(("PreTrainedModel", "MainLayer")):
            continue
        try:
            fields = _fields(config_class())
        except ValueError:  # it is put together from other models
            continue
        configurations[config_class.__name__] = fields
        reached, error = _reached(cls, fields)
        classes[name] = [config_class.__name__, sorted(fields) if reached is None else reached]
        numbers = counts[config_class.__name__] = _counts(config_class())
        skeleton = None if reached is None else _skeleton(skeletons, cls, fields, numbers)
        if skeleton is not None:
            classes[name].append(skeleton)
        if reached is None:
            unmade[name] = error
    auto = importlib.import_module("transformers.models.auto.modeling_tf_auto")
    kinds = importlib.import_module("transformers.models.auto.configuration_auto").CONFIG_MAPPING_NAMES
    return {
        "configurations": configurations,
        "counts": {name: numbers for name, numbers in counts.items() if numbers},
        "kinds": {kind: config for kind, config in kinds.items() if config in configurations},
        "auto": _auto(auto, classes),
        "classes": classes,
        "parts": skeletons.parts,
        "not_made": unmade,
    }


def _auto(module: Any, classes: dict[str, list[Any]]) -> dict[str, dict[str, str]]:
    """TFAutoModel... -> kind of model -> the class that it makes."""
    found = {}
    for name in sorted(n for n in dir(module) if n.startswith("TFAutoModel")):
        mapping = getattr(getattr(module, name), "_model_mapping", None)
        made = {} if mapping is None else {k: v for k, v in mapping._model_mapping.items() if v in classes}
        if made:
            found[name] = made
    return found


def _counts(config: Any) -> dict[str, int]:
    """The fields that say how many layers there are, with their defaults."""
    numbers = {k: v for k, v in sorted(vars(config).items()) if _NUMBER.search(k)}
    return {k: v for k, v in numbers.items() if isinstance(v, int) and not isinstance(v, bool) and v > 1}


def _skeleton(
    skeletons: Skeletons, cls: Any, fields: dict[str, float | None], numbers: dict[str, int]
) -> str | None:
    """The name of a class's skeleton; None if the model cannot be made so."""
    rates = {name: 0.1234567 + 0.001 * i for i, name in enumerate(sorted(fields)) if "." not in name}
    lengths = {7 + 4 * i: name for i, name in enumerate(numbers)}
    made = []
    for leave_empty in (False, True):
        config = cls.config_class()
        for name, value in rates.items():
            if not isinstance(getattr(config, name), list) and not (leave_empty and fields[name] is None):
                setattr(config, name, value)
        for length, name in lengths.items():
            setattr(config, name, length)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                made.append(cls(config))
        except Exception:  # whatever is wrong with such a configuration: the layers stay unknown
            made.append(None)
    model, twin = made
    return None if model is None else skeletons.read(model, rates, lengths, twin)


def _configs(config: Any) -> dict[str, Any]:
    """The configuration and those in it ("text_config.")."""
    base = importlib.import_module("transformers").PretrainedConfig
    return {"": config} | {k + ".": v for k, v in sorted(vars(config).items()) if isinstance(v, base)}


def _fields(config: Any) -> dict[str, float | None]:
    """The fields that speak of dropping, with their defaults; the highest of a list."""
    found: dict[str, float | None] = {}
    for prefix, part in _configs(config).items():
        for name, value in sorted(vars(part).items()):
            if not _SPEAKS_OF_DROPOUT.search(name):
                continue
            if isinstance(value, list):
                value = max(value)
            if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):
                found[prefix + name] = value
    return found


def _reached(cls: Any, fields: dict[str, float | None]) -> tuple[list[str] | None, str]:
    """The fields whose value is found in the model; None and the reason if it cannot be made."""
    values = {name: 0.1234567 + 0.001 * i for i, name in enumerate(sorted(fields))}
    for leave_empty in (False, True):
        config = cls.config_class()
        if getattr(config, "vocab_size", 1) is None:
            config.vocab_size = 33
        parts = _configs(config)
        for name, value in values.items():
            prefix, dot, field = name.rpartition(".")
            part = parts[prefix + dot]
            old = getattr(part, field)
            if isinstance(old, list):
                setattr(part, field, [value] * len(old))
            elif old is not None or not leave_empty:
                setattr(part, field, value)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                model = cls(config)
        except Exception as problem:  # whatever is wrong with the model: the next try, or all of the fields
            error = f"{type(problem).__name__}: {problem}"[:80]
            continue
        seen = [n for module in (model, *model.submodules) for n in _numbers(vars(module))]
        source = Path(inspect.getfile(cls)).read_text(encoding="utf-8")
        asked = set(re.findall(r"self\.config\.(\w+)", source))
        return [
            name
            for name, value in values.items()
            if name in asked or any(math.isclose(value, n, rel_tol=1e-5) for n in seen)
        ], ""
    return None, error


def _numbers(attributes: dict[str, Any]) -> list[float]:
    found = []
    for key, value in attributes.items():
        scalar = isinstance(value, float) or getattr(value, "shape", None) == ()
        if scalar and not key.startswith("_"):
            with contextlib.suppress(TypeError, ValueError):
                found.append(float(value))
    return found


def tensorflow_hub() -> dict[str, Any]:
    """Whether `hub.KerasLayer` runs its model in inference mode while it is not trainable."""
    package = importlib.metadata.distribution("tensorflow_hub").locate_file("tensorflow_hub")
    text = (Path(str(package)) / "keras_layer.py").read_text(encoding="utf-8")
    gate = re.search(r"if self\.trainable:\n(?: +.*\n){1,4}? +else:\n(?: +#.*\n)? +training = False\n", text)
    default = re.search(r"trainable=(True|False),", text)
    assert default is not None
    return {"KerasLayer": {"inference_while_frozen": gate is not None, "trainable": default[1] == "True"}}


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]]()))
