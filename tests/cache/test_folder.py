"""The folder of kept results: what it takes, what it gives back, and what may be in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dropout_lint.cache.basis import NAME
from dropout_lint.cli import main
from tests.cache.processes import alone, checked, checked_anew, needs_fork

pytestmark = needs_fork

PROGRAM = """\
from tensorflow import keras

base = keras.Sequential([keras.layers.Dense(4), keras.layers.Dropout(0.5), keras.layers.Dense(4)])
base.trainable = False
inputs = keras.Input((4,))
model = keras.Model(inputs, keras.layers.Dense(1)(base(inputs)))
model.compile("sgd", "mse")
model.fit(x, y)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    (root / "pyproject.toml").write_text("", "utf-8")
    (root / "main.py").write_text(PROGRAM, "utf-8")
    time.sleep(0.06)
    return root


@pytest.fixture(autouse=True)
def not_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)


def entries(project: Path) -> list[Path]:
    return sorted((project / NAME).glob("*/*.json"))


def check(project: Path, *options: str) -> int:
    os.chdir(project)
    return main(["check", "--quiet", *options, "."])


def test_a_second_run_finds_what_the_first_has_kept(project: Path) -> None:
    assert alone(check, project) == 1
    [entry] = entries(project)
    written = entry.stat().st_mtime_ns
    assert alone(check, project) == 1
    assert entry.stat().st_mtime_ns == written
    assert "Dropout" in entry.read_text("utf-8")


def test_git_and_backups_are_told_to_pass_it_over(project: Path) -> None:
    alone(check, project)
    assert (project / NAME / ".gitignore").read_text("utf-8") == "*\n"
    assert (project / NAME / "CACHEDIR.TAG").read_text("utf-8").startswith("Signature: 8a477f597d28d172")


@pytest.mark.parametrize("options", [("--no-cache",), ("--fix",), ("--diff",), ("--add-noqa",)])
def test_nothing_is_kept_where_nobody_wants_it(project: Path, options: tuple[str, ...]) -> None:
    alone(check, project, *options)
    assert not (project / NAME).exists()


