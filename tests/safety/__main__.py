"""Whether other Pythons say the same of all fixtures, byte by byte: `python -m tests.safety PYTHON...`.

In each of them what dropout-lint depends on must be installed, as in the environments that tox makes:
`python -m tests.safety .tox/*/bin/python`. Ends with status 1 when one says something else.
"""

from __future__ import annotations

import sys

from tests.safety.test_same_bytes import check


def main() -> int:
    """Prints each Python with its verdict."""
    usual = check("-j1", ".")
    others = [python for python in sys.argv[1:] if check("-j1", ".", python=python) != usual]
    for python in sys.argv[1:]:
        print(f"{python}: {'something else' if python in others else 'the same'}")
    return 1 if others else 0


if __name__ == "__main__":
    raise SystemExit(main())
