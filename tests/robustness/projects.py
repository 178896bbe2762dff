"""Files around a program, and notebooks, that break tools.

`PROJECTS` has the files of a project, beside a program with a known finding: it keeps its finding.
`REFUSED` has what stops the command line with a message. `NOTEBOOKS` are texts of `.ipynb` files.
"""

from __future__ import annotations

import json
from typing import Any

from dropout_lint.rules import RULES

WRONG = RULES[0].wrong
_OWN = "[tool.dropout-lint]\n"

Files = dict[str, str | bytes]


def _many(form: str, count: int = 36_000) -> str:
    return "".join(form.format(n) for n in range(count))


PROJECTS: dict[str, Files] = {
    ".gitignore of odd lines": {".gitignore": "[\n!\n/\n//\n\\\n[!]\n[a-\n**/**/**x\n\0\n" + "a" * 99_999},
    ".gitignore of bytes": {".gitignore": bytes(range(256)) * 100},
    ".gitignore of stars": {".gitignore": "*a" * 40 + "b", "a" * 200 + ".py": "", "a" * 201 + ".py": ""},
    ".gitignore of folders": {".gitignore": "**/a/" * 30 + "b", "a/" * 60 + "a.py": ""},
    ".gitignore that is a folder": {".gitignore/a": ""},
    "requirements after blanks": {"requirements.txt": "keras" + " " * 200_000 + "x"},
    "many requirements": {"requirements.txt": _many("keras!=3.5.{}\n")},
    "odd includes": {
        "requirements.txt": f"-r requirements.txt\n-r .\n-r /\n-r {'a' * 9_000}\n-r \0\n-r ../{'../' * 900}x"
    },
    "chain of includes": {
        "requirements.txt": "-r 0.txt",
        **{f"{n}.txt": f"-r {n + 1}.txt\n-r {n + 2}.txt" for n in range(200)},
    },
    "many includes": {"requirements.txt": _many("-r {}.txt\n", 60_000)},
    "many dependencies": {"pyproject.toml": "[project]\ndependencies = [" + _many('"keras!=3.5.{}",') + "]"},
    "many extras": {"pyproject.toml": "[project.optional-dependencies]\n" + _many('a{} = ["keras"]\n')},
    "many groups": {
        "pyproject.toml": "[dependency-groups]\n"
        + "".join(f'g{n} = [{{include-group = "g{n + 1}"}}, "keras"]\n' for n in range(9_000))
    },
    "long names": {
        "pyproject.toml": "[tool.poetry.dependencies]\n"
        + "".join(f'tf{"-" * n}keras = "2"\n' for n in range(1, 1_300))
    },
    "many lines of setup.cfg": {"setup.cfg": "[options]\ninstall_requires =\n" + _many("  keras!=3.5.{}\n")},
    "deep setup.py": {"setup.py": "keras = " + "(" * 5_000},
    "long sum in setup.py": {"setup.py": "keras = " + "+".join(["r"] * 100_000)},
    "wide setup.py": {
        "setup.py": f"y = ['keras', {'1, ' * 2_000}]\nx = [{'y, ' * 2_000}]\nw = [{'x, ' * 2_000}]\n"
        f"r = [{'w, ' * 2_000}]\nsetup(install_requires=r)"
    },
    "many locked versions": {"uv.lock": _many('[[package]]\nname="keras"\nversion="3.5.{}"\n', 19_000)},
    "deep lock": {"Pipfile.lock": '{"keras":' * 100_000},
    "UTF-16": {"pyproject.toml": f"{_OWN}select = []".encode("utf-16")},
    "pyproject.toml that is a folder": {"pyproject.toml/x": ""},
    "long imports": {
        "other.py": f"import {'a' * 300}, {'.'.join('a' * 3_000)}\nfrom {'b' * 5_000} import x\n"
        f"from {'.' * 3_000}x import y\nm.fit()\nm.trainable = False"
    },
    "module of one line": {
        "data.py": "import train\nx = '" + "(" * 300_000 + "'\n",
        "use.py": f"import data\n{WRONG}",
    },
}

