"""Configuration: what pyproject.toml says, what stands before it, and what is an error."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dropout_lint import Confidence
from dropout_lint.checking import check_text
from dropout_lint.config import ConfigError, Overrides, config_for
from dropout_lint.rules import RULES
from dropout_lint.selection import CODES, OPT_IN, Selection, parse_codes

WRONG = {rule.code: rule.wrong for rule in RULES}


def project(folder: Path, table: str) -> Path:
    """A project with this table; the file to lint in it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(f"[tool.dropout-lint]\n{table}\n", encoding="utf-8")
    return folder / "train.py"


@pytest.mark.parametrize(
    ("select", "extend", "ignore", "on"),
    [
        (["KFD"], [], [], set(CODES) - set(OPT_IN)),
        (["ALL"], [], [], set(CODES)),
        (["ALL"], [], ["KFD1", "KFD2"], {c for c in CODES if c > "KFD3"}),
        (["KFD1"], [], [], {c for c in CODES if c < "KFD2"}),
        (["KFD10"], [], ["KFD1"], {c for c in CODES if c < "KFD2"}),
        (["KFD101"], ["KFD3"], [], {"KFD101", *(c for c in CODES if "KFD3" < c < "KFD9")}),
        (["KFD"], ["KFD105"], [], set(CODES) - (set(OPT_IN) - {"KFD105"})),
        (["KFD"], ["KFD105"], ["KFD105"], set(CODES) - set(OPT_IN)),
        (["KFD"], ["KFD105"], ["KFD"], {"KFD105"}),
        ([], [], [], set()),
    ],
)
def test_selection(select: list[str], extend: list[str], ignore: list[str], on: set[str]) -> None:
    selection = Selection(tuple(select), tuple(extend), tuple(ignore))
    assert {code for code in CODES if selection.wants(code)} == on
    assert selection.opt_in() == on & set(OPT_IN)


@pytest.mark.parametrize(
    ("text", "hint"),
    [("KFD999", ""), ("kfd101", "KFD101"), ("KDF101", "KFD101"), ("E501", ""), ("ALLES", "")],
)
def test_codes_that_are_none(text: str, hint: str) -> None:
    with pytest.raises(ValueError, match=f"begins with '{text}'.*{hint}"):
        parse_codes(text)


def test_every_key(tmp_path: Path) -> None:
    file = project(
        tmp_path,
        """
select = ["KFD1", "KFD3"]
extend-select = ["KFD105"]
ignore = ["KFD104"]
exclude = ["old/"]
keras-version = "2.15"
min-confidence = "possible"
roots = ["src", "lib/python"]
per-file-ignores = { "tests/*" = ["KFD101", "KFD3"], "*_nbqa_ipynb.py" = ["ALL"] }
""",
    )
    for root in ("src", "lib/python"):
        (tmp_path / root).mkdir(parents=True)
    config = config_for(file)
    assert config.settings.keras_version == "2.15"
    assert config.settings.min_confidence is Confidence.POSSIBLE
    assert config.settings.opt_in == {"KFD105", "KFD107"}
    assert config.settings.roots == (str(tmp_path / "src"), str(tmp_path / "lib/python"))
    assert [config.wants(code, file) for code in ("KFD101", "KFD104", "KFD202")] == [True, False, False]
    tests = tmp_path / "tests" / "test_train.py"
    assert [config.wants(code, tests) for code in ("KFD101", "KFD102", "KFD301")] == [False, True, False]
    assert not config.wants("KFD102", tmp_path / "a_nbqa_ipynb.py")
    assert config.excludes(tmp_path / "old" / "deep" / "train.py")
    assert not config.excludes(tmp_path / "older" / "train.py")
    assert not config.excludes(tmp_path.parent / "old" / "train.py")


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("selct = []", "unknown key 'selct' in [tool.dropout-lint] (did you mean 'select'?)"),
        ("keras_version = '3'", "unknown key 'keras_version' in [tool.dropout-lint] (did you mean 'keras-"),
        ("colour = true", "unknown key 'colour' in [tool.dropout-lint]"),
        ("select = 'KFD1'", "select in [tool.dropout-lint]: must be a list of strings"),
        ("select = [1]", "select in [tool.dropout-lint]: must be a list of strings"),
        ("ignore = ['KFD110']", "ignore in [tool.dropout-lint]: no rule's code begins with 'KFD110' (did"),
        ("keras-version = 3", "keras-version in [tool.dropout-lint]: must be a string"),
        ("keras-version = '1.2'", "keras-version in [tool.dropout-lint]: no Keras version matches '1.2'"),
        ("min-confidence = 'sure'", "min-confidence in [tool.dropout-lint]: not a confidence level: 'sure'"),
        ("per-file-ignores = ['a']", "per-file-ignores in [tool.dropout-lint]: must be a table"),
        ("per-file-ignores = { a = ['X'] }", "no rule's code begins with 'X'"),
        ("roots = ['../other']", "roots in [tool.dropout-lint]: '../other' is outside the project"),
        ("roots = ['/usr/lib']", "roots in [tool.dropout-lint]: '/usr/lib' is outside the project"),
        ("select = [", "not TOML"),
    ],
)  # fmt: skip
def test_errors_name_the_file_and_the_key(table: str, says: str, tmp_path: Path) -> None:
    file = project(tmp_path, table)
    with pytest.raises(ConfigError) as error:
        config_for(file)
    assert str(error.value).startswith(str(tmp_path / "pyproject.toml"))
    assert says in str(error.value)


