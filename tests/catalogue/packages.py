"""Reads what makes the models of other packages random, from the installed packages.

`python -m tests.catalogue.packages keras_hub` (or `transformers`, `tensorflow_hub`) prints the data as JSON.
Nothing is downloaded: signatures are read, and TF models are made from their default configurations.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import inspect
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

_SPEAKS_OF_DROPOUT = re.compile("drop")
_PART = re.compile("encoder$|decoder$|^backbone$|^clip_[lg]$|^t5$|^vae$")
# Classes that only stand for others: `Backbone.from_preset(...)` makes any of them.
_ANY_MODEL = ("Backbone", "FeaturePyramidBackbone")
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
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
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


def transformers() -> dict[str, Any]:
    """Configuration classes with their dropout fields, and TF classes with the fields that reach them.

    Each field of a default configuration is given a value of its own; a field reaches a model when
    that value is the rate of one of its layers.
    """
    library = importlib.import_module("transformers")
    configurations: dict[str, dict[str, float | None]] = {}
    classes: dict[str, list[Any]] = {}
    unmade: dict[str, str] = {}
    for name in sorted(n for n in dir(library) if n.startswith("TF")):
        try:
            cls = getattr(library, name)
            config_class = cls.config_class
        except (AttributeError, ImportError, RuntimeError):
            continue
        if config_class is None or name.endswith(("PreTrainedModel", "MainLayer")):
            continue
        try:
            config = config_class()
            fields = _fields(config)
        except Exception as error:
            unmade[name] = f"{type(error).__name__}: {error}"[:80]
            continue
        configurations.setdefault(config_class.__name__, fields)
        try:
            reached: list[str] | None = _reached(cls, config, fields)
        except Exception as error:  # noqa: BLE001  a model that cannot be made has all of the fields
            unmade[name] = f"{type(error).__name__}: {error}"[:80]
            reached = None
        classes[name] = [config_class.__name__, sorted(fields) if reached is None else reached]
    return {"configurations": configurations, "classes": classes, "not_made": unmade}


def _configs(config: Any) -> dict[str, Any]:
    """The configuration and those in it ("text_config")."""
    base = importlib.import_module("transformers").PretrainedConfig
    return {"": config} | {k + ".": v for k, v in sorted(vars(config).items()) if isinstance(v, base)}


def _fields(config: Any) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for prefix, part in _configs(config).items():
        for name, value in sorted(vars(part).items()):
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if _SPEAKS_OF_DROPOUT.search(name) and (number or value is None):
                found[prefix + name] = value
    return found


def _reached(cls: type, config: Any, fields: dict[str, float | None]) -> list[str]:
    values = {name: 0.1234567 + 0.001 * i for i, name in enumerate(sorted(fields))}
    parts = _configs(config)
    for name, value in values.items():
        prefix, dot, field = name.rpartition(".")
        setattr(parts[prefix + dot], field, value)
    with contextlib.redirect_stdout(io.StringIO()):
        model = cls(config)
    seen: set[float] = set()
    for module in (model, *model.submodules):
        for key, value in vars(module).items():
            if isinstance(value, float) and not key.startswith("_"):
                seen.add(value)
    return [name for name, value in values.items() if value in seen]


def tensorflow_hub() -> dict[str, Any]:
    """Whether `hub.KerasLayer` runs its model in inference mode while it is not trainable."""
    source = Path(importlib.metadata.distribution("tensorflow_hub").locate_file("tensorflow_hub"))
    text = (source / "keras_layer.py").read_text(encoding="utf-8")
    gate = re.search(r"if self\.trainable:\n(?: +.*\n){1,4}? +else:\n(?: +#.*\n)? +training = False\n", text)
    default = re.search(r"trainable=(True|False),", text)
    assert default is not None
    return {"KerasLayer": {"inference_while_frozen": gate is not None, "trainable": default[1] == "True"}}


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]]()))
