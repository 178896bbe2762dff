"""What a generated program does, without a word on how it is written.

The first choice of every field is the simplest one: `shrink` moves towards it.
"""

from __future__ import annotations

from dataclasses import dataclass

NOISE = ("Dropout", "GaussianNoise", "GaussianDropout", "AlphaDropout", "SpatialDropout1D")
RECURRENT = ("LSTM", "GRU", "Bidirectional")
ATTENTION = ("MultiHeadAttention",)
PLAIN = ("Dense", "BatchNormalization", "LayerNormalization", "Activation")
KINDS = (*NOISE, *RECURRENT, *ATTENTION, *PLAIN)
RANDOM = (*NOISE, *RECURRENT, *ATTENTION)
ON_SEQUENCES = ("SpatialDropout1D", *RECURRENT, *ATTENTION)

BLOCK_FORMS = ("functional", "sequential", "deferred", "model", "layer")
DENSE = ("first", "both", "last", "no")
CALLS = ("none", "absent", "false", "kwargs")
FLAGS = ("absent", "False", "True", "None")
MEMBER_FLAGS = (*FLAGS, "training")

FREEZES = (
    "attribute",
    "none",
    "loop",
    "slice",
    "tail",
    "random",
    "not_norm",
    "dense",
    "name",
    "flag_loop",
    "get_layer",
    "recursive",
    "keyword",
    "layers_keyword",
)
WHOLE_FREEZES = ("attribute", "none", "keyword", "recursive", "layers_keyword")
MOMENTS = ("before_wiring", "after_wiring", "after_compile", "after_first")
TARGETS = ("base", "inner", "outer")

WIRINGS = (
    "call",
    "sequential",
    "add",
    "output",
    "layer_output",
    "shared",
    "towers",
    "time_distributed",
    "lambda",
    "wrapper",
    "subclass",
    "functional_subclass",
    "two_levels",
    "nested_subclass",
    "direct",
    "reassembled",
)
GRAPH_FLAG_WIRINGS = (
    "call",
    "shared",
    "towers",
    "time_distributed",
    "functional_subclass",
    "two_levels",
    "direct",
)
CODE_FLAG_WIRINGS = ("lambda", "wrapper", "subclass", "nested_subclass")
GRAPH_WIRINGS = ("output", "layer_output", "reassembled", "time_distributed", "lambda", "direct")
SIGNATURE_WIRINGS = ("wrapper", "subclass", "nested_subclass")

NEUTRALISERS = (
    "none",
    "unfreeze",
    "unfreeze_later",
    "rate",
    "rate_after_compile",
    "rate_later",
    "cut",
    "clone",
    "clone_function",
    "features",
)
RUNS = ("fit", "train_on_batch", "tape", "tape_function", "predict", "evaluate")
TRAINING_RUNS = ("fit", "train_on_batch", "tape", "tape_function")
STEPS = ("default", "True", "absent", "False", "super")
DECOYS = ("none", "opposite", "builder", "gate", "pretrained")
CALLBACKS = ("none", "freeze", "thaw", "rate", "stopped", "first")


@dataclass(frozen=True)
class Part:
    """One layer of a block."""

    kind: str = "Dropout"
    rate: float = 0.3


@dataclass(frozen=True)
class Block:
    """A stack of layers.

    dense: whether a Dense stands before or after the layers.
    call, member: for subclassed blocks, the signature of `call` and the flag given to each member.
    inner, inner_flag: a block after the layers, and the flag at its call.
    """

    form: str = "functional"
    parts: tuple[Part, ...] = (Part(),)
    dense: str = "first"
    call: str = "none"
    member: str = "absent"
    inner: Block | None = None
    inner_flag: str = "absent"


@dataclass(frozen=True)
class Freeze:
    """Which layers are frozen and when. count: the border of a slice and the like."""

    form: str = "attribute"
    moment: str = "before_wiring"
    target: str = "base"
    count: int = 1


@dataclass(frozen=True)
class Wiring:
    """How the base gets into the model that is trained.

    flag: at the call of the base; second: at its second call, or that of the level above.
    call: the signature of a user-written `call`; head_flag: the flag it gives to the head.
    """

    form: str = "call"
    flag: str = "absent"
    second: str = "absent"
    call: str = "none"
    head_flag: str = "absent"


@dataclass(frozen=True)
class Head:
    """The trainable layers behind the base."""

    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Run:
    """An entry into the model. flag: for tapes. again: repeated; compiled: compile() comes before it."""

    kind: str = "fit"
    flag: str = "True"
    compiled: bool = False
    again: bool = False


@dataclass(frozen=True)
class Scenario:
    """One program.

    sequences: the data has a time axis. step: a `train_step` of the user's own. callback: what a hook of the
    first fit() does to the base in its second epoch ("first": in its first). twin: a second model with the
    base in it is compiled after the base was frozen.
    """

    base: Block = Block()
    freeze: Freeze = Freeze()
    wiring: Wiring = Wiring()
    head: Head = Head()
    runs: tuple[Run, ...] = (Run(),)
    neutraliser: str = "none"
    step: str = "default"
    decoy: str = "none"
    sequences: bool = False
    eager: bool = False
    callback: str = "none"
    twin: bool = False


def valid(s: Scenario) -> bool:
    """Whether the scenario can be written as a program that Keras accepts."""
    if s.decoy == "pretrained" and (not is_model(s.base) or s.wiring.form == "time_distributed"):
        return False
    checks = (_valid_block(s.base, s, depth=0), _valid_freeze(s), _valid_wiring(s), _valid_runs(s))
    return all(checks) and _valid_neutraliser(s) and _valid_head(s) and _valid_late(s)