def test_a_table_of_the_package_s_name_is_none(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.dropout_lint]\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"unknown table \[tool.dropout_lint\] \(did you mean \[tool.drop"):
        config_for(tmp_path / "train.py")
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'dropout_lint'\n", encoding="utf-8")
    assert config_for(tmp_path / "train.py").source is None


def test_the_nearest_table_counts(tmp_path: Path) -> None:
    project(tmp_path, "keras-version = '2'")
    inner = tmp_path / "package" / "deep"
    inner.mkdir(parents=True)
    (tmp_path / "package" / "pyproject.toml").write_text("[tool.other]\n", encoding="utf-8")
    assert config_for(inner / "a.py").settings.keras_version == "2"
    project(inner, "keras-version = '3'")
    assert config_for(inner / "a.py").settings.keras_version == "3"
    assert config_for(inner).settings.keras_version == "3"
    assert config_for(inner / "a.py", Overrides(isolated=True)).settings.keras_version is None


def test_a_repository_ends_the_way_upward(tmp_path: Path) -> None:
    project(tmp_path, "keras-version = '2'")
    inner = tmp_path / "clone"
    (inner / ".git").mkdir(parents=True)
    assert config_for(inner / "a.py").settings.keras_version is None
    assert config_for(inner / "a.py").folder == Path.cwd()


def test_a_named_file_stands_for_the_nearest(tmp_path: Path) -> None:
    file = project(tmp_path / "a", "keras-version = '2'")
    project(tmp_path / "b", "keras-version = '3'")
    other = Overrides(file=tmp_path / "b" / "pyproject.toml")
    assert config_for(file, other).settings.keras_version == "3"
    (tmp_path / "none.toml").write_text("", encoding="utf-8")
    for name, says in [("none.toml", "has no table"), ("no.toml", "No such file")]:
        with pytest.raises(ConfigError, match=says):
            config_for(file, Overrides(file=tmp_path / name))


def test_a_change_of_the_file_is_seen(tmp_path: Path) -> None:
    file = project(tmp_path, "keras-version = '2'")
    assert config_for(file).settings.keras_version == "2"
    project(tmp_path, "keras-version = '3'")
    os.utime(tmp_path / "pyproject.toml", ns=(1, 1))
    assert config_for(file).settings.keras_version == "3"


def test_what_is_given_stands_before_the_file(tmp_path: Path) -> None:
    file = project(tmp_path, "select = ['KFD1']\nextend-select = ['KFD3']\nignore = ['KFD101']")
    plain = config_for(file).selection
    assert (plain.wants("KFD301"), plain.wants("KFD101"), plain.wants("KFD202")) == (True, False, False)
    assert not config_for(file, Overrides(select=("KFD2",))).selection.wants("KFD301")
    assert config_for(file, Overrides(extend_select=("KFD2",))).selection.wants("KFD301")
    assert config_for(file, Overrides(ignore=())).selection.wants("KFD101")


def test_check_text_applies_it(tmp_path: Path) -> None:
    file = project(tmp_path, "keras-version = '2'")
    assert check_text(WRONG["KFD102"], file, config_for(file)) == []
    project(tmp_path, "keras-version = '3.15'")
    os.utime(tmp_path / "pyproject.toml", ns=(1, 1))
    assert [f.code for f in check_text(WRONG["KFD102"], file, config_for(file))] == ["KFD102"]
    assert check_text(WRONG["KFD105"], file, config_for(file, Overrides(keras_version="2"))) == []
    asked = config_for(file, Overrides(extend_select=("KFD105",), keras_version="2"))
    assert [f.code for f in check_text(WRONG["KFD105"], file, asked)] == ["KFD105"]
