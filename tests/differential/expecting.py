"""Which codes a program deserves, judged by Keras' own table alone.

Sites cannot be observed; a group of codes is expected somewhere in the program ("must"), nowhere
("never"), or the table does not decide ("may").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dropout_lint.rules import codes_that
from dropout_lint.rules.claim import OF_FROZEN_PARTS, Claim
from tests.differential import scenario as sc
from tests.differential.case import Case
from tests.differential.source import Rendered
from tests.differential.style import OPEN_BRANCHES

ACTIVE = OF_FROZEN_PARTS
# Those that are no alarm where no frozen part is active.
_ALSO_OF_OTHERS = {Claim.FALSE_OVERRIDDEN, Claim.NOTHING_TO_FREEZE}

# What is said instead: a step that says nothing of training, whatever flag is lost in what it calls; a freeze
# of all that is trained that comes too late, so that all goes on training.
_FIRST = {"flag leaks or resets": {Claim.STEP_UNTOLD}, "frozen part active": {Claim.TRAINABLE_TOO_LATE}}

Row = dict[str, Any]


@dataclass(frozen=True)
class Observed:
    """One row of Keras' table with what the program's text says about it."""

    run: dict[str, Any]
    row: Row
    words: tuple[str, ...]
    armed: bool | None
    other: bool

    @property
    def training(self) -> bool:
        return bool(self.run["training"])

    @property
    def trained(self) -> bool:
        return any(update["updated"] for update in self.run["updates"])

    @property
    def random(self) -> bool:
        return self.row["layer"][0] not in ("BatchNormalization",)


def disagreements(
    case: Case, rendered: Rendered, keras: str, table: dict[str, Any], codes: set[str]
) -> list[tuple[str, str]]:
    """Alarms that Keras' table does not justify, and faults in it that no code reports."""
    rows = list(observed_rows(case, rendered, table))
    found = []
    groups = (
        ("frozen part active", ACTIVE, _active(rows)),
        ("flag overridden", {Claim.FALSE_OVERRIDDEN}, _overridden(rows, case, keras)),
        ("step untold", {Claim.STEP_UNTOLD}, _untold(rows, case)),
        *((claim.value, {claim}, verdict) for claim, verdict in _late(rows, case, keras)),
        ("flag lost", {Claim.FLAG_NOT_TAKEN}, _lost(rows, rendered, keras)),
        ("flag leaks or resets", {Claim.FALSE_LEAKS, Claim.NONE_RESETS}, _silenced(rows, case)),
        ("training leaks", {Claim.TRUE_LEAKS}, _disturbed(rows)),
    )
    for name, claims, verdict in groups:
        group = codes_that(claims)
        said = codes & group
        first = codes & codes_that(_FIRST.get(name, set()))
        if verdict == "must" and not said and not first:
            found.append((f"missed alarm: {name}", f"none of {sorted(group)} is reported"))
        judged = said - codes_that(_ALSO_OF_OTHERS) if claims is ACTIVE else said
        if verdict == "never" and judged and case.style.branch not in OPEN_BRANCHES:
            found.append(
                (f"false alarm: {', '.join(sorted(judged))}", f"{sorted(judged)}: no such row in Keras")
            )
    return found


def observed_rows(case: Case, rendered: Rendered, table: dict[str, Any]) -> Iterator[Observed]:
    """Every row with the flags that the program writes on its way, the entry's first."""
    for run in table["runs"]:
        other = run["run"][1] in rendered.others
        for row in run["activities"]:
            words = (_entry(case, rendered, run, other), *_written(rendered, row["route"]))
            yield Observed(run, row, words, _armed(case, rendered, row), other)


def _entry(case: Case, rendered: Rendered, run: dict[str, Any], other: bool) -> str:
    kind = run["run"][0]
    if kind == "tape":
        return "absent"
    if kind not in ("fit", "train_on_batch"):
        return "False"
    if other:
        return "True"
    if case.scenario.step in ("default", "super"):
        return "absent" if rendered.untold else "True"
    return case.scenario.step


def _written(rendered: Rendered, route: list[int]) -> list[str]:
    return [rendered.flags[line] for line in route if line in rendered.flags]


def _armed(case: Case, rendered: Rendered, row: Row) -> bool | None:
    """Whether the layer would be active if told to; None when the text does not say."""
    if row["layer"][1] in rendered.heads:
        return rendered.heads[row["layer"][1]]
    if row["layer"][0] == "BatchNormalization":
        return not row["frozen"]
    s = case.scenario
    certain = s.neutraliser in ("none", "unfreeze", "cut", "clone")
    return True if certain and all(p.rate for block in sc.blocks(s.base) for p in block.parts) else None


