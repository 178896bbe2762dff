"""How the versions of Keras differ, as named facts.

Every fact was measured by running Keras (TensorFlow backend); the tests run the simulation
against Keras 2 (tf_keras), 3.15 and, from recorded tables, 3.16.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from dropout_lint.target.releases import (
    CLASSES,
    KEPT_FLAG,
    KERAS_3,
    LINE,
    LITERAL_NONE,
    NEXT,
    TF_KERAS,
    class_names,
)

# fact -> the versions it holds for
FACTS: dict[str, str] = {
    # A training flag written while a graph is built is overwritten by the flag of the model that
    # runs the graph (keras/src/models/functional.py, `operation_fn`; removed by keras PR 23364).
    "graph_overrides_flag": f">={KERAS_3},<{KEPT_FLAG}",
    # A flag is put back when the call that brought it returns. Keras 3 keeps one context for the
    # whole outermost call and never restores it (layer.py, `_resolve_and_populate_arg`).
    "flag_restored_on_return": f"<{KERAS_3}",
    # A default of `call(..., training=False)` enters the context like a written flag.
    "default_enters_context": f"<{KEPT_FLAG}",
    # A graph node stores the default of `call(..., training=False)` as if it had been written; a
    # graph that runs without a flag of its own uses it.
    "graph_stores_default": f">={KERAS_3},<{KEPT_FLAG}",
    # The weights of a layer that a user-written `call` first runs while it is frozen never train,
    # thawed or not (the backend's variable keeps the flag it was made with).
    "born_frozen_stays_frozen": f">={KERAS_3}",
    # A literal `training=None` counts as a value and resets the context.
    "none_resets_flag": f">={LITERAL_NONE}",
    # A literal `training=None` for a callee whose `call` takes no `training` resets the flag for what
    # runs inside (tf_keras/src/engine/base_layer.py, `_set_training_mode`).
    "none_resets_inside": f"<{KERAS_3}",
    # fit() passes training=True only if the model's `call` has a `training` parameter.
    "fit_needs_training_parameter": f">={KERAS_3}",
    # `**kwargs` in `call` counts as taking `training`.
    "kwargs_take_training": f"<{KERAS_3}",
    # A graph drops a flag given to a callee whose `call` takes no `training`.
    "graph_swallows_unwanted_flag": f"<{KERAS_3}",
    # `model.call(x, training=flag)` hands the flag to each layer of the model's graph.
    "direct_call_passes_flag": f">={KERAS_3},<{KEPT_FLAG}",
    # compile() fixes which weights train; Keras 3 looks when the step is first traced.
    "trainable_read_at_compile": f"<{KERAS_3}",
    # A frozen parent keeps its children's weights from training whatever their own flags.
    "parent_gates_children": f"<{KERAS_3}",
    # Assigning `trainable` the value it has already does nothing (TensorFlow backend).
    "same_trainable_is_no_op": f">={KERAS_3}",
    # fit() and train_on_batch() share one traced step.
    "entries_share_step": f"<{KERAS_3}",
    # The configuration of a few layers does not hold `trainable` (`LayerKind.config_forgets`).
    "configs_forget_trainable": f">={KERAS_3}",
    # `clone_model` gives the clone of a Sequential the model's own flag; that of a functional model is
    # trainable (keras/src/models/cloning.py, `_clone_sequential_model`).
    "sequential_clones_keep_flag": ">=3.0",
    # The configuration of a model, other than a Sequential's, holds its own flag.
    "model_configs_hold_trainable": ">=3.0",
    # So does the one that Keras makes up for a layer class without a `get_config`. Keras 2 looks at its
    # `__init__`: it takes a parameter `trainable`, or one that is literally called `**kwargs`.
    "automatic_configs_hold_trainable": ">=3.0",
    # `Adam(lr=0.01)` raises ValueError: the argument is called learning_rate.
    "optimizers_refuse_lr": f">={KERAS_3}",
    # `x + y` and tf functions on symbolic tensors are listed among `model.layers`.
    "operations_are_layers": f"<{KERAS_3}",
    # `keras.Model(inputs, outputs)` without a name is called model_1, model_2 …; later functional_1 ….
    "functional_is_named_model": f"<{KERAS_3}",
    # The second positional argument of a layer or model is `training` (else TypeError).
    "training_by_position": f"<{KERAS_3}",
    # What only its own names tell: `K.set_learning_phase` exists, keras.applications are Keras 2's.
    "is_keras_2": f"<{KERAS_3}",
    # TimeDistributed calls its layer once for each time step, by `layer.call(x, training=training)`.
    "time_steps_run_in_turn": f">={KERAS_3}",
}

# One version for every minor release: what a specifier is tested against.
_MINORS = (*(v for v in LINE if v >= Version("2.0")), *TF_KERAS)


@dataclass(slots=True, eq=False)
class Behaviour:
    """One class of Keras versions with equal facts.

    Args:
        version: its first version.
        name: how messages call it.
        consulted: the facts that a simulation has asked for so far. Two classes that agree on
            all of these give the same tables, so one simulation serves both.
    """

    version: Version
    name: str
    consulted: set[str] = field(default_factory=set)

    def fact(self, name: str) -> bool:
        """Whether a fact of `FACTS` holds for these versions."""
        self.consulted.add(name)
        return _holds(name, self.version)

    def agrees(self, other: Behaviour) -> bool:
        """Whether `other` has the same answer to everything that was asked of this one."""
        return all(_holds(n, self.version) == _holds(n, other.version) for n in self.consulted)


def _holds(fact: str, version: Version) -> bool:
    return _contains(FACTS[fact], version)


@lru_cache(maxsize=1024)
def _contains(specifier: str, version: Version) -> bool:
    return SpecifierSet(specifier).contains(version, prereleases=True)


def behaviours(specifier: str) -> list[Behaviour]:
    """The behaviour classes that a set of Keras versions touches, oldest first.

    Args:
        specifier: a PEP 440 specifier (">=3.0,<3.16"), or a bare version, which means that
            release series ("2.15" is "==2.15.*", "2" is "==2.*"). Alternatives are joined by
            "||". An open upper end stops at the newest released line: 3.16 applies only when it
            is named.

    Raises:
        ValueError: the text is neither, or it matches no Keras version.
    """
    return [Behaviour(version, name) for version, name in _touched(specifier)]


@lru_cache(maxsize=256)
def _touched(specifier: str) -> tuple[tuple[Version, str], ...]:
    versions = [version for part in specifier.split("||") for version in _matching(_parse(part))]
    if not versions:
        raise ValueError(f"no Keras version matches {specifier!r}")
    touched = {_class_of(v) for v in versions}
    return tuple((first, name) for first, name in class_names().items() if first in touched)


def _class_of(version: Version) -> Version:
    reached = [first for first, _ in CLASSES if version.release >= first.release]  # 3.16.0.dev1 is 3.16
    return reached[-1] if reached else CLASSES[0][0]


def _parse(text: str) -> SpecifierSet:
    text = text.strip()
    try:
        if not text:
            raise InvalidSpecifier(text)
        if text[0].isdigit():
            series = text.count(".") < 2 or text.endswith(".*")
            return SpecifierSet(f"=={text.removesuffix('.*')}.*" if series else f"=={text}")
        return SpecifierSet(text)
    except InvalidSpecifier as error:
        raise ValueError(f"not a Keras version or specifier: {text!r}") from error


def _matching(specifier: SpecifierSet) -> list[Version]:
    named_next = str(NEXT) in str(specifier)
    # "==2.15.3" or "<=2.15.1" name a patch release: any patch of the minor may satisfy them.
    patches = {s.version for s in specifier if s.version.count(".") >= 2 and not s.version.endswith("*")}
    candidates = [Version(f"{minor}.0") for minor in _MINORS]
    candidates += [Version(p) for p in patches if Version(p).major in (2, 3)]
    return [
        v
        for v in candidates
        if specifier.contains(v, prereleases=True) and (v.release < NEXT.release or named_next)
    ]


def describe(classes: Iterable[Behaviour]) -> str:
    """How a message names a set of classes: neighbours are joined ("3.0–3.15")."""
    return joined(behaviour.name for behaviour in classes)


def joined(classes: Iterable[str]) -> str:
    """As `describe`, for the names of the classes. What is not released stands alone."""
    order = list(class_names().items())
    names: list[str] = []
    for name in classes:
        index = next(i for i, (_, known) in enumerate(order) if known == name)
        first, before = order[index][0], order[index - 1]
        neighbours = names and names[-1].endswith(before[1].rpartition("–")[2])
        if neighbours and before[0].major == first.major and first < NEXT:
            names[-1] = f"{names[-1].partition('–')[0]}–{name.rpartition('–')[2]}"
        else:
            names.append(name)
    return " and ".join(names)
