"""What one program did: its runs, and the rows of each."""

from collections.abc import Callable, Iterable, Iterator
from types import FrameType
from typing import Any

from tests.oracle.families import family
from tests.oracle.keys import Keys
from tests.oracle.lines import Line, Program
from tests.oracle.routes import Fragment, Routes, Sites
from tests.oracle.weights import Updates, Weights

TRAINING = {"fit", "fit_generator", "train_on_batch", "tape"}
RUNS = ("fit", "fit_generator", "train_on_batch", "evaluate", "predict", "test_on_batch", "predict_on_batch")
Row = tuple[int, Fragment, bool, bool | None, bool, bool]


class Run:
    """One entry into a model by the program; no model for that of a tape."""

    def __init__(self, kind: str, line: Line, occurrence: int, weights: Weights, model: Any = None) -> None:
        self.kind = kind
        self.line = line
        self.occurrence = occurrence
        self.model = model
        self.optimizers: list[dict[str, Any] | None] = []  # as it began, and as it ended
        self.metrics: list[str] = []
        self.rows: set[Row] = set()
        # Whether a traced call was frozen when it first executed: what a callback sets later is no other row.
        self.frozen: dict[Baked, bool] = {}
        self.updates = Updates(weights, tape=kind == "tape") if kind in TRAINING else None


class Baked:
    """What is fixed when a layer's call is traced: all but `frozen`, and the flag if that is a tensor."""

    def __init__(
        self,
        owner: Any,
        enclosing: list[Any],
        route: Fragment,
        acting: bool,
        inner: bool,
        run: Run | None,
        still: bool | None,
    ) -> None:
        self.owner = owner
        self.enclosing = enclosing
        self.route = route
        self.acting = acting
        self.inner = inner
        self.run = run
        # The layer has no weights and is part of a frozen one that learns nothing in the step that is
        # being traced; None where that can change: outside of a training step.
        self.still = still


