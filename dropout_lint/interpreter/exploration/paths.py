"""Which way the run takes where the program asks what nobody can know.

A run is replayed with other choices rather than forked: the heap is mutable, and a fork
would have to copy it. `PathDecisions` answers during one run and writes down what it was asked;
`Exploration` reads that and says which run to make next.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from dropout_lint.interpreter.exploration import settled
from dropout_lint.interpreter.values.keys import Constant, Key, Not, Operation, negated
from dropout_lint.interpreter.values.kinds import Site

MAX_RUNS = 8

Vector = dict[Hashable, bool]
"""The answers a run is told to give, by the place that asks: the id of a node."""


class Rung(NamedTuple):
    """One test of an `if ... elif ... else` ladder.

    Args:
        place: of the test.
        promising: what it leads to is worth to be looked at before other branches.
    """

    place: Hashable
    promising: bool


class Ladder(NamedTuple):
    """A ladder of tests.

    Args:
        rungs: its tests, from the top.
        rest: whether what is done when none of them holds is promising; None if that is not worth a run.
    """

    rungs: tuple[Rung, ...]
    rest: bool | None


@dataclass(slots=True)
class Decision:
    """One condition that was decided: at which place first, and where else it was used.

    uses: place -> whether the other side is worth a run of its own.
    group: the part of the run that it was made in, if no other part can tell the difference.
    at: where it was asked first, and whether what is asked there holds.
    """

    first: Hashable
    answer: bool
    uses: dict[Hashable, bool] = field(default_factory=dict)
    group: str = ""
    at: tuple[Site, bool] | None = None


class PathDecisions:
    """The answers of one run.

    Args:
        wanted: answers to give where a condition is first asked, instead of the preferred one.
    """

    def __init__(self, wanted: Mapping[Hashable, bool] | None = None) -> None:
        self.wanted: Mapping[Hashable, bool] = wanted or {}
        # While False, preferred answers are given and nothing is written down: a root that is
        # a function replays the module before it, whose branches have had their own runs.
        self.exploring = True
        self.decisions: list[Decision] = []
        # Parts of a run that share nothing have a name each; see `Decision`.
        self.group = ""
        # How often anything was asked.
        self.asked = 0
        # The ladders that were come by, by the place of the first test.
        self.ladders: dict[Hashable, Ladder] = {}
        self._answers: dict[Key, Decision] = {}
        self._equal: dict[Key, Constant] = {}

    def decide(
        self, key: Key, at: Site, prefer: bool = True, explore: bool = True, part: int | None = None
    ) -> bool:
        """Whether the condition `key` holds in this run.

        Args:
            key: the condition; the same key gets the same answer throughout the run.
            at: where it is asked.
            prefer: the answer to give in the first run.
            explore: whether the other answer deserves a run.
            part: tells conditions apart that are asked at the same place.
        """
        self.asked += 1
        place: Hashable = id(at.node) if part is None else (id(at.node), part)
        positive = not isinstance(key, Not)
        plain = key if positive else negated(key)
        return self._answer(plain, place, prefer == positive, explore, (at, positive)) == positive

    def assume(self, key: Key, truth: bool, at: Site) -> None:
        """From here on the condition has this answer, unless it already got one."""
        positive = not isinstance(key, Not)
        plain = key if positive else negated(key)
        if plain not in self._answers:
            self._remember(plain, Decision(id(at.node), truth == positive))

    def differs(self, key: Key, other: float = 0) -> bool | None:
        """Whether a number that cannot be known is another one, by the branches taken so far."""
        answers = ((condition, decision.answer) for condition, decision in self._answers.items())
        return settled.differs(answers, key, other)

    def took(self, at: Site) -> None:
        """Notes that the run went the way that answering False at this place would have led."""
        if self.exploring:
            self.decisions.append(Decision(id(at.node), False, {id(at.node): False}, at=(at, False)))

    def _answer(
        self, key: Key, place: Hashable, prefer: bool, explore: bool, asked: tuple[Site, bool]
    ) -> bool:
        decision = self._answers.get(key)
        if decision is None:
            implied = self._implied(key)
            if implied is not None:
                return implied
            answer = self.wanted.get(place, prefer) if self.exploring else prefer
            decision = Decision(place, answer, group=self.group, at=(asked[0], answer == asked[1]))
            self._remember(key, decision)
            if self.exploring:
                self.decisions.append(decision)
        decision.uses[place] = decision.uses.get(place, False) or explore
        return decision.answer

    def _remember(self, key: Key, decision: Decision) -> None:
        self._answers[key] = decision
        operands = _equality(key)
        if operands is not None and decision.answer:
            self._equal[operands[0]] = operands[1]

    def _implied(self, key: Key) -> bool | None:
        """What earlier answers say about a condition that was never asked as such.

        A value that was found equal to one constant equals no other, and is as true as that
        constant; one that was found true is neither None nor another false constant.
        """
        if key in self._equal:
            return bool(self._equal[key].value)
        operands = _equality(key)
        if operands is None:
            return None
        value, constant = operands
        if value in self._equal:
            return self._equal[value].value == constant.value
        known = self._answers.get(value)
        if known is not None and known.answer and not constant.value:
            return False
        return None


def _equality(key: Key) -> tuple[Key, Constant] | None:
    """The operands of a key that says "this value equals this constant"."""
    match key:
        case Operation("==", (value, Constant() as constant)):
            return value, constant
    return None


class _Side(NamedTuple):
    """A side of a branch that no run has taken yet, and the answers that lead there.

    at: where it is asked; again: a run that should have taken it, and others, did not come by.
    """

    side: tuple[Hashable, bool]
    vector: Vector
    group: str
    at: Site | None
    promising: bool = False
    again: bool = False


class Exploration:
    """Chooses the runs of one root: until each side of each branch was taken, at most `limit`.

    Order is first asked, first explored, but that promising rungs of ladders go before. One run takes several
    sides at once when more are open than runs are left, when they are in parts that share nothing, or, while
    nothing has happened, all that one run can take: if then something does, each of them gets its own run.
    """

    def __init__(self, limit: int = MAX_RUNS) -> None:
        self._left = limit
        self._taken: set[tuple[Hashable, bool]] = set()
        self._tried: set[tuple[Hashable, bool]] = set()
        self._open: list[_Side] = [_Side((None, True), {}, "", None)]
        # What the next run is to take, or the last one was; whether that was all there is, as all was idle.
        self._chosen: list[_Side] = []
        self._was_idle = False
        # What the last run has opened.
        self._opened: list[_Side] = []

    def next(self, idle: bool = False) -> Vector | None:
        """The answers for the next run; None when there is nothing more to see.

        Args:
            idle: whether no run of this root has made or done anything yet that the library knows.
        """
        together = self._chosen if len(self._chosen) > 1 else []
        # While all is idle, a run that came by some of its sides may have left before the others.
        came_by = idle and any(side.side in self._taken for side in together)
        if self._was_idle and not idle and together:
            self._take_back(together)
        self._open += [side._replace(again=not came_by) for side in together if came_by or not side.again]
        self._open = [side for side in self._open if side.side not in self._taken]
        self._chosen = []
        if not self._open or self._left == 0:
            return None
        count = len(self._open) if idle else -(-len(self._open) // self._left)
        self._left -= 1
        self._was_idle = idle
        self._chosen, vector = self._choose(count)
        return vector

    def _take_back(self, together: list[_Side]) -> None:
        """Each of these sides, which did something together, gets its own run.

        So does what opened behind them, which may be another thing behind one of them alone.
        """
        opened = {side.side for side in self._opened}
        self._taken.difference_update(side.side for side in together)
        self._tried -= opened
        self._open = [side for side in self._open if side.side not in opened]

    def unseen(self) -> list[Site]:
        """Where branches are of which a side was never taken, when there are no runs left."""
        left = [*self._open, *self._chosen]
        sites = {id(s.at.node): s.at for s in left if s.side not in self._taken and s.at is not None}
        return list(sites.values())

    def _choose(self, count: int) -> tuple[list[_Side], Vector]:
        """The first open sides that can be taken in one run, with one of each other group; and that run."""
        chosen: list[_Side] = []
        left: list[_Side] = []
        vector: Vector = {}
        groups = {""}
        for side in sorted(self._open, key=lambda side: not side.promising):
            fits = all(vector.get(place, answer) == answer for place, answer in side.vector.items())
            if fits and (len(chosen) < count or side.group not in groups):
                chosen.append(side)
                vector |= side.vector
                groups.add(side.group)
            else:
                left.append(side)
        self._open = left
        return chosen, vector

    def saw(self, vector: Vector, choices: PathDecisions) -> None:
        """Takes note of a finished run."""
        self._opened = []
        for decision in choices.decisions:
            self._taken.update((place, decision.answer) for place in decision.uses)
        for decision in choices.decisions:
            at = None if decision.at is None else decision.at[0]
            for place, explore in decision.uses.items():
                if not explore:
                    continue
                if decision.answer and place in choices.ladders:
                    below = _below(choices.ladders[place], {**vector, decision.first: False}, at)
                    for side in below:
                        self._add(side._replace(group=decision.group))
                wanted = {**vector, decision.first: not decision.answer}
                self._add(_Side((place, not decision.answer), wanted, decision.group, at))

    def _add(self, side: _Side) -> None:
        if side.side not in self._taken and side.side not in self._tried:
            self._tried.add(side.side)
            self._opened.append(side)
            self._open.append(side)


def _below(ladder: Ladder, vector: Vector, at: Site | None) -> Iterator[_Side]:
    """The sides of a ladder below its first one: it need not be climbed down run by run."""
    for rung in ladder.rungs[1:]:
        yield _Side((rung.place, True), {**vector, rung.place: True}, "", at, rung.promising)
        vector = {**vector, rung.place: False}
    if ladder.rest is not None:
        yield _Side((ladder.rungs[-1].place, False), vector, "", at, ladder.rest)
