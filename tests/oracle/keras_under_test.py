"""The Keras under test: the names that Keras 2 and Keras 3 give to the same things."""

import importlib
import importlib.abc
import importlib.machinery
import inspect
import pkgutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any


class Keras:
    """Classes and conventions of one Keras."""

    def __init__(self, legacy: bool) -> None:
        self.legacy = legacy
        self.root = "tf_keras" if legacy else "keras"
        self.tf: Any = importlib.import_module("tensorflow")
        self.module: Any = importlib.import_module(self.root)
        if legacy:
            _alias_keras()
        importlib.import_module("tensorflow.keras.applications")
        for name in ("layers", "models", "applications"):
            importlib.import_module(f"{self.root}.{name}")
        self.version: str = self.module.__version__
        self.layer = self._get("engine.base_layer" if legacy else "layers.layer", "Layer")
        self.model = self._get("engine.training" if legacy else "models.model", "Model")
        self.sequential = self._get("engine.sequential" if legacy else "models.sequential", "Sequential")
        self.functional = self._get("engine.functional" if legacy else "models.functional", "Functional")
        self.input_layer = self._get(
            "engine.input_layer" if legacy else "layers.core.input_layer", "InputLayer"
        )
        self.node = self._get("engine.node" if legacy else "ops.node", "Node")
        self.metric = self._get("metrics.base_metric" if legacy else "metrics.metric", "Metric")
        self.tensor = self._get("engine.keras_tensor" if legacy else "backend", "KerasTensor")
        self._backend = self._get("backend" if legacy else "backend.tensorflow", None)

    def run_graph(self) -> CodeType:
        """The code that executes the nodes of a graph: its local `node` is the one under way."""
        function = self.functional._run_internal_graph if self.legacy else self.functional._run_through_graph
        code: CodeType = inspect.unwrap(function).__code__
        return code

    def libraries(self) -> list[str]:
        """Folders whose code is never the program's."""
        modules: list[ModuleType] = [self.tf, self.module]
        folders = [str(Path(str(module.__file__)).parent) for module in modules]
        return [*folders, str(Path(__file__).parent), sys.prefix, sys.base_prefix]

    def symbolic(self, args: Any, kwargs: Any) -> bool:
        """Whether a call is given Keras's placeholders: it only draws the graph."""
        return any(isinstance(value, self.tensor) for value in self.tf.nest.flatten([args, kwargs]))

    def graph_nodes(self, model: Any) -> list[Any]:
        """The nodes of a functional model's graph, in the order of execution."""
        graph = getattr(model, "_functional", None) or model
        by_depth = getattr(graph, "_nodes_by_depth", None) or {}
        return [node for depth in sorted(by_depth, reverse=True) for node in by_depth[depth]]

    def constant(self, flag: Any) -> tuple[bool, bool | None]:
        """(known now, value) of a training flag."""
        if flag is None or isinstance(flag, (bool, int)):
            return True, None if flag is None else bool(flag)
        if self.tf.is_tensor(flag):
            value = self.tf.get_static_value(flag)
            return value is not None, None if value is None else bool(value)
        return True, bool(flag)

    def default_phase(self) -> bool:
        """What a flag of None means: off, or in Keras 2 the global learning phase."""
        return bool(
            self.legacy and self._backend.global_learning_phase_is_set() and self._backend.learning_phase()
        )

    def application_constructors(self) -> Iterator[Any]:
        """The functions of keras.applications that make models."""
        package = importlib.import_module(f"{self.root}.src.applications")
        for info in pkgutil.iter_modules(package.__path__):
            if info.name.endswith("_test"):
                continue
            module = importlib.import_module(f"{package.__name__}.{info.name}")
            for value in vars(module).values():
                own = inspect.isfunction(value) and value.__module__ == module.__name__
                if own and "weights" in inspect.signature(value).parameters:
                    yield value

    def find_function(self, name: str) -> Any:
        """A public function that makes models."""
        return getattr(importlib.import_module(f"{self.root}.models"), name, None)

    @staticmethod
    def in_dataset(frame: FrameType | None) -> bool:
        """Whether the call belongs to an input pipeline, not to a model."""
        while frame is not None:
            if "/tensorflow/python/data/" in frame.f_code.co_filename:
                return True
            frame = frame.f_back
        return False

    def _get(self, module: str, name: str | None) -> Any:
        found = importlib.import_module(f"{self.root}.src.{module}")
        return found if name is None else getattr(found, name)


class _Alias(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """`import keras.…` gives `tf_keras.…`."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname == "keras" or fullname.startswith("keras."):
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        module = importlib.import_module("tf_" + spec.name)
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec


def _alias_keras() -> None:
    for name in [name for name in sys.modules if name == "keras" or name.startswith("keras.")]:
        del sys.modules[name]
    sys.meta_path.insert(0, _Alias())
