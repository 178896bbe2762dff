"""The long run; see the package."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path

from tests.differential.campaign import Campaign, done, drawn, read_log, run_all
from tests.differential.case import Case
from tests.differential.reporting import groups, report
from tests.differential.running import Outcome, judged_again
from tests.oracle import Oracle


def main() -> int:
    """Runs the programs and prints the report. 1 if anything disagrees."""
    options = _options()
    kerases = options.keras.split(",")
    outcomes = read_log(options.resume) if options.resume else []
    if options.again:
        outcomes = [judged_again(outcome) for outcome in outcomes]
        return _told(report(outcomes, {}), outcomes, options.report)
    with ExitStack() as stack:
        oracles = {keras: stack.enter_context(Oracle(keras)) for keras in kerases}
        campaign = stack.enter_context(Campaign(oracles))
        wanted = drawn(options.seed, options.count, done(outcomes, len(kerases)))
        for outcome in run_all(campaign, wanted, options.resume):
            outcomes.append(outcome)
            _progress(outcome, len(outcomes), options.count * len(kerases))
        text = report(outcomes, _smallest(campaign, outcomes, options.shrink))
    return _told(text, outcomes, options.report)


def _told(text: str, outcomes: list[Outcome], file: Path | None) -> int:
    if file is not None:
        file.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 1 if groups(outcomes) else 0


def _smallest(campaign: Campaign, outcomes: list[Outcome], count: int) -> dict[str, Case]:
    found = {}
    for group in groups(outcomes)[:count]:
        found[group.signature] = campaign.smaller(group.smallest(), group.signature)
    return found


def _progress(outcome: Outcome, number: int, total: int) -> None:
    for signature, _ in outcome.found:
        print(f"[{number}/{total}] Keras {outcome.keras}: {signature}", file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="programs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keras", default="2,3.15,3.16", help="the Kerases to execute, separated by commas")
    parser.add_argument("--resume", type=Path, help="log of outcomes, continued if it exists")
    parser.add_argument(
        "--again", action="store_true", help="execute nothing: compare the log with what the linter says now"
    )
    parser.add_argument("--report", type=Path, help="file for the report")
    parser.add_argument("--shrink", type=int, default=40, help="kinds of disagreement to simplify")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
