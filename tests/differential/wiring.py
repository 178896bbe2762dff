"""Source text that puts the base into the model that is trained."""

from __future__ import annotations

from collections.abc import Callable

from tests.differential import scenario as sc
from tests.differential.building import SIGNATURES, fill, shape
from tests.differential.layers import apply, construct, dense, mode_dependent
from tests.differential.source import Lines, Names, head_mark, indent


def wire(names: Names, s: sc.Scenario) -> Lines:
    """Statements that leave the model in the variable `model`."""
    return _Wiring(names, s).lines()


def pooled(s: sc.Scenario) -> bool:
    """Whether the base gives a time axis that the head has to remove."""
    return s.sequences


def train_step(names: Names, s: sc.Scenario) -> Lines:
    """The user's own `train_step`, as a method."""
    if s.step == "super":
        return ["def train_step(self, data):", "    return super().train_step(data)"]
    return [
        "def train_step(self, data):",
        "    x, y = data[:2]",
        "    with tf.GradientTape() as tape:",
        f"        prediction = {apply(names, 'self', 'x', s.step)}",
        "        loss = tf.reduce_mean(tf.square(y - prediction))",
        "    gradients = tape.gradient(loss, self.trainable_variables)",
        "    self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))",
        '    return {"loss": loss}',
    ]


