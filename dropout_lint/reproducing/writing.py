"""Writes a plan as a program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from dropout_lint.interpreter.values.kinds import Const
from dropout_lint.keras.catalogue import constructors
from dropout_lint.keras.layer_classes import Switch
from dropout_lint.reproducing.layers import Made, made
from dropout_lint.reproducing.plan import RUN, SUBJECT, CannotBuild, Deed, Link, Plan, Program, finished

_IMPORTS = (
    "import numpy as np",
    "import tensorflow as tf",
    "from tensorflow import keras",
    "from tensorflow.keras import layers",
)
_SHIELD = '''

class {name}(layers.Layer):
    """Runs a model with training={flag}, whatever the model around it does."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def call(self, inputs):
        return self.model({inputs}, training={flag})'''
_STEP = """

class Trained(keras.Model):
    def __init__(self, part, head):
        super().__init__()
        self.part = part
        self.head = head

    def call(self, inputs, training=None):
        return self.head(self.part({inputs}, training=training))

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((self.head(self.part({x}{flag})) - y) ** 2)
        trained = self.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, trained), trained))
        return {{"loss": loss}}"""
_READY_SHAPE = (32, 32, 3)


def program(plan: Plan, deed: Deed) -> Program:
    """The program of a plan, and what it should show.

    Raises:
        CannotBuild: a layer of it cannot be made from the tables alone.
    """
    is_frozen = plan.freeze is not None and not plan.after_freeze
    return finished(_Writer(plan).lines(), deed, frozen=is_frozen)


@dataclass(slots=True)
class _Writer:
    plan: Plan
    classes: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    leaf: Made = field(init=False)

    def lines(self) -> list[str]:
        """The whole program."""
        plan, links = self.plan, self.plan.links
        last = len(links) - 1
        is_ready = any(link.form == "ready" for link in links)
        self.leaf = Made("", _READY_SHAPE) if is_ready else self._leaf()
        self.classes += self.leaf.lines
        if plan.shield:
            self.classes.append(self._shield())
        if plan.phase:
            self.body += ["keras.backend.set_learning_phase(0)"]
        child = self.leaf.text + SUBJECT
        if self._leaf_is_named():
            self.body.append(f"{self._name(last)} = {child}")
            child = self._name(last)
            self._freeze(last)
        for index in range(last - 1, 0, -1):
            child = self._container(index, child)
        self._top(child)
        self._run()
        used = "\n".join((*self.classes, *self.body))
        imports = [line for line in _IMPORTS if line.split()[-1] + "." in used]
        return [*imports, *self.classes, *(["", ""] if self.classes else [""]), *self.body]

    # --- names and shapes

    def _name(self, index: int) -> str:
        plan, last = self.plan, len(self.plan.links) - 1
        if index == plan.wire and index < last and (index or plan.entry in ("tape", "step")):
            return "base"
        if index == 0:
            return "model"
        if index == last:
            return "layer"
        side = "outer" if index < plan.wire and plan.wire < last else "inner"
        return side if index in (1, plan.wire + 1) else f"{side}{index}"

    def _shape(self, index: int) -> tuple[int, ...]:
        """Of one example of what a link takes."""
        wrappers = [link for link in self.plan.links[index:-1] if link.form == "wrapper"]
        return (3,) * len(wrappers) + self.leaf.shape

    def _dense(self) -> str:
        return f"layers.Dense({self.leaf.shape[-1]})"

    def _pool(self) -> str:
        """What makes one vector of an example, with a comma; nothing if it is one already."""
        shape = self._shape(0)
        if len(shape) == 1 or self._ready():
            return ""
        return f"layers.GlobalAveragePooling{len(shape) - 1}D()" if len(shape) < 5 else "layers.Flatten()"

    def _ready(self) -> bool:
        return any(link.form == "ready" for link in self.plan.links)

    # --- the layer

    def _leaf(self) -> Made:
        layer = self.plan.links[-1].layer
        assert layer is not None
        freeze = self.plan.freeze
        return made(layer, frozen=freeze is not None and freeze.how == "constructor")

    def _leaf_is_named(self) -> bool:
        freeze, last = self.plan.freeze, len(self.plan.links) - 1
        whole = freeze is not None and (freeze.index, freeze.how) == (last, "whole")
        return (whole or self.plan.late is not None) and not self._ready()

    def _shield(self) -> str:
        name = "Frozen" if self.plan.shield == "False" else "Sampled"
        twice = self.leaf.twice if self.plan.wire == len(self.plan.links) - 1 else "{0}"
        return _SHIELD.format(name=name, flag=self.plan.shield, inputs=twice.format("inputs"))

    def _called(self, index: int, child: str, inputs: str) -> str:
        """The call of a link, by its variable or by what makes it."""
        link = self.plan.links[index]
        if index == self.plan.wire and self.plan.shield:
            name = "Frozen" if self.plan.shield == "False" else "Sampled"
            return f"{name}({child})({inputs})"
        twice = self.leaf.twice if link.form == "leaf" and not self._ready() else "{0}"
        flag = f", training={link.flag}" if link.flag else ""
        method = ".call" if self.plan.direct and index == self.plan.wire else ""
        return f"{child}{method}({twice.format(inputs)}{flag})"

    def _element(self, index: int, child: str) -> str:
        """A link as a member of a Sequential."""
        if index == self.plan.wire and self.plan.shield:
            return f"{'Frozen' if self.plan.shield == 'False' else 'Sampled'}({child})"
        if self.plan.links[index].flag or self.plan.direct:
            raise CannotBuild("a flag is written where a Sequential calls its layers")
        return child

    # --- what is around it

    def _container(self, index: int, child: str) -> str:
        """Defines the link at `index` around `child`; gives its name."""
        link, name = self.plan.links[index], self._name(index)
        self.body += self._defined(index, link, name, child)
        at = len(self.body)
        self._freeze(index)
        if index == self.plan.wire:
            if self.plan.in_turn:
                self.body.insert(at, f'{name}.compile("sgd", "mse")')
            self.body += [statement.format(name=name) for statement in self.plan.after_freeze]
        return name

    def _defined(self, index: int, link: Link, name: str, child: str) -> Iterator[str]:
        shape = self._shape(index)
        if link.form == "functional":
            yield f"inputs = keras.Input({shape})"
            entering = "inputs" if self._comes_first() else "hidden"
            if entering == "hidden":
                yield f"hidden = {self._dense()}(inputs)"
            yield f"hidden = {self._called(index + 1, child, entering)}"
            yield f"{name} = keras.Model(inputs, {self._dense()}(hidden))"
        elif link.form == "sequential":
            inner = self._element(index + 1, child)
            yield f"{name} = keras.Sequential("
            before = "" if self._comes_first() else f"{self._dense()}, "
            yield f"    [keras.Input({shape}), {before}{inner}, {self._dense()}]"
            yield ")"
        elif link.form == "class":
            kind = f"Part{index}" if index != self.plan.wire else "Part"
            self.classes += self._class(index, link, kind)
            yield f"{name} = {kind}({child})"
        elif link.form == "wrapper":
            yield f"{name} = layers.TimeDistributed({self._element(index + 1, child)})"
        elif link.form == "lambda":
            yield f"{name} = layers.Lambda(lambda inputs: {self._called(index + 1, child, 'inputs')})"
        else:
            yield f"{name} = {_ready_made(link)}{SUBJECT}"

    def _class(self, index: int, link: Link, kind: str) -> list[str]:
        """A class of the program's own; the outermost has the head."""
        base = "keras.Model" if link.is_model or index == 0 else "layers.Layer"
        before = self._has_layer_before(index)
        head = self._pool()
        inner = "self.before(inputs)" if before else "inputs"
        said = ["", "", f"class {kind}({base}):", "    def __init__(self, inner):"]
        said.append("        super().__init__()")
        said += [f"        self.before = {self._dense()}"] if before else []
        said.append("        self.inner = inner")
        if index == 0 and head:
            said.append(f"        self.pool = {head}")
        if index == 0:
            said.append("        self.head = layers.Dense(1)")
        if self.plan.links[index + 1].flag == "self.mode":
            said.append("        self.mode = False")
        said += ["", f"    def call(self, inputs{f', training={link.default}' if link.takes else ''}):"]
        said.append(f"        hidden = {inner}")
        if self.plan.told and index == 0:
            said.insert(said.index("        self.inner = inner"), "        self.told = layers.Dropout(0.5)")
            said.append(f"        hidden = self.told(hidden, training={self.plan.told})")
        said.append(f"        hidden = {self._called(index + 1, 'self.inner', 'hidden')}")
        result = "self.head(self.pool(hidden))" if head else "self.head(hidden)"
        said.append(f"        return {result if index == 0 else 'hidden'}")
        return said

    def _has_layer_before(self, index: int) -> bool:
        """A class of the program's own has a layer of weights before what it holds."""
        return (index > 0 or self._is_flat()) and not self._comes_first()

    def _comes_first(self) -> bool:
        """Some augmentation has no gradient: nothing that is before it can be trained."""
        leaf = self.plan.links[-1].layer
        return leaf is not None and leaf.kind.augmentation

    def _is_flat(self) -> bool:
        """The layer stands directly in what is run."""
        return len(self.plan.links) == 2

    # --- what is run

    def _top(self, child: str) -> None:
        plan, link = self.plan, self.plan.links[0]
        if plan.entry in ("tape", "step"):
            return self._part_alone(child)
        if len(plan.links) == 1:
            raise CannotBuild("a layer alone is called")
        before = f"{self._dense()}, " if self._has_layer_before(0) else ""
        pool = f"{self._pool()}, " if self._pool() else ""
        if plan.read and not plan.shield:
            hidden = f"{child}.output"
            hidden = f"{self._pool()}({hidden})" if self._pool() else hidden
            self.body.append(f"model = keras.Model({child}.input, layers.Dense(1)({hidden}))")
        elif link.form == "ready":
            self.body.append(f"model = {_ready_made(link)}{SUBJECT}")
        elif link.form == "sequential" and not plan.read:
            inner = self._element(1, child)
            members = f"keras.Input({self._shape(0)}), {before}{inner}, {pool}layers.Dense(1)"
            self.body.append(f"model = keras.Sequential([{members}])")
        elif link.form == "class":
            self.classes += self._class(0, link, "Net")
            self.body.append(f"model = Net({child})")
        else:
            self._functional_top(child)
        self._freeze(0)
        return None

    def _functional_top(self, child: str) -> None:
        self.body.append(f"inputs = keras.Input({self._shape(0)})")
        hidden = "inputs"
        if self._has_layer_before(0):
            self.body.append(f"hidden = {self._dense()}(inputs)")
            hidden = "hidden"
        self.body.append(f"hidden = {self._called(1, child, hidden)}")
        if self._pool():
            self.body.append(f"hidden = {self._pool()}(hidden)")
        self.body.append("model = keras.Model(inputs, layers.Dense(1)(hidden))")

    def _part_alone(self, child: str) -> None:
        """What a step of the program's own calls, and a head beside it."""
        link = self.plan.links[0]
        if link.form != "leaf":
            self._container(0, child)
        pool = f"{self._pool()}, " if self._pool() else ""
        self.body.append(f"head = keras.Sequential([{pool}layers.Dense(1)])")

    # --- the freeze, and the run

    def _freeze(self, index: int) -> None:
        freeze = self.plan.freeze
        if freeze is None or freeze.index != index or freeze.how == "constructor":
            return
        name, link = self._name(index), self.plan.links[index]
        if freeze.how == "whole":
            self.body.append(f"{name}.trainable = False")
        elif link.form == "class" and not link.is_model:
            held = ("before", "inner") if self._has_layer_before(index) else ("inner",)
            self.body += [f"{name}.{part}.trainable = False" for part in held]
        else:
            top = index == 0 and self.plan.entry not in ("tape", "step")
            if link.form == "wrapper":
                self.body.append(f"{name}.layer.trainable = False")
                return
            self.body += [
                f"for part in {name}.layers{'[:-1]' if top else ''}:",
                "    part.trainable = False",
            ]

    def _run(self) -> None:
        plan = self.plan
        targets = 8 if not self._ready() else 2
        shape = ", ".join(map(str, (targets, *self._shape(0))))
        self.body.append("")
        if plan.entry == "tape":
            self._tape(shape)
            return
        width = 1000 if plan.links[0].form == "ready" else 1
        self.body.append(f"x, y = np.random.rand({shape}), np.random.rand({targets}, {width})")
        if plan.entry == "step":
            self._step()
        elif plan.entry in ("predict", "evaluate"):
            self.body.append('model.compile("sgd", "mse")')
            arguments = "x" if plan.entry == "predict" else "x, y"
            self.body.append(f"model.{plan.entry}({arguments}, verbose=0){RUN}")
        else:
            self._trained()

    def _trained(self) -> None:
        plan = self.plan
        call = "model.fit(x, y, verbose=0)" if plan.entry == "fit" else "model.train_on_batch(x, y)"
        self.body.append('model.compile("sgd", "mse")')
        if plan.in_turn:
            self.body += ["for _ in range(2):", "    base.train_on_batch(x, x)", f"    {call}{RUN}"]
            return
        if plan.late is not None:
            rate = next(switch.name for switch in _switches(plan.links[-1]))
            self.body[-1:-1] = [f"layer.{rate} = {plan.late[0]}"]
            self.body += [call, f"layer.{rate} = {plan.late[1]}"]
            if plan.compiled_again:
                self.body.append('model.compile("sgd", "mse")')
        self.body.append(call + RUN)

    def _step(self) -> None:
        first, child = self.plan.links[0], self._part_name()
        flag = f", training={first.flag}" if first.flag else ""
        if self.plan.shield:
            raise CannotBuild("the step calls a part of a part")
        twice = self.leaf.twice if first.form == "leaf" else "{0}"
        self.classes.append(_STEP.format(inputs=twice.format("inputs"), x=twice.format("x"), flag=flag))
        self.body.append(f"model = Trained({child}, head)")
        self.body.append('model.compile("sgd")')
        self.body.append(f"model.fit(x, y, verbose=0){RUN}")

    def _tape(self, shape: str) -> None:
        first = self.plan.links[0]
        twice = self.leaf.twice if first.form == "leaf" else "{0}"
        flag = f", training={first.flag}" if first.flag else ""
        child = self._part_name()
        more = "" if self._comes_first() else f" + {child}.trainable_variables"
        self.body += [
            f"x, y = tf.random.uniform(({shape})), tf.random.uniform((8, 1))",
            f"with tf.GradientTape() as tape:{RUN}",
            f"    loss = tf.reduce_mean((head({child}({twice.format('x')}{flag})) - y) ** 2)",
            f"trained = head.trainable_variables{more}",
            "keras.optimizers.SGD(0.1).apply_gradients(zip(tape.gradient(loss, trained), trained))",
        ]

    def _part_name(self) -> str:
        return self._name(0) if self.plan.links[0].form != "leaf" else self.leaf.text + SUBJECT


def _switches(link: Link) -> tuple[Switch, ...]:
    return link.layer.kind.arming if link.layer is not None else ()


def _ready_made(link: Link) -> str:
    """A ready-made model without its weights."""
    layer = link.layer
    if layer is None or layer.class_name not in {name.rsplit(".", 1)[-1] for name in constructors()}:
        name = layer.class_name if layer is not None else "model"
        raise CannotBuild(f"the {name} comes from a package that may not be installed")
    top = layer.args.get(None, "include_top")
    rest = ', include_top=False, pooling="avg"' if isinstance(top, Const) and top.value is False else ""
    return f"keras.applications.{layer.class_name}(weights=None, input_shape={_READY_SHAPE}{rest})"
