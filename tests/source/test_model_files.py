"""Files of models: what is read of them, and that none breaks or stops the reader."""

from __future__ import annotations

import json
import struct
import time
import zipfile
from pathlib import Path

import pytest

from dropout_lint.source.data_files import DataFiles
from dropout_lint.source.model_files import MAX_CONFIG, ModelFile, configuration

CONFIG = {
    "module": "keras",
    "class_name": "Sequential",
    "config": {"layers": []},
    "registered_name": "Sequential",
}


def archive(path: Path, text: str, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as file:
        file.writestr("metadata.json", "{}")
        file.writestr("config.json", text)
    return path


def hdf5(path: Path, *texts: bytes, before: int = 2048, declared: int | None = None) -> Path:
    objects = b"".join(
        struct.pack("<HH4xQ", number, 1, len(text) if declared is None else declared)
        + text.ljust(-(-len(text) // 8) * 8, b"\0")
        for number, text in enumerate(texts, 1)
    )
    heap = struct.pack("<4s4xQ", b"GCOL", 16 + len(objects) + 16) + objects + bytes(16)
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(before) + heap + bytes(100))
    return path


def test_an_archive(tmp_path: Path) -> None:
    assert configuration(archive(tmp_path / "a.keras", json.dumps(CONFIG))) == ModelFile(CONFIG, False)
    compiled = {**CONFIG, "compile_config": {"optimizer": "sgd"}}
    assert configuration(archive(tmp_path / "b.keras", json.dumps(compiled))) == ModelFile(compiled, True)


def test_hdf5(tmp_path: Path) -> None:
    text = json.dumps({"class_name": "Sequential", "config": {}}).encode()
    training = b'{"loss": "mse", "optimizer_config": {"class_name": "SGD"}}'
    assert configuration(hdf5(tmp_path / "a.h5", b"2.15.0", text)).compiled is False
    assert configuration(hdf5(tmp_path / "b.h5", b"2.15.0", text, training)) == ModelFile(
        json.loads(text), True, "mse"
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        b"PK\x03\x04" + bytes(100),
        b"PK\x03\x04" + bytes(30) + b"PK\x05\x06" + bytes(18),
        b"PK\x03\x04" + bytes(30) + b"PK\x05\x06" + b"\xff" * 18,
        b"\x89HDF",
        b"\x89HDF" + b"GCOL" * 2000,
        b"\x89HDF" + b"GCOL" + bytes(12),
        b"\x89HDF" + b"GCOL" + b"\xff" * 500,
        b"version https://git-lfs.github.com/spec/v1\n",
    ],
)
def test_what_is_no_model(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.keras"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"\w"):
        configuration(path)


def test_hostile_files(tmp_path: Path) -> None:
    began = time.process_time()
    many = tmp_path / "many.keras"
    with zipfile.ZipFile(many, "w") as file:
        for number in range(2_000):
            file.writestr(f"{number}", "")
    text = b'{"class_name": "S", "config": {}}'
    broken = archive(tmp_path / "broken.keras", json.dumps(CONFIG) * 100)
    content = bytearray(broken.read_bytes())
    content[90:120] = bytes(30)
    broken.write_bytes(content)
    paths = [
        many,
        broken,
        archive(tmp_path / "bomb.keras", " " * 100 * MAX_CONFIG),
        archive(tmp_path / "deep.keras", "[" * 100_000),
        archive(tmp_path / "text.keras", "not JSON", zipfile.ZIP_STORED),
        hdf5(tmp_path / "two.h5", text, text),
        hdf5(tmp_path / "far.h5", text, before=100_000),
        hdf5(tmp_path / "long.h5", text, declared=2**63),
        hdf5(tmp_path / "zero.h5", text, declared=0),
    ]
    files = DataFiles(tmp_path)
    for path in paths:
        with pytest.raises(LookupError):
            files.data(path.name, [tmp_path], "model")
    assert time.process_time() - began < 5


def test_nothing_outside_is_read(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    outside = archive(tmp_path / "a.keras", json.dumps(CONFIG))
    (tmp_path / "project" / "link.keras").symlink_to(outside)
    files = DataFiles(tmp_path / "project")
    for name in ("link.keras", "../a.keras", str(outside)):
        with pytest.raises(LookupError):
            files.data(name, [tmp_path / "project"], "model")
