"""What a function can set in motion, judged by the names in it.

The run of an unused function costs a run of the whole module before it. Most functions of a library
neither train a model nor freeze a layer, nor does anything they call. That can be seen from the
names that they mention, and from those that the definitions of these names mention; the text is
enough for it, before there is a tree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from dropout_lint.interpreter.builtins.functions import is_builtin
from dropout_lint.screening.import_effects import imports_of
from dropout_lint.screening.name_index import Segment, code_of, methods, names_in_head, segments

Own = Callable[[str, int], bool]
"""Whether an import (its dotted name, the number of leading dots) may run code of the project."""

# How many statements are looked at, over and over, to find out what definitions reach.
MAX_VISITS = 1_000_000
MAX_METHODS = 300

_GLOBAL = re.compile(r"\bglobal[ \t]+(\w+(?:[ \t]*,[ \t]*\w+)*)")


@dataclass(frozen=True, slots=True)
class Reached:
    """What code can reach.

    Args:
        names: the names that it mentions, and those that what it reaches mentions.
        segments: the statements of the module that it can run, or that may have put something
            into its variables.
        elsewhere: whether it may run code of another file.
    """

    names: frozenset[str]
    segments: tuple[Segment, ...]
    elsewhere: bool


class Reach:
    """What the parts of a program can reach.

    Args:
        text: the program.
        own: which imports may run code of the project.

    A name reaches the definitions of that name. A variable reaches every statement of the module
    that has to do with it: it may hold whatever those have put into it.
    """

    def __init__(self, text: str, own: Own = lambda *_: False) -> None:
        code = code_of(text)
        self.segments = segments(code)
        self.imports = list(imports_of(code))
        self._own = {
            bound
            for dots, module, member, bound in self.imports
            if own(module, dots) or (member and own(f"{module}.{member}".lstrip("."), dots))
        }
        self._anywhere = "*" in self._own or "import_module" in code or "__import__" in code
        self._definitions: dict[str, list[int]] = {}
        for number, segment in enumerate(self.segments):
            for name in segment.defines:
                self._definitions.setdefault(name, []).append(number)
        self._visits = 0
        self._variables = self._find_variables()

    def of(self, name: str) -> Reached:
        """What running a function or class of this name can reach."""
        return self._reached(self._definitions.get(name, []))

    def texts_of(self, name: str) -> list[str]:
        """The texts of the functions and classes of this name."""
        return [self.segments[number].text for number in self._definitions.get(name, [])]

    def of_module(self) -> Reached:
        """What running the module can reach."""
        return self._reached(number for number, segment in enumerate(self.segments) if segment.runs)

    def of_statements(self) -> Reached:
        """What the statements of the module can reach that are no definitions of one function or class."""
        return self._reached(n for n, one in enumerate(self.segments) if one.runs and not one.is_definition)

    def alone(self, name: str) -> dict[str, Reached]:
        """What the methods of a class can reach that share nothing with the others.

        They use no attribute of the instance or of the class but methods like them (or of bases that
        are of neither the module nor the project), and no variable of the module.
        """
        numbers = self._definitions.get(name, [])
        if len(numbers) != 1:
            return {}
        text = self.segments[numbers[0]].text
        own = methods(text)
        if len(own) > MAX_METHODS:
            return {}
        foreign = self._is_foreign(names_in_head(text) - {name})
        found: dict[str, Reached] = {}
        for method in own:
            called = _called(method, own)
            parts = [own[part][0] for part in called & own.keys()]
            shares = any(own[part][1] for part in called & own.keys()) or not (
                foreign or called <= own.keys()
            )
            if not shares and all(part.names.isdisjoint(self._variables) for part in parts):
                found[method] = self._by(parts)
        return found

    def _is_foreign(self, names: frozenset[str]) -> bool:
        """Whether names are neither of the module nor of the project."""
        return names.isdisjoint(self._definitions) and names.isdisjoint(self._own | self._variables.keys())

    def everything(self) -> Reached:
        """The whole program."""
        return self._reached(range(len(self.segments)))

    def defined(self) -> Iterable[str]:
        """The names of its functions and classes."""
        return self._definitions

    def _reached(self, numbers: Iterable[int]) -> Reached:
        return self._by([self.segments[number] for number in numbers])

    def _by(self, parts: Sequence[Segment]) -> Reached:
        """What some pieces of the text can reach: themselves first."""
        mentioned = frozenset[str]().union(*(part.names for part in parts))
        tables = (self._definitions, self._variables)
        begin = {number for name in mentioned for table in tables for number in table.get(name, ())}
        found = [self.segments[number] for number in sorted(self._closed(begin, *tables))]
        names = mentioned.union(*(segment.names for segment in found))
        elsewhere = self._anywhere or not self._own.isdisjoint(names)
        return Reached(names, (*parts, *found), elsewhere)

    def _closed(self, numbers: Iterable[int], *tables: dict[str, list[int]]) -> set[int]:
        """Segments, and those that the tables have for the names in them; all, if that is too much work."""
        if self._visits > MAX_VISITS:
            return set(range(len(self.segments)))
        found = set(numbers)
        pending, seen = list(found), set[str]()
        while pending:
            new = self.segments[pending.pop()].names - seen
            seen |= new
            for name in new:
                for table in tables:
                    for number in table.get(name, ()):
                        if number not in found:
                            found.add(number)
                            pending.append(number)
        self._visits += len(found)
        return found

    def _find_variables(self) -> dict[str, list[int]]:
        """The statements that have to do with a variable of the module, also through what they call."""
        others = self._definitions.keys() | {bound for *_, bound in self.imports}
        bound = {name for name in self._bound() - others if not is_builtin(name)}
        variables: dict[str, list[int]] = {}
        through: dict[frozenset[str], set[str]] = {}
        for number, segment in enumerate(self.segments):
            if not segment.runs:
                continue
            called = frozenset(segment.names & self._definitions.keys())
            if called not in through:
                inner = self._closed(
                    (n for name in called for n in self._definitions[name]), self._definitions
                )
                through[called] = set().union(*(self.segments[n].names & bound for n in inner))
            for name in (segment.names & bound) | through[called]:
                variables.setdefault(name, []).append(number)
        return variables

    def _bound(self) -> set[str]:
        """The names that may be variables of the module: not those inside of functions and classes."""
        found: set[str] = set()
        for segment in self.segments:
            if segment.runs and not segment.text.startswith(("def ", "class ", "async def ", "@")):
                found |= segment.names
            if "global" in segment.text:
                found.update(*(names.split(",") for names in _GLOBAL.findall(segment.text)))
        return {name.strip() for name in found}


def _called(method: str, own: Mapping[str, tuple[Segment, bool]]) -> set[str]:
    """A method and those that it calls on its instance, directly or not; some may not be of the class."""
    found, pending = {method}, [method]
    while pending:
        segment = own[pending.pop()][0]
        chains = (chain.split(".") for chain in segment.chains)
        new = {parts[1] for parts in chains if len(parts) > 1 and parts[0] in ("self", "cls")} - found
        found |= new
        pending += new & own.keys()
    return found
