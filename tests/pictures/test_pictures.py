"""README's pictures show what the command line prints."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from tests.pictures import FOLDER, PICTURES, README, draw, text_of


@pytest.mark.parametrize("name", PICTURES)
def test_the_picture_is_of_this_program(name: str) -> None:
    svg = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    stored = text_of(svg)
    assert ElementTree.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
    assert text_of(draw(name)) == stored, "run `python -m tests.pictures`"
    assert len("".join(stored)) > 200


def test_readme_shows_them_all() -> None:
    text = README.read_text(encoding="utf-8")
    for name in PICTURES:
        assert f"](tests/pictures/{name}.svg)" in text
    assert text.count("](tests/pictures/") == len(PICTURES) == len(list(FOLDER.glob("*.svg")))
