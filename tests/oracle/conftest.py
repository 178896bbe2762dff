"""The warm Kerases of the oracle's own tests."""

from collections.abc import Iterator

import pytest

from tests.oracle import Oracle, available
from tests.oracle.kerases import CHOICES


# One for all files: a Keras takes seconds to start.
@pytest.fixture(scope="package", params=CHOICES)
def oracle(request: pytest.FixtureRequest) -> Iterator[Oracle]:
    # Keras 2 and 3.15 must be there; only the nightly may have left the index.
    if request.param == "3.16" and not available(request.param):
        pytest.skip(f"Keras {request.param} cannot be had here")
    with Oracle(request.param) as running:
        yield running