class _Wiring:
    def __init__(self, names: Names, s: sc.Scenario) -> None:
        self.n, self.s, self.w = names, s, s.wiring
        self.base, self.model = names.own("base"), names.own("model")
        self.h, self.start = names.local("h"), f"{names.local('x')}_out"

    def lines(self) -> Lines:
        makers: dict[str, Callable[[], Lines]] = {
            "sequential": lambda: self._sequential("list"),
            "add": lambda: self._sequential("add"),
            "output": self._output,
            "layer_output": self._layer_output,
            "subclass": self._subclass,
            "functional_subclass": self._functional_subclass,
            "nested_subclass": self._nested_subclass,
            "reassembled": self._reassembled,
        }
        return makers.get(self.w.form, self._functional)()

    # --- the head

    def head(self) -> list[tuple[str, sc.Part]]:
        """(the expression, the layer) of each layer of the head, the output last."""
        made = []
        if pooled(self.s):
            made.append((f"{self.n.layer('GlobalAveragePooling1D')}()", sc.Part("Pooling")))
        for part in self.s.head.parts:
            made.append((construct(self.n, part) + self._mark(part), part))
        return [*made, (dense(self.n, 1), sc.Part("Dense"))]

    def _mark(self, part: sc.Part) -> str:
        if not mode_dependent(part):
            return ""
        return head_mark(part.kind == "BatchNormalization" or part.rate != 0)

    def _graph_head(self, start: str) -> Lines:
        lines, current = [], start
        for expression, _ in self.head():
            code, mark, rest = expression.partition("\x00")
            lines.append(f"{self.h} = {code}({current}){mark}{rest}")
            current = self.h
        return lines

    def _end(self, cls: str = "Model") -> str:
        """The class of the outer model: Keras' own, or one with a `train_step`."""
        if self.s.step == "default":
            return self.n.keras(cls)
        header = f"class Trained({self.n.keras(cls)}):"
        self.n.classes += [header, *indent(train_step(self.n, self.s)), "", ""]
        return "Trained"

    # --- graphs

    def _input(self) -> str:
        return f"{self.start} = {self.n.keras('Input')}({shape(self.s.sequences)})"

    def _functional(self) -> Lines:
        calls = {
            "shared": self._shared,
            "towers": self._towers,
            "two_levels": self._two_levels,
            "wrapper": self._wrapper,
        }
        body = calls[self.w.form]() if self.w.form in calls else [f"{self.h} = {self._call()}"]
        end = f"{self.model} = {self._end()}({self.start}, {self.h})"
        return [self._input(), *body, *self._graph_head(self.h), end]

    def _call(self) -> str:
        n, flag, form = self.n, self.w.flag, self.w.form
        if form == "time_distributed":
            return apply(n, f"{n.layer('TimeDistributed')}({self.base})", self.start, flag)
        if form == "lambda":
            return f"{n.layer('Lambda')}(lambda t: {apply(n, self.base, 't', flag)})({self.start})"
        if form == "direct":
            return apply(n, f"{self.base}.call", self.start, flag)
        return apply(n, self.base, self.start, flag)

    def _shared(self) -> Lines:
        one = f"one = {apply(self.n, self.base, self.start, self.w.flag)}"
        two = f"two = {apply(self.n, self.base, self.start, self.w.second)}"
        return [one, two, f"{self.h} = {self.n.layer('Add')}()([one, two])"]

    def _towers(self) -> Lines:
        n = self.n
        tower = [f"    {dense(n)},", f"    {n.layer('Dropout')}(0.2),"]
        start = f"    {n.keras('Input')}({shape(self.s.sequences)}),"
        made = [f"other = {n.keras('Sequential')}([", start, *tower, "])"]
        one = f"one = {apply(n, self.base, self.start, self.w.flag)}"
        two = f"two = {apply(n, 'other', self.start, self.w.second)}"
        return [*made, one, two, f"{self.h} = {n.layer('Concatenate')}()([one, two])"]

    def _two_levels(self) -> Lines:
        n = self.n
        middle = f"middle = {n.keras('Model')}(mid_in, {apply(n, self.base, 'mid_in', self.w.flag)})"
        made = [f"mid_in = {n.keras('Input')}({shape(self.s.sequences)})", middle]
        return [*made, f"{self.h} = {apply(n, 'middle', self.start, self.w.second)}"]

    def _wrapper(self) -> Lines:
        signature = SIGNATURES[self.w.call]
        self.n.classes += [
            f"class Wrapper({self.n.layer('Layer')}):",
            *indent(["def __init__(self, wrapped):", "    super().__init__()", "    self.wrapped = wrapped"]),
            "",
            f"    def call(self, x{', ' + signature if signature else ''}):",
            f"        return {apply(self.n, 'self.wrapped', 'x', self.w.flag)}",
            "",
            "",
        ]
        return [f"{self.h} = Wrapper({self.base})({self.start})"]

    def _output(self) -> Lines:
        body = self._graph_head(f"{self.base}.outputs[0]")
        return [*body, f"{self.model} = {self._end()}({self.base}.inputs, {self.h})"]

    def _layer_output(self) -> Lines:
        body = self._graph_head(f"{self.base}.layers[-1].output")
        return [*body, f"{self.model} = {self._end()}({self.base}.inputs, {self.h})"]

    def _sequential(self, form: str) -> Lines:
        items = [self.base, *(expression for expression, _ in self.head())]
        if self.n.style.input == "yes":
            items.insert(0, f"{self.n.keras('Input')}({shape(self.s.sequences)})")
        cls = self._end("Sequential")
        if form == "add":
            made = [f"{self.model} = {cls}()"]
            for item in items:
                code, mark, rest = item.partition("\x00")
                made.append(f"{self.model}.add({code}){mark}{rest}")
            return made
        return fill(self.n, self.model, cls, items)

    def _reassembled(self) -> Lines:
        layers = f"{self.base}.layers[1:]" if self._listed_input() else f"{self.base}.layers"
        made = [f"{self.model} = {self._end('Sequential')}()"]
        made.append(f"{self.model}.add({self.n.keras('Input')}({shape(self.s.sequences)}))")
        made += [f"for piece in {layers}:", f"    {self.model}.add(piece)"]
        for expression, _ in self.head():
            code, mark, rest = expression.partition("\x00")
            made.append(f"{self.model}.add({code}){mark}{rest}")
        return made

    def _listed_input(self) -> bool:
        """Whether the base's layers begin with an InputLayer: a Sequential that was cut is functional."""
        return self.s.base.form == "functional" or self.s.neutraliser == "cut"

    # --- classes

    def _functional_subclass(self) -> Lines:
        call = f"{self.h} = {apply(self.n, 'encoder', self.start, self.w.flag)}"
        body = [self._input(), call, *self._graph_head(self.h), f"super().__init__({self.start}, {self.h})"]
        self._net("encoder", body, [])
        return [f"{self.model} = Net({self.base})"]

    def _nested_subclass(self) -> Lines:
        n = self.n
        call = apply(n, self.base, "graph_in", self.w.flag)
        made = [
            f"graph_in = {n.keras('Input')}({shape(self.s.sequences)})",
            f"graph = {n.keras('Model')}(graph_in, {call})",
        ]
        return [*made, *self._outer("graph", self.w.second)]

    def _subclass(self) -> Lines:
        return self._outer(self.base, self.w.flag)

    def _outer(self, inner: str, flag: str) -> Lines:
        init = ["super().__init__()", "self.encoder = encoder"]
        body = [f"x = {apply(self.n, 'self.encoder', 'x', flag)}"]
        for i, (expression, part) in enumerate(self.head()):
            init.append(f"self.head_{i} = {expression}")
            head_flag = self.w.head_flag if mode_dependent(part) else "absent"
            body.append(f"x = {apply(self.n, f'self.head_{i}', 'x', head_flag)}")
        signature = SIGNATURES[self.w.call]
        call = [f"def call(self, x{', ' + signature if signature else ''}):", *indent([*body, "return x"])]
        self._net("encoder", init, call)
        return [f"{self.model} = Net({inner})"]

    def _net(self, argument: str, init: Lines, call: Lines) -> None:
        step = train_step(self.n, self.s) if self.s.step != "default" else []
        methods = [[f"def __init__(self, {argument}):", *indent(init)], call, step]
        lines = [f"class Net({self.n.keras('Model')}):"]
        for method in methods:
            lines += [*indent(method), ""] if method else []
        self.n.classes += [*lines, ""]
