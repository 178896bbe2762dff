"""Code that cannot be seen but is known not to change what it is given, by its resolved dotted name.

Names that the program gives (`np`, a function `save` of its own) say nothing: only what an import
resolves to does.
"""

from __future__ import annotations

HARMLESS = frozenset(
    {
        "IPython", "PIL", "absl.logging", "argparse", "array", "base64", "builtins", "collections",
        "csv", "cv2", "datetime", "glob", "h5py", "hashlib", "io", "itertools", "joblib", "json",
        "logging", "loguru", "math", "matplotlib", "mlflow", "numpy", "operator", "os", "pandas",
        "pathlib", "pickle", "plotly", "pprint", "psutil", "random", "re", "requests", "rich",
        "scipy", "seaborn", "shutil", "skimage", "sklearn", "statistics", "string", "struct", "sys",
        "tempfile", "time", "timeit", "tqdm", "typing", "urllib", "uuid", "wandb", "warnings",
        "yaml", "zipfile",
    }
)  # fmt: skip
"""Packages none of whose functions touch a layer."""

MAKERS = frozenset(
    {
        "PIL", "absl.logging", "csv", "datetime", "h5py", "hashlib", "io", "logging", "loguru",
        "matplotlib", "numpy", "pandas", "pathlib", "plotly", "rich", "scipy", "seaborn", "time",
        "tqdm", "wandb", "zipfile",
    }
)  # fmt: skip
"""Those whose objects have no methods that do, either: `logging.getLogger().info(model)`.

Not argparse (`options.run(model)` calls what the program stored there), nor what loads objects.
"""

DATA_SETS = frozenset({"tensorflow.data", "tensorflow_datasets"})
"""Packages of pipelines of data: they call what they are given, on data, and leave alone what comes with it
(`Dataset.from_generator(self.batches)` hands over all that `self` holds)."""

CALLBACKS = frozenset({"numpy.apply_along_axis", "numpy.frompyfunc", "numpy.vectorize"})
"""Functions of the packages above that call what they are given."""

PURE_METHODS = frozenset(
    {
        "endswith", "exists", "get", "getboolean", "getfloat", "getint", "is_dir", "is_file",
        "lower", "startswith", "strip", "upper",
    }
)  # fmt: skip
"""Methods of unknown objects that give the same value for the same arguments."""

IDLE_METHODS = frozenset(
    {
        "add_argument", "critical", "debug", "error", "exception", "flush", "format", "info", "log",
        "plot", "save", "save_weights", "savefig", "show", "startswith", "summary", "title",
        "to_json", "warn", "warning", "write",
    }
)  # fmt: skip
"""Methods that only show something, whatever the object is: a side of a branch that calls nothing else is
not worth a run of its own."""

IDLE_FUNCTIONS = frozenset({"display", "print"})
"""Functions that do so, if the program has no others of these names."""

IPYTHON_NAMES = {"display": "IPython.display.display"}
"""Names that every notebook has without an import, and what they are."""


def package_of(dotted: str) -> str | None:
    """The harmless package that a resolved name belongs to; None if there is none."""
    if dotted in CALLBACKS:
        return None
    first, _, rest = dotted.partition(".")
    if rest and first in HARMLESS:
        return first
    both = ".".join(dotted.split(".")[:2])
    return both if both in HARMLESS else None


def data_package_of(dotted: str) -> str | None:
    """The package of pipelines that a resolved name belongs to; None if there is none."""
    return next((package for package in DATA_SETS if dotted.startswith(f"{package}.")), None)
