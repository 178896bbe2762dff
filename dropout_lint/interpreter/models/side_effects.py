"""Code that cannot be seen but is known not to change what it is given."""

from __future__ import annotations

MODULES = frozenset(
    {
        "argparse", "array", "base64", "builtins", "collections", "csv", "cv2", "datetime",
        "glob", "hashlib", "io", "IPython", "itertools", "json", "logging", "math", "matplotlib", "np",
        "numpy", "operator", "os", "pandas", "pathlib", "pd", "pickle", "PIL", "plotly",
        "plt", "pprint", "psutil", "random", "re", "requests", "scipy", "seaborn", "shutil",
        "skimage", "sklearn", "sns", "statistics", "string", "struct", "sys", "tempfile",
        "time", "timeit", "tqdm", "typing", "urllib", "uuid", "warnings", "wandb", "yaml",
        "zipfile",
    }
)  # fmt: skip
"""Modules none of whose functions touch a layer, by the first part of the dotted name."""

FUNCTIONS = frozenset(
    {
        "add_argument", "count_params", "critical", "debug", "display", "error", "exception", "exists",
        "flush", "format", "getLogger", "get_config", "get_logger", "get_weights", "info",
        "log", "lower", "makedirs", "mkdir", "model_to_dot", "parse_args", "plot", "plot_model", "pprint",
        "print", "print_summary", "save", "save_model", "save_weights", "seed", "show",
        "startswith", "summary", "title", "to_json", "to_yaml", "warn", "warning", "write",
    }
)  # fmt: skip
"""Functions and methods that only read what they are given, by their last name."""

PURE_METHODS = frozenset(
    {
        "endswith", "exists", "get", "getboolean", "getfloat", "getint", "is_dir", "is_file",
        "lower", "startswith", "strip", "upper",
    }
)  # fmt: skip
"""Methods of unknown objects that give the same value for the same arguments."""

CALLBACKS = frozenset({"apply_along_axis", "frompyfunc", "vectorize"})
"""Functions of the modules above that call what they are given."""


def is_harmless(callee: str) -> bool:
    """Whether a callee, given by its text or its dotted name, leaves its arguments alone."""
    first, _, rest = callee.partition(".")
    last = callee.rpartition(".")[2]
    if last in CALLBACKS:
        return False
    return last in FUNCTIONS or (bool(rest) and first in MODULES)