REFUSED: dict[str, tuple[str, str]] = {
    # What is read is of bounded size; settings that are not obeyed must not be passed over in silence.
    "30 MB": (f"# dropout-lint\nx = '{'y' * 30_000_000}'", "it is larger than 1 MB"),
    "deep TOML": ("# dropout-lint\na = " + "[" * 5_000, "not TOML"),
    # One reader of TOML refuses it, another does not.
    "deep keys": (_OWN + "a." * 3_000 + "b = 1", "pyproject.toml: "),
    "Latin-1": (_OWN + "# \udce9", "not TOML"),
    "great number": (_OWN + "select = " + "9" * 5_000, "not TOML"),
    "root of a null": (_OWN + 'roots = ["a\\u0000b"]', "cannot be the name of a folder"),
    "long root": (_OWN + f'roots = ["{"a/" * 5_000}"]', "cannot be the name of a folder"),
    "pattern that is none": (_OWN + 'exclude = ["!"]', "a pattern that names nothing: '!'"),
    "pattern of stars": (_OWN + f'exclude = ["{"*a" * 40}b"]', "a pattern with more than 4 stars"),
    "other pattern of stars": (_OWN + f'per-file-ignores = {{"{"*a" * 40}" = []}}', "more than 4 stars"),
    "long version": (_OWN + f'keras-version = "{">=3.0," * 20_000}>2"', "longer than 1000 characters"),
}


def _code(source: Any, **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "outputs": [], "source": source, **more}


def _notebook(*cells: Any, metadata: Any = None, **more: Any) -> str:
    return json.dumps({"cells": [_code(WRONG), *cells], "metadata": metadata or {}, "nbformat": 4, **more})


NOTEBOOKS: dict[str, str] = {
    "10,000 cells": _notebook(*(_code(f"x{n} = {n}") for n in range(10_000))),
    "3,000 cells of magics": _notebook(*(_code(f"%time x{n} = {n}\n!ls") for n in range(3_000))),
    "1,000 cells that are no Python": _notebook(*(_code(f"x{n} = (") for n in range(1_000))),
    "100,000 lines": _notebook(_code("x = 1\n" * 100_000)),
    "no number": _notebook(x=float("nan")),
    "deep": _notebook()[:-1] + ', "x": ' + "[" * 900 + "]" * 900 + "}",
    "lone surrogate": _notebook(_code("x = '\ud800'")),
    "NUL": _notebook(_code("x = '\0'")),
    "CR and form feed": _notebook(_code("\fx = 1\ry = 2\r\nz = '\u2028\x0b'")),
    "keys twice": _notebook()[:-1] + ', "cells": []}',
    "source of a table": _notebook(_code({})),
    "kernel of a number": _notebook(metadata={"kernelspec": {"language": 3}}),
    "language of a list": _notebook(_code("x", metadata={"vscode": {"languageId": []}})),
    "many magics": _notebook(_code("%%time " * 30_000)),
    "many options": _notebook(_code("%time " + "-a 1 " * 20_000)),
    "many questions": _notebook(_code("?" * 50_000)),
    "many equals": _notebook(_code("x " + "= " * 30_000)),
    "blank lines": _notebook(_code(" \n" * 15_000 + "x")),
    "long pip": _notebook(_code("!" + "a" * 50_000 + " -m pip install " + "keras==2 " * 20_000)),
    "nbqa's own line": _notebook(_code("# %%NBQA-CELL-SEP\nx")),
}

# What is refused as no notebook.
NO_NOTEBOOKS: dict[str, str] = {
    "great number": _notebook(x=0)[:-2] + "9" * 5_000 + "}",
    "deeper": _notebook()[:-1] + ', "x": ' + "[" * 90_000 + "]" * 90_000 + "}",
    "no source": _notebook(_code(None)),
    "source of lists": _notebook(_code([["a"]])),
    "no cell": _notebook(None),
    "kernel of a list": _notebook(metadata={"kernelspec": [1]}),
}
