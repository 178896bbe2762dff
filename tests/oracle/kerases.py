"""The Kerases the oracle can run: where they are, and the environment they need."""

import importlib.util
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

NIGHTLY = "keras-nightly==3.16.0.dev2026102704"
# TensorFlow and Keras bring the rest of what it needs.
JAX = "jax==0.10.2 jaxlib==0.10.2 scipy>=1.14"
CHOICES = ("2", "3.15", "3.16")
REPOSITORY = Path(__file__).resolve().parents[2]


def nightly_path() -> Path | None:
    """The folder that holds the nightly's package `keras`, installed on first use; None if it cannot be had.

    Nightlies vanish from the index after about four months, so failing to install is no error.
    """
    return installed_beside(NIGHTLY, "3.16")


def jax_path() -> Path | None:
    """The folder that holds JAX, installed on first use; None if it cannot be had."""
    return installed_beside(JAX, "jax", "jax")


def installed_beside(requirements: str, name: str, package: str = "keras") -> Path | None:
    """The folder that holds another Keras, or JAX, installed on first use; None if it cannot be had.

    Args:
        requirements: as pip takes them, separated by blanks; what they depend on is not installed.
        name: of the folder.
        package: what they bring.
    """
    target = Path(os.environ.get("DROPOUT_LINT_KERASES") or REPOSITORY / ".kerases") / name
    if (target / package).is_dir():
        return target
    # Several processes may do so at once: each into a folder of its own, which the first one moves.
    fresh = target.with_name(f"{target.name}-{os.getpid()}")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(fresh)]
    try:
        done = subprocess.run(
            [*command, *requirements.split()], capture_output=True, timeout=300, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode == 0:
        with suppress(OSError):  # another process was first
            fresh.rename(target)
    shutil.rmtree(fresh, ignore_errors=True)
    return target if (target / package).is_dir() else None


def available(keras: str) -> bool:
    """Whether this Keras can be run here."""
    if importlib.util.find_spec("tensorflow") is None:
        return False
    if keras == "3.16":
        return nightly_path() is not None
    return importlib.util.find_spec("tf_keras" if keras == "2" else "keras") is not None


def environment(keras: str) -> dict[str, str]:
    """The environment variables of the process that runs this Keras: CPU only, quiet, few threads."""
    if keras not in CHOICES:
        raise ValueError(f"unknown Keras {keras!r}: one of {', '.join(CHOICES)}")
    paths = [str(REPOSITORY)]
    if keras == "3.16":
        nightly = nightly_path()
        if nightly is None:
            raise RuntimeError("the Keras nightly is not available")
        paths.insert(0, str(nightly))
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "KERAS_BACKEND": "tensorflow",
        "TF_USE_LEGACY_KERAS": "1" if keras == "2" else "0",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "2",
        "OMP_NUM_THREADS": "1",
    }
