"""The record is whole, and the harness finds what is there, on a small archive made here."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from dropout_lint import Settings
from tests.corpus.__main__ import compare
from tests.corpus.linting import lint_folder
from tests.corpus.packages import listed, unpack
from tests.corpus.record import Review, key, read, write

FROZEN = """\
from tensorflow import keras
from tensorflow.keras import layers

base = keras.Sequential([layers.Dense(4), layers.Dropout(0.5), layers.Dense(4)])
base.trainable = False
model = keras.Sequential([base, layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y)
"""
FILES = {
    "made-1.0/frozen.py": FROZEN,
    "made-1.0/plain.py": "print('nothing here')\n",
    "made-1.0/old.py": "exec 'Python 2' in scope\n",
    "made-1.0/setup.cfg": "[options]\ninstall_requires = keras<3\n",
    "made-1.0/model.h5": "not read",
}


@pytest.fixture(params=["tar", "zip"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The files, packed as an index would serve them, and unpacked again."""
    if request.param == "zip":
        archive = tmp_path / "made-1.0.whl"
        with zipfile.ZipFile(archive, "w") as wheel:
            for name, text in FILES.items():
                wheel.writestr(name, text)
    else:
        archive = tmp_path / "made-1.0.tar.gz"
        with tarfile.open(archive, "w:gz") as sdist:
            for name, text in FILES.items():
                member = tarfile.TarInfo(name)
                member.size = len(text)
                sdist.addfile(member, io.BytesIO(text.encode()))
    unpack(archive, tmp_path / "made")
    return tmp_path / "made"


def test_list_and_record_are_whole() -> None:
    packages = listed()
    assert len(packages) >= 40
    assert len({package.name for package in packages}) == len(packages)
    assert all(len(package.sha256) == 64 for package in packages)
    assert {review.package for review in read()} <= {package.folder for package in packages}


def test_record_is_in_order_and_reads_as_written(tmp_path: Path) -> None:
    reviews = read()
    assert reviews == sorted(reviews)
    write(reviews, tmp_path / "again.json")
    assert read(tmp_path / "again.json") == reviews


def test_no_false_alarm_is_left_at_default_settings() -> None:
    assert [review for review in read() if review.verdict == "false"] == []


def test_only_what_is_read_is_unpacked(folder: Path) -> None:
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert names == FILES.keys() - {"made-1.0/model.h5"}


def test_lints_every_program(folder: Path) -> None:
    outcomes = {outcome.path: outcome for outcome in lint_folder(folder, Settings())}
    assert outcomes.keys() == {"made-1.0/frozen.py", "made-1.0/plain.py", "made-1.0/old.py"}
    frozen, plain, old = (outcomes[f"made-1.0/{name}.py"] for name in ("frozen", "plain", "old"))
    assert [(f.code, f.place.line, f.kerases) for f in frozen.findings] == [("KFD101", 6, ("2",))]
    assert (frozen.candidate, plain.candidate, plain.findings) == (True, False, ())
    assert (old.problem, old.faulty) == ("not Python 3", False)


def test_a_failure_of_the_linter_is_a_fault(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("dropout_lint.linter.lint_file", fail)
    frozen = next(outcome for outcome in lint_folder(folder, Settings()) if "frozen" in outcome.path)
    assert frozen.faulty
    assert "broken" in frozen.problem


def test_a_prefilter_that_hides_is_a_fault(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dropout_lint.api.may_concern", lambda text, path=None, roots=(): False)
    monkeypatch.setattr("tests.corpus.linting.may_concern", lambda text, path=None, roots=(): False)
    frozen = next(outcome for outcome in lint_folder(folder, Settings()) if "frozen" in outcome.path)
    assert (frozen.problem, frozen.faulty) == ("the prefilter hides 1 findings", True)


def test_compares_with_the_record(folder: Path) -> None:
    outcome = next(o for o in lint_folder(folder, Settings()) if o.findings)
    found = {key("made-1.0", outcome.path, finding): finding for finding in outcome.findings}
    known = Review(*next(iter(found)), verdict="true", reason="seen")
    gone = Review("made-1.0", "made-1.0/plain.py", 0, 1, "KFD101", "true", "was there")
    assert compare(found, [known]) == []
    new, vanished = compare(found, [gone])
    assert new.startswith("NEW       made-1.0/made-1.0/frozen.py:6 KFD101: ")
    assert vanished == "VANISHED  made-1.0/made-1.0/plain.py:1 KFD101: true"


def test_a_member_outside_of_the_folder_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "bad.tar"
    with tarfile.open(archive, "w") as sdist:
        sdist.addfile(tarfile.TarInfo("../escaped.py"))
    with pytest.raises(tarfile.FilterError):
        unpack(archive, tmp_path / "bad")
    assert not (tmp_path / "escaped.py").exists()


def test_a_record_with_a_wrong_verdict_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    write([Review("a-1", "a.py", 0, 1, "KFD101", "perhaps", "why")], path)
    with pytest.raises(ValueError, match="not a review"):
        read(path)
