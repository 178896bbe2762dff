"""Which fixes are worth to be offered: each is tried before it is made, and what came of it is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from dropout_lint.finding import Edit, Finding
from dropout_lint.language_server.analysis import Result
from dropout_lint.language_server.fixing import held, safe_edits
from dropout_lint.language_server.workers import Unanswered, Workers

_T = TypeVar("_T")


class Trials:
    """What came of trying the fixes of the newest version of each program.

    Args:
        workers: they try; each trial takes an analysis.
        log: takes a line about a trial that did not end.
    """

    def __init__(self, workers: Workers, log: Callable[[str], None]) -> None:
        self._workers = workers
        self._log = log
        self._safe: dict[str, tuple[Result, list[Edit]]] = {}
        self._held: dict[str, tuple[Result, dict[Finding, bool]]] = {}

    def known(self, result: Result) -> Mapping[Finding, bool]:
        """Whether fixes cure their findings, of those that were tried."""
        return self._of(result)

    async def held(self, result: Result, findings: Sequence[Finding]) -> Mapping[Finding, bool]:
        """Whether the fixes of these findings cure them."""
        known = self._of(result)
        if new := [finding for finding in findings if finding not in known]:
            known.update(await self._tried(result, held, dict.fromkeys(new, False), result, new))
        return known

    async def safe_edits(self, result: Result) -> list[Edit]:
        """All that is safe to fix; some editors ask at each movement of the cursor."""
        known = self._safe.get(result.program.uri)
        if known is None or known[0] is not result:
            found: list[Edit] = await self._tried(result, safe_edits, [], result)
            known = self._safe[result.program.uri] = result, found
        return known[1]

    def forget(self, uri: str) -> None:
        """A program has been closed."""
        self._safe.pop(uri, None)
        self._held.pop(uri, None)

    def _of(self, result: Result) -> dict[Finding, bool]:
        known = self._held.get(result.program.uri)
        if known is None or known[0] is not result:
            known = self._held[result.program.uri] = result, {}
        return known[1]

    async def _tried(self, result: Result, work: Callable[..., _T], otherwise: _T, *arguments: Any) -> _T:
        """What comes of trying fixes; a fix whose trial does not end is none."""
        try:
            return await self._workers.run(work, *arguments, name=result.program.uri)
        except Unanswered as why:
            self._log(f"fixes were not tried: {why}")
            return otherwise
