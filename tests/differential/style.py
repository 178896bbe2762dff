"""How a generated program is written. None of it changes what Keras does."""

from __future__ import annotations

from dataclasses import dataclass

# axis -> its forms, the plainest first
CHOICES: dict[str, tuple[str, ...]] = {
    "imports": ("layers", "tf", "keras", "tf_import", "alias", "from", "star"),
    "names": ("plain", "other", "short"),
    "structure": ("flat", "main", "guarded", "functions", "class"),
    "rate": ("positional", "keyword", "dict", "constant", "partial", "helper", "expression"),
    "flag": ("literal", "variable", "kwargs", "options", "partial", "negated", "conditional"),
    "chain": ("rebind", "separate", "loop", "walrus", "fold"),
    "stack": ("list", "add", "loop", "variable", "extend", "unpack"),
    "assign": ("plain", "setattr", "constant", "negated", "conditional", "helper", "tuple"),
    "loop": ("for", "comprehension", "index", "enumerate", "reversed", "while", "alias"),
    "prefix": ("slice", "index", "enumerate", "while", "constant"),
    "branch": ("none", "true", "constant", "args", "try", "scope", "match", "else"),
    "train": ("direct", "helper", "loop", "kwargs", "variable"),
    "input": ("yes", "no"),
    "noise": ("none", "comments", "dead", "summary", "docstrings", "hints", "logging"),
}


@dataclass(frozen=True)
class Style:
    """One form for each axis of `CHOICES`.

    imports: how Keras' names are reached. names: of variables. structure: where the statements stand.
    rate: how a layer gets its rate. flag: how a training flag is written. chain: how functional layers are
    applied. stack: how a Sequential is filled. assign: how `trainable` is assigned. loop, prefix: how layers
    are looped over, all of them or the first ones. branch: what stands around the freeze. train: how runs are
    started. input: whether an outer Sequential is given its input. noise: what else there is.
    """

    imports: str = "layers"
    names: str = "plain"
    structure: str = "flat"
    rate: str = "positional"
    flag: str = "literal"
    chain: str = "rebind"
    stack: str = "list"
    assign: str = "plain"
    loop: str = "for"
    prefix: str = "slice"
    branch: str = "none"
    train: str = "direct"
    input: str = "yes"
    noise: str = "none"


# Styles whose program has a path that is not the one executed.
OPEN_BRANCHES = ("args",)
