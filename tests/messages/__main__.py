"""Writes messages.txt."""

from tests.messages.programs import RECORD, told

RECORD.write_text(told(), encoding="utf-8")
