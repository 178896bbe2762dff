"""Which Keras a file is written for, as far as its own text tells."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from dropout_lint.source.exported import without_magics
from dropout_lint.source.python2 import first_print
from dropout_lint.target.releases import RELEASE_LINE

KERAS_2 = "2"
USUAL_BACKEND = "tensorflow"


@dataclass(frozen=True, slots=True)
class Hint:
    """What the text of a file says about its Keras.

    Args:
        specifier: the versions.
        why: one sentence for the user.
        binding: it holds whatever is installed.
    """

    specifier: str
    why: str
    binding: bool


# A name after "from … import", in a list of names with or without parentheses, not after "as".
_NAMES = r"import\b[ \t]*(?:\((?:[^)]{0,1000}?[\s,(])?|(?:[^#\n(]*?[ \t,])?)(?<!\sas\s)"
_KERAS = r"(?<![\w.])(?:tf\.|tensorflow\.)?keras\."


def _line(pattern: str) -> str:
    """A pattern that matches in a line, outside its comment."""
    return rf"^[^#\n]*?{pattern}"


def _either(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.MULTILINE)


def _name(module: str, names: str) -> tuple[str, str]:
    """Patterns for names of a module of Keras ("" for Keras itself): used, or imported from it."""
    dotted = re.escape(f"{module}.") if module else ""
    source = re.escape(f".{module}") if module else ""
    return (
        _line(rf"{_KERAS}{dotted}(?:{names})\b"),
        rf"^[ \t]*from\s+(?:tensorflow\.)?keras{source}\s+{_NAMES}(?:{names})\b",
    )


# What stands before an argument of a call, over lines, with one more level of brackets in it.
_BEFORE = r"(?:[^()]{0,300}\([^()]{0,200}\)){0,9}?[^()]{0,300}?(?<![\w.])"

# Hugging Face's TF models, TF-Hub layers, and the package efficientnet before its release 1.0 are built on
# Keras 2 whatever is installed.
_BUILT_ON_KERAS_2 = _either(
    rf"^[ \t]*from\s+transformers(?:\.[\w.]+)?\s+{_NAMES}TF[A-Z]\w*",
    _line(r"(?<![\w.])transformers\.TF[A-Z]\w*"),
    _line(r"(?<![\w.])(?:hub|tensorflow_hub)\.KerasLayer\("),
    rf"^[ \t]*from\s+tensorflow_hub\s+{_NAMES}KerasLayer\b",
    rf"^[ \t]*from\s+efficientnet(?:\.model)?\s+{_NAMES}EfficientNetB[0-7]\b",
    r"^[ \t]*import\s+efficientnet(?=\s+as\b)",
)
_TF_KERAS = _either(r"^[ \t]*(?:import|from)\s+tf_keras\b")
_LEGACY = _either(_line(r"[\"']TF_USE_LEGACY_KERAS[\"']\s*\]?\s*[=,]\s*[\"']?(?:1|True|true)\b"))
# Keras itself, which neither of the two above turns into Keras 2.
_PLAIN_KERAS = _either(r"^[ \t]*(?:import|from)\s+keras\b")

_BACKEND = _either(
    _line(r"""["']KERAS_BACKEND["']\s*\]?\s*[=,]\s*["'](\w+)"""),
    r"""^[ \t]*%(?:env|set_env)[ \t]+KERAS_BACKEND[ \t]*=?[ \t]*(\w+)""",
)

_OF_OPTIMIZERS = "(?:clipnorm|clipvalue|beta_1|beta_2|decay|momentum|nesterov|rho|epsilon|amsgrad)"
# Absent from Keras 3.15 and 3.16, as `keras` and as `tf.keras`; in Keras 2.
_ONLY_2 = _either(
    *_name("", "experimental|estimator|engine"),
    *_name("layers", "experimental|core|convolutional|normalization|recurrent|LocallyConnected[12]D"),
    *_name("layers", "advanced_activations|convolutional_recurrent|embeddings|merge|noise|pooling|wrappers"),
    *_name("optimizers", "experimental"),
    *_name("wrappers", "scikit_learn"),
    *_name("utils", "np_utils|generic_utils|vis_utils|data_utils|layer_utils|training_utils|multi_gpu_utils"),
    *_name("backend", "learning_phase|set_learning_phase|tensorflow_backend"),
    *_name("models", "model_from_yaml"),
    # There, but an ImportError when it is used.
    *_name("optimizers.legacy", "Adam|SGD|RMSprop|Adagrad|Ftrl|Optimizer"),
    _line(r"\w\.(?:fit|evaluate|predict)_generator\("),
    _line(r"\bbatch_input_shape\s*=(?!=)"),
    # PyTorch's optimizers have an `lr` too, but come after the parameters.
    _line(
        rf"\b(?:Ada(?:m|max|grad|delta)|Nadam|RMSprop|SGD|Ftrl)\((?:{_OF_OPTIMIZERS}\s*=[^(),#\n]*,\s*)*lr\s*="
    ),
)
# Absent from TensorFlow 2, but for `compat.v1` (asked of 2.21); keras_contrib imports what Keras 3 lacks.
_TENSORFLOW_1 = _either(
    _line(
        r"(?<![\w.])(?:tf|tensorflow)\.(?:Session|InteractiveSession|ConfigProto|GPUOptions|placeholder|contrib"
        r"|set_random_seed|get_default_graph|reset_default_graph|get_default_session"
        r"|global_variables_initializer)\b"
    ),
    rf"^[ \t]*from\s+tensorflow\s+{_NAMES}(?:set_random_seed|Session|ConfigProto|InteractiveSession)\b",
    r"^[ \t]*(?:import|from)\s+keras_contrib\b",
)
# Where both are meant, or somebody asks which it is, such a name may stand in the other branch.
_BOTH_TENSORFLOWS = re.compile(
    r"\bcompat\b|__version__|\bVERSION\b|\b(?:has|get)attr\(|executing_eagerly|enable_v2_behavior"
    r"|^[ \t]*except\b(?:[^\n]*AttributeError|[ \t]*:|[^\n]*\bException\b)"
    r"|(?<![\w.])tf\.(?:random\.set_seed|config\.|function\b|GradientTape\b)",
    re.MULTILINE,
)
# Absent from Keras 2.3, 2.10, 2.15 and tf_keras; in Keras 3.15 and 3.16, as `keras` and as `tf.keras`.
_ONLY_3 = _either(
    *_name("", "ops|random|tree|config|distribution|dtype_policies|quantizers|visualization"),
    *_name("", "Layer|Variable|KerasTensor|Operation|Function|Metric|Loss|Optimizer|StatelessScope"),
    *_name("layers", "TFSMLayer|JaxLayer|FlaxLayer|TorchModuleWrapper"),
    *_name("utils", "PyDataset"),
    _line(r"[\"']KERAS_BACKEND[\"']\s*\]?\s*[=,]\s*[\"'](?:jax|torch)\b"),
)
# A name without an ending is that of a folder, which Keras 2 saves; Keras 3 raises a ValueError (measured
# with 3.15.1) unless it is on Hugging Face, or `save_model(zipped=False)` made it, which is rare.
_FOLDER = r"""load_model\(\s*["'](?:(?!\.keras|\.h5|\.hdf5|://)[^"'\n]){1,300}["']\s*[,)]"""
_LOADS_A_FOLDER = _either(_line(rf"{_KERAS}(?:models\.|saving\.)?{_FOLDER}"))
_LOADS_A_FOLDER_BY_NAME = _either(_line(rf"(?<![\w.]){_FOLDER}"))
# Names that Keras 3 refuses when the callback is made: a ValueError (measured with 3.15.1).
_CHECKPOINT = r"""ModelCheckpoint\(\s*(?:filepath\s*=\s*)?["'][^"'\n]{1,300}"""
_CHECKPOINTS = _either(
    _line(rf"""{_CHECKPOINT}(?<!\.keras)(?<!\.h5)["']\s*[,)]"""),
    _line(rf"""{_CHECKPOINT}(?<!\.weights\.h5)["'][^()]{{0,500}}\bsave_weights_only\s*=\s*True"""),
)
_LOAD_MODEL = _either(rf"^[ \t]*from\s+(?:tensorflow\.)?keras(?:\.models|\.saving)?\s+{_NAMES}load_model\b")
# `Model(input=x, output=y)` of the package keras itself, up to 2.3.
_OLD_ENDS = _either(_line(r"(?<![\w.])(?:keras\.(?:models\.)?)?Model\([^#\n]*?\b(?:input|output)\s*=(?!=)"))
# Arguments that Keras 3 moved to PyDataset: a TypeError, unless the program is for both.
_MOVED = _either(
    _line(rf"\w\.(?:fit|evaluate|predict)\({_BEFORE}(?:workers|use_multiprocessing|max_queue_size)\s*=(?!=)")
)
_CATCHES = re.compile(r"^[ \t]*except\b[^\n]*TypeError", re.MULTILINE)
_OWN_MODEL = re.compile(r"^[ \t]*class\s+Model\b", re.MULTILINE)
_OWN_GENERATOR = re.compile(r"\bdef\s+(?:fit|evaluate|predict)_generator\b")


# Calls whose arguments count, in the lines that follow too.
_CALLS = ("load_model", "ModelCheckpoint(", ".fit(", ".evaluate(", ".predict(")
# Each pattern needs one of these in its line, or in the line where its import begins.
_MARKS = (
    "keras", "KERAS", "transformers", "hub", "efficientnet", "_generator", "(lr", "lr=", "lr =",
    "batch_input_shape", "Model(", "Session", "ConfigProto", "GPUOptions", "placeholder", ".contrib",
    "set_random_seed", "get_default_", "reset_default_graph", "variables_initializer", *_CALLS,
)  # fmt: skip


_MARKED = re.compile("|".join(map(re.escape, _MARKS)))


def _speaking(text: str) -> str:
    """The lines of a text that can match a pattern: the patterns are slow, and most lines cannot."""
    kept: list[str] = []
    depth = 0  # of the brackets of an import or a call that goes on
    for line in text.split("\n"):
        if depth > 0 or _MARKED.search(line):
            kept.append(line)
            opens = "(" in line and ("import" in line or any(call in line for call in _CALLS))
            depth = depth + line.count("(") - line.count(")") if depth > 0 or opens else 0
    return "\n".join(kept)


def find(text: str) -> Hint | None:
    """What the text of a file says about its Keras; None where it says nothing, or both."""
    lines = _speaking(text)

    def search(pattern: re.Pattern[str]) -> re.Match[str] | None:
        return pattern.search(text) if pattern.search(lines) else None

    if found := search(_BUILT_ON_KERAS_2):
        return _hint(KERAS_2, text, found, "is built on Keras 2", binding=True)
    plain = _PLAIN_KERAS.search(lines) is not None
    for pattern in (_TF_KERAS, _LEGACY):
        if found := search(pattern):
            return _hint(KERAS_2, text, found, "means Keras 2", binding=not plain)
    if (printed := first_print(text)) is not None and not _is_python_3(text):
        return Hint(KERAS_2, f"the print statement in line {printed} is Python 2", binding=True)
    old, new = search(_ONLY_2), search(_ONLY_3)
    if old and _OWN_GENERATOR.search(text) and "_generator" in old[0]:
        old = None
    if old is None and not _CATCHES.search(text):
        old = search(_MOVED)
    if old is None and not _BOTH_TENSORFLOWS.search(text):
        first = search(_TENSORFLOW_1)
        if first is not None and _is_code(text, first):
            says = "is found in TensorFlow 1 only"
            return None if new else _hint(KERAS_2, text, first, says, binding=False)
    if plain and not old and not _OWN_MODEL.search(text):
        old = search(_OLD_ENDS)
    if not old and not new:
        return _refused(text, search)
    if old and not new:
        return _hint(KERAS_2, text, old, "is found in Keras 2 only", binding=False)
    if new and not old:
        return _hint(RELEASE_LINE, text, new, "is found in Keras 3 only", binding=False)
    return None


def backend(text: str) -> str | None:
    """The backend that a text sets, as KERAS_BACKEND names it; None where it sets none, or several."""
    if "KERAS_BACKEND" not in text:
        return None
    named = {name for found in _BACKEND.finditer(text) for name in found.groups() if name}
    return named.pop().lower() if len(named) == 1 else None


def _refused(text: str, search: Callable[[re.Pattern[str]], re.Match[str] | None]) -> Hint | None:
    """What Keras 3 has, but ends with an error, where Keras 2 goes on."""
    folder = search(_LOADS_A_FOLDER)
    if folder is None and search(_LOAD_MODEL):
        folder = search(_LOADS_A_FOLDER_BY_NAME)
    found = folder or search(_CHECKPOINTS)
    if found is None:
        return None
    line = text.count("\n", 0, found.end()) + 1
    why = (
        f"load_model() in line {line} opens a folder, as Keras 2 saves it"
        if folder
        else f"ModelCheckpoint in line {line} writes to a name that Keras 2 alone takes"
    )
    return Hint(KERAS_2, why, binding=False)


def _is_code(text: str, found: re.Match[str]) -> bool:
    """Whether a name stands in the program, not in one of its texts."""
    line = text.count("\n", 0, found.end()) + 1
    if found[0].count('"') % 2 or found[0].count("'") % 2:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return '"""' not in text and "'''" not in text
    told = (ast.Attribute, ast.Import, ast.ImportFrom)
    return any(isinstance(n, told) and n.lineno <= line <= (n.end_lineno or n.lineno) for n in ast.walk(tree))


def _is_python_3(text: str) -> bool:
    exported = without_magics(text)
    with warnings.catch_warnings():  # of escapes and comparisons, which are the program's affair
        warnings.simplefilter("ignore")
        for program in (text, *([] if exported is None else [exported.text])):
            with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
                ast.parse(program)
                return True
    return False


def _hint(specifier: str, text: str, found: re.Match[str], says: str, *, binding: bool) -> Hint:
    line = text.count("\n", 0, found.end()) + 1
    name = re.findall(r"[\w.]+", found[0])[-1].lstrip(".")
    if variable := re.search(r"TF_USE_LEGACY_KERAS|KERAS_BACKEND", found[0]):
        name = f"{variable[0]}={name}"
    return Hint(specifier, f"{name} in line {line} {says}", binding)
