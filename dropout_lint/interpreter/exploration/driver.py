"""The runs of one program: in which order they are made, and how many steps they may take.

The module goes first, all of its runs. Then the roots have their first runs; of the others, those of
promising roots go before the rest, and those of roots that have taken little before those that took much,
until there are no steps left for their kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import Generic, TypeVar

from dropout_lint.interpreter.budget import Budget, BudgetExceeded
from dropout_lint.interpreter.exploration.paths import Exploration, PathDecisions, Vector
from dropout_lint.interpreter.exploration.states import MIN_STEPS, ModuleState, NotKept
from dropout_lint.interpreter.library import Library
from dropout_lint.interpreter.machine import Machine
from dropout_lint.interpreter.values.kinds import Class, Function, Site
from dropout_lint.source.modules import ModuleFiles
from dropout_lint.source.text import SourceFile

MODULE_STEPS = 300_000
"""Of all runs of the module."""
FIRST_STEPS = 150_000
"""Of its first run: the end of a long notebook is seen before other ways through it."""
ROOT_STEPS = 300_000
"""Of all runs of the roots after it, of which one has at most 60,000."""
IDLE_ROOTS = 15_000
"""What idle runs may have used up when a root has its first run."""
QUIET_STEPS = 4_000
"""What roots with nothing to tell may have used up when one of them has another run."""
PROMISING_STEPS = 8_000
"""The same for promising roots, where only the runs after their first ones count."""
QUIET_MODULE = 15_000
"""What all runs but the first may take of a module that had nothing to tell so far."""
TOTAL_STEPS = MODULE_STEPS + ROOT_STEPS
"""What one program under one Keras may take."""
IDLE_RUN = 10_000
"""What a run may take that has done nothing by then that the library knows. Of 1,364 runs in ten packages and
528 in 188 programs that make a layer, all made the first within 7,359 steps."""

# How idle a run was: it put something to work and there is something to tell, made something, did nothing.
TELLING, MADE, IDLE = 0, 1, 2
UNSEEN = "one side of a branch is not looked at: there are too many branches"
NO_STEPS = "one side of a branch is not looked at: too much was looked at before it"

Done = TypeVar("Done")
Names = frozenset[str]
Body = Callable[[Machine], None]


@dataclass(slots=True)
class Root:
    """A way into the program, and what its runs have shown so far.

    Args:
        name: what messages call it.
        body: what it does after the module; None: it is the module.
        number: its place among the others.
        promising: whether its text makes it likely that it has something to tell.
        runs: how many it has had.
        idleness: the least of them.
        first, steps: what the first of them took, and all others.
    """

    name: str
    body: Body | None
    number: int
    promising: bool = False
    exploration: Exploration = field(default_factory=Exploration)
    runs: int = 0
    idleness: int = IDLE
    first: int = 0
    steps: int = 0

    @property
    def has_had_enough(self) -> bool:
        """Whether it is a module that has taken all that it may with nothing to tell."""
        return self.body is None and self.idleness != TELLING and self.steps > QUIET_MODULE

    def next(self) -> Vector | None:
        """The answers for its next run; None when there is none worth it."""
        if self.has_had_enough:
            return None
        return self.exploration.next(self.body is not None and self.idleness == IDLE)

    def turn(self) -> tuple[bool, bool, int, int]:
        """When its next run is due: the least first."""
        waits = not self.promising and self.idleness != TELLING
        return self.runs > 0, waits, self.first + self.steps, self.number


@dataclass(slots=True)
class Driver(Generic[Done]):
    """The runs of one file, and what they found to be used.

    Args:
        file: the program.
        library_factory: makes the library of one run, given the way that it takes.
        finish: is handed the machine of each run when it is over.
        files: the project's own modules.
    """

    file: SourceFile
    library_factory: Callable[[PathDecisions], Library]
    finish: Callable[[Machine], Done]
    files: ModuleFiles | None
    steps_left: int = MODULE_STEPS
    called: set[int] = field(default_factory=set)
    definitions: dict[int, Function | Class] = field(default_factory=dict)
    # What the module is asked for by the roots after it; None: anything.
    asked: Names | None = None
    # What runs of roots with nothing to tell have taken, without the module before; those of them that were
    # not the first of a root; and idle ones.
    _quiet: int = 0
    _quiet_later: int = 0
    _idle: int = 0
    _state: ModuleState | None = None
    _kept: bool = True
    _done: list[tuple[tuple[int, int], Done]] = field(default_factory=list)

    def explore_module(self) -> None:
        """Makes all runs of the module."""
        root = Root("<module>", None, 0)
        vector = root.next()
        while vector is not None and self.steps_left > 0:
            vector = self._explore(root, vector)

    def explore(self, roots: Iterable[tuple[str, Body, bool]], whole: bool = True) -> None:
        """Makes the runs of the roots after the module, as far as the steps go.

        Args:
            roots: their names, what each of them does after the module, and whether it is promising.
            whole: whether these are all that are worth it.
        """
        self.steps_left = ROOT_STEPS
        made = [Root(name, body, number, hope) for number, (name, body, hope) in enumerate(roots, 1)]
        pending = [(root.turn(), root, root.next() or {}) for root in made]
        heapify(pending)
        left: list[Root] = []
        while pending:
            _, root, vector = heappop(pending)
            if not self._may_run(root):
                left.append(root)
            elif (following := self._explore(root, vector)) is not None:
                heappush(pending, (root.turn(), root, following))
        never = not whole or any(root.runs == 0 for root in left)
        unseen = [at for root in left for at in root.exploration.unseen() if root.runs]
        if never or unseen:
            self._close(never, unseen, len(made) + 1)

    def _may_run(self, root: Root) -> bool:
        """Whether there are steps for the next run of a root."""
        if self.steps_left <= 0:
            return False
        if root.runs == 0:
            return self._idle < IDLE_ROOTS
        if root.idleness == TELLING:
            return True
        return self._quiet_later < PROMISING_STEPS if root.promising else self._quiet < QUIET_STEPS

    def results(self) -> list[Done]:
        """What `finish` made of the runs: root by root, and in the order in which those of one were made."""
        return [one for _, one in sorted(self._done, key=lambda done: done[0])]

    def _explore(self, root: Root, vector: Vector) -> Vector | None:
        """Makes a run of a root. Returns the answers for its next one, if there is to be one."""
        before = self.steps_left
        machine, did = self._run(root, vector)
        root.exploration.saw(vector, machine.choices)
        root.idleness = min(root.idleness, did)
        if root.runs == 0:
            root.first = before - self.steps_left
        else:
            root.steps += before - self.steps_left
        root.runs += 1
        following = root.next()
        for at in root.exploration.unseen() if following is None else ():
            machine.note(NO_STEPS if root.has_had_enough else UNSEEN, at)
        if root.body is None:
            self._learn(machine)
        self._done.append(((root.number, root.runs), self.finish(machine)))
        return following

    def _run(self, root: Root, vector: Vector) -> tuple[Machine, int]:
        """Makes one run. Returns its machine, and how idle it was; see `Root`."""
        budget = Budget() if root.body is not None or vector else Budget(FIRST_STEPS)
        budget.steps = given = min(budget.steps, self.steps_left)
        machine = self._new(vector, budget) if self._state is None else self._state.copy(budget)
        machine.root = root.name
        machine.choices.wanted = vector
        before, begin = (0, 0), given
        ended = True
        try:
            if self._state is None:
                machine.choices.exploring = root.body is None
                machine.run_module(self.asked)
            else:
                budget.step(self._state.cost)
            if root.body is not None:
                self._keep(machine, given - budget.steps)
                machine.choices.exploring = True
                before = machine.library.work()
                begin = budget.steps
                budget.keep_back(IDLE_RUN, lambda: machine.library.work() != before)
                root.body(machine)
        except BudgetExceeded as exceeded:
            machine.note(f"given up: {exceeded}", machine.here)
            ended = False
        except RecursionError:
            machine.note("given up: nested too deep", machine.here)
            ended = False
        left = max(budget.left, 0)
        self.steps_left -= given - left
        did = _idleness(machine.library, before, ended)
        if root.body is not None:
            self._charge(root, did, begin - left)
        return machine, did

    def _charge(self, root: Root, did: int, steps: int) -> None:
        """Adds up what the run of a root took, by what it and those before it did."""
        if TELLING not in (did, root.idleness):
            self._quiet += steps
            self._quiet_later += steps if root.runs else 0
        self._idle += steps if did == IDLE else 0

    def _new(self, vector: Vector, budget: Budget) -> Machine:
        choices = PathDecisions(vector)
        return Machine(self.file, self.library_factory(choices), choices, budget, self.files)

    def _keep(self, machine: Machine, steps: int) -> None:
        """Keeps the state of the module for the runs to come, if it was dear to come by."""
        if self._state is None and self._kept and steps >= MIN_STEPS:
            try:
                self._state = ModuleState(machine, steps)
            except NotKept:
                self._kept = False

    def _learn(self, machine: Machine) -> None:
        """What a run of the module defines and calls."""
        self.called |= machine.called
        for definition in machine.definitions:
            self.definitions.setdefault(id(definition.node), definition)

    def _close(self, never: bool, unseen: Iterable[Site], number: int) -> None:
        """Notes what there were no steps for, in a run of nothing."""
        machine = self._new({}, Budget())
        if never:
            machine.note("more functions than one file may have analysed on their own", machine.here)
        for at in unseen:
            machine.note(NO_STEPS, at)
        self._done.append(((number, 0), self.finish(machine)))


def _idleness(library: Library, before: tuple[int, int], ended: bool) -> int:
    """How idle a run was, by what had been done before it.

    Of one that was given up while it made things, nobody knows what it had to tell.
    """
    made, used = library.work()
    if (made, used) == before:
        return IDLE
    return TELLING if not ended or (used > before[1] and library.is_telling()) else MADE
