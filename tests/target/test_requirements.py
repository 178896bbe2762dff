"""Which Keras a file is judged for: every kind of requirement file, every rule of precedence."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from dropout_lint.keras.behaviour import behaviours, describe
from dropout_lint.source.project import project_root
from dropout_lint.target import hints, requirements
from dropout_lint.target.requirement_files import MAX_BYTES, MAX_ENTRIES
from dropout_lint.target.requirements import KerasChoice, choose
from dropout_lint.target.specifiers import from_poetry

DEFAULT = ">=3.0,<3.16"
BOTH = ">=2.10,<3.16"


@pytest.fixture(autouse=True)
def _nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless a test says otherwise, no Keras is beside the linter."""
    monkeypatch.setattr(requirements, "installed", lambda: None)


def project(root: Path, files: dict[str, str]) -> Path:
    """Writes a project; returns its program, which need not exist."""
    (root / ".git").mkdir(exist_ok=True)
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root / "src" / "train.py"


def chosen(root: Path, files: dict[str, str], text: str = "") -> KerasChoice:
    return choose(project(root, files), text, None)


def lock(**versions: str) -> str:
    return "version = 1\n" + "".join(
        f'\n[[package]]\nname = "{name.replace("_", "-")}"\nversion = "{version}"\n'
        for name, version in versions.items()
    )


PIPFILE_LOCK = json.dumps(
    {"_meta": {}, "default": {"keras": {"version": "==2.15.0"}}, "develop": {"pytest": {"version": "==8.0"}}},
    indent=4,
)

VERSIONS = {
    "tensorflow==2.15.*": "==2.15.*",
    "tensorflow==2.15.1": "==2.15.*",
    "tensorflow~=2.15.0": "==2.15.*",
    "tensorflow>=2.16": DEFAULT,
    "tensorflow==2.18.0": ">=3.5,<3.16",
    "tensorflow>=2.21": ">=3.12,<3.16",
    "tensorflow>=2.10": BOTH,
    "tensorflow>=2.10,<2.16": ">=2.10,<3.0",
    "tensorflow<2.16": ">=2.2,<3.0",
    "tensorflow==1.15": "==2.2.*",
    "tensorflow[and-cuda]==2.15.0": "==2.15.*",
    "tensorflow-cpu==2.12.0": "==2.12.*",
    "tensorflow_gpu==2.10.1": "==2.10.*",
    "tensorflow-macos==2.15.0": "==2.15.*",
    "intel-tensorflow==2.14.0": "==2.14.*",
    "tf-nightly==2.18.0.dev20240601": ">=3.5,<3.16",
    "TensorFlow == 2.15.0": "==2.15.*",
    "keras>=2.13": ">=2.13,<3.16",
    "keras>=3.16": ">=3.16",
    "keras>3.15": "==3.15.*",
    "keras>=3.0": DEFAULT,
    "keras>=3.4,<=3.16": ">=3.4,<=3.16",
    "keras==3.16.0.dev2026102704": ">=3.16",
    "keras>=3.0,!=3.16.0": DEFAULT,
    "keras==2.15.3": "==2.15.*",
    "keras==3.5.1": "==3.5.*",
    "keras==2.0.8": "==2.2.*",
    "keras>=3.20": ">=3.16",
    "keras==2.15.*": "==2.15.*",
    "keras-nightly==3.16.0.dev2026102704": ">=3.16",
    "tf_keras": "2",
    "tf-keras~=2.17": "2",
    # These say nothing.
    "keras": DEFAULT,
    "tensorflow": DEFAULT,
    "tensorflow=2.15": DEFAULT,
    "keras==1.2.2": DEFAULT,
    "keras-tuner==2.15": DEFAULT,
    "tensorflow @ https://example.org/tensorflow.whl": DEFAULT,
}

