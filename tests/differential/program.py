"""Renders a case: the text of a whole program."""

from __future__ import annotations

from tests.differential import scenario as sc
from tests.differential.building import build, shape
from tests.differential.case import Case
from tests.differential.freezing import freeze, rates_off, thaw
from tests.differential.layers import apply
from tests.differential.source import Lines, Names, Rendered, assemble, indent, other_mark
from tests.differential.wiring import pooled, wire

_SHARED = ("base", "inner", "model")


def render(case: Case) -> Rendered:
    """The program's text, with what is known of its lines."""
    return _Program(case).rendered()


class _Program:
    def __init__(self, case: Case) -> None:
        self.s, self.style = case.scenario, case.style
        self.n = Names(case.style)
        self.base, self.model = self.n.own("base"), self.n.own("model")

    def rendered(self) -> Rendered:
        s, n = self.s, self.n
        in_time = s.sequences and s.wiring.form != "time_distributed"
        building = build(n, s.base, self.base, sequences=in_time, freeze=s.freeze)
        building += self._pretrained()
        self._at("before_wiring", building)
        building += self._neutralised_base()
        wiring = self._decoy() + self._wiring()
        training = self._training()
        body = self._structured(building, wiring, training)
        head = [*self._docstring(), *self._imports(), "", *self._data(), *n.constants, "", ""]
        untold = s.wiring.form in ("subclass", "nested_subclass") and s.wiring.call in ("absent", "kwargs")
        return assemble([*head, *n.helpers, *n.classes, *body], untold=untold)

    def _imports(self) -> Lines:
        argparse = any("argparse" in line for line in self.n.constants)
        return (["import argparse"] if argparse else []) + self.n.imports()

    def _data(self) -> Lines:
        lead = "(8, 4, 6)" if self.s.sequences else "(8, 6)"
        return [
            f'X = np.random.rand{lead}.astype("float32")',
            'Y = np.random.rand(8, 1).astype("float32") + 1',
        ]

    # --- the steps

    def _at(self, moment: str, lines: Lines) -> None:
        if self.s.freeze.moment == moment:
            lines += freeze(self.n, self.s)

    def _pretrained(self) -> Lines:
        if self.s.decoy != "pretrained":
            return []
        target = "np.ones((8, 4, 6))" if self.s.sequences else "np.ones((8, 6))"
        return [
            f'{self.base}.compile("sgd", "mse")',
            f"{self.base}.fit(X, {target}, verbose=0){other_mark()}",
        ]

    def _neutralised_base(self) -> Lines:
        kind, base, n = self.s.neutraliser, self.base, self.n
        if kind == "rate":
            return rates_off(n)
        if kind == "cut":
            layer = 1 if self.s.base.form == "functional" else 0
            return [f"{base} = {n.keras('Model')}({base}.inputs, {base}.layers[{layer}].output)"]
        if kind == "clone":
            return [f"{base} = {n.keras('models.clone_model')}({base})"]
        if kind == "clone_function":
            dropout, plain = n.layer("Dropout"), f'{n.layer("Activation")}("linear")'
            function = "layer.__class__.from_config(layer.get_config())"
            choice = f"{plain} if isinstance(layer, {dropout}) else {function}"
            clone = n.keras("models.clone_model")
            return [f"{base} = {clone}({base}, clone_function=lambda layer: {choice})"]
        return []

    def _wiring(self) -> Lines:
        lines = self._features() if self.s.neutraliser == "features" else wire(self.n, self.s)
        self._at("after_wiring", lines)
        if self.s.neutraliser == "unfreeze":
            lines += thaw(self.n, self.s)
        return lines

    def _features(self) -> Lines:
        """The base's output computed once; only a model behind it is trained."""
        n, h = self.n, self.n.local("h")
        lines = [f"features = {self.base}.predict(X, verbose=0)"]
        lines += [f"late = {n.keras('Input')}({shape(self.s.sequences)})", f"{h} = late"]
        if pooled(self.s):
            lines.append(f"{h} = {n.layer('GlobalAveragePooling1D')}()({h})")
        lines.append(f"{h} = {n.layer('Dense')}(1)({h})")
        return [*lines, f"{self.model} = {n.keras('Model')}(late, {h})"]

    def _training(self) -> Lines:
        s, n = self.s, self.n
        lines = self._compile()
        self._at("after_compile", lines)
        lines += self._twin()
        if s.neutraliser == "rate_after_compile":
            lines += rates_off(n)
        for i, run in enumerate(s.runs):
            if i == 1:
                self._at("after_first", lines)
                if s.neutraliser == "rate_later":
                    lines += rates_off(n)
            if i > 0 and i == len(s.runs) - 1 and s.neutraliser == "unfreeze_later":
                lines += thaw(n, s)
            if run.compiled:
                lines += self._compile()
            lines += self._run(run, i)
        if len(s.runs) == 1:
            self._at("after_first", lines)
        return lines

    def _twin(self) -> Lines:
        """A second model with the base in it, compiled after the base was frozen."""
        if not self.s.twin:
            return []
        base, n = self.base, self.n
        outputs = f"{n.layer('Dense')}(1)({base}.outputs[0])"
        return [
            f"{base}.trainable = False",
            f"twin = {n.keras('Model')}({base}.inputs, {outputs})",
            'twin.compile("sgd", "mse")',
        ]

    def _callback(self) -> Lines:
        """The class of a callback that sets something in a hook of fit()."""
        kind, epoch = self.s.callback, 0 if self.s.callback == "first" else 1
        body = ["self.base.trainable = False"]
        if kind == "thaw":
            body = ["self.base.trainable = True"]
        if kind == "rate":
            body = [
                "for layer in self.base.layers:",
                '    if hasattr(layer, "rate"):',
                "        layer.rate = 0.0",
            ]
        if kind == "stopped":
            body = ["self.base.trainable = False", "self.model.stop_training = True"]
        hook = "on_epoch_end" if kind == "stopped" else "on_epoch_begin"
        return [
            f"class Late({self.n.keras('callbacks.Callback')}):",
            "    def __init__(self, base):",
            "        super().__init__()",
            "        self.base = base",
            "",
            f"    def {hook}(self, epoch, logs=None):",
            f"        if epoch == {epoch}:",
            *indent(indent(indent(body))),
        ]

    def _compile(self) -> Lines:
        sgd = f"{self.n.keras('optimizers.SGD')}(0.1)"
        eager = ", run_eagerly=True" if self.s.eager else ""
        forms = {
            "keyword": f'optimizer={sgd}, loss="mse"',
            "dict": '**{"optimizer": "sgd", "loss": "mse"}',
        }
        arguments = forms.get(self.style.rate, '"sgd", "mse"')
        return [f"{self.model}.compile({arguments}{eager})"]

    def _run(self, run: sc.Run, number: int) -> Lines:
        lines = self._tape(run, number) if run.kind.startswith("tape") else self._entry(run)
        if number == 0 and self.s.callback != "none":
            self.n.helper(self._callback())
            lines = [f"{self.model}.fit(X, Y, epochs=3, verbose=0, callbacks=[Late({self.base})])"]
        if not run.again:
            return lines
        return ["for _ in range(2):", *indent(lines)]

    def _entry(self, run: sc.Run) -> Lines:
        data = "X" if self.s.neutraliser != "features" else "features"
        quiet = "" if run.kind == "train_on_batch" else ", verbose=0"
        arguments = data if run.kind == "predict" else f"{data}, Y"
        train = self.style.train
        if train == "kwargs" and quiet:
            self.n.constant("QUIET = dict(verbose=0)")
            quiet = ", **QUIET"
        if train == "helper":
            self.n.helper([
                f"def run_{run.kind}(model, *data):",
                f"    return model.{run.kind}(*data{quiet})",
            ])  # fmt: skip
            return [f"run_{run.kind}({self.model}, {arguments})"]
        call = f"{self.model}.{run.kind}({arguments}{quiet})"
        if train == "loop":
            return ["for epoch in range(1):", f"    {call}"]
        return [f"result = {call}"] if train == "variable" else [call]

    def _tape(self, run: sc.Run, number: int) -> Lines:
        n, data = self.n, "features" if self.s.neutraliser == "features" else "X"
        optimizer = f"optimizer_{number}"
        made = f"{optimizer} = {n.keras('optimizers.SGD')}(0.1)"
        if run.kind == "tape":
            return [made, *self._gradient(run, data, "Y", optimizer)]
        step = f"step_{number}"
        body = indent(self._gradient(run, "features", "targets", optimizer))
        return [made, "", "@tf.function", f"def {step}(features, targets):", *body, "", f"{step}({data}, Y)"]

    def _gradient(self, run: sc.Run, x: str, y: str, optimizer: str) -> Lines:
        variables = f"{self.model}.trainable_variables"
        if self.style.train == "variable":
            variables = f"{self.model}.trainable_weights"
        return [
            "with tf.GradientTape() as tape:",
            f"    predictions = {apply(self.n, self.model, x, run.flag)}",
            f"    loss = tf.reduce_mean(tf.square({y} - predictions))",
            f"gradients = tape.gradient(loss, {variables})",
            f"{optimizer}.apply_gradients(zip(gradients, {variables}))",
        ]

    # --- decoys and noise

    def _decoy(self) -> Lines:
        kind, n = self.s.decoy, self.n
        small = [
            f"    {n.layer('Dense')}(3),",
            f"    {n.layer('Dropout')}(0.5),",
            f"    {n.layer('Dense')}(1),",
        ]
        if kind == "opposite":
            lines = [f"decoy = {n.keras('Sequential')}([", *small, "])"]
            if self.s.freeze.form == "none":
                return [*lines, "decoy.trainable = False"]
            return [*lines, 'decoy.compile("sgd", "mse")', "decoy.fit(np.ones((8, 5)), Y, verbose=0)"]
        if kind == "builder":
            made = ["def unused_model():", f"    spare = {n.keras('Sequential')}([", *indent(small), "    ])"]
            n.helper([*made, "    return spare"])
        if kind == "gate":
            n.helper(
                ["class Gate:", "    trainable = True", "", "    def fit(self, data):", "        return data"]
            )
            return ["gate = Gate()", "gate.trainable = False", "gate.fit(X)"]
        return []

    def _docstring(self) -> Lines:
        noisy = self.style.noise in ("docstrings", "comments")
        return ['"""A frozen base with Dropout, base.trainable = False, and fit()."""', ""] if noisy else []

    def _extra(self) -> Lines:
        return {
            "comments": ["# base.trainable = False; Dropout(0.5)(x, training=True)  # noqa-free"],
            "dead": ["if False:", f"    {self.base}.trainable = True"],
            "summary": [f"{self.base}.summary() if {self.base}.built else None"],
            "logging": [f'print("built", {self.base})'],
            "hints": ["note: str = 'base.trainable = False'"],
        }.get(self.style.noise, [])

    # --- where the statements stand

    def _structured(self, building: Lines, wiring: Lines, training: Lines) -> Lines:
        building = [*building, *self._extra()]
        structure = self.style.structure
        if structure in ("main", "guarded"):
            start = ['if __name__ == "__main__":', "    main()"] if structure == "guarded" else ["main()"]
            return ["def main():", *indent([*building, "", *wiring, "", *training]), "", "", *start]
        if structure == "functions":
            return self._functions(building, wiring, training)
        if structure == "class":
            return self._class(building, wiring, training)
        return [*building, "", *wiring, "", *training]

    def _functions(self, building: Lines, wiring: Lines, training: Lines) -> Lines:
        b, m, inner = self.base, self.model, self.n.own("inner")
        base = f"{b}, {inner}" if self.s.base.inner is not None else b
        made = f"{m}, features" if self.s.neutraliser == "features" else m
        return [
            *["def make_base():", *indent([*building, f"return {base}"]), "", ""],
            *[f"def make_model({base}):", *indent([*wiring, f"return {made}"]), "", ""],
            *[f"def train({made}, {base}):", *indent(training), "", ""],
            f"{base} = make_base()",
            f"{made} = make_model({base})",
            f"train({made}, {base})",
        ]

    def _class(self, building: Lines, wiring: Lines, training: Lines) -> Lines:
        last = indent(["return features"]) if self.s.neutraliser == "features" else []
        given = ", features" if last else ""
        return [
            "class Experiment:",
            *indent(["def __init__(self):", *indent(building), ""]),
            *indent(["def wire(self):", *indent([*wiring]), *last, ""]),
            *indent([f"def train(self{given}):", *indent(training)]),
            "",
            "",
            "experiment = Experiment()",
            *(
                ["experiment.train(experiment.wire())"]
                if last
                else ["experiment.wire()", "experiment.train()"]
            ),
        ]
