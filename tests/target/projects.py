"""Projects that a test writes, and the Keras that is chosen for a program of theirs."""

from __future__ import annotations

from pathlib import Path

from dropout_lint.target.requirements import KerasChoice, choose

DEFAULT = ">=3.0,<3.16"
BOTH = ">=2.10,<3.16"


def project(root: Path, files: dict[str, str]) -> Path:
    """Writes a project; returns its program, which need not exist."""
    (root / ".git").mkdir(exist_ok=True)
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root / "src" / "train.py"


def chosen(root: Path, files: dict[str, str], text: str = "") -> KerasChoice:
    """The Keras for the program of such a project."""
    return choose(project(root, files), text, None)
