"""Writes dropout_lint/keras/catalogue/ from the installed packages.

python -m tests.catalogue.generate                write every section whose package is installed
python -m tests.catalogue.generate --check        only compare (exit 1 on a difference)
python -m tests.catalogue.generate --only NAME    one section: applications, keras_hub, transformers, ...

`applications` needs keras and tf_keras, and takes the package efficientnet too where it is installed: of its
releases before 1.0 and those since, the one that is there, and the other's data is left as it is.
`signatures` asks more releases of Keras, which it installs into `.kerases/`.
The others are keras_hub (pip install keras-hub), transformers (the last release with TF classes:
pip install "transformers<5"), tensorflow_hub and vit_keras (with opencv-python-headless).
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from itertools import zip_longest
from math import isclose
from pathlib import Path
from typing import Any

from dropout_lint.keras import catalogue
from tests.catalogue import encode, packages, signatures
from tests.catalogue.build import Built, Row, build, constructors

DATA = Path(catalogue.__file__).parent
KERAS = {"keras": "keras 3", "tf_keras": "keras 2", "efficientnet": "keras 2", "efficientnet_0": "keras 2"}
# Two packages of one name, of which one can be installed: its releases before 1.0, and those since.
OF_ONE_NAME = ("efficientnet", "efficientnet_0")
# Constructor -> family: the first that matches.
FAMILIES = (
    (r"efficientnet\..*", "efficientnet_package"),
    (r"efficientnet_0\..*", "efficientnet_package_0"),
    (r"EfficientNetV2.*", "efficientnet_v2"),
    (r"MobileNetV(\d).*", r"mobilenet_v\1"),
    (r"ResNet\d+V2", "resnet_v2"),
    (r"ResNetRS.*", "resnet_rs"),
    (r"RegNet(.).*", r"regnet_\1"),
    (r"InceptionResNetV2", "inception_resnet_v2"),
    (r"InceptionV3", "inception_v3"),
    (r"([A-Za-z]+?)(?:B?\d+|Tiny|Small|Base|X?Large|Mobile)?", r"\1"),
)


def family_of(constructor: str) -> str:
    """The file that holds a constructor."""
    for pattern, replacement in FAMILIES:
        if match := re.fullmatch(pattern, constructor):
            return match.expand(replacement).lower()
    raise ValueError(constructor)


def applications(built: dict[str, dict[str, Built]], versions: dict[str, str]) -> dict[str, Any]:
    """File -> content.

    Args:
        built: constructor -> "keras 3" and "keras 2" -> what was made.
        versions: package -> version.
    """
    families: dict[str, dict[str, Any]] = {}
    for constructor in sorted(built):
        entry = encode.family(built[constructor])
        families.setdefault(family_of(constructor), {})[constructor] = entry
    index = catalogue.read("applications/index") | {name: list(models) for name, models in families.items()}
    files = {"applications/index": dict(sorted(index.items()))}
    for name, models in families.items():
        own = {name.replace("_package", "")} & {*OF_ONE_NAME} or {"keras", "tf_keras"}
        head = {"versions": {p: v for p, v in sorted(versions.items()) if p in own}}
        files[f"applications/{name}"] = head | encode.compress(models)
    return files


def installed(package: str) -> str | None:
    """The installed version of a package; None without it."""
    if package not in OF_ONE_NAME:
        return packages.installed(package)
    version = packages.installed("efficientnet")
    old = version is not None and version.startswith("0.")
    return version if old == (package == "efficientnet_0") else None


def collect(processes: int) -> tuple[dict[str, dict[str, Built]], dict[str, str]]:
    """Builds every constructor of the installed packages."""
    built: dict[str, dict[str, Built]] = {}
    versions: dict[str, str] = {}
    for package, keras in KERAS.items():
        version = installed(package)
        if version is None:
            continue
        versions[package] = version
        for made in build(package, constructors(package), processes):
            print(f"{package} {made.constructor}: {len(made.builds[0].rows)} layers", flush=True)
            name = f"{package}.{made.constructor}" if package in OF_ONE_NAME else made.constructor
            built.setdefault(name, {})[keras] = made
    return built, versions


def differences(name: str, keras: str, made: Built) -> Iterator[str]:
    """Where the catalogue does not give what a Keras built: every variant is asked for."""
    for one in made.builds:
        arguments = {k: v for k, v in one.options.items() if k != "include_top"}
        model = catalogue.application(name, one.options["include_top"], keras == "keras 2", arguments)
        if model is None:
            yield f"{name} ({keras}): not in the catalogue"
            return
        rows = [(la.name, la.class_name, la.rate, la.stem is not None) for la in model.layers]
        for i, (ours, theirs) in enumerate(zip_longest(rows, one.rows)):
            if ours is None or theirs is None or not _same(ours, theirs):
                yield f"{name} ({keras}, {one.options}): layer {i}: catalogue {ours}, Keras {theirs}"
                break
        if model.name not in (one.name, None):
            yield f"{name} ({keras}, {one.options}): name: catalogue {model.name}, Keras {one.name}"


def _same(ours: Row, theirs: Row) -> bool:
    (*mine, rate, automatic), (*other, built, made_up) = ours, theirs
    close = rate == built or (rate is not None and built is not None and isclose(rate, built, abs_tol=2e-6))
    return close and (mine, automatic) == (other, made_up)


def dump(value: Any, indent: str = "") -> str:
    """JSON with everything that fits on a line on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(flat) <= 110 or not value or not isinstance(value, (dict, list)):
        return flat
    inner = indent + " "
    if isinstance(value, dict):
        items = [f"{json.dumps(k)}: {dump(v, inner)}" for k, v in value.items()]
        return "{\n" + ",\n".join(inner + item for item in items) + f"\n{indent}}}"
    return "[\n" + ",\n".join(inner + dump(v, inner) for v in value) + f"\n{indent}]"