def _active(rows: list[Observed]) -> str:
    verdict = "never"
    for seen in rows:
        if seen.training and seen.random and seen.row["frozen"] and seen.row["active"]:
            if seen.trained and "True" not in seen.words[1:]:
                return "must"
            verdict = "may"
    return verdict


def _overridden(rows: list[Observed], case: Case, keras: str) -> str:
    """A training=False that a graph overrides; in a `call()` a leaking True can look the same."""
    verdict, in_graph = "never", case.scenario.wiring.form in ("call", "shared", "towers", "two_levels")
    for seen in rows:
        if keras != "3.15" or not seen.training or not seen.row["active"] or "False" not in seen.words[1:]:
            continue
        plain = in_graph and "True" not in seen.words[1:] and seen.run["run"][0] != "tape"
        if plain and seen.random and not seen.row["frozen"] and seen.trained and seen.armed:
            return "must"
        verdict = "may"
    return verdict


def _untold(rows: list[Observed], case: Case) -> str:
    """The program's own step says nothing of training, and a trained layer is off in it."""
    s, verdict = case.scenario, "never"
    for seen in rows:
        own = seen.run["run"][0] == "tape" or s.step == "absent"
        if not own or not seen.training or seen.other or seen.row["active"] or seen.row["frozen"]:
            continue
        verdict = "may"
        plain = s.freeze.form == "none" and s.neutraliser == "none" and len(s.runs) == 1 and not s.sequences
        if plain and seen.words == ("absent",) and seen.armed and s.wiring.form in ("call", "sequential"):
            return "must"
    return verdict


def _late(rows: list[Observed], case: Case, keras: str) -> Iterator[tuple[Claim, str]]:
    """What is set after compile(): by a callback, for a second model, or to a rate."""
    s = case.scenario
    weights = s.base.inner is None and s.base.dense != "no"
    whole = s.base.inner is None and all(part.kind in ("Dropout", "GaussianDropout") for part in s.base.parts)
    trains = weights and s.freeze.form == "none" and s.wiring.form not in ("lambda", "layer_output")
    if s.callback != "none":
        # A Lambda's function keeps the weights of what it calls from its model: no thaw reaches them.
        thawed = weights and s.freeze.form == "attribute" and s.wiring.form != "lambda"
        moves = {"freeze": trains, "thaw": thawed}.get(s.callback, False)
        first = s.callback == "first" and keras == "2"
        again = len(s.runs) > 1 or first
        yield (
            Claim.TRAINABLE_TOO_LATE,
            "must" if moves else "may" if s.callback in ("freeze", "thaw") or again else "never",
        )
        heard = [seen for seen in rows if seen.training and seen.random and seen.armed and seen.row["active"]]
        inside = s.callback == "rate" and whole and any(len(seen.row["route"]) > 2 for seen in heard)
        yield (
            Claim.RATE_TOO_LATE,
            "must" if inside and s.wiring.form == "call" else "may" if s.callback == "rate" else "never",
        )
    elif not s.neutraliser.startswith("rate"):
        yield Claim.RATE_TOO_LATE, "never"
    if keras == "2" or s.freeze.form != "keyword":
        yield Claim.NO_FREEZE, "never"
    if s.twin:
        must = keras != "2" and trains and s.step in ("default", "super") and not s.runs[0].compiled
        yield Claim.ADVERSARY_STANDS, "never" if keras == "2" else "must" if must else "may"
    else:
        yield Claim.ADVERSARY_STANDS, "never"


def _lost(rows: list[Observed], rendered: Rendered, keras: str) -> str:
    if keras == "2":
        return "never"
    if not rendered.untold:
        return "may" if any(seen.other for seen in rows) else "never"
    verdict = "never"
    for seen in rows:
        if not seen.training or seen.run["run"][0] == "tape" or seen.row["frozen"] or not seen.random:
            continue
        if seen.row["flag"] or seen.armed is False:
            continue
        if seen.words == ("absent",) and seen.armed:
            return "must"
        verdict = "may"
    return verdict


def _silenced(rows: list[Observed], case: Case) -> str:
    verdict = "never"
    for seen in rows:
        told = seen.training and ("True" in seen.words or "None" in seen.words)
        if not told or seen.row["frozen"] or seen.row["flag"]:
            continue
        plain = "True" in seen.words and "False" not in seen.words
        # `base.call(x, training=True)` may lose the flag: no rule speaks of that
        heard = seen.words[0] == "True" or case.scenario.wiring.form != "direct"
        if plain and heard and seen.armed and seen.trained and not seen.other:
            return "must"
        verdict = "may"
    return verdict


def _disturbed(rows: list[Observed]) -> str:
    verdict = "never"
    for seen in rows:
        if seen.run["run"][0] not in ("predict", "evaluate") or not seen.row["active"]:
            continue
        if "True" not in seen.words:
            return "must"
        verdict = "may"
    return verdict
