"""A look at the text alone that spares most files the parser.

Sound by construction. Every rule needs a Keras name, and an entry into a model (`fit`, `compile`, a
tape ...) or an assignment that freezes, or looks as if it did; each of them in the file or in a module
of the project that it imports. And the file itself must speak of training, or have a `call` method.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from dropout_lint.screening.import_effects import COMMENT, IMPORT, tight
from dropout_lint.source import reads
from dropout_lint.source.looks import Looks
from dropout_lint.source.modules import Imports, ModuleFiles, is_python

KERAS = ("keras", "tensorflow", "segmentation_models")
# Projects have folders named after them ("keras/" with examples); an import means the library all the same.
PACKAGES = frozenset(
    {"tensorflow", "tensorflow_core", "keras", "tf_keras", "tensorflow_hub", "keras_hub", "keras_nlp"}
    | {"efficientnet", "transformers", "vit_keras", "segmentation_models"}
)
# Of these a project may hold a copy, or another package of that name: its own module comes first.
_COPIED = frozenset({"efficientnet", "transformers", "vit_keras", "segmentation_models"})
CLAIMED = PACKAGES - _COPIED
# An import statement, in a script or in the JSON of a notebook.
_IMPORTS = re.compile(
    r"""(?:^|["\n;]|\\n)[ \t]*(?:from|import)\s+(?:[\w.]+\s*,\s*)*(tf_keras|keras|tensorflow)\b"""
)
# Not the "train" of "constraint": a project without Keras is full of them.
EVIDENCE = re.compile(r"(?<!s)train|\.fit|def call|learning_phase")
# `model.tranable = False`: KFD302 looks for misspellings that begin with the right letter.
MISSPELLED = re.compile(r"\.[tT]\w{5,10}\s*=\s*(?:True|False)\b")
# What enters a model, as an attribute or a string (`getattr(model, "fit")`). `re.compile` does not.
ENTRIES = (
    "fit", "fit_generator", "train_on_batch", "compile", "evaluate", "evaluate_generator", "predict",
    "predict_generator", "predict_on_batch", "test_on_batch",
)  # fmt: skip
_ENTRY = re.compile(rf"""(?:(?<!\bre)\.\s*|["'])(?:{"|".join(ENTRIES)})\b""")
# An assignment to `trainable`, a keyword, a string, and what KFD302 reports: `m.training = False`,
# `m.trainable == False`, `m.tranable = False`. In a very long line nobody looks for the "=".
_SET = r"""[\s\\]*(?:["']|[|&^]?=|[:,](?:[^\n]{999}|[^\n]*=)|\)\s*=)"""
_FREEZE = re.compile(
    rf"""\btrainable{_SET}|\.\s*[tT]rain\w{{2,6}}\b{_SET}|setattr\([^\n]*["'][tT]rain\w{{2,6}}["']"""
)

# `self.add_weight(..., trainable=False)` freezes no layer; how far away the name may be.
_WEIGHT = re.compile(r"(?:add_weight|add_variable|get_variable|Variable)\s*\Z")
_FAR = 1_000

# How many files of a project are asked for one that imports them.
MAX_IMPORTED = 200

_BY_NAME = re.compile(r"import_module\(\s*[\"']([\w.]+)[\"']")
_NAME = re.compile(r"[\w.]+")


# (question, file, folder of the script): files of which this process has seen that no module they import,
# directly or not, answers the question; and what that rests on.
_CLEAN: dict[tuple[str, str, str], reads.Reads] = {}


def forget() -> None:
    """Files may have changed since: for a process that outlives them, as an editor's server does."""
    _CLEAN.clear()


def imports_keras(text: str) -> bool:
    """Whether a text that cannot be parsed imports Keras, as far as its lines tell."""
    packages = {found[1] for found in _IMPORTS.finditer(text)}
    return "keras" in text and bool(packages)


def has_evidence(text: str) -> bool:
    """Whether a text speaks of training at all; modules that it imports are followed only then."""
    return EVIDENCE.search(text) is not None or MISSPELLED.search(text) is not None


# Comments and strings, in the order of the text, so that a quote inside of one opens no other. A string
# without an end goes on to that of the line or the text: nothing is read twice, and that of it stays.
STRINGS = re.compile(
    r"""(?P<documentation>\#[^\n]*|"{3}(?:\\.|[^\\])*?"{3}|'{3}(?:\\.|[^\\])*?'{3})"""
    r"""|"{3}.*|'{3}.*|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?""",
    re.DOTALL,
)


def may_act(text: str) -> bool:
    """Whether a program may enter a model, freeze a layer, or look as if it did: every rule needs that."""
    return enters_or_freezes(text) and enters_or_freezes(_without_documentation(text))


def _without_documentation(text: str) -> str:
    """A program without its comments and its strings in triple quotes."""
    return STRINGS.sub(lambda found: "" if found["documentation"] else found[0], text)


def enters_or_freezes(text: str) -> bool:
    """Whether code enters a model, freezes a layer, or looks as if it did; its comments count."""
    if "GradientTape" in text or "stateless_call" in text or _ENTRY.search(text) or MISSPELLED.search(text):
        return True
    return any(not _is_of_weight(text, found) for found in _FREEZE.finditer(text))


def _is_of_weight(text: str, found: re.Match[str]) -> bool:
    """Whether `trainable=` is an argument of a function that makes a variable, not a layer."""
    if not found[0].startswith("trainable") or not found[0].endswith("="):
        return False
    depth, position = 0, found.start()
    begin = max(0, position - _FAR)
    while position > begin:
        position -= 1
        if text[position] in ")]}":
            depth += 1
        elif text[position] in "([{":
            depth -= 1
            if depth < 0:
                return _WEIGHT.search(text, begin, position) is not None
    return False


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
    keras = any(word in text for word in KERAS) or ("transformers" in text and "TF" in text)
    acts = may_act(text)
    if keras and acts:
        return True
    if path is None or "import" not in text:
        return False
    files = ModuleFiles(path, roots)
    return (keras or _reaches("keras", files, files.real, _imports(text))) and (
        acts or _reaches("act", files, files.real, _imports(text))
    )


def import_may_matter(files: ModuleFiles, dotted: str, dots: int) -> bool:
    """Whether a module of the project that a program imports, or one that this imports, has to do with Keras
    or `may_act`."""
    imports = ((dots, dotted),)
    if next(_targets(files, files.real, imports), None) is None:
        return False  # most: it is not of the project
    return _reaches("act", files, files.real, imports) or _reaches("keras", files, files.real, imports)


def imported_files(files: ModuleFiles) -> Iterator[str]:
    """The files of the project that a program imports, directly or not, the nearest first; bounded."""
    real = str(files.real)
    seen = {real}
    pending = list(_targets_of(files, real, _LOOKS.of(real)[2]))
    while pending and len(seen) <= MAX_IMPORTED:
        name = pending.pop(0)
        if name not in seen:
            seen.add(name)
            yield name
            pending += _targets_of(files, name, _LOOKS.of(name)[2])


def _reaches(question: str, files: ModuleFiles, importer: Path, imports: Imports) -> bool:
    """Whether a module that is imported, directly or not, answers the question."""
    seen: set[tuple[str, str, str]] = set()
    with reads.recorded() as looked_at:
        pending = list(_targets(files, importer, imports))
        while pending:
            name = pending.pop()
            # What a module imports depends on the folder of the script too.
            asked = (question, name, str(files.real.parent))
            if asked in seen:
                continue
            if asked in _CLEAN:
                reads.again(_CLEAN[asked])
                continue
            seen.add(asked)
            acts, keras, imports = _LOOKS.of(name)
            if acts if question == "act" else keras:
                return True
            pending += _targets_of(files, name, imports)
    _CLEAN.update(dict.fromkeys(seen, looked_at))
    return False


def _imports_keras(text: str, imports: Imports) -> bool:
    packages = (*KERAS, "transformers") if "TF" in text else KERAS
    return any(not dots and module.startswith(packages) for dots, module in imports)


def _targets(files: ModuleFiles, importer: Path, imports: Imports) -> Iterator[str]:
    for dots, module in imports:
        if not dots and (is_python(module) or module.partition(".")[0] in CLAIMED):
            continue
        found = files.find(module, dots, importer)
        if found is not None:
            yield str(found.path)


def _targets_of(files: ModuleFiles, name: str, imports: Imports) -> tuple[str, ...]:
    """The files of the project that a file imports; found out once for the scripts of a folder."""
    known = files.targets.get(name)
    if known is None or known[0] is not imports:
        found = tuple(_targets(files, files.path_of(name), imports))
        known = files.targets[name] = imports, found
    return known[1]


def _imports(text: str) -> Imports:
    return tuple(dict.fromkeys(_names(text)))


def _names(text: str) -> Iterator[tuple[int, str]]:
    if "import_module" in text:
        yield from ((0, name) for name in _BY_NAME.findall(text))
    for match in IMPORT.finditer(COMMENT.sub("", text.replace("\\\n", " "))):
        if match["modules"] is not None:
            for part in tight(match["modules"]).split(","):
                parts = (_NAME.match(part.strip()) or [""])[0].split(".")
                yield from ((0, ".".join(parts[:i])) for i in range(1, len(parts) + 1))
            continue
        dots, module = len(match["dots"]), tight(match["module"])
        yield dots, module
        for name in _NAME.findall(match["names"]):
            yield dots, f"{module}.{name}" if module else name


def _look(text: str) -> tuple[bool, bool, Imports]:
    """Whether a module may act, whether it imports Keras, and what it imports."""
    imports = _imports(text)
    return may_act(text), _imports_keras(text, imports), imports


_LOOKS = Looks("imports", _look)
