"""Fixtures that the tests share: one warm Keras of each kind, and what ran."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests import drawn
from tests.oracle import Oracle, available

_ran: dict[str, str] = {}


class Kerases:
    """The oracles, started when first asked for."""

    def __init__(self) -> None:
        self._running: dict[str, Oracle] = {}

    def get(self, keras: str) -> Oracle:
        """The oracle of one Keras. Keras 2 and 3.15 must be there; the 3.16 nightly may be gone."""
        if keras not in self._running:
            if keras == "3.16" and not available(keras):
                pytest.skip(
                    "the Keras 3.16 nightly is no longer on the index; its recorded tables are compared"
                )
            self._running[keras] = Oracle(keras)
            _ran[keras] = self._running[keras].version
        return self._running[keras]

    def close(self) -> None:
        for oracle in self._running.values():
            oracle.close()


@pytest.fixture(scope="session")
def kerases() -> Iterator[Kerases]:
    started = Kerases()
    yield started
    started.close()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of `tests.drawn`."""
    drawn.add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Settles which tests run, and that what they check leaves nothing behind, as in CI."""
    os.environ.setdefault("CI", "true")
    drawn.configure(config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks what cannot run without Keras, and leaves out what is not drawn."""
    for item in items:
        if "kerases" in getattr(item, "fixturenames", ()):
            item.add_marker("keras")
    drawn.select(config, items)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says which versions ran."""
    versions = ", ".join(f"Keras {name}: {version}" for name, version in sorted(_ran.items()))
    terminalreporter.write_line(f"Keras versions that ran: {versions or 'none'}")
    terminalreporter.write_line(drawn.summary())


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
