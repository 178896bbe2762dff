"""What the modules that a program imports say about its Keras."""

from __future__ import annotations

from pathlib import Path

import pytest

from dropout_lint.screening.text import imported_files
from dropout_lint.source.modules import ModuleFiles
from dropout_lint.target import requirements
from dropout_lint.target.requirements import choose
from tests.target.projects import project


@pytest.mark.parametrize(
    ("modules", "why"),
    [
        (["generate(model.fit_generator(x))"], "model.fit_generator in line 1 is found in Keras 2 only"),
        (["", "\nfrom keras.utils import np_utils"], "np_utils in line 2 is found in Keras 2 only"),
        (["", ""], None),
        (["model.fit_generator(x)", "keras.ops.mean(y)"], None),
    ],
)
def test_the_modules_that_a_file_imports_tell_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, modules: list[str], why: str | None
) -> None:
    monkeypatch.setattr(requirements, "installed", lambda: None)
    names = {f"lib/m{number}.py": text for number, text in enumerate(modules)}
    path = project(tmp_path, names)
    choice = choose(path, "", None, tmp_path, modules=[str(tmp_path / name) for name in names])
    number = next((number for number, text in enumerate(modules) if text), 0)
    assert choice.why.startswith(f"it imports lib/m{number}.py, where {why}" if why else "nothing says")
    assert choose(path, "keras.ops.mean(x)", None, tmp_path, modules=names).why.startswith("keras.ops")
    project(tmp_path, {"requirements.txt": "keras==3.5\n"})
    assert choose(path, "", None, tmp_path, modules=names).specifier == "==3.5.*"


def test_which_files_a_program_imports(tmp_path: Path) -> None:
    files = {
        "a.py": "import b\nfrom lib import c",
        "b.py": "import a, d",
        "lib/__init__.py": "",
        "lib/c.py": "",
        "d.py": "import b, keras",
        "e.py": "",
    }
    project(tmp_path, files)
    found = [Path(name).name for name in imported_files(ModuleFiles(tmp_path / "a.py"))]
    assert found == ["b.py", "__init__.py", "c.py", "d.py"]
