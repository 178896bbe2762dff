"""Files of data that the program reads by a name it writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from dropout_lint import lint_path
from dropout_lint.source.data_files import DataFiles

PROGRAM = """\
import json, os, yaml
from pathlib import Path
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

{read}
base = keras.Sequential([layers.Input((6,)), layers.Dense(4), layers.Dropout(rate)])
base.trainable = False
model = keras.Sequential([base, layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(np.ones((8, 6)), np.ones((8, 1)))
"""
FILES = {
    "pyproject.toml": "",
    "config.json": '{"rate": 0.4, "off": 0, "freeze": true}',
    "broken.json": "{",
    "conf/model.yaml": "model:\n  rate: 0.4\n  off: 0\n",
    "conf/rates.ini": "[DEFAULT]\nshared = 0.4\n[base]\nRate = 0.4\noff: 0\nflag = no\n"
    "rates = [0.4, 0]\nfilled = %(off)s\n",
    "conf/broken.ini": "rate = 0.4\n",
    "conf/model.toml": "[model]\nrate = 0.4\noff = 0\n",
    "conf/model.json": '{"rate": 0.4}',
    "conf/twice.json": '{"rate": 0.4}',
    "scripts/twice.json": '{"rate": 0.4}',
    "twice.json": '{"rate": 0.4}',
}


@pytest.mark.parametrize(
    ("read", "found"),
    [
        ("rate = json.load(open('config.json'))['rate']", True),
        ("rate = json.load(open('config.json'))['off']", False),
        ("rate = json.load(open('config.json')).get('none', 0.3)", True),
        ("with open('config.json', 'r') as f: rate = json.load(f)['rate']", True),
        ("with open('config.json') as f: rate = json.loads(f.read())['rate']", True),
        ("rate = json.loads(Path('config.json').read_text())['rate']", True),
        ("rate = yaml.safe_load(open('conf/model.yaml'))['model']['rate']", True),
        ("rate = yaml.safe_load(open('conf/model.yaml'))['model']['off']", False),
        ("rate = yaml.load(open('conf/model.yaml'), Loader=yaml.FullLoader)['model']['rate']", True),
        ("rate = yaml.safe_load(Path('conf') / 'model.yaml')", False),
        ("rate = yaml.safe_load((Path('conf') / 'model.yaml').open())['model']['rate']", True),
        ("HERE = Path(__file__).resolve().parent\n"
         "rate = json.loads((HERE.parent / 'config.json').read_text())['rate']", True),
        ("HERE = os.path.dirname(os.path.abspath(__file__))\n"
         "rate = json.load(open(os.path.join(HERE, '..', 'config.json')))['rate']", True),
        ("from omegaconf import OmegaConf\nrate = OmegaConf.load('conf/model.yaml').model.rate", True),
        ("import argparse\np = argparse.ArgumentParser()\np.add_argument('--config', default='config.json')\n"
         "rate = json.load(open(p.parse_args().config))['rate']", True),
        ("import tomllib\nrate = tomllib.load(open('conf/model.toml', 'rb'))['model']['rate']", True),
        ("import tomllib\nrate = tomllib.load(open('conf/model.toml', 'rb'))['model']['off']", False),
        ("import toml\nrate = toml.load('conf/model.toml')['model']['rate']", True),
        ("rate = json.loads('{\"rate\": 0.4}')['rate']", True),
        ("rate = json.loads('{\"rate\": 0.4')['rate']", False),
        ("HERE = Path(__file__)\nrate = json.load(open(HERE.parent.with_name('config.json')))['rate']", True),
        ("rate = json.load(Path(__file__).parent.joinpath('..', 'config.json').open())['rate']", True),
        ("rate = json.load(open('/elsewhere/work/conf/model.json'))['rate']", True),
        ("rate = json.load(open('D:/elsewhere/work/conf/model.json'))['rate']", True),
        ("HERE = os.environ.get('HERE', os.path.dirname(os.path.dirname(__file__)))\n"
         "rate = json.load(open(os.path.join(HERE, 'config.json')))['rate']", True),
        # not in the project, not data, several of that name, or written by the program itself
        ("rate = json.load(open('../outside.json'))['rate']", False),
        ("rate = json.load(open('broken.json'))['rate']", False),
        ("rate = json.load(open('missing.json'))['rate']", False),
        ("rate = json.load(open('/elsewhere/config.json'))['rate']", False),
        ("rate = json.load(open('/elsewhere/work/scripts/twice.json/..'))['rate']", False),
        ("rate = json.load(open('/elsewhere/../outside.json'))['rate']", False),
        ("HERE = os.environ.get('HERE', here())\n"
         "rate = json.load(open(os.path.join(HERE, 'config.json')))['rate']", False),
        ("rate = json.load(open('twice.json'))['rate']", False),
        ("json.dump({}, open('config.json', 'w'))\nrate = json.load(open('config.json'))['rate']", False),
        ("Path('config.json').write_text(x)\nrate = json.load(open('config.json'))['rate']", False),
        ("rate = json.load(open(name))['rate']", False),
    ],
)  # fmt: skip
def test_rate_from_a_file(tmp_path: Path, read: str, found: bool) -> None:
    project = tmp_path / "project"
    for name, text in FILES.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    (tmp_path / "outside.json").write_text('{"rate": 0.4}')
    script = project / "scripts" / "train.py"
    script.write_text(PROGRAM.replace("{read}", read))
    assert [finding.code for finding in lint_path(script)] == ["KFD101"] * found


PARSED = "import ast, configparser\nc = configparser.ConfigParser()\nc.read('conf/rates.ini')\n"


@pytest.mark.parametrize(
    ("read", "found"),
    [
        ("rate = float(c['base']['rate'])", True),
        ("rate = float(c['base']['RATE'])", True),
        ("rate = float(c['base']['off'])", False),
        ("rate = float(c['base']['shared'])", True),
        ("rate = c.getfloat('base', 'rate')", True),
        ("rate = c.getint('base', 'off')", False),
        ("rate = c['base'].getfloat('rate')", True),
        ("rate = c['base'].getfloat('none', 0.3)", True),
        ("rate = c.getfloat('base', 'none', fallback=0.3)", True),
        ("rate = c.getfloat('other', 'none', fallback=0.3)", True),
        ("rate = c.getfloat('base', 'filled', fallback=0.3)", False),
        ("rate = 0.4 if not c.getboolean('base', 'flag') else 0", True),
        ("rate = 0.4 if c.has_option('base', 'rate') else 0", True),
        ("rate = 0.4 if 'none' in c['base'] else 0", False),
        ("rate = 0.4 if 'Off' in c['base'] else 0", True),
        ("rate = ast.literal_eval(c['base']['rates'])[0]", True),
        ("rate = ast.literal_eval(c['base']['rates'])[1]", False),
        ("rate = eval(c['base']['rates'])[0]", True),
        ("rate = json.loads(c['base']['rates'])[0]", True),
        ("rate = eval('c and 0.4')", False),
        ("rate = float(dict(c.items('base'))['off']) + 0.4", False),
        ("c.optionxform = str\nrate = float(dict(c.items('base'))['Rate'])", True),
        ("c.set('base', 'off', '0.4')\nrate = float(c['base']['off'])", True),
        ("c.read_dict(x)\nrate = float(c['base']['rate'])", False),
        ("c.remove_option('base', 'rate')\nrate = float(c['base']['rate'])", False),
        ("c.read('conf/missing.ini')\nrate = float(c['base']['rate'])", False),
        ("d = configparser.ConfigParser()\nd.read('conf/broken.ini')\nrate = float(d['base']['rate'])",
         False),
        ("d = configparser.ConfigParser()\nd.read_file(open('conf/rates.ini'))\n"
         "rate = d.getfloat('base', 'rate')", True),
        ("c.write(open('conf/rates.ini', 'w'))\nd = configparser.ConfigParser()\nd.read('conf/rates.ini')\n"
         "rate = d.getfloat('base', 'rate')", False),
    ],
)  # fmt: skip
def test_rate_from_an_ini_file(tmp_path: Path, read: str, found: bool) -> None:
    test_rate_from_a_file(tmp_path, PARSED + read, found)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 2_000 + "]" * 2_000,
        "()" + "()" * 2_000,
        "-" * 5_000 + "1",
        "9" * 9_000,
        "'a' + b",
        "f'{x}'",
        "'\\d'",
    ],
)
def test_what_is_no_literal_is_not_evaluated(tmp_path: Path, text: str) -> None:
    test_rate_from_a_file(tmp_path, f"rate = 0.4 if eval({text!r}) == 5 else 0.0", True)
    test_rate_from_a_file(tmp_path / "other", f"import ast\nrate = ast.literal_eval({text!r})", False)


def test_a_link_that_leads_out_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside.json").write_text("{}")
    root = (tmp_path / "project").resolve()
    root.mkdir()
    (root / "config.json").symlink_to(tmp_path / "outside.json")
    with pytest.raises(LookupError):
        DataFiles(root).data("config.json", [root], "json")


@pytest.mark.parametrize("text", ["[" * 3_000 + "]" * 3_000, "['" + "]" * 3_000 + "', " + "[" * 3_000])
def test_what_is_nested_deep_is_not_handed_to_yaml(tmp_path: Path, text: str) -> None:
    """Its time is quadratic in that, and it asks for a deep stack, which a run of the linter has."""
    (tmp_path / "deep.yaml").write_text(text)
    with pytest.raises(LookupError, match="ValueError"):
        DataFiles(tmp_path.resolve()).data("deep.yaml", [tmp_path], "yaml")


MERGES = "a0: &a0 {x: 1}\n" + "".join(
    f"a{n}: &a{n}\n  <<: [{', '.join([f'*a{n - 1}'] * 12)}]\n  k{n}: 1\n" for n in range(1, 12)
)
ALIASES = "a0: &a0 [1]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 12)}]\n" for n in range(1, 12))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("deep.json", "[" * 100_000 + "]" * 100_000),
        ("deep.yaml", "[" * 20_000 + "]" * 20_000),
        ("long.json", "[" + "1," * 200_000 + "1]"),
        ("number.json", "9" * 100_000),
        ("object.yaml", "!!python/object/apply:os.system ['true']"),
        ("several.yaml", "a: 1\n---\nb: 2\n"),
        ("bytes.json", "\udcff"),
    ],
)
def test_what_is_no_data_for_us(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(LookupError):
        DataFiles(tmp_path.resolve()).data(name, [tmp_path], name.partition(".")[2])


def test_aliases_and_merges_are_no_bomb(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "config.yaml").write_text(f"{ALIASES}rate: 0.4\n")
    (tmp_path / "circle.yaml").write_text("a: &a [*a]\nrate: 0.4\n")
    (tmp_path / "merges.yaml").write_text(f"{MERGES}rate: 0.4\n")
    for name in ("config", "circle", "merges"):
        read = f"rate = yaml.safe_load(open('{name}.yaml'))['rate']"
        (tmp_path / "train.py").write_text(PROGRAM.replace("{read}", read))
        assert len(lint_path(tmp_path / "train.py")) <= 1
