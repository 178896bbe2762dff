"""The configuration of a model in a `.keras` or `.h5` file: text, read without Keras or the model's weights.

Sources: keras/src/saving/saving_lib.py (3.15.1), `_save_model_to_fileobj`: `config.json` in a ZIP archive;
legacy_h5_format.py: the attributes `model_config` and, of a compiled model, `training_config` of HDF5 files,
which are of variable length and so stand in a global heap (HDF5 File Format Specification 3.0, III.E).
"""

from __future__ import annotations

import json
import os
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

MAX_CONFIG = 2_000_000
# Keras writes three entries and its own extra state; an archive of millions is no model.
MAX_ENTRIES = 1_000
# Keras writes the attributes before the weights.
MAX_BEFORE_HEAP = 64_000
_END = struct.Struct("<4s4H2LH")
_HEAP = struct.Struct("<4s4xQ")
_OBJECT = struct.Struct("<HH4xQ")


class ModelFile(NamedTuple):
    """What is said of the model: its configuration, whether it was compiled, and in HDF5 with which loss."""

    config: object
    compiled: bool
    loss: object = None


def configuration(path: Path) -> ModelFile:
    """What is said of the model in a `.keras` or `.h5` file.

    Args:
        path: a regular file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no such file, or too large to be looked at.
    """
    with path.open("rb") as file:
        begin = file.read(4)
        if begin == b"PK\x03\x04":
            config = json.loads(_limited(_of_archive(file)))
            return ModelFile(config, isinstance(config, dict) and bool(config.get("compile_config")))
        texts = list(_of_hdf5(file)) if begin == b"\x89HDF" else []
    models = [text for text in texts if text.startswith((b'{"class_name": ', b'{"module": '))]
    if len(models) != 1:
        raise ValueError("no configuration of a model")
    trained = next((text for text in texts if b'"optimizer_config"' in text), None)
    loss = None if trained is None else _loss(trained)
    return ModelFile(json.loads(_limited(models[0])), trained is not None, loss)


def _loss(trained: bytes) -> object:
    """The name of the loss in a `training_config`; None if it is no name, or cannot be told."""
    try:
        config = json.loads(_limited(trained))
    except ValueError:
        return None
    loss = config.get("loss") if isinstance(config, dict) else None
    return loss if isinstance(loss, str) else None


def _limited(text: bytes) -> bytes:
    if not 0 < len(text) <= MAX_CONFIG:
        raise ValueError("no configuration of a model")
    return text


def _of_archive(file: BinaryIO) -> bytes:
    if file.seek(0, os.SEEK_END) < _END.size:
        return b""
    file.seek(-_END.size, os.SEEK_END)  # Keras writes no comment behind it
    signature, _, _, _, entries, length, _, _ = _END.unpack(file.read(_END.size))
    if signature != b"PK\x05\x06" or entries > MAX_ENTRIES or length > MAX_CONFIG:
        return b""  # zipfile reads the list of entries, however long
    try:
        with zipfile.ZipFile(file) as archive, archive.open("config.json") as member:
            return member.read(MAX_CONFIG + 1)
    except Exception as error:  # also zlib.error, and what the modules of other compressions raise
        raise ValueError("an archive that is broken") from error


def _of_hdf5(file: BinaryIO) -> Iterator[bytes]:
    """What stands in the global heaps at the beginning of an HDF5 file."""
    file.seek(0)
    data = file.read(MAX_BEFORE_HEAP + MAX_CONFIG)
    place = data.find(b"GCOL", 0, MAX_BEFORE_HEAP)
    while place >= 0:
        _, size = _HEAP.unpack_from(data, place) if len(data) >= place + _HEAP.size else (b"", 0)
        at, end = place + _HEAP.size, min(place + size, len(data))
        while at + _OBJECT.size <= end:
            index, _, length = _OBJECT.unpack_from(data, at)
            at += _OBJECT.size
            if index == 0 or at + length > end:
                break  # the free space behind the last one
            yield data[at : at + length].rstrip(b"\0")
            at += -(-length // 8) * 8
        place = data.find(b"GCOL", max(end, place + 4), MAX_BEFORE_HEAP)
