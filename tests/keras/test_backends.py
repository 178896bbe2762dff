"""The backends: what the simulation says of these programs is what Keras 3.15 does on each of them.

TensorFlow is here, and JAX is installed beside on first use; PyTorch is large, so what was seen on it is
recorded (`python -m tests.keras.record_torch FOLDER`).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dropout_lint.target import hints
from dropout_lint.target.requirements import backend_of
from tests.drawn import some
from tests.keras.backend_programs import PROGRAMS, differences, observed, reported
from tests.keras.record_torch import recorded
from tests.oracle.kerases import REPOSITORY, available, jax_path

BACKENDS = ("tensorflow", "jax", "torch")


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_reported(name: str, backend: str) -> None:
    assert reported(name, backend) == getattr(PROGRAMS[name], backend)


@pytest.mark.keras
@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
def test_keras_does_what_is_simulated(backend: str, tmp_path: Path) -> None:
    place = jax_path() if backend == "jax" else REPOSITORY
    if not available("3.15") or place is None:
        pytest.skip(f"{backend} is not available here")
    names = some(PROGRAMS, 9)
    seen = observed(backend, place, tmp_path, names)
    assert [line for name in names for line in differences(name, backend, seen[name])] == []


@pytest.mark.parametrize("name", PROGRAMS)
def test_torch_did_what_is_simulated(name: str) -> None:
    assert differences(name, "torch", recorded()[name]) == []


def test_what_differs_between_the_backends_is_seen() -> None:
    """The record is that of PyTorch: what TensorFlow is said to do is not in it."""
    told_apart = [name for name in PROGRAMS if differences(name, "tensorflow", recorded()[name])]
    assert {"frozen too late", "a rate too late", "the same value"} <= set(told_apart)


@pytest.mark.parametrize(
    ("text", "backend"),
    [
        ("os.environ['KERAS_BACKEND'] = 'jax'", "jax"),
        ('os.environ.setdefault("KERAS_BACKEND", "torch")', "torch"),
        ("os.environ.update({'KERAS_BACKEND': 'jax'})", None),
        ("%env KERAS_BACKEND=jax", "jax"),
        ("# os.environ['KERAS_BACKEND'] = 'jax'", None),
        ("os.environ['KERAS_BACKEND'] = name", None),
        ("if os.environ['KERAS_BACKEND'] == 'jax': pass", None),
        ("os.environ['KERAS_BACKEND'] = 'jax'\nos.environ['KERAS_BACKEND'] = 'tensorflow'", None),
    ],
)
def test_the_backend_is_read_where_it_is_set(text: str, backend: str | None) -> None:
    assert hints.backend(text) == backend


def test_a_module_of_the_project_may_set_it(tmp_path: Path) -> None:
    (tmp_path / "setting.py").write_text("os.environ['KERAS_BACKEND'] = 'jax'\n", encoding="utf-8")
    (tmp_path / "other.py").write_text("os.environ['KERAS_BACKEND'] = 'torch'\n", encoding="utf-8")
    paths = [str(tmp_path / name) for name in ("setting.py", "other.py", "none.py")]
    assert backend_of("", paths[:1]) == "jax"
    assert backend_of("", paths) == backend_of("", []) == "tensorflow"
    assert backend_of("os.environ['KERAS_BACKEND'] = 'torch'", paths[:1]) == "torch"
