"""Executes programs and asks `dropout_lint.runtime` of each model that they have trained.

    python -m tests.looking.watcher PROGRAM...

One line of JSON for each program: `error`, and `looked`, a list of what was found after each training run.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from dropout_lint import observing, runtime
from dropout_lint.observing import ENTRIES, Observer

_BATCH = 4


class Watcher(Observer):
    """Looks at a model when a run has trained it."""

    def begin(self, program: str) -> None:
        super().begin(program)
        self.looked: list[dict[str, Any]] = []

    def _entered(self, name: str, original: Any, model: Any, *args: Any, **kwargs: Any) -> Any:
        outermost = not self._entry
        result = super()._entered(name, original, model, *args, **kwargs)
        if outermost and ENTRIES[name]:
            found: dict[str, Any] = {"entry": name, "line": self._line()}
            batch = _batch(*(args[:2] or (kwargs.get("x"),)), **({} if len(args) > 1 else _target(kwargs)))
            if batch is None:
                found["not"] = "no batch can be taken out of its data"
            else:
                found |= self._look(model, *batch)
            self.looked.append(found)
        return result

    def _look(self, model: Any, x: Any, y: Any) -> dict[str, Any]:
        """What the layers made on each line do, and which lines made layers that are not frozen."""
        parts = list(runtime._parts(model, model.name, not model.trainable, set()))
        lines = {part.path: self._lines.get(id(part.layer), 0) for part in parts}
        free = [lines[part.path] for part in parts if not part.frozen]
        before = [variable.numpy().copy() for variable in model.variables]
        found = runtime.frozen_activity(model, x, y)
        same = all((a == b.numpy()).all() for a, b in zip(before, model.variables, strict=True))
        rows = [
            {"line": lines[one.path], "class": one.class_name, "random": one.random, "moved": one.moved}
            for one in found
        ]
        return {"rows": rows, "free": free, "unchanged": same}


def _target(kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"y": kwargs.get("y")}


def _batch(x: Any, y: Any = None) -> tuple[Any, Any] | None:
    """The first examples of the data that a run was given; None for what is gone once it is read."""
    tensorflow = import_module("tensorflow")
    if hasattr(x, "element_spec"):
        x = next(iter(x))
        x, y = x[:2] if isinstance(x, tuple) else (x, None)
    elif hasattr(x, "__getitem__") and hasattr(x, "on_epoch_end"):
        x, y = x[0][:2]
    elif x is None or hasattr(x, "__next__"):
        return None
    return tuple(
        tensorflow.nest.map_structure(lambda part: part[:_BATCH], data) if data is not None else None
        for data in (x, y)
    )  # type: ignore[return-value]


def main() -> int:
    """Executes each program in its own folder's sight."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    tensorflow = import_module("tensorflow")
    watcher = Watcher()
    watcher.install(tensorflow, tensorflow.keras)
    for path in sys.argv[1:]:
        watcher.begin(path)
        tensorflow.keras.backend.clear_session()
        folder = str(Path(path).parent)
        sys.path.insert(0, folder)
        error = observing._execute(path)
        sys.path.remove(folder)
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", "") or "").startswith(folder + os.sep):
                del sys.modules[name]
        print(json.dumps({"looked": watcher.looked, "error": error}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
