"""The statements of a module as pieces of its text, with the names in them: much cheaper than a tree.

In: the text of a program. Out: one segment for each statement at the top level, without comments and
documentation. What is found is what a reader of the words would find, or more: a piece that cannot be
told apart stays with the one before it, and a keyword counts as a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from keyword import iskeyword

from dropout_lint.screening.import_effects import IMPORT
from dropout_lint.screening.text import STRINGS

# A chain of names, and whether it goes on from something else: `).fit` is no name of the module.
_CHAIN = re.compile(r"(?<![\w.])(?:(\.)[ \t]*)?([^\W\d]\w*(?:\s*\.\s*[^\W\d]\w*)*)")
_STATEMENT = re.compile(r"^[^\s)\]}]", re.MULTILINE)
_DEFINITIONS = ("def ", "class ", "async def ", "@")
_GOES_ON = re.compile(r"(?:else|elif|except|finally)\b")
_DEFINES = re.compile(r"(?:^|[\n:;])[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)")
# What a definition does at once: values of parameters, and the lines of a class body that are no method.
_VALUES = re.compile(r"\bdef[ \t]+\w+[ \t]*\([^()]*\(")
_INDENTED = re.compile(r"\n([ \t]+)\S")
_INERT_LINE = (
    r"(?:def|async|class|pass|@property|@staticmethod|@classmethod|@\w+\.setter|@abstractmethod)\b|[\"')\]}]"
    r"|\w+[ \t]*(?::[^=(\n]*)?(?:=[^(=\n][^(\n]*)?(?:\n|$)"
)
_CLASS = re.compile(r"class[ \t]+(\w+)")
# A method whose instance or class is called as usual.
_RECEIVES = re.compile(r"\bdef[ \t]+\w+\(\s*(?:self|cls)\b")
# Whatever it does with them but call a method; those of test cases are harmless.
_STATE = re.compile(
    r"\b(?:self|cls|__class__)\b(?!\s*\.\s*(?:\w+\s*\(|assert\w+))|\bglobal\b"
    r"|\bsuper\b(?!\(\)\.(?:setUp|tearDown)\(\))"
)
# A method of a class inside of a method: another instance.
_INNER = re.compile(
    r"\n([ \t]+)(?:async[ \t]+)?def[ \t]+\w+\(\s*(?:self|cls)\b[^\n]*"
    r"(?:\n\1(?:[ \t]+[^\n]*|\)[^\n]*)|\n(?=\n))*"
)
_BRACKETS = str.maketrans("()[]{}\n", "       ")


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """One statement of the module.

    Args:
        text: it, without comments and documentation.
        chains: the names in it as they are written, with what is read from them: `keras.layers.Dense`;
            those of imports do not count.
        names: the first names of these chains.
        defines: the functions and classes that it defines in the module, or may do.
        runs: whether it does more than to define one function or class, or may do.
    """

    text: str
    chains: frozenset[str]
    names: frozenset[str]
    defines: frozenset[str]
    runs: bool

    @property
    def is_definition(self) -> bool:
        """Whether it defines one function or class, and does nothing else but what goes with that."""
        return self.text.startswith(_DEFINITIONS)


def segments(text: str) -> list[Segment]:
    """The statements of a module in order. Any text will do; one that is not Python gives anything."""
    return [_segment(piece) for piece in _pieces(code_of(text))]


def code_of(text: str) -> str:
    """A program without comments and documentation; brackets inside of its strings are gone."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return STRINGS.sub(_inert, text.replace("\f", "")).replace("\\\n", " ")


def _inert(found: re.Match[str]) -> str:
    token = found[0]
    if token[0] == "#":
        return ""
    before = found.string[max(found.start() - 2, 0) : found.start()]
    if found["documentation"] and not set("fFtT") & set(before):
        return '""'
    return token.translate(_BRACKETS)


def _pieces(code: str) -> Iterator[str]:
    """The code, cut where a statement begins: in the first column, outside of brackets."""
    starts = [found.start() for found in _STATEMENT.finditer(code)]
    begin, depth = 0, 0
    for last, start in zip([0, *starts], [*starts, len(code)], strict=False):
        piece = code[last:start]
        depth += sum(map(piece.count, "([{")) - sum(map(piece.count, ")]}"))
        decorates = code.startswith("@", last)
        if depth <= 0 and not decorates and not _GOES_ON.match(code, start):
            depth = 0
            if start > begin:
                yield code[begin:start]
            begin = start
    if begin < len(code):
        yield code[begin:]


def methods(definition: str) -> dict[str, tuple[Segment, bool]]:
    """The methods of a class, and whether each of them may use or change the state of its instance or class.

    Args:
        definition: the text of the class statement, as a segment has it.
    """
    name = _CLASS.match(definition)
    indented = _INDENTED.search(definition)
    found: dict[str, tuple[Segment, bool]] = {}
    if name is None or indented is None:
        return found
    begin = re.compile(rf"\n{indented[1]}(?=@|async[ \t]|def[ \t])")
    kept = {f"self.{attribute}" for attribute in re.findall(rf"\n{indented[1]}(\w+)[ \t]*[:=]", definition)}
    decorators = ""
    for piece in begin.split(definition)[1:]:
        head = _DEFINES.search(piece)
        if head is None:
            decorators += piece + "\n"
            continue
        segment = _segment(decorators + piece)
        body = _INNER.sub("", piece.partition(")")[2])
        alone = _RECEIVES.search(piece) and not _STATE.search(body)
        shared = name[1] in segment.names or not kept.isdisjoint(segment.chains)
        found[head[1]] = segment, shared or not alone
        decorators = ""
    return found


def names_in_head(definition: str) -> frozenset[str]:
    """The names in the first line of a class statement: its own and those of its bases."""
    return _names(_chains(definition.partition(":")[0]))


def _segment(text: str) -> Segment:
    chains = _chains(text)
    defines = _DEFINES.findall(text)
    if text.startswith(_DEFINITIONS):
        del defines[1:]  # what is inside has its name there
    return Segment(text, chains, _names(chains), frozenset(defines), _runs(text))


def _chains(text: str) -> frozenset[str]:
    found = set(_CHAIN.findall(IMPORT.sub(";", text)))
    return frozenset("".join(chain.split()) for dot, chain in found if not dot)


def _names(chains: frozenset[str]) -> frozenset[str]:
    return frozenset(name for chain in chains if not iskeyword(name := chain.partition(".")[0]))


def _runs(text: str) -> bool:
    """Whether a statement may do something when the module runs, beyond a definition."""
    if not text.startswith(_DEFINITIONS) or text.startswith("@") or _VALUES.search(text):
        return True
    if not text.startswith("class "):
        return False
    indented = _INDENTED.search(text)
    return indented is None or re.search(rf"\n{indented[1]}(?![ \t]|{_INERT_LINE})", text) is not None
