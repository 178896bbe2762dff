"""Changes of a text and columns in the editor's units."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types

from dropout_lint.language_server.text import changed, split_lines, units

ENCODINGS = ("utf-8", "utf-16", "utf-32")
TEXTS = st.text(st.sampled_from(["a", "é", "🎉", "\n", "\r", "\f", "\u2028", " "]), max_size=20)


def position(text: str, offset: int, encoding: str) -> types.Position:
    """Where an offset is, found by walking the text once."""
    line = column = 0
    for index, character in enumerate(text[:offset]):
        if character == "\n" or (character == "\r" and text[index + 1 : index + 2] != "\n"):
            line, column = line + 1, 0
        else:
            column += units(character, encoding)
    return types.Position(line, column)


@settings(deadline=None)
@given(
    text=TEXTS,
    new=TEXTS,
    ends=st.tuples(st.integers(0, 20), st.integers(0, 20)),
    encoding=st.sampled_from(ENCODINGS),
)
def test_a_change_replaces_its_range(text: str, new: str, ends: tuple[int, int], encoding: str) -> None:
    start, end = sorted(min(offset, len(text)) for offset in ends)
    if any(text[offset - 1 : offset + 1] == "\r\n" for offset in (start, end)):
        return  # no position is between the two
    range = types.Range(position(text, start, encoding), position(text, end, encoding))
    change = types.TextDocumentContentChangePartial(range, new)
    assert changed(text, change, encoding) == text[:start] + new + text[end:]


def test_a_change_without_a_range_is_the_whole_text() -> None:
    assert changed("old", types.TextDocumentContentChangeWholeDocument("new"), "utf-16") == "new"


@pytest.mark.parametrize(("encoding", "size"), [("utf-8", 4 + 2 + 1), ("utf-16", 2 + 1 + 1), ("utf-32", 3)])
def test_units(encoding: str, size: int) -> None:
    assert units("🎉éa", encoding) == size


def test_only_line_ends_end_lines() -> None:
    assert split_lines("a\fb\u2028c\r\nd\re\nf") == ["a\fb\u2028c\r\n", "d\r", "e\n", "f"]


def test_past_the_end_counts_as_the_end() -> None:
    far = types.Range(types.Position(0, 99), types.Position(9, 9))
    assert changed("ab\ncd", types.TextDocumentContentChangePartial(far, "!"), "utf-16") == "ab!"
