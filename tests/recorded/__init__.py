"""Tables of every fixture under the Keras 3.16 nightly, recorded by `python -m tests.record_nightly`."""

from pathlib import Path

RECORDED = Path(__file__).resolve().parent
