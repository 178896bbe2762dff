"""The server: imports TensorFlow and Keras once, then forks a child per program.

One request per line on stdin, {"path": …, "timeout": seconds}; one table per line on stdout. No TensorFlow
operation may run before the fork: its thread pools do not survive one.
"""

import gc
import json
import os
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from tests.oracle import patches
from tests.oracle.keras_under_test import Keras
from tests.oracle.keys import Keys
from tests.oracle.lines import Generated, Program
from tests.oracle.record import Recorder
from tests.oracle.routes import Sites
from tests.oracle.weights import Weights

_GRACE = 5


class _Stopped(BaseException):
    """The program has used up its time."""


def main() -> None:
    """Serve until stdin closes."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    keras = Keras(legacy=sys.argv[1] == "2")
    generated = Generated()
    generated.install()
    boundaries = patches.install(keras)
    gc.collect()
    gc.freeze()
    print(json.dumps({"version": keras.version}), file=answers, flush=True)
    for request in sys.stdin:
        print(
            json.dumps(_serve(keras, generated, boundaries, **json.loads(request))), file=answers, flush=True
        )


def _serve(
    keras: Keras, generated: Generated, boundaries: set[CodeType], path: str, timeout: float
) -> dict[str, Any]:
    folder = tempfile.mkdtemp(prefix="oracle-")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _child(keras, generated, boundaries, Path(path), timeout, folder, writing)
    os.close(writing)
    try:
        answer = _read(reading, time.monotonic() + timeout + _GRACE)
        if answer is None:
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    finally:
        os.close(reading)
        shutil.rmtree(folder, ignore_errors=True)
    if answer:
        table: dict[str, Any] = json.loads(answer)
        return table
    reason = (
        "TimeoutError: the program had to be killed"
        if answer is None
        else f"ChildProcessError: died, status {status}"
    )
    return {"keras": keras.version, "error": reason, "runs": [], "models": []}


def _read(pipe: int, deadline: float) -> bytes | None:
    """All that the child writes; None if it does not end in time."""
    parts: list[bytes] = []
    while True:
        ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return None
        part = os.read(pipe, 1 << 16)
        if not part:
            return b"".join(parts)
        parts.append(part)


def _child(
    keras: Keras,
    generated: Generated,
    boundaries: set[CodeType],
    path: Path,
    timeout: float,
    folder: str,
    writing: int,
) -> None:
    """Run the program, write its table, and leave without cleaning up TensorFlow."""
    failed = "SystemError: the oracle failed"
    table: dict[str, Any] = {"keras": keras.version, "error": failed, "runs": [], "models": []}
    try:
        _isolate(folder, path, timeout)
        recorder = _recorder(keras, generated, boundaries, path)
        patches.activate(recorder)
        table["error"] = _execute(path)
        signal.setitimer(signal.ITIMER_REAL, 0)
        table["runs"] = recorder.table()
        table["models"] = recorder.models()
    except BaseException:
        table["error"] = "SystemError: the oracle failed: " + traceback.format_exc()
    finally:
        with os.fdopen(writing, "w") as pipe:
            json.dump(table, pipe)
        os._exit(0)


def _recorder(keras: Keras, generated: Generated, boundaries: set[CodeType], path: Path) -> Recorder:
    program = Program(path, generated, keras.libraries())
    sites = Sites(program, keras.layer, keras.sequential, keras.run_graph(), boundaries | {_execute.__code__})
    weights = Weights(keras.legacy, keras.metric, keras.tf)
    return Recorder(program, Keys(program), sites, weights, nested_freeze=keras.legacy)


def _isolate(folder: str, path: Path, timeout: float) -> None:
    """Output to a file, a folder of its own, the program's folder first on the path, an alarm."""
    output = os.open(os.path.join(folder, "output.txt"), os.O_WRONLY | os.O_CREAT)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    work = os.path.join(folder, "work")
    os.mkdir(work)
    os.chdir(work)
    tempfile.tempdir = folder  # autograph writes its modules there
    sys.argv = [str(path)]
    sys.path[0] = str(path.parent)
    for name in [name for name in sys.modules if name == "tests" or name.startswith("tests.")]:
        del sys.modules[name]
    signal.signal(signal.SIGALRM, _stop)
    signal.setitimer(signal.ITIMER_REAL, timeout)


def _stop(*_: Any) -> None:
    raise _Stopped


def _execute(path: Path) -> str | None:
    """Run the program as __main__; the last line of its traceback, if any."""
    main_module = ModuleType("__main__")
    main_module.__file__ = str(path)
    sys.modules["__main__"] = main_module
    try:
        exec(compile(path.read_bytes(), str(path), "exec"), vars(main_module))
    except SystemExit as stop:
        return None if stop.code in (None, 0) else f"SystemExit: {stop.code}"
    except _Stopped:
        return "TimeoutError: the program took too long"
    except BaseException as error:
        return "".join(traceback.format_exception_only(error)).strip().split("\n")[0]
    return None


if __name__ == "__main__":
    main()
