"""The schema of [tool.dropout-lint] and what reads the table take the same."""

from __future__ import annotations

import json
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from dropout_lint.config import Config
from dropout_lint.pyproject import KEYS, ConfigError, read_table
from dropout_lint.selection import CODES

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SCHEMA = json.loads(files("dropout_lint").joinpath("config.schema.json").read_text("utf-8"))
VALIDATOR = Draft7Validator(SCHEMA)


def table(folder: Path, text: str) -> bool:
    """Whether the reader takes a table."""
    (folder / "src").mkdir(exist_ok=True)
    file = folder / "pyproject.toml"
    file.write_text(f"[tool.dropout-lint]\n{text}\n", encoding="utf-8")
    try:
        read_table(file)
    except ConfigError:
        return False
    return True


def valid(text: str) -> bool:
    return VALIDATOR.is_valid(tomllib.loads(text))


def test_it_is_a_schema_and_has_every_key() -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert set(SCHEMA["properties"]) == set(KEYS)
    assert all(value["description"] for value in SCHEMA["properties"].values())


def test_its_defaults_are_those_of_the_reader(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.dropout-lint]\n", encoding="utf-8")
    default = read_table(tmp_path / "pyproject.toml")
    assert default is not None
    for key, value in SCHEMA["properties"].items():
        if key not in ("keras-version", "min-confidence", "per-file-ignores"):
            assert list(getattr(default, key.replace("-", "_"))) == value["default"]
    assert Config().settings.min_confidence.name.lower() == SCHEMA["properties"]["min-confidence"]["default"]


WORDS = sorted(
    {code[:length] for code in CODES for length in range(1, 7)}
    | {"ALL", "kfd", "KFD4", "KFD109", "E501", " KFD"}
)


def test_codes_are_those_of_the_reader(tmp_path: Path) -> None:
    for word in WORDS:
        text = f"select = [{json.dumps(word)}]"
        assert valid(text) is table(tmp_path, text), word


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("", True),
        ("slect = []", False),
        ("select = 'KFD1'", False),
        ("select = [1]", False),
        ("exclude = ['old/', '*_pb2.py']", True),
        ("exclude = 'old/'", False),
        ("keras-version = '>=3.0,<3.16'", True),
        ("keras-version = '2 || 3.15'", True),
        ("keras-version = 3", False),
        ("keras-version = ''", False),
        ("min-confidence = 'certain'", True),
        ("min-confidence = 'Possible'", True),
        ("min-confidence = 'sure'", False),
        ("min-confidence = 1", False),
        ("roots = ['src']", True),
        ("roots = ['../other']", False),
        ("roots = ['/usr']", False),
        ("roots = 'src'", False),
        ("per-file-ignores = { 'tests/*' = ['KFD3'] }", True),
        ("per-file-ignores = { 'tests/*' = 'KFD3' }", False),
        ("per-file-ignores = ['a']", False),
    ],
)
def test_the_schema_and_the_reader_agree(text: str, taken: bool, tmp_path: Path) -> None:
    assert (valid(text), table(tmp_path, text)) == (taken, taken)


@given(
    st.dictionaries(st.sampled_from(sorted(KEYS)), st.one_of(st.lists(st.sampled_from(WORDS)), st.integers()))
)
def test_what_the_reader_takes_is_valid(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, object]
) -> None:
    text = "\n".join(f"{key} = {json.dumps(value)}" for key, value in values.items() if key != "roots")
    if table(tmp_path_factory.mktemp("taken"), text):
        assert valid(text)


def test_roots_that_do_not_exist_are_an_error(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text("[tool.dropout-lint]\nroots = ['scr']\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"roots in \[tool.dropout-lint\]: there is no folder 'scr'"):
        read_table(file)
    (tmp_path / "scr").mkdir()
    assert read_table(file) is not None