@pytest.mark.parametrize(("options", "kept"), [((), False), (("--cache",), True)])
def test_in_ci_it_has_to_be_asked_for(
    project: Path, options: tuple[str, ...], kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    alone(check, project, *options)
    assert bool(entries(project)) is kept


def test_where_a_project_begins_by_a_guess_nothing_is_written(project: Path) -> None:
    (project / "pyproject.toml").unlink()
    assert alone(check, project) == 1
    assert sorted(path.name for path in project.iterdir()) == ["main.py"]


def _broken(text: str) -> str:
    return text[: len(text) // 2]


def _of_other_types(text: str) -> str:
    return text.replace('"findings": [', '"findings": 3, "others": [')


def _of_another_file(text: str) -> str:
    return text.replace('"path": "main.py"', '"path": "/etc/hostname"')


def _two_lines(text: str) -> str:
    return text.replace('"code": "KFD101"', '"code": "KFD101\\n"')


def _of_the_whole_machine(text: str) -> str:
    content = json.loads(text)
    content["basis"]["contents"] = {"/dev/zero": "x"}
    return json.dumps(content)


def _from_above(text: str) -> str:
    content = json.loads(text)
    content["basis"]["contents"] = {"../../x": "absent"}
    return json.dumps(content)


def _asks_nonsense(text: str) -> str:
    content = json.loads(text)
    content["basis"]["told"] = [[["looked", "nope", "x"], ["y"]], [["looked"], ["y"]]]
    return json.dumps(content)


def _nothing_found(text: str) -> str:
    content = json.loads(text)
    content["checked"]["findings"] = [{"code": "KFD101"}]
    return json.dumps(content)


@pytest.mark.parametrize(
    "change",
    [
        _broken,
        _of_other_types,
        _of_another_file,
        _two_lines,
        _of_the_whole_machine,
        _from_above,
        _asks_nonsense,
        _nothing_found,
        lambda _: "",
        lambda _: "[" * 100_000,
        lambda _: "null",
    ],
)
def test_what_is_no_entry_is_passed_over(project: Path, change: Callable[[str], str]) -> None:
    alone(check, project)
    [entry] = entries(project)
    entry.write_text(change(entry.read_text("utf-8")), "utf-8")
    assert alone(checked, project) == (alone(checked_anew, project), 0)


def test_an_entry_that_is_no_file_is_passed_over(project: Path) -> None:
    alone(check, project)
    [entry] = entries(project)
    entry.unlink()
    os.mkfifo(entry)
    assert alone(check, project) == 1


@pytest.mark.parametrize("link", [NAME, f"{NAME}/.gitignore", f"{NAME}/CACHEDIR.TAG"])
def test_no_link_is_followed_out_of_the_project(project: Path, tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    path = project / link
    if link == NAME:
        outside.mkdir()
    else:
        outside.write_text("mine", "utf-8")
        path.parent.mkdir()
    path.symlink_to(outside)
    assert alone(check, project) == 1
    assert (list(outside.iterdir()) if outside.is_dir() else outside.read_text("utf-8")) in ([], "mine")


def test_the_folder_of_this_version_may_be_no_link(project: Path, tmp_path: Path) -> None:
    alone(check, project)
    [own] = (path for path in (project / NAME).iterdir() if path.is_dir())
    outside = tmp_path / "outside"
    own.rename(outside)
    own.symlink_to(outside)
    before = sorted(outside.iterdir())
    assert alone(checked, project)[1] == 0
    assert sorted(outside.iterdir()) == before


def test_what_other_versions_have_left_goes(project: Path) -> None:
    old, foreign = project / NAME / ("0" * 16), project / NAME / "notes"
    young = project / NAME / ("1" * 16)
    for folder in (old, foreign, young):
        folder.mkdir(parents=True)
    for folder in (old, foreign):
        os.utime(folder, (1, 1))
    alone(check, project)
    assert not old.exists()
    assert young.exists(), "another linter on the same project may be at work"
    assert foreign.exists()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="nothing is forbidden to this user")
def test_a_project_that_cannot_be_written_to_is_checked_all_the_same(project: Path) -> None:
    project.chmod(0o555)
    try:
        assert alone(check, project) == 1
    finally:
        project.chmod(0o755)


def test_a_file_in_its_place_is_left_alone(project: Path) -> None:
    (project / NAME).write_text("mine", "utf-8")
    assert alone(check, project) == 1
    assert (project / NAME).read_text("utf-8") == "mine"


def test_a_file_that_is_written_meanwhile_is_not_kept(project: Path) -> None:
    def run() -> int:
        os.utime(project / "main.py", ns=(time.time_ns(), time.time_ns()))
        return checked(project)[1]

    assert alone(run) == 0
    assert not entries(project)


OPTIONS = [(), ("--ignore", "KFD101"), ("--keras-version", "2"), ("--disable-noqa",), ("--verbose",)]


def test_other_options_are_other_results(project: Path) -> None:
    main_py = project / "main.py"
    main_py.write_text(PROGRAM.replace("(base(inputs)))", "(base(inputs)))  # noqa: KFD101"), "utf-8")
    time.sleep(0.06)
    codes = [alone(check, project, *options) for options in OPTIONS]
    assert codes == [alone(check, project, "--no-cache", *options) for options in OPTIONS]
    assert codes == [alone(check, project, *options) for options in OPTIONS]
    assert set(codes) == {0, 1}


def test_a_failure_is_not_kept(project: Path) -> None:
    def run() -> int:
        from dropout_lint import linter

        def fail(*_: object, **__: object) -> None:
            raise MemoryError

        linter.analyse = fail  # type: ignore[assignment]
        return checked(project)[1]

    alone(run)
    assert not entries(project)


def test_an_edit_leaves_one_entry(project: Path) -> None:
    for number in range(3):
        (project / "main.py").write_text(f"{PROGRAM}print({number})\n", "utf-8")
        time.sleep(0.06)
        alone(check, project)
    assert len(entries(project)) == 1


def test_a_key_is_the_same_in_every_process(project: Path) -> None:
    """Sets have another order in each, with another seed of Python's hashes."""
    code = (
        "from dropout_lint.cache.results import Asked; from dropout_lint.config import *;"
        "codes = ('KFD105', 'KFD108', 'KFD301', 'KFD304', 'KFD900');"
        "config = config_for('.', Overrides(extend_select=codes));"
        "print(len(config.settings.opt_in), Asked('main.py', config).key())"
    )
    keys = set()
    for seed in "123":
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=environment,
            cwd=project,
            capture_output=True,
            text=True,
            check=True,
        )
        assert int(done.stdout.split()[0]) > 1
        keys.add(done.stdout)
    assert len(keys) == 1
