"""The surroundings of every test of this folder: no Keras is installed beside the linter."""

from __future__ import annotations

import pytest

from dropout_lint.target import requirements


@pytest.fixture(autouse=True)
def _nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless a test says otherwise, no Keras is beside the linter."""
    monkeypatch.setattr(requirements, "installed", lambda: None)