def write(directory: Path, files: dict[str, Any]) -> None:
    """Writes the files of one section."""
    for name, data in files.items():
        path = directory / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dump(data) + "\n", encoding="utf-8")


def section(name: str, processes: int) -> tuple[dict[str, Any], dict[str, dict[str, Built]]] | None:
    """The files of a section, and the models they are made from; None without its package."""
    if name == "applications":
        if not all(packages.installed(p) for p in ("keras", "tf_keras")):
            return None
        built, versions = collect(processes)
        return applications(built, versions), built
    if name == "signatures":
        return {name: signatures.data()}, {}
    version = packages.installed(name)
    if version is None:
        return None
    data = packages.read(name)
    data = data if "classes" in data else {"classes": data}
    return {name: {"versions": {name: version}} | data}, {}


def verify(built: dict[str, dict[str, Built]]) -> list[str]:
    """Every variant that was built, against what the catalogue says of it."""
    return [
        text
        for name in sorted(built)
        for keras, made in built[name].items()
        for text in differences(name, keras, made)
    ]


def main(argv: list[str] | None = None) -> int:
    """Returns 0 when the data is (now) what the packages show, 1 if not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the data instead of writing it")
    parser.add_argument("--only", choices=SECTIONS, action="append", help="this section only")
    parser.add_argument("--processes", type=int, default=2, help="processes that build models (default 2)")
    options = parser.parse_args(argv)
    problems: list[str] = []
    for name in options.only or SECTIONS:
        made = section(name, options.processes)
        if made is None:
            print(f"{name}: not installed, its data is left as it is", file=sys.stderr)
            continue
        files, built = made
        if options.check:
            problems += [text for file, data in files.items() for text in _compare(file, data)]
        else:
            write(DATA, files)
            catalogue.read.cache_clear()
            catalogue._index.cache_clear()
        problems += verify(built)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


SECTIONS = ("applications", "signatures", "keras_hub", "transformers", "tensorflow_hub", "vit_keras")


def _compare(name: str, data: Any) -> Iterator[str]:
    """Says so if a file differs from what would be written now, its versions aside."""
    path = DATA / f"{name}.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    for key in sorted((kept.keys() | data.keys()) - {"versions"}):
        if kept.get(key) != json.loads(json.dumps(data.get(key))):
            yield f"{name}: {key} differ"


if __name__ == "__main__":
    sys.exit(main())
