"""README's pictures of the terminal: real runs, drawn by rich.

`python -m tests.pictures` draws them anew.
"""

from __future__ import annotations

import html
import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

FOLDER = Path(__file__).parent
README = FOLDER.parents[1] / "README.md"
WIDTH = 100
PICTURES = {
    "check": ("check", "--keras-version=3.15", "train.py"),
    "show": ("show", "--keras-version=3.15", "train.py"),
}


def opening_program() -> str:
    """The program of README's opening example, with its imports."""
    numbered = re.search(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert numbered is not None
    lines = {int(line[:2]): line[4:] for line in numbered[1].splitlines()}
    imports = ["from tensorflow import keras", "from tensorflow.keras import layers", ""]
    return "\n".join([*imports, *(lines.get(number, "") for number in range(4, max(lines) + 1)), ""])


def draw(name: str) -> str:
    """The picture of a run, as SVG."""
    arguments = PICTURES[name]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "train.py").write_text(opening_program(), encoding="utf-8")
        environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
        environment |= {"FORCE_COLOR": "1", "COLUMNS": str(WIDTH), "TERM": "xterm-256color"}
        command = [sys.executable, "-m", "dropout_lint", *arguments]
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
    assert done.stderr == ""
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    console.print(Text.from_ansi(done.stdout), soft_wrap=True)
    return console.export_svg(title=f"dropout-lint {name} train.py", unique_id=f"dropout-lint-{name}")


def text_of(svg: str) -> list[str]:
    """What a picture says, whichever rich has drawn it."""
    pieces = re.findall(r"<text [^>]*>(.*?)</text>", svg, re.DOTALL)
    return [html.unescape(piece).replace("\xa0", " ").strip() for piece in pieces]