# name -> (files, specifier, the reason's beginning)
FILES: dict[str, tuple[dict[str, str], str, str]] = {
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
    "Pipfile.lock": ({"Pipfile.lock": PIPFILE_LOCK}, "==2.15.*", "keras==2.15.0 in Pipfile.lock line 4"),
    "poetry.lock": (
        {"poetry.lock": lock(tensorflow="2.15.1")},
        "==2.15.*",
        "tensorflow==2.15.1 in poetry.lock line 4",
    ),
    "uv.lock": (
        {"uv.lock": lock(tensorflow="2.18.0", keras="3.6.0")},
        "==3.6.*",
        "keras==3.6.0 in uv.lock line 8",
    ),
    "pdm.lock": (
        {"pdm.lock": lock(tf_keras="2.16.0")},
        "2",
        "tf-keras==2.16.0 in pdm.lock line 4 means Keras 2",
    ),
    "a lock with two versions": (
        {"uv.lock": lock(keras="2.13.1") + lock(keras="3.5.0").removeprefix("version = 1\n")},
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
        {"poetry.lock": lock(keras="3.5.0"), "src/requirements.txt": "tensorflow==2.15"},
        "==2.15.*",
        "tensorflow==2.15",
    ),
    "a lock beats a declaration": (
        {"requirements.txt": "tensorflow>=2.10", "uv.lock": lock(tensorflow="2.15.1")},
        "==2.15.*",
        "tensorflow==2.15.1 in uv.lock",
    ),
    "a lock of other packages does not": (
        {"requirements.txt": "tensorflow>=2.10", "uv.lock": lock(numpy="1.0")},
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
        {"Pipfile.lock": PIPFILE_LOCK, "pdm.lock": lock(keras="3.5.0")},
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

MALFORMED = {
    "pyproject.toml": "[project\n",
    "uv.lock": "[[package]]\nname = \n",
    "pdm.lock": "a = " + "[" * 5000,
    "poetry.lock": "keras" * (MAX_BYTES // 5 + 1),
    "Pipfile": "= 3",
    "Pipfile.lock": "{",
    "setup.cfg": "no section\n",
    "setup.py": "print 'keras'\n",
}
ODD = {
    "pyproject.toml": "project = 3\n[tool]\npoetry = []\n[dependency-groups]\na = 'keras==2.15'\nb = [1]\n",
    "uv.lock": "package = [1, {name = 2}, {name = 'keras'}]\n",
    "poetry.lock": "package = 3\n",
    "Pipfile": "packages = 1\n[dev-packages]\nkeras = 3\ntensorflow = '^x'\n",
    "Pipfile.lock": '{"default": [], "develop": {"keras": 3, "tensorflow": {"version": 2}}}',
    "requirements.txt": "-r\n-r missing.txt\n-r https://example.org/r.txt\nkeras==\n-e .\n;;\n\\\n",
    "setup.cfg": "[options]\ninstall_requires = file: requirements.txt\n",
    "setup.py": "a = a + ['keras']\nsetup(1, *a, **b, install_requires=a, extras_require={**a})\n",
}


@pytest.mark.parametrize(("requirement", "specifier"), VERSIONS.items())
def test_versions(tmp_path: Path, requirement: str, specifier: str) -> None:
    assert chosen(tmp_path, {"requirements.txt": requirement}).specifier == specifier


@pytest.mark.parametrize("name", FILES)
def test_files(tmp_path: Path, name: str) -> None:
    files, specifier, why = FILES[name]
    choice = chosen(tmp_path, files)
    assert choice.specifier == specifier
    assert choice.why.startswith(why)
    assert "\n" not in choice.why


@pytest.mark.parametrize(
    ("requirement", "classes"),
    [
        ("tensorflow==2.15.*", "2"),
        ("tensorflow>=2.16", "3.0–3.15"),
        ("keras>=2.13", "2 and 3.0–3.15"),
        ("tensorflow>=2.10", "2 and 3.0–3.15"),
        ("keras>=3.16", "3.16"),
        ("keras>=3.4,<=3.16", "3.0–3.15 and 3.16"),
    ],
)
def test_classes(tmp_path: Path, requirement: str, classes: str) -> None:
    """The classes of Keras that the choice stands for."""
    assert describe(behaviours(chosen(tmp_path, {"requirements.txt": requirement}).specifier)) == classes


@pytest.mark.parametrize("specifier", sorted({*VERSIONS.values(), *(case[1] for case in FILES.values())}))
def test_specifiers_are_understood(specifier: str) -> None:
    for part in specifier.split("||"):
        assert behaviours(part)


@pytest.mark.parametrize(
    ("constraint", "specifiers"),
    [
        ("^2.15", (">=2.15,<3",)),
        ("^2.15.1", (">=2.15.1,<3",)),
        ("^0.2.3", (">=0.2.3,<0.3",)),
        ("^0.0.3", (">=0.0.3,<0.0.4",)),
        ("^0", (">=0,<1",)),
        ("~2.15.1", (">=2.15.1,<2.16",)),
        ("~2.15", (">=2.15,<2.16",)),
        ("~2", (">=2,<3",)),
        ("2.15", ("==2.15",)),
        ("2.15.*", ("==2.15.*",)),
        ("*", ("",)),
        ("~=2.15.0", ("~=2.15.0",)),
        (">= 2.10, < 2.16", (">=2.10,<2.16",)),
        (">=2.10 <2.16", (">=2.10,<2.16",)),
        ("^2.15 || ^3.4", (">=2.15,<3", ">=3.4,<4")),
        ("!=2.15.0", ("!=2.15.0",)),
    ],
)
def test_poetry(constraint: str, specifiers: tuple[str, ...]) -> None:
    assert from_poetry(constraint) == specifiers


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_files_are_passed_over(tmp_path: Path, name: str) -> None:
    choice = chosen(tmp_path, {name: MALFORMED[name], "requirements.txt": "keras==3.5"})
    assert choice.specifier == "==3.5.*"
    assert f"({name} is passed over: " in choice.why


@pytest.mark.parametrize("name", ODD)
def test_odd_files_say_nothing(tmp_path: Path, name: str) -> None:
    choice = chosen(tmp_path, {name: ODD[name]})
    assert choice.specifier == DEFAULT
    assert "passed over" not in choice.why


def test_too_many_requirements_are_passed_over(tmp_path: Path) -> None:
    text = "".join(f"tensorflow>=2.{n}\n" for n in range(MAX_ENTRIES + 1))
    choice = chosen(tmp_path, {"src/requirements.txt": text, "requirements.txt": "keras==3.5"})
    assert choice.specifier == "==3.5.*"
    assert "(requirements.txt is passed over: it has more than 500 requirements of Keras)" in choice.why


def test_other_encodings_do_no_harm(tmp_path: Path) -> None:
    path = project(tmp_path, {})
    (tmp_path / "requirements.txt").write_bytes(b"# caf\xe9\nkeras==3.5\n")
    assert choose(path, "", None).specifier == "==3.5.*"


def test_nothing_outside_the_project_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("keras==2.15\n")
    inside = tmp_path / "project"
    inside.mkdir()
    path = project(
        inside, {"requirements.txt": f"-r ../secret.txt\n-c {tmp_path / 'secret.txt'}\n-r link.txt\n"}
    )
    for link in ("link.txt", "requirements-link.txt"):
        (inside / link).symlink_to(tmp_path / "secret.txt")
    assert choose(path, "", None).specifier == DEFAULT
    assert choose(tmp_path / "other" / "train.py", "", None, inside).specifier == DEFAULT
    (inside / "uv.lock").symlink_to("uv.lock")
    (inside / "poetry.lock").mkdir()
    os.mkfifo(inside / "pdm.lock")
    assert choose(path, "", None).specifier == DEFAULT


def test_links_inside_the_project_are_followed(tmp_path: Path) -> None:
    path = project(tmp_path, {"deep/requirements.txt": "keras==3.5"})
    (tmp_path / "requirements.txt").symlink_to(tmp_path / "deep" / "requirements.txt")
    assert choose(path, "", None).specifier == "==3.5.*"


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    for version in ("2.15.0", "3.5.0"):
        path = project(tmp_path, {"requirements.txt": f"keras=={version}\n"})
        os.utime(tmp_path / "requirements.txt", ns=(0, int(version[0])))
        assert choose(path, "", None).specifier == f"=={version[:-2]}.*"


def test_an_unchanged_file_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = project(tmp_path, {"requirements.txt": "keras==3.5\n"})
    choose(path, "", None)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("read again"))
    assert choose(path, "", None).specifier == "==3.5.*"


def test_without_a_path(tmp_path: Path) -> None:
    project(tmp_path, {"requirements.txt": "keras==3.5\n"})
    assert choose(None, "", None).specifier == DEFAULT
    assert choose(None, "", None, tmp_path).specifier == "==3.5.*"


HINTS = {
    "import tf_keras": ("2", True),
    "from tf_keras import layers": ("2", True),
    "import tf_keras\nimport keras": ("2", False),
    "import os\nos.environ['TF_USE_LEGACY_KERAS'] = '1'\nimport tensorflow as tf": ("2", True),
    "os.environ.setdefault('TF_USE_LEGACY_KERAS', 'True')\nimport keras": ("2", False),
    "from transformers import BertTokenizer, TFBertModel": ("2", True),
    "from transformers import (\n    BertTokenizer,  # words\n    TFBertModel,\n)": ("2", True),
    "model = transformers.TFAutoModel.from_pretrained('x')": ("2", True),
    "layer = hub.KerasLayer('x', trainable=False)": ("2", True),
    "from tensorflow_hub import KerasLayer": ("2", True),
    "opt = tf.keras.optimizers.legacy.Adam()": ("2", False),
    "from keras.layers.core import Dense, Dropout": ("2", False),
    "from keras.utils import np_utils": ("2", False),
    "model.fit_generator(batches)": ("2", False),
    "from keras.layers.advanced_activations import LeakyReLU": ("2", False),
    "model.compile(optimizer=keras.optimizers.Adam(lr=1e-4))": ("2", False),
    "model.compile(optimizer=SGD(lr = 1e-4))": ("2", False),
    "keras.backend.set_learning_phase(0)": ("2", False),
    "model.add(LSTM(8, batch_input_shape=(1, 5, 2)))": ("2", False),
    "from tensorflow.keras.layers.experimental import preprocessing": ("2", False),
    "from keras import layers, ops": (DEFAULT, False),
    "x = keras.ops.mean(y)": (DEFAULT, False),
    "class Block(keras.Layer): pass": (DEFAULT, False),
    "from keras import (\n    layers,\n    ops,\n)": (DEFAULT, False),
    "os.environ['KERAS_BACKEND'] = 'jax'": (DEFAULT, False),
    "base = tf.keras.models.load_model('saved/base')": ("2", False),
    "base = keras.saving.load_model('base.model', compile=False)": ("2", False),
    "from tensorflow.keras.models import Model, load_model\nbase = load_model('base')": ("2", False),
    "keras.ops.mean(keras.models.load_model('base')(x))": (DEFAULT, False),
    # These say nothing.
    "base = keras.models.load_model('base.keras')": None,
    "base = keras.models.load_model('old.h5/base.hdf5')": None,
    "base = keras.models.load_model('hf://somebody/base')": None,
    "base = keras.models.load_model('models/' + name)": None,
    "from tensorflow.keras.models import load_model as load\nbase = nlp.load_model('base')": None,
    "from elsewhere import load_model\nbase = load_model('base')": None,
    "": None,
    "import keras\nfrom keras import layers as ops": None,
    "if batch_input_shape == (1, 5, 2): pass": None,
    "# import tf_keras, hub.KerasLayer('x'), keras.ops.mean": None,
    "os.environ['TF_USE_LEGACY_KERAS'] = '0'": None,
    "from transformers import BertModel": None,
    "optimizer = torch.optim.SGD(model.parameters(), lr=0.1)": None,
    "optimizer = keras.optimizers.Adam(learning_rate=1e-4)": None,
    "from transformers import (\n    BertModel,\n)\nTFX = 1": None,
    "from mine.keras.ops import mean": None,
    "class M(Base):\n    def fit_generator(self): ...\nm.fit_generator(x)": None,
    "keras.ops.mean(x)\nmodel.fit_generator(y)": None,
}


@pytest.mark.parametrize(("text", "expected"), HINTS.items())
def test_hints(text: str, expected: tuple[str, bool] | None) -> None:
    hint = hints.find(text)
    assert (hint and (hint.specifier, hint.binding)) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("\nimport tf_keras\n", "tf_keras in line 2 means Keras 2"),
        ("from transformers import (\n  TFBertModel)", "TFBertModel in line 2 is built on Keras 2"),
        ("\n\nlayer = hub.KerasLayer('x')", "hub.KerasLayer in line 3 is built on Keras 2"),
        ("\n\nx = keras.ops.mean(y)", "keras.ops in line 3 is found in Keras 3 only"),
        ("os.environ['KERAS_BACKEND'] = 'jax'", "KERAS_BACKEND=jax in line 1 is found in Keras 3 only"),
        (
            "\nm = keras.models.load_model('m')",
            "load_model() in line 2 opens a folder, as Keras 2 saves it",
        ),
    ],
)
def test_hints_say_why(text: str, why: str) -> None:
    found = hints.find(text)
    assert found is not None
    assert found.why == why