class Recorder:
    """Collects the runs of one program."""

    def __init__(
        self, program: Program, keys: Keys, sites: Sites, weights: Weights, nested_freeze: bool
    ) -> None:
        self.program = program
        self.keys = keys
        self.sites = sites
        self.weights = weights
        self.routes = Routes()
        self.saved: dict[str, Any] = {}  # the models that were saved, by path
        self.runs: list[Run] = []
        self._nested_freeze = nested_freeze  # Keras 2: a frozen parent freezes what it encloses
        self._current: Run | None = None
        self._muted = 0
        # Keras is running a graph for the sake of its masks; what the layers return is thrown away.
        self.masking = 0
        self._tapes: dict[Line, Run] = {}
        self._occurrences: dict[tuple[str, Line], int] = {}

    # Runs

    def enter(self, kind: str, model: Any, frame: FrameType | None, body: Callable[[], Any]) -> Any:
        """Execute a method of a model that may be a run."""
        if self._current is not None:
            return self._nested(kind, body)
        while frame is not None and not self.program.owns(frame):
            frame = frame.f_back
        if frame is None:
            return body()
        self.settle_tapes()
        run = self._new_run(kind, self.program.call_line(frame), model)
        run.optimizers.append(self.weights.optimizer(model))
        if run.updates:
            run.updates.watch(self.weights.inside(model))
        self._current = run
        try:
            return body()
        except Exception:
            if run.optimizers[0] == self.weights.optimizer(model):
                self.runs.remove(run)  # Keras refuses it: no step was made
            raise
        finally:
            self._current = None
            run.optimizers.append(self.weights.optimizer(model))
            run.metrics = sorted(str(metric.name) for metric in getattr(model, "metrics", ()))
            if run.updates:
                run.updates.finish(self.weights.inside(model))

    def _nested(self, kind: str, body: Callable[[], Any]) -> Any:
        muted = kind not in TRAINING
        self._muted += muted
        try:
            return body()
        finally:
            self._muted -= muted

    def _new_run(self, kind: str, line: Line, model: Any = None) -> Run:
        occurrence = self._occurrences.get((kind, line), 0)
        self._occurrences[kind, line] = occurrence + 1
        run = Run(kind, line, occurrence, self.weights, model)
        self.runs.append(run)
        return run

    def enter_tape(self, tape: Any, frame: FrameType | None) -> None:
        """A tape's `with` begins: a run if the program wrote it and no other is active."""
        if self._current is not None:
            tape.oracle_run = self._current if self._current.kind == "tape" else None
            return
        if frame is None or not self.program.owns(frame):
            return
        line = self.program.with_line(frame)
        self.settle_tapes(but=line)
        if line not in self._tapes:
            run = self._tapes[line] = self._new_run("tape", line)
            assert run.updates is not None
            run.updates.watch(self.keys.layers)
        tape.oracle_run = self._current = self._tapes[line]
        tape.oracle_opened = True
        assert self._current.updates is not None
        self._current.updates.pending = True

    def exit_tape(self, tape: Any) -> None:
        """A tape's `with` ends."""
        if getattr(tape, "oracle_opened", False):
            tape.oracle_opened = False
            self._current = None

    def gradient(self, tape: Any, sources: Iterable[Any]) -> None:
        """The program asked a tape for gradients."""
        run = getattr(tape, "oracle_run", None)
        if run is not None and run.updates:
            run.updates.asked(sources)

    def settle_tapes(self, but: Line | None = None) -> None:
        """Something else begins, or a `trainable` changes: see what the tapes have left behind."""
        for line, run in self._tapes.items():
            if line != but and run is not self._current and run.updates and run.updates.pending:
                run.updates.finish()

    # Layer calls

    def called(self, layer: Any) -> None:
        """A layer is called, not symbolically."""
        if self._current is not None and self._current.kind == "tape" and self._current.updates:
            self._current.updates.called(layer)

    def weights_made(self, layers: Iterable[Any]) -> None:
        """Weights of these layers have just been created: their first values belong to the run under way."""
        if self._current is not None and self._current.updates:
            self._current.updates.watch(layers)

    def bake(self, layer: Any, extra: Fragment) -> Baked | None:
        """What is known of a row when a mode-dependent layer's call is traced; None if there is no row."""
        kind = family(layer)
        assert kind is not None
        stack = self.routes.stack
        enclosing = [call.layer for call in stack if call.layer is not layer]
        owner = self.keys.owner(layer, reversed(enclosing))
        acting = kind.acting(layer)
        if owner is None or not (acting or kind.always):
            return None
        if owner is not layer and any(map(family, enclosing)):
            return None  # an inner Dropout of a layer with a row of its own, such as MultiHeadAttention
        route = tuple(line for call in stack for line in call.fragment) + extra
        steps = self._current is not None and self._current.kind in TRAINING - {"tape"}
        still = self._still(owner, enclosing) if steps else None
        return Baked(owner, enclosing, route, acting, owner is not layer, self._current, still)

    def bake_own(self, layer: Any) -> Baked | None:
        """As `bake`, for a layer of the program that is random by itself."""
        stack = self.routes.stack
        enclosing = [call.layer for call in stack if call.layer is not layer]
        if self.keys.owner(layer) is not layer:
            return None
        route = tuple(line for call in stack for line in call.fragment)
        steps = self._current is not None and self._current.kind in TRAINING - {"tape"}
        still = self._still(layer, enclosing) if steps else None
        return Baked(layer, enclosing, route, True, False, self._current, still)

    def _still(self, owner: Any, enclosing: list[Any]) -> bool:
        """Whether a layer without weights is part of a frozen one of whose weights none is trained.

        A model whose own flag is False trains nothing, whatever the flags of its layers.
        """
        around = [layer for layer in enclosing if layer is not owner]
        model = self._current.model if self._current is not None else None
        trains_nothing = any(layer is model and not layer.trainable for layer in around)
        still = trains_nothing or any(self.weights.still(layer, model) for layer in around)
        return still and self.weights.weightless(owner)

    def executed(self, baked: Baked, flag: bool | None, acts: bool) -> None:
        """A mode-dependent layer is being executed."""
        run = self._current or baked.run
        if run is None or self._muted:
            return
        frozen = not baked.owner.trainable
        if self._nested_freeze:
            frozen = frozen or any(not layer.trainable for layer in baked.enclosing)
        elif not frozen:
            frozen = self._still(baked.owner, baked.enclosing) if baked.still is None else baked.still
            # A thaw after the tracing reaches no weight, but the part is not called frozen any more.
            frozen = frozen and any(not layer.trainable for layer in baked.enclosing)
        frozen = run.frozen.setdefault(baked, frozen)
        if run.updates and run.kind == "tape":
            run.updates.pending = True
        run.rows.add((id(baked.owner), baked.route, frozen, flag, acts and baked.acting, baked.inner))

    # Output

    def table(self) -> list[dict[str, Any]]:
        """The runs as they are written in JSON."""
        self.settle_tapes()
        by_id = {id(layer): layer for layer in self.keys.layers}
        return [
            {
                "run": [run.kind, run.line, run.occurrence],
                "training": run.kind in TRAINING,
                "activities": _sorted(
                    self._activity(by_id[owner], *rest) for owner, *rest in _merged(run.rows)
                ),
                "updates": _sorted(run.updates.rows(self.keys)) if run.updates else [],
            }
            for run in self.runs
        ]

    def models(self) -> list[dict[str, Any]]:
        """For each run: the model that was entered, its metrics and its optimizer."""
        return [
            {
                "model": None if (owner := self.keys.owner(run.model)) is None else self.keys.key(owner),
                "metrics": run.metrics,
                "optimizers": run.optimizers,
            }
            for run in self.runs
        ]

    def _activity(
        self, layer: Any, route: Fragment, frozen: bool, flag: bool | None, active: bool
    ) -> dict[str, Any]:
        key = self.keys.key(layer)
        return {"layer": key, "route": list(route), "frozen": frozen, "flag": flag, "active": active}


def _merged(rows: Iterable[Row]) -> Iterator[tuple[Any, ...]]:
    """Rows of inner layers of one owner, route and frozen become one, that of an active one if any is."""
    inner: dict[tuple[int, Fragment, bool], tuple[bool, bool | None]] = {}
    own = set()
    for owner, route, frozen, flag, active, is_inner in rows:
        if is_inner:
            old = inner.get((owner, route, frozen), (active, flag))
            inner[owner, route, frozen] = max(old, (active, flag), key=lambda pair: (pair[0], bool(pair[1])))
        else:
            own.add((owner, route, frozen, flag, active))
    yield from own
    yield from ((*place, flag, active) for place, (active, flag) in inner.items())


def _sorted(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows in an order that does not depend on the execution; numbers before strings."""
    return sorted(rows, key=_order)


def _order(value: Any) -> Any:
    if isinstance(value, dict):
        return [_order(part) for part in value.values()]
    if isinstance(value, list):
        return [_order(part) for part in value]
    return (0, -1, "") if value is None else (1, int(value), "") if isinstance(value, int) else (2, 0, value)
