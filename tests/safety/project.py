"""A project that notices when any of it is imported or executed."""

from __future__ import annotations

from pathlib import Path

from dropout_lint.rules import RULES

TRAP = "import pathlib; pathlib.Path({mark!r}).touch()\n"
_SETUP = (
    "[metadata]\nname = trap\n[options.entry_points]\nflake8.extension =\n    TRP = package.helper:Plugin\n"
)

_PYPROJECT = """\
[project]
name = "trap"
version = "0"

[project.entry-points."flake8.extension"]
TRP = "package.helper:Plugin"
"""


def build(folder: Path, mark: Path) -> Path:
    """Writes the project and returns the file to lint; whatever runs of it makes the file `mark`."""
    trap = TRAP.format(mark=str(mark))
    model, _, training = RULES[0].wrong.partition("base.trainable = False\n")
    files = {
        "train.py": f"{trap}from package.helper import base, keras, layers, np\n"
        f"import package.deep\nbase.trainable = False\n{training}",
        "package/__init__.py": trap,
        "package/helper.py": trap + model,
        "package/deep/__init__.py": f"{trap}from .. import helper\n",
        "conftest.py": trap,
        "setup.py": trap,
        "sitecustomize.py": trap,
        "keras.py": trap,
        "tensorflow/__init__.py": trap,
        "trap.pth": trap,
        "setup.cfg": _SETUP,
        "requirements.txt": "keras==3.15.0\n-r ../outside.txt\n",
        "pyproject.toml": _PYPROJECT,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder.parent / "outside.txt").write_text("keras==2.15\n")
    (folder.parent / "outside.py").write_text(trap)
    (folder / "link.py").symlink_to(folder.parent / "outside.py")
    return folder / "train.py"