def _valid_late(s: Scenario) -> bool:
    """What is set after compile() stands alone: one cause, one effect."""
    if s.callback == "none" and not s.twin:
        return True
    alone = s.neutraliser == "none" and s.freeze.target == "base" and s.decoy == "none" and not s.eager
    early = s.freeze.moment in ("before_wiring", "after_wiring") and s.runs[0].kind == "fit"
    if s.twin:
        return (
            alone
            and early
            and s.callback == "none"
            and is_graph(s.base)
            and s.wiring.form in ("call", "sequential")
        )
    return alone and early and is_graph(s.base) and not s.runs[0].again and s.step in ("default", "super")


def blocks(block: Block) -> list[Block]:
    """The block and those inside it."""
    return [block, *(blocks(block.inner) if block.inner is not None else [])]


def is_graph(block: Block) -> bool:
    """Whether the block is a model with a graph from the start."""
    return block.form in ("functional", "sequential")


def is_model(block: Block) -> bool:
    return block.form != "layer"


def _valid_block(block: Block, s: Scenario, depth: int) -> bool:
    user = block.form in ("model", "layer")
    if not user and (block.call != "none" or block.member != "absent"):
        return False
    if user and block.member == "training" and block.call not in ("none", "false"):
        return False
    stacked = block.form in ("sequential", "deferred")
    for part in block.parts:
        on_sequence = s.sequences and s.wiring.form != "time_distributed"
        if part.kind in ON_SEQUENCES and not on_sequence:
            return False
        if stacked and part.kind in ATTENTION:
            return False
    if block.inner is None:
        return block.inner_flag == "absent" and bool(block.parts)
    if stacked and block.inner_flag != "absent":
        return False
    if block.inner_flag == "training" and not (user and block.call in ("none", "false")):
        return False
    return depth < 2 and bool(block.parts) and _valid_block(block.inner, s, depth + 1)


def _valid_freeze(s: Scenario) -> bool:
    freeze = s.freeze
    if freeze.target == "inner" and s.base.inner is None:
        return False
    if freeze.target == "outer":
        late = freeze.moment != "before_wiring" and freeze.form in ("loop", "tail", "attribute")
        has_layers = s.wiring.form not in ("time_distributed", "lambda")
        learns = freeze.form == "tail" or not _writes_gradients(s)
        return late and has_layers and learns and s.neutraliser != "features"
    block = s.base.inner if freeze.target == "inner" and s.base.inner is not None else s.base
    if freeze.form in ("keyword", "layers_keyword") and freeze.moment != "before_wiring":
        return False
    if freeze.form == "layers_keyword" and any(p.kind == "SpatialDropout1D" for p in block.parts):
        return False  # Keras 3: SpatialDropout1D takes no trainable
    if freeze.form == "keyword" and (freeze.target == "inner" or block.form in ("sequential", "deferred")):
        return False  # Keras 2: Sequential takes no trainable
    return freeze.form in WHOLE_FREEZES or is_model(block)


def _writes_gradients(s: Scenario) -> bool:
    """The program applies gradients itself, which fails when there are none."""
    tapes = any(run.kind.startswith("tape") for run in s.runs)
    return tapes or s.step in ("True", "absent", "False")


def _valid_wiring(s: Scenario) -> bool:
    w, form = s.wiring, s.wiring.form
    if w.flag != "absent" and form not in (*GRAPH_FLAG_WIRINGS, *CODE_FLAG_WIRINGS):
        return False
    if w.flag == "training" and form == "nested_subclass":
        return False
    if w.flag == "training" and not (form in SIGNATURE_WIRINGS and w.call in ("none", "false")):
        return False
    if w.second != "absent" and form not in ("shared", "towers", "two_levels", "nested_subclass"):
        return False
    if w.second == "training" and not (form == "nested_subclass" and w.call in ("none", "false")):
        return False
    if w.call != "none" and form not in SIGNATURE_WIRINGS:
        return False
    if w.head_flag != "absent" and form != "subclass":
        return False
    if w.head_flag == "training" and w.call not in ("none", "false"):
        return False
    if form in ("output", "layer_output", "reassembled") and not is_graph(s.base):
        return False
    if form == "layer_output" and (s.base.inner is not None or s.base.form == "sequential"):
        return False
    if form == "reassembled":
        flat = s.base.form == "sequential" or not any(p.kind in ATTENTION for p in s.base.parts)
        return flat
    if form == "time_distributed":
        return s.sequences and is_graph(s.base)
    if form == "lambda":
        return is_graph(s.base)
    if form == "direct":
        return is_graph(s.base) and w.flag in ("absent", "False", "True")
    return True


def _valid_head(s: Scenario) -> bool:
    return all(part.kind not in ON_SEQUENCES for part in s.head.parts)


def _valid_runs(s: Scenario) -> bool:
    if not any(run.kind in TRAINING_RUNS for run in s.runs):
        return False
    for run in s.runs:
        if run.flag != "True" and not run.kind.startswith("tape"):
            return False
    return s.step == "default" or s.wiring.form not in ("time_distributed",)


def _valid_neutraliser(s: Scenario) -> bool:
    kind = s.neutraliser
    if kind == "none":
        return True
    if kind == "cut":
        return is_graph(s.base) and s.base.inner is None and s.base.dense in ("first", "both")
    if kind.startswith("clone"):
        return is_graph(s.base) and not any(block.form in ("model", "layer") for block in blocks(s.base))
    if kind == "features":
        return is_model(s.base) and s.wiring.form == "call" and s.wiring.flag == "absent"
    if kind.startswith("rate"):
        return is_model(s.base) and (len(s.runs) > 1 or kind != "rate_later")
    if kind == "unfreeze_later":
        return len(s.runs) > 1
    return True
