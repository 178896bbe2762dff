"""Configurations of OmegaConf and Hydra. Measured with omegaconf 2.3 and hydra 1.3, which are not installed
where the tests run: what a program is given is what stands here."""

from __future__ import annotations

from pathlib import Path

import pytest

from dropout_lint import lint_path
from dropout_lint.interpreter.models.hydra import _Composition
from dropout_lint.interpreter.models.interpolation import _MAX_VALUES, OPEN, _Configuration, resolved
from dropout_lint.source.data_files import DataFiles

MODEL = """\
base = keras.Sequential([layers.Input((6,)), layers.Dense(4), layers.Dropout({rate})])
base.trainable = False
model = keras.Sequential([base, layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(np.ones((8, 6)), np.ones((8, 1)))
"""
HEAD = """\
import numpy as np
from omegaconf import OmegaConf
from tensorflow import keras
from tensorflow.keras import layers

"""
HYDRA = """\
import hydra


@hydra.main({})
def main(cfg):
"""
FILES = {
    "pyproject.toml": "",
    "conf/config.yaml": (
        "defaults:\n  - net: large\n  - other: one\n  - override hydra/job_logging: disabled\n"
        "rate: ${net.rate}\nname: ${net.name}_x\nnet:\n  own: true\n"
    ),
    "conf/net/large.yaml": "defaults:\n  - basis\n  - sub: inner\nname: large\nrate: 0.4\nown: false\n",
    "conf/net/small.yaml": "rate: 0\n",
    "conf/net/basis.yaml": "width: 3\nname: none\n",
    "conf/net/sub/inner.yaml": "deep: 1\n",
    "conf/other/one.yaml": "# @package _global_\ntop: 7\n",
    "conf/small.yaml": "defaults: [{net: small}]\nrate: ${net.rate}\n",
    "conf/first.yaml": "defaults: [_self_, {net: large}]\nnet: {own: true}\nrate: 0.4\n",
    "conf/lost.yaml": "defaults: [{net: missing}]\nrate: 0.4\n",
    "conf/renamed.yaml": "defaults: [{net@other: large}]\nrate: 0.4\n",
    "conf/interpolated.yaml": "rate: ${model.rate}\nmodel: {rate: 0.4}\n",
    "conf/environment.yaml": "rate: ${oc.env:RATE}\nleft: ???\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("main", "found"),
    [
        ('config_path="conf", config_name="config", version_base=None', True),
        ('"conf", "config.yaml"', True),
        ('config_path="conf", config_name="first"', True),
        ('config_path="conf", config_name="small"', False),
        # a file that is not there, what is not followed, what the environment says, another folder
        ('config_path="conf", config_name="lost"', False),
        ('config_path="conf", config_name="renamed"', False),
        ('config_path="conf", config_name="environment"', False),
        ('config_path="elsewhere", config_name="config"', False),
        ('config_path="conf", config_name=name', False),
    ],
)
def test_what_hydra_hands_to_a_program(project: Path, main: str, found: bool) -> None:
    body = MODEL.format(rate="cfg.rate").replace("\n", "\n    ")
    (project / "train.py").write_text(HEAD + HYDRA.format(main) + f"    {body}\n\nmain()\n", encoding="utf-8")
    assert [finding.code for finding in lint_path(project / "train.py")] == ["KFD101"] * found


def test_files_are_put_together_as_hydra_does(project: Path) -> None:
    def made(name: str) -> object:
        return resolved(_Composition(DataFiles(project), project / "conf").of("", name))

    net = {"width": 3, "name": "large", "sub": {"deep": 1}, "rate": 0.4}
    assert made("config") == {"net": {**net, "own": True}, "top": 7, "rate": 0.4, "name": "large_x"}
    assert made("first") == {"net": {**net, "own": False}, "rate": 0.4}
    for name in ("lost", "renamed"):
        with pytest.raises(LookupError):
            made(name)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"a": 1, "b": "${a}"}, 1),
        ({"a": {"c": [5, True]}, "b": "${a.c[1]}"}, True),
        ({"a": 0, "b": "B${a}_${a}"}, "B0_0"),
        ({"a": "${c}", "c": 2, "b": "${a}"}, 2),
        ({"c": "a", "a": 3, "b": "${${c}}"}, 3),
        ({"b": "${oc.env:HOME}"}, OPEN),
        ({"b": "${.a}", "a": 1}, OPEN),
        ({"b": "${b}"}, OPEN),
        ({"b": "${nothing}"}, OPEN),
        ({"b": "???"}, OPEN),
        ({"b": "$a"}, "$a"),
    ],
)
def test_interpolations(data: dict[str, object], expected: object) -> None:
    found = resolved(data)
    assert isinstance(found, dict)
    assert found["b"] is expected or found["b"] == expected