@pytest.mark.parametrize(
    ("text", "option", "specifier"),
    [
        ("", None, "==3.5.*"),
        ("", "2.15", "2.15"),
        ("import tf_keras", "3.15", "3.15"),
        ("import tf_keras", None, "2"),
        ("from transformers import TFBertModel", None, "2"),
        ("model.fit_generator(x)", None, "==3.5.*"),
    ],
)
def test_order_with_requirements(tmp_path: Path, text: str, option: str | None, specifier: str) -> None:
    path = project(tmp_path, {"requirements.txt": "keras==3.5\n"})
    assert choose(path, text, option).specifier == specifier


def test_order_without_requirements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beside = KerasChoice("==3.15.*", "keras 3.15.1, installed beside the linter, means Keras 3.15")
    monkeypatch.setattr(requirements, "installed", lambda: beside)
    path = project(tmp_path, {})
    assert choose(path, "", None) == beside
    assert choose(path, "model.fit_generator(x)", None).specifier == "2"
    assert choose(path, "", "2").why == "the option keras-version asks for Keras 2"


@pytest.mark.parametrize(
    ("versions", "specifier"),
    [
        ({"keras": "3.15.1", "tensorflow": "2.15.0"}, "==3.15.*"),
        ({"keras-nightly": "3.16.0.dev2026102704"}, ">=3.16"),
        ({"tensorflow-cpu": "2.15.1"}, "==2.15.*"),
        ({"tf-keras": "2.15.0"}, "2"),
        ({"keras": "1.0"}, None),
        ({"keras": "no version"}, None),
        ({}, None),
    ],
)
def test_installed(monkeypatch: pytest.MonkeyPatch, versions: dict[str, str], specifier: str | None) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(requirements, "_version", versions.get)
    requirements.installed.cache_clear()
    choice = requirements.installed()
    requirements.installed.cache_clear()
    assert (choice and choice.specifier) == specifier


def test_project_root(tmp_path: Path) -> None:
    package = tmp_path / "outer" / "inner"
    package.mkdir(parents=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").touch()
    # Without a mark: the folder around the topmost package. (Above tmp_path there is no mark.)
    assert project_root(package / "train.py") == tmp_path
    assert project_root(tmp_path / "train.py") == tmp_path
    (package / "setup.cfg").touch()
    assert project_root(package / "train.py") == package
    assert project_root(tmp_path / "outer" / "other.py") == tmp_path
    (package.parent / "pyproject.toml").touch()
    assert project_root(package.parent / "other.py") == package.parent
