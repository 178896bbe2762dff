"""Source text that builds a block of layers."""

from __future__ import annotations

from tests.differential import scenario as sc
from tests.differential.layers import apply, arguments_of, construct, dense, mode_dependent
from tests.differential.source import Lines, Names, indent

SIGNATURES = {
    "none": "training=None",
    "absent": "",
    "false": "training=False",
    "kwargs": "**kwargs",
}
_CLASSES = ("Encoder", "Middle", "Core")


def shape(sequences: bool) -> str:
    return "(4, 6)" if sequences else "(6,)"


def build(
    names: Names,
    block: sc.Block,
    target: str,
    *,
    sequences: bool,
    freeze: sc.Freeze,
    depth: int = 0,
) -> Lines:
    """Statements that leave the block in the variable `target`."""
    lines: Lines = []
    inner = ""
    if block.inner is not None:
        inner = names.own("inner") if depth == 0 else f"{names.local('inner')}{depth}"
        lines += build(names, block.inner, inner, sequences=sequences, freeze=freeze, depth=depth + 1)
    here = (freeze.target == "base" and depth == 0) or (freeze.target == "inner" and depth == 1)
    builder = _Builder(names, block, sequences, freeze if here else sc.Freeze("none"), inner, depth)
    if block.form == "functional":
        return lines + builder.functional(target)
    if block.form in ("sequential", "deferred"):
        return lines + builder.sequential(target)
    return lines + builder.subclassed(target)


class _Builder:
    def __init__(
        self, names: Names, block: sc.Block, sequences: bool, freeze: sc.Freeze, inner: str, depth: int
    ) -> None:
        self.names, self.block, self.inner, self.depth = names, block, inner, depth
        self.sequences = sequences
        self.keyword = freeze.form == "keyword"
        self.layers_frozen = freeze.form == "layers_keyword"

    def stack(self) -> list[tuple[str, sc.Part]]:
        """(the expression, the layer) of every layer but the inner block."""
        parts = list(self.block.parts)
        made = [(construct(self.names, part, frozen=self.layers_frozen), part) for part in parts]
        plain = (dense(self.names, frozen=self.layers_frozen), sc.Part("Dense"))
        if self.block.dense in ("first", "both"):
            made.insert(0, plain)
        if self.block.dense in ("last", "both"):
            made.append(plain)
        return made

    # --- functional

    def functional(self, target: str) -> Lines:
        n, h = self.names, self.names.local("h")
        start = f"{n.local('x')}_in"
        lines = [f"{start} = {n.keras('Input')}({shape(self.sequences)})"]
        lines += self._chain(start, h)
        if self.inner:
            lines.append(f"{h} = {apply(n, self.inner, h, self.block.inner_flag)}")
        return [*lines, f"{target} = {n.keras('Model')}({start}, {h}{self._keyword()})"]

    def _keyword(self) -> str:
        return ", trainable=False" if self.keyword else ""

    def _chain(self, start: str, h: str) -> Lines:
        chain, stack = self.names.style.chain, self.stack()
        attention = any(part.kind in sc.ATTENTION for _, part in stack)
        if chain == "loop" and not attention:
            layer = self.names.local("layer")
            items = [f"    {expression}," for expression, _ in stack]
            return [f"{h} = {start}", f"for {layer} in [", *items, "]:", f"    {h} = {layer}({h})"]
        if chain == "fold" and not attention:
            items = [f"    {expression}," for expression, _ in stack]
            fold = f"{h} = functools.reduce(lambda value, layer: layer(value), stack, {start})"
            return ["stack = [", *items, "]", fold]
        lines, current = [], start
        for i, (expression, part) in enumerate(stack):
            arguments = arguments_of(part, current)
            if chain == "separate":
                lines += [f"layer_{i} = {expression}", f"{h} = layer_{i}({arguments})"]
            elif chain == "walrus":
                lines.append(f"{h} = (layer_{i} := {expression})({arguments})")
            else:
                lines.append(f"{h} = {expression}({arguments})")
            current = h
        return lines

    # --- sequential

    def sequential(self, target: str) -> Lines:
        items = [expression for expression, _ in self.stack()]
        if self.inner:
            items.append(self.inner)
        if self.block.form == "sequential":
            items.insert(0, f"{self.names.keras('Input')}({shape(self.sequences)})")
        return fill(self.names, target, self.names.keras("Sequential"), items)

    # --- subclassed

    def subclassed(self, target: str) -> Lines:
        name = _CLASSES[self.depth]
        self.names.classes += [*self._class(name), "", ""]
        arguments = ([self.inner] if self.inner else []) + (["trainable=False"] if self.keyword else [])
        return [f"{target} = {name}({', '.join(arguments)})"]

    def _class(self, name: str) -> Lines:
        parent = self.names.keras("Model" if self.block.form == "model" else "layers.Layer")
        listed = self.names.style.chain in ("loop", "fold") and self.block.member == "absent"
        listed = listed and not any(part.kind in sc.ATTENTION for part in self.block.parts)
        init, body = self._listed() if listed else self._attributes()
        signature = SIGNATURES[self.block.call]
        init_more = ", inner" if self.inner else ""
        if self.inner:
            init.append("self.inner = inner")
            body.append(f"x = {apply(self.names, 'self.inner', 'x', self.block.inner_flag)}")
        return [
            f"class {name}({parent}):",
            *indent(
                [f"def __init__(self{init_more}, **kwargs):", *indent(["super().__init__(**kwargs)", *init])]
            ),
            "",
            *indent(
                [f"def call(self, x{', ' + signature if signature else ''}):", *indent([*body, "return x"])]
            ),
        ]

    def _attributes(self) -> tuple[Lines, Lines]:
        init, body = [], []
        for i, (expression, part) in enumerate(self.stack()):
            init.append(f"self.layer_{i} = {expression}")
            flag = self.block.member if mode_dependent(part) else "absent"
            body.append(f"x = {apply(self.names, f'self.layer_{i}', arguments_of(part, 'x'), flag)}")
        return init, body

    def _listed(self) -> tuple[Lines, Lines]:
        items = [f"    {expression}," for expression, _ in self.stack()]
        return ["self.stack = [", *items, "]"], ["for layer in self.stack:", "    x = layer(x)"]


def fill(names: Names, target: str, cls: str, items: Lines) -> Lines:
    """Statements that make a Sequential of these elements."""
    style = names.style.stack
    listed = indent([_with_comma(item) for item in items])
    if style == "add":
        return [f"{target} = {cls}()", *[_added(target, item) for item in items]]
    if style == "loop":
        return [f"{target} = {cls}()", "for element in [", *listed, "]:", f"    {target}.add(element)"]
    if style == "variable":
        return ["elements = [", *listed, "]", f"{target} = {cls}(elements)"]
    if style == "extend":
        first, rest = listed[:1], listed[1:]
        return ["elements = [", *first, "]", "elements.extend([", *rest, "])", f"{target} = {cls}(elements)"]
    if style == "unpack":
        return ["head_and_tail = (", *listed, ")", f"{target} = {cls}([*head_and_tail])"]
    return [f"{target} = {cls}([", *listed, "])"]


def _with_comma(item: str) -> str:
    code, mark, rest = item.partition("\x00")
    return f"{code},{mark}{rest}"


def _added(target: str, item: str) -> str:
    code, mark, rest = item.partition("\x00")
    return f"{target}.add({code}){mark}{rest}"