@pytest.mark.parametrize(
    ("configuration", "found"),
    [
        ("cfg = OmegaConf.create({'rate': 0.4})", True),
        ("cfg = OmegaConf.create({'rate': 0.0})", False),
        ("cfg = OmegaConf.merge({'rate': 0.0}, OmegaConf.create({'rate': 0.4}))", True),
        ("cfg = OmegaConf.merge({'rate': 0.4}, {'rate': 0.0})", False),
        ("cfg = OmegaConf.merge({'rate': 0.4}, OmegaConf.from_cli())", True),
        ("cfg = OmegaConf.merge({'n': {'a': 0.2}, 'rate': 0}, {'n': {'b': 1}})\ncfg.rate = cfg.n.a", True),
        ("cfg = OmegaConf.load('conf/interpolated.yaml')", True),
        (
            "from types import SimpleNamespace\n"
            "plain = OmegaConf.to_container(OmegaConf.create({'n': {'rate': 0.4}}))\n"
            "cfg = SimpleNamespace(rate=plain['n']['rate'])",
            True,
        ),
    ],
)
def test_written_down_in_the_program(project: Path, configuration: str, found: bool) -> None:
    program = HEAD + configuration + "\n" + MODEL.format(rate="cfg.rate")
    (project / "train.py").write_text(program, encoding="utf-8")
    assert [finding.code for finding in lint_path(project / "train.py")] == ["KFD101"] * found


@pytest.mark.parametrize("end", ["", "x", 1])
@pytest.mark.parametrize("kind", ["text", "mapping", "list"])
def test_interpolations_that_multiply_are_given_up(kind: str, end: object) -> None:
    data: dict[str, object] = {"k12": end}
    for number in range(12):
        place = f"${{k{number + 1}}}"
        shapes = {
            "text": place * 10,
            "mapping": dict.fromkeys(map(str, range(100)), place),
            "list": [place] * 100,
        }
        data[f"k{number}"] = shapes[kind]
    made = _Configuration(data)
    assert made.resolved(data, 0) is not OPEN
    assert made.left > -100 * _MAX_VALUES, "each of the values that are left is only counted"
    assert resolved({"a": ["x"], "b": "${a." + "9" * 5_000 + "}"})["b"] is OPEN  # type: ignore[index]


@pytest.mark.parametrize(
    "defaults",
    [
        '[{"": a}]',
        "[{null: a}]",
        "[[a]]",
        "[1]",
        "{a: b}",
        "[{a: {b: c}}]",
        "[{a b c: d}]",
        "[config]",
        "[{'@': a}]",
    ],
)
def test_odd_lists_of_defaults_are_not_followed(defaults: str, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(f"defaults: {defaults}\nrate: 0.4\n", encoding="utf-8")
    with pytest.raises(LookupError):
        _Composition(DataFiles(tmp_path), tmp_path).of("", "config")


@pytest.mark.parametrize("name", ["../secret", "/secret", "a/../../secret"])
def test_nothing_outside_of_the_project_is_composed(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("rate: 0.4\n", encoding="utf-8")
    inside = tmp_path / "project"
    inside.mkdir()
    (inside / "config.yaml").write_text(f"defaults: [{name}]\n", encoding="utf-8")
    for asked in ("config", name, str(tmp_path / "secret")):
        with pytest.raises(LookupError):
            _Composition(DataFiles(inside), inside).of("", asked)
