"""What a function can set in motion, judged by the names in it.

The run of an unused function costs a run of the whole module before it. Most functions of a library
neither train a model nor freeze a layer, nor does anything they call. That can be seen from the
names that they mention, and from those that the definitions of these names mention.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import libcst as cst

from dropout_lint.interpreter.builtins import is_builtin
from dropout_lint.interpreter.walk import dotted_text, walk
from dropout_lint.source.text import SourceFile

Words = frozenset[str]
"""What code mentions: `name`, `.attribute`, `keyword=`, `"string"`, and `ELSEWHERE`; `.attribute=` if it
is assigned to, or compared as if it were."""

ELSEWHERE = "*"
"""The code may run code of another file."""

Own = Callable[[str, int], bool]
"""Whether an import (its dotted name, the number of leading dots) may run code of the project."""

_DEFINITIONS = (cst.FunctionDef, cst.ClassDef)


class Reach:
    """The words that the parts of a program can reach.

    Args:
        file: the program.
        own: which imports may run code of the project.

    A name reaches the definitions of that name. A variable reaches every statement of the module
    that has to do with it: it may hold whatever those have put into it.
    """

    def __init__(self, file: SourceFile, own: Own = lambda *_: False) -> None:
        self._own = own
        self._definitions: dict[str, set[str]] = {}
        self._imported: set[str] = set()
        self._anywhere: set[str] = set()
        self._words: dict[int, Words] = {}
        others: list[Words] = []
        for statement in file.module.body:
            words = self._words[id(statement)] = self._mentioned(statement)
            for node in _definitions(statement):
                inner = words if node is statement else self._mentioned(node)
                self._words[id(node)] = inner
                self._definitions.setdefault(node.name.value, set()).update(inner)
            if not isinstance(statement, _DEFINITIONS) or statement.decorators:
                others.append(words)
        self._others = [self._closed(words) for words in others]
        self._variables = [self._variables_of(words) for words in self._others]

    def everything(self) -> Words:
        """The words of the whole program."""
        return frozenset().union(self._anywhere, *self._words.values(), *self._definitions.values())

    def of(self, definition: cst.CSTNode) -> Words:
        """The words that running a top-level function or class can reach."""
        found = self._anywhere | self._closed(self._words[id(definition)])
        size = -1
        while size != len(found):
            size = len(found)
            for variables, words in zip(self._variables, self._others, strict=True):
                if not variables.isdisjoint(found):
                    found |= words
        return frozenset(found)

    def _mentioned(self, node: cst.CSTNode) -> Words:
        """The words below a node; imports are noted. A string counts if it could be a name."""
        found: set[str] = set()
        for part in walk(node):
            if type(part) is cst.Name:
                found.add(part.value)
            elif type(part) is cst.Attribute:
                found.add(f".{part.attr.value}")
            elif type(part) is cst.Arg and part.keyword is not None:
                found.add(f"{part.keyword.value}=")
            elif type(part) in _SETTING:
                found |= _set(part)
            elif type(part) is cst.SimpleString:
                text = part.value.strip("\"'")
                if text.isidentifier():
                    found.add(f'"{text}"')
            elif type(part) is cst.Import or type(part) is cst.ImportFrom:
                self._import(part)
        return frozenset(found)

    def _import(self, node: cst.Import | cst.ImportFrom) -> None:
        """Notes the names that an import binds."""
        if isinstance(node, cst.Import):
            modules = [dotted_text(alias.name) or "" for alias in node.names]
            own = any(self._own(module, 0) for module in modules)
        else:
            own = any(self._own(module, len(node.relative)) for module in _modules(node))
        if isinstance(node.names, cst.ImportStar):
            self._anywhere |= {ELSEWHERE} if own else set()
            return
        for alias in node.names:
            name = (dotted_text(alias.name) or "").partition(".")[0]
            if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
                name = alias.asname.name.value
            self._imported.add(name)
            if own:
                self._definitions.setdefault(name, set()).add(ELSEWHERE)

    def _closed(self, words: Words) -> Words:
        """The words, and those of the definitions that they name."""
        found = set(words)
        pending = list(found)
        while pending:
            new = self._definitions.get(pending.pop(), set()) - found
            found |= new
            pending += new
        return frozenset(found)

    def _variables_of(self, words: Words) -> set[str]:
        """The names among them that are neither Python's, nor imported, nor defined."""
        names = {word for word in words if word.isidentifier() and not is_builtin(word)}
        return names - self._imported - self._definitions.keys()


_SETTING = frozenset({cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.Comparison})


def _set(node: cst.CSTNode) -> set[str]:
    """The attributes that an assignment sets, also those in a tuple; or what a comparison compares."""
    target = node.left if isinstance(node, cst.Comparison) else getattr(node, "target", node)
    return {f".{part.attr.value}=" for part in walk(target) if isinstance(part, cst.Attribute)}


def reach_of(file: SourceFile, own: Own = lambda *_: False) -> Reach:
    """What the parts of a program can reach; found out once per file."""
    fact = ("reach", id(file.module))
    known = file.facts.get(fact)
    if not isinstance(known, Reach):
        known = file.facts[fact] = Reach(file, own)
    return known


def _modules(node: cst.ImportFrom) -> list[str]:
    """The modules that `from a import b` may mean: a, and a.b."""
    module = (dotted_text(node.module) or "") if node.module is not None else ""
    names = [] if isinstance(node.names, cst.ImportStar) else [dotted_text(n.name) or "" for n in node.names]
    return [module, *(f"{module}.{name}" if module else name for name in names)]


def _definitions(statement: cst.CSTNode) -> Iterator[cst.FunctionDef | cst.ClassDef]:
    """The functions and classes that a statement of the module binds in it."""
    if isinstance(statement, cst.SimpleStatementLine):
        return
    for node in walk(statement, lambda node: not isinstance(node, _DEFINITIONS)):
        if isinstance(node, _DEFINITIONS):
            yield node
