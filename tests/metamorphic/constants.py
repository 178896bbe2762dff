"""Constants among the arguments of calls, which get a name or are computed."""

from __future__ import annotations

import libcst as cst

from tests.metamorphic.code import add_to_head, code_of, expression, map_calls
from tests.metamorphic.relation import relation


@relation()
def constants_named(module: cst.Module) -> cst.Module | None:
    """False, True and numbers among arguments become constants of the module."""
    names: dict[str, str] = {}

    def change(call: cst.Call) -> cst.Call | None:
        args = []
        for arg in call.args:
            text = code_of(arg.value)
            if not arg.star and (
                text in ("True", "False") or isinstance(arg.value, (cst.Integer, cst.Float))
            ):
                name = names.setdefault(text, f"CONSTANT_{len(names)}")
                arg = arg.with_changes(value=cst.Name(name))
            args.append(arg)
        return call.with_changes(args=args)

    changed = map_calls(module, change)
    return (
        add_to_head(changed, "".join(f"{name} = {text}\n" for text, name in names.items())) if names else None
    )


@relation()
def constants_computed(module: cst.Module) -> cst.Module | None:
    """False, True and rates among arguments are computed: `not True`, `0.5 * 1`."""

    def change(call: cst.Call) -> cst.Call | None:
        texts = {"True": "(not False)", "False": "(1 > 2)"}
        args = []
        for arg in call.args:
            text = code_of(arg.value)
            if not arg.star and text in texts:
                arg = arg.with_changes(value=expression(texts[text]))
            elif not arg.star and isinstance(arg.value, cst.Float):
                arg = arg.with_changes(value=expression(f"({text} * 2 / 2)"))
            args.append(arg)
        return call.with_changes(args=args)

    return map_calls(module, change)
