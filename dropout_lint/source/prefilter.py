"""A look at the text alone that spares most files the parser.

Sound by construction: every rule needs a Keras name, here or in a module of the project that the
file imports, and one of: an assignment to `trainable` (or something that looks like it), a training
run, a `training` argument, a `call` method that a user wrote, or the learning phase.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from dropout_lint.source.modules import ModuleFiles, is_python

KERAS = ("keras", "tensorflow")
# Not the "train" of "constraint": a project without Keras is full of them.
EVIDENCE = re.compile(r"(?<!s)train|\.fit|def call|learning_phase")
# `model.tranable = False`: KFD302 looks for misspellings that begin with the right letter.
MISSPELLED = re.compile(r"\.[tT]\w{5,10}\s*=\s*(?:True|False)\b")

_COMMENT = re.compile(r"#[^\n]*")
_IMPORT = re.compile(
    r"(?:^|[;:])[ \t]*(?:"
    r"from[ \t]*(?P<dots>\.*)[ \t]*(?P<module>[\w.]*)[ \t]+import\b[ \t]*(?P<names>\([^)]*\)|[^\n;]*)"
    r"|import[ \t]+(?P<modules>[^\n;]+))",
    re.MULTILINE,
)
_BY_NAME = re.compile(r"import_module\(\s*[\"']([\w.]+)[\"']")
_NAME = re.compile(r"[\w.]+")


# (dots, dotted name) of every module that the import statements of a text may mean
_Imports = tuple[tuple[int, str], ...]


# Files of which this process has seen that no module they import, directly or not, imports Keras.
_CLEAN: set[str] = set()


def forget() -> None:
    """Files may have changed since: for a process that outlives them, as an editor's server does."""
    _CLEAN.clear()


def has_evidence(text: str) -> bool:
    """Whether a text speaks of training at all; modules that it imports are followed only then."""
    return EVIDENCE.search(text) is not None or MISSPELLED.search(text) is not None


def may_concern(text: str, path: Path | None = None, roots: tuple[str, ...] = ()) -> bool:
    """Whether a file with this text can have a finding.

    Args:
        text: the program.
        path: where it is, for the modules it imports; None: nowhere.
        roots: more folders with modules of the project.
    """
    if not has_evidence(text):
        return False
    # transformers: its TF models are Keras models, and need no other import.
    if any(word in text for word in KERAS) or ("transformers" in text and "TF" in text):
        return True
    if path is None or "import" not in text:
        return False
    return _reaches_keras(ModuleFiles(path, roots), text)


def _reaches_keras(files: ModuleFiles, text: str) -> bool:
    """Whether a module that the program imports, directly or not, imports Keras."""
    seen: set[str] = set()
    pending = list(_targets(files, files.real, _imports(text)))
    while pending:
        name = pending.pop()
        if name in seen or name in _CLEAN:
            continue
        seen.add(name)
        text = _text_of(name)
        imports = _imports(text)
        packages = (*KERAS, "transformers") if "TF" in text else KERAS
        if any(not dots and module.startswith(packages) for dots, module in imports):
            return True
        pending += _targets(files, Path(name), imports)
    _CLEAN.update(seen)
    return False


def _text_of(name: str) -> str:
    """The text of a file; nothing if it cannot be read (or is the folder of a namespace package)."""
    try:
        # Import statements are ASCII in every encoding that Python source uses.
        return Path(name).read_bytes().decode("latin-1")
    except OSError:
        return ""


def _targets(files: ModuleFiles, importer: Path, imports: _Imports) -> Iterator[str]:
    for module, dots in ((module, dots) for dots, module in imports if dots or not is_python(module)):
        found = files.find(module, dots, importer)
        if found is not None:
            yield str(found.path)


def _imports(text: str) -> _Imports:
    return tuple(dict.fromkeys(_names(text)))


def _names(text: str) -> Iterator[tuple[int, str]]:
    if "import_module" in text:
        yield from ((0, name) for name in _BY_NAME.findall(text))
    for match in _IMPORT.finditer(_COMMENT.sub("", text.replace("\\\n", " "))):
        if match["modules"] is not None:
            for part in match["modules"].split(","):
                parts = (_NAME.match(part.strip()) or [""])[0].split(".")
                yield from ((0, ".".join(parts[:i])) for i in range(1, len(parts) + 1))
            continue
        dots, module = len(match["dots"]), match["module"]
        yield dots, module
        for name in _NAME.findall(match["names"]):
            yield dots, f"{module}.{name}" if module else name
