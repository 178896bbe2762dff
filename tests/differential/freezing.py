"""Source text that freezes, thaws, and switches rates off."""

from __future__ import annotations

from tests.differential import scenario as sc
from tests.differential.source import Lines, Names, indent


def freeze(names: Names, s: sc.Scenario) -> Lines:
    """The statements of the scenario's freeze, with what the style puts around them."""
    form, target = s.freeze.form, _target(names, s)
    if form in ("none", "keyword", "layers_keyword"):
        return []
    lines = _forms(names, s, target)
    return branch(names, lines)


def thaw(names: Names, s: sc.Scenario) -> Lines:
    return _assign(names, _target(names, s), "True")


def _target(names: Names, s: sc.Scenario) -> str:
    return names.own({"base": "base", "inner": "inner", "outer": "model"}[s.freeze.target])


def _forms(names: Names, s: sc.Scenario, target: str) -> Lines:
    form, count = s.freeze.form, s.freeze.count
    layer = names.local("layer")
    if form == "attribute":
        return _assign(names, target, "False")
    if form == "recursive":
        return _recursive(names, target)
    if form == "slice":
        return _prefix(names, target, count)
    if form == "tail":
        return [f"for {layer} in {target}.layers[:-{count}]:", *indent(_assign(names, layer, "False"))]
    if form == "get_layer":
        return _assign(names, f"{target}.get_layer(index=-1)", "False")
    if form == "flag_loop":
        return _flag_loop(names, target, count)
    return _loop(names, target, _condition(names, s, layer))


def _condition(names: Names, s: sc.Scenario, layer: str) -> str:
    """Which layers a loop freezes; empty for all."""
    form = s.freeze.form
    if form == "random":
        return f"isinstance({layer}, {names.layer('Dropout')})"
    if form == "not_norm":
        return f"not isinstance({layer}, {names.layer('BatchNormalization')})"
    if form == "dense":
        return f"isinstance({layer}, ({names.layer('Dense')}, {names.layer('LSTM')}))"
    if form == "name":
        tests = (
            f'{layer}.name.startswith("dense")',
            f'"drop" in {layer}.name',
            f'"dense" not in {layer}.name',
            f'{layer}.name.split("_")[0] in ("dropout", "gaussian", "dense")',
        )
        return tests[s.freeze.count % len(tests)]
    return ""


def _assign(names: Names, target: str, value: str) -> Lines:
    style = names.style.assign
    if style == "setattr":
        return [f'setattr({target}, "trainable", {value})']
    if style == "constant":
        names.constant(f"SET_{value.upper()} = {value}")
        return [f"{target}.trainable = SET_{value.upper()}"]
    if style == "negated":
        names.constant("FROZEN = True")
        return [f"{target}.trainable = {'not FROZEN' if value == 'False' else 'FROZEN'}"]
    if style == "conditional":
        names.constant("STAGE = 1")
        other = "True" if value == "False" else "False"
        return [f"{target}.trainable = {value} if STAGE == 1 else {other}"]
    if style == "helper":
        names.helper(["def set_trainable(part, value):", "    part.trainable = value"])
        return [f"set_trainable({target}, {value})"]
    if style == "tuple":
        return [f"{target}.trainable, state = {value}, 0"]
    return [f"{target}.trainable = {value}"]


def _loop(names: Names, target: str, condition: str) -> Lines:
    layer, style = names.local("layer"), names.style.loop
    body = _assign(names, layer, "False")
    if condition:
        body = [f"if {condition}:", *indent(body)]
    if style == "comprehension":
        suffix = f" if {condition}" if condition else ""
        return [f'[setattr({layer}, "trainable", False) for {layer} in {target}.layers{suffix}]']
    if style == "index":
        return [f"for i in range(len({target}.layers)):", f"    {layer} = {target}.layers[i]", *indent(body)]
    if style == "enumerate":
        return [f"for i, {layer} in enumerate({target}.layers):", *indent(body)]
    if style == "reversed":
        return [f"for {layer} in reversed({target}.layers):", *indent(body)]
    if style == "while":
        start, step = ["i = 0", f"while i < len({target}.layers):"], ["i += 1"]
        return [*start, *indent([f"{layer} = {target}.layers[i]", *body, *step])]
    if style == "alias":
        return [f"parts = {target}.layers", f"for {layer} in parts:", *indent(body)]
    return [f"for {layer} in {target}.layers:", *indent(body)]


def _prefix(names: Names, target: str, count: int) -> Lines:
    layer, style = names.local("layer"), names.style.prefix
    body = _assign(names, layer, "False")
    if style == "index":
        at = f"{target}.layers[i]"
        return [f"for i in range(min({count}, len({target}.layers))):", *indent(_assign(names, at, "False"))]
    if style == "enumerate":
        head = f"for i, {layer} in enumerate({target}.layers):"
        return [head, *indent([f"if i >= {count}:", "    break", *body])]
    if style == "while":
        lines = ["i = 0", f"while i < {count} and i < len({target}.layers):"]
        return [*lines, *indent([f"{layer} = {target}.layers[i]", *body, "i += 1"])]
    if style == "constant":
        names.constant(f"BORDER = {count}")
        return [f"for {layer} in {target}.layers[:BORDER]:", *indent(body)]
    return [f"for {layer} in {target}.layers[:{count}]:", *indent(body)]


def _flag_loop(names: Names, target: str, count: int) -> Lines:
    """Freezes up to a layer that is recognised by name."""
    layer = names.local("layer")
    return [
        f"border = {target}.layers[min({count}, len({target}.layers) - 1)].name",
        "learn = False",
        f"for {layer} in {target}.layers:",
        f"    if {layer}.name == border:",
        "        learn = True",
        f"    {layer}.trainable = learn",
    ]


def _recursive(names: Names, target: str) -> Lines:
    names.helper([
        "def freeze_all(part):",
        "    part.trainable = False",
        '    for child in getattr(part, "layers", []):',
        "        freeze_all(child)",
    ])  # fmt: skip
    return [f"freeze_all({target})"]


def branch(names: Names, lines: Lines) -> Lines:
    """Statements under a condition that holds."""
    style = names.style.branch
    if style == "true":
        return ["if True:", *indent(lines)]
    if style == "constant":
        names.constant("FREEZE = 1")
        return ["if FREEZE:", *indent(lines)]
    if style == "args":
        names.constant("parser = argparse.ArgumentParser()")
        names.constant('parser.add_argument("--freeze", type=int, default=1)')
        names.constant("args = parser.parse_args([])")
        return ["if args.freeze:", *indent(lines)]
    if style == "try":
        return ["try:", *indent(lines), "finally:", '    print("frozen")']
    if style == "scope":
        return ["with tf.distribute.get_strategy().scope():", *indent(lines)]
    if style == "match":
        names.constant('MODE = "head"')
        return ["match MODE:", '    case "head":', *indent(indent(lines)), "    case _:", "        pass"]
    if style == "else":
        names.constant("LEARN = False")
        return ["if LEARN:", '    print("all")', "else:", *indent(lines)]
    return lines


def rates_off(names: Names) -> Lines:
    """`rate = 0` on the random layers of the base."""
    layer, base = names.local("layer"), names.own("base")
    test = f'hasattr({layer}, "rate")'
    if names.style.loop in ("index", "enumerate"):
        kinds = ", ".join(names.layer(kind) for kind in ("Dropout", "AlphaDropout", "GaussianDropout"))
        test = f"isinstance({layer}, ({kinds}))"
    return [f"for {layer} in {base}.layers:", f"    if {test}:", f"        {layer}.rate = 0"]
