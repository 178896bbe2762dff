"""What a setup.py requires, as far as it is written out; the script is parsed and never run."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

MAX_DEPTH = 5
MAX_PARTS = 10_000

Listed = list[tuple[str, int]]
"""Requirements with their lines."""


def requirements(text: str) -> list[Listed]:
    """The requirements that a setup script passes to `setup()` as literals, or as names of literals.

    Returns:
        the base requirements, then those of each extra.

    Raises:
        ValueError: it is not Python 3.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about escapes in the script's strings
            tree = ast.parse(text)
    except SyntaxError as error:
        raise ValueError(f"it is not Python 3: {error.msg}") from error
    names = dict(_assigned_once(tree))
    groups: list[Listed] = [[]]
    for name, value in _arguments(tree, names):
        if name == "install_requires":
            groups[0] += _strings(value, names)
        elif name == "extras_require" and isinstance(extras := _resolved(value, names), ast.Dict):
            groups += [list(_strings(extra, names)) for extra in extras.values]
    return groups


def _assigned_once(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The names with one assignment in the script, and what is assigned."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
    return ((name, values[0]) for name, values in found.items() if len(values) == 1)


def _arguments(tree: ast.AST, names: dict[str, ast.expr]) -> Iterator[tuple[str, ast.expr]]:
    """The keyword arguments of `setup(...)`, also those in `**metadata`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        for keyword in node.keywords if called == "setup" else ():
            if keyword.arg is not None:
                yield keyword.arg, keyword.value
            elif isinstance(given := _resolved(keyword.value, names), ast.Dict):
                for key, value in zip(given.keys, given.values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        yield key.value, value


def _resolved(node: ast.expr, names: dict[str, ast.expr]) -> ast.expr:
    """What a name stands for; anything else itself."""
    return names.get(node.id, node) if isinstance(node, ast.Name) else node


def _strings(node: ast.expr, names: dict[str, ast.expr]) -> Iterator[tuple[str, int]]:
    """The strings in a list, a sum of lists, or one string; no more than a script can mean."""
    pending = [(node, 0)]
    for _ in range(MAX_PARTS):
        if not pending:
            return
        node, depth = pending.pop()
        node = _resolved(node, names)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, node.lineno
        parts = _parts(node)
        # A script may build a list out of itself: `a = a + b`.
        if depth < MAX_DEPTH and len(pending) + len(parts) <= MAX_PARTS:
            pending += [(part, depth + 1) for part in reversed(parts)]


def _parts(node: ast.expr) -> list[ast.expr]:
    """What a list, or a sum of lists, is made of."""
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return node.elts
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [node.left, node.right]
    return [node.value] if isinstance(node, ast.Starred) else []
