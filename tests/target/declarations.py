"""What projects declare, in every kind of requirement file, and the Keras that each declaration means."""

from __future__ import annotations

import json

from tests.target.projects import BOTH, DEFAULT


def _lock(**versions: str) -> str:
    return "version = 1\n" + "".join(
        f'\n[[package]]\nname = "{name.replace("_", "-")}"\nversion = "{version}"\n'
        for name, version in versions.items()
    )


_PIPFILE_LOCK = json.dumps(
    {"_meta": {}, "default": {"keras": {"version": "==2.15.0"}}, "develop": {"pytest": {"version": "==8.0"}}},
    indent=4,
)

# name -> (files, specifier, the reason's beginning)
DECLARATIONS: dict[str, tuple[dict[str, str], str, str]] = {
    "pyproject": (
        {"pyproject.toml": '[project]\nname = "x"\ndependencies = [\n  "tensorflow==2.15.*",\n]\n'},
        "==2.15.*",
        "tensorflow==2.15.* in pyproject.toml line 4 means Keras 2.15",
    ),
    "pyproject extras, with the base": (
        {
            "pyproject.toml": "[project]\ndependencies = ['tensorflow==2.15.*']\n"
            "[project.optional-dependencies]\nall = ['keras>=2.13']\n"
        },
        "==2.15.*",
        "tensorflow==2.15.* in pyproject.toml line 2",
    ),
    "pyproject extras are alternatives": (
        {
            "pyproject.toml": "[project.optional-dependencies]\n"
            "old = ['tensorflow==2.15.*']\nnew = ['keras==3.5.*']\n"
        },
        "==2.15.* || ==3.5.*",
        "tensorflow==2.15.* in pyproject.toml line 2 and keras==3.5.* in pyproject.toml line 3 mean "
        "Keras 2.15 and 3.5",
    ),
    "pyproject dependency groups": (
        {
            "pyproject.toml": "[dependency-groups]\n"
            "dev = [{include-group = 'ml'}]\nml = ['tensorflow>=2.16']\n"
        },
        DEFAULT,
        "tensorflow>=2.16 in pyproject.toml line 3 means Keras 3.0–3.15",
    ),
    "dependency groups that include each other": (
        {
            "pyproject.toml": "[dependency-groups]\na = [{include-group = 'b'}, 'keras>=2.13']\n"
            "b = [{include-group = 'a'}, 'tensorflow==2.15.*']\n"
        },
        "==2.15.*",
        "tensorflow==2.15.*",
    ),
    "poetry caret": (
        {"pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.10"\ntensorflow = "^2.15"\n'},
        ">=2.15,<3.16",
        "tensorflow = ^2.15 in pyproject.toml line 3 means Keras 2.15 and 3.0–3.15",
    ),
    "poetry group": (
        {"pyproject.toml": '[tool.poetry.group.dev.dependencies]\ntensorflow = {version = "~2.15"}\n'},
        "==2.15.*",
        "tensorflow = ~2.15 in",
    ),
    "poetry alternatives": (
        {
            "pyproject.toml": "[tool.poetry.dependencies]\nkeras = [\n"
            '  {version = "2.13.1", python = "<3.9"}, {version = "^3.4", python = ">=3.9"}]\n'
        },
        "==2.13.* || >=3.4,<3.16",
        "keras = 2.13.1 in pyproject.toml line 2 and keras = ^3.4 in",
    ),
    "requirements": (
        {"requirements.txt": "numpy\n# tensorflow==2.10\ntensorflow==2.15.*\n"},
        "==2.15.*",
        "tensorflow==2.15.* in requirements.txt line 3 means Keras 2.15",
    ),
    "requirements-dev": ({"requirements-dev.txt": "keras==3.5.0"}, "==3.5.*", "keras==3.5.0 in"),
    "hashes, continuations, comments": (
        {
            "requirements.txt": "numpy==1.26 \\\n    --hash=sha256:aa\n"
            "tensorflow==2.15.0 ; python_version >= '3.9' \\\n"
            "    --hash=sha256:bb \\\r\n    --hash=sha256:cc  # via us\n"
        },
        "==2.15.*",
        "tensorflow==2.15.0 in requirements.txt line 3",
    ),
    "a specifier over two lines": (
        {"requirements.txt": "tensorflow>=2.10,\\\n<2.16\n"},
        ">=2.10,<3.0",
        "tensorflow>=2.10,<2.16 in requirements.txt line 1",
    ),
    "environment markers are alternatives": (
        {
            "requirements.txt": "tensorflow==2.15.0; sys_platform != 'darwin'\n"
            "tensorflow-macos==2.13.0; sys_platform == 'darwin'\n"
        },
        "==2.13.* || ==2.15.*",
        "tensorflow==2.15.0",
    ),
    "-r and -c": (
        {
            "requirements.txt": "-r requirements/base.txt\n--constraint=limits.txt\n",
            "requirements/base.txt": "tensorflow>=2.10\n-r ../requirements.txt\n",
            "limits.txt": "tensorflow<2.16\n",
        },
        ">=2.10,<3.0",
        "tensorflow>=2.10 in requirements/base.txt line 1 and tensorflow<2.16 in limits.txt line 1",
    ),
    "a byte order mark": (
        {"requirements.txt": "\ufefftensorflow==2.15.0\n"},
        "==2.15.*",
        "tensorflow==2.15.0",
    ),
    "setup.cfg": (
        {"setup.cfg": "[options]\ninstall_requires =\n    numpy\n    tensorflow>=2.16  # ours\n"},
        DEFAULT,
        "tensorflow>=2.16 in setup.cfg line 4",
    ),
    "setup.cfg extras": (
        {"setup.cfg": "[options.extras_require]\ntf = tensorflow==2.15.*\nx = %(y)s\n"},
        "==2.15.*",
        "tensorflow==2.15.* in setup.cfg line 2",
    ),
    "setup.py": (
        {
            "setup.py": "from setuptools import setup\n"
            "setup(install_requires=['numpy',\n  'tensorflow==2.5.0'])\n"
        },
        "==2.5.*",
        "tensorflow==2.5.0 in setup.py line 3",
    ),
    "setup.py with names": (
        {
            "setup.py": "base = ['keras<3']\nmore = {'install_requires': [*base] + ['h5py']}\n"
            "if __name__ == '__main__':\n    setuptools.setup(name='x', **more)\n"
        },
        "2",
        "keras<3 in setup.py line 1",
    ),
    "setup.py extras": (
        {
            "setup.py": "extras = {'tf': 'tensorflow==2.15.*'}\n"
            "setup(extras_require=extras, install_requires=read())\n"
        },
        "==2.15.*",
        "tensorflow==2.15.* in setup.py line 1",
    ),
    "setup.py that assigns twice": (
        {
            "setup.py": "r = ['keras<3']\nr = r + r\n"
            "setup(install_requires=r)\nother(install_requires=['keras<3'])"
        },
        DEFAULT,
        "nothing says which Keras this is for",
    ),
    "Pipfile": (
        {"Pipfile": '[packages]\nkeras = "*"\n[dev-packages]\ntensorflow = {version = "~=2.15.0"}\n'},
        "==2.15.*",
        "tensorflow = ~=2.15.0 in Pipfile line 4",
    ),
    "Pipfile.lock": ({"Pipfile.lock": _PIPFILE_LOCK}, "==2.15.*", "keras==2.15.0 in Pipfile.lock line 4"),
    "poetry.lock": (
        {"poetry.lock": _lock(tensorflow="2.15.1")},
        "==2.15.*",
        "tensorflow==2.15.1 in poetry.lock line 4",
    ),
    "uv.lock": (
        {"uv.lock": _lock(tensorflow="2.18.0", keras="3.6.0")},
        "==3.6.*",
        "keras==3.6.0 in uv.lock line 8",
    ),
    "pdm.lock": (
        {"pdm.lock": _lock(tf_keras="2.16.0")},
        "2",
        "tf-keras==2.16.0 in pdm.lock line 4 means Keras 2",
    ),
    "a lock with two versions": (
        {"uv.lock": _lock(keras="2.13.1") + _lock(keras="3.5.0").removeprefix("version = 1\n")},
        "==2.13.* || ==3.5.*",
        "keras==2.13.1 in uv.lock",
    ),
    # Several packages in one environment.
    "keras with tensorflow": (
        {"requirements.txt": "keras>=2.13\ntensorflow==2.15.*\n"},
        "==2.15.*",
        "tensorflow==2.15.*",
    ),
    "they exclude each other": (
        {"requirements.txt": "keras==3.5\ntensorflow==2.15\n"},
        "==3.5.*",
        "keras==3.5",
    ),
    "both narrow": (
        {"requirements.txt": "keras<3.5\ntensorflow>=2.16\n"},
        ">=3.0,<3.5",
        "keras<3.5 in requirements.txt line 1 and tensorflow>=2.16 in requirements.txt line 2 mean",
    ),
    "tf-keras does not decide": (
        {"requirements.txt": "tf-keras\ntensorflow>=2.16\n"},
        DEFAULT,
        "tensorflow>=2.16",
    ),
    "tf-keras beside an open tensorflow": (
        {"requirements.txt": "tf-keras\ntensorflow\n"},
        DEFAULT,
        "nothing",
    ),
    # Which file.
    "the nearest folder wins": (
        {"requirements.txt": "keras==3.5", "src/requirements.txt": "tensorflow==2.15"},
        "==2.15.*",
        "tensorflow==2.15 in src/requirements.txt line 1",
    ),
    "a folder that says nothing is passed": (
        {"requirements.txt": "keras==3.5", "src/requirements.txt": "tensorflow"},
        "==3.5.*",
        "keras==3.5 in requirements.txt",
    ),
    "a nearer declaration beats a lock": (
        {"poetry.lock": _lock(keras="3.5.0"), "src/requirements.txt": "tensorflow==2.15"},
        "==2.15.*",
        "tensorflow==2.15",
    ),
    "a lock beats a declaration": (
        {"requirements.txt": "tensorflow>=2.10", "uv.lock": _lock(tensorflow="2.15.1")},
        "==2.15.*",
        "tensorflow==2.15.1 in uv.lock",
    ),
    "a lock of other packages does not": (
        {"requirements.txt": "tensorflow>=2.10", "uv.lock": _lock(numpy="1.0")},
        BOTH,
        "tensorflow>=2.10",
    ),
    "declarations are united": (
        {"requirements.txt": "keras==2.15.0", "setup.cfg": "[options]\ninstall_requires = keras>=3.4\n"},
        "==2.15.* || >=3.4,<3.16",
        "keras>=3.4 in setup.cfg line 2 and keras==2.15.0 in requirements.txt line 1 mean "
        "Keras 2.15 and 3.4–3.15",
    ),
    "locks are united": (
        {"Pipfile.lock": _PIPFILE_LOCK, "pdm.lock": _lock(keras="3.5.0")},
        "==2.15.* || ==3.5.*",
        "keras==2.15.0 in Pipfile.lock",
    ),
    "many requirements are counted": (
        {f"requirements-{n}.txt": f"keras==3.{n}" for n in range(5)},
        ">=3.0,<3.5",
        "keras==3.0 in requirements-0.txt line 1 and keras==3.1 in requirements-1.txt line 1 and "
        "keras==3.2 in requirements-2.txt line 1 and 2 more mean Keras 3.0–3.4",
    ),
    "no requirements": ({}, DEFAULT, "nothing says which Keras this is for"),
}
