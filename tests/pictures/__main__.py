"""Draws README's pictures anew."""

from __future__ import annotations

from tests.pictures import FOLDER, PICTURES, draw

for picture in PICTURES:
    (FOLDER / f"{picture}.svg").write_text(draw(picture), encoding="utf-8")
