"""Patterns of .gitignore: what git says of them, in a time that no pattern can stretch."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from dropout_lint.source.discover import SUFFIXES, discover
from dropout_lint.source.ignoring import Patterns, _Glob, lines_of, patterns_of

# Of what patterns and names are drawn: what means something to git, and what stands for it in names.
PARTS = [
    *("a", "a", "a", "b", "b", "c", ".py", ".py", "a.py", "é", "!", "#", "-", "]"),
    *("*", "*", "?", "??", "**", "**/", "/**", "/", "/"),
    *(
        "[ab]",
        "[!a]",
        "[^b]",
        "[a-c]",
        "[c-a]",
        "[[:alpha:]]",
        "[[:nope:]]",
        "[]",
        "[",
        "[a",
        "[!]a]",
        "[a-]",
    ),
    *("[a-]", "[\\]a]", "\\", "\\*", "\\a"),
]
NAMES = ("a", "b", "ab", "c", "abc", "é", "a b", "[a", "a]", "-", "*", "\\a", "aa", "!a", "#a", "b ")


def drawn_line(draw: random.Random) -> str:
    start = draw.choice(["", "", "", "", "/", "!", "!", "**/", "\\!", "#"])
    line = start + "".join(draw.choices(PARTS, k=draw.randint(1, 5)))
    return line + draw.choice(["", "", "", "/", " ", "\\ ", "\r", "/**"])


def tree(folder: Path, draw: random.Random, depth: int = 0) -> None:
    """A folder with files and folders of the same names, and some .gitignore."""
    folder.mkdir()
    if depth == 0 or draw.random() < 0.2:
        lines = [drawn_line(draw) for _ in range(draw.randint(1, 5))]
        (folder / ".gitignore").write_bytes("\n".join(lines).encode())
    for name in draw.sample(NAMES, 4):
        (folder / f"{name}.py").touch()
    for name in draw.sample(NAMES, 2 if depth < 2 else 0):
        inside = folder / (name + draw.choice(["", ".py"]))
        if not inside.exists():
            tree(inside, draw, depth + 1)


@pytest.mark.skipif(sys.platform == "win32", reason="such names are not for Windows")
def test_drawn_patterns_mean_what_they_mean_to_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(12)
    for number in range(150):
        tree(tmp_path / f"{number}", draw)
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "-q"], check=True)
    command = ["git", "ls-files", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, capture_output=True, check=True).stdout.decode().split("\0")
    kept = {name for name in listed if name.endswith(SUFFIXES)}
    ours = {str(item) for item in discover(["."], lambda path: False)}
    assert {told(tmp_path, name) for name in sorted(kept ^ ours)} == set()
    files = sum(1 for _ in tmp_path.rglob("*.py"))
    assert len(kept) > 500
    assert files - len(kept) > 500


def told(root: Path, name: str) -> str:
    """A file that is judged in another way, and the patterns that are about it."""
    holders = [root / parent / ".gitignore" for parent in Path(name).parents if str(parent) != "."]
    return f"{name}: {[holder.read_text(encoding='utf-8') for holder in holders if holder.exists()]}"


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 40 + "b", "a" * 200),
        ("*a" * 100 + "b", "a" * 250),
        ("/" + "*a" * 40 + "b", "a" * 200),
        ("**/a/" * 30 + "b", "a/" * 500 + "a"),
        ("**/*a*a*a/" * 8 + "b", "aaaaaaaa/" * 400 + "a"),
        ("**/" * 10_000 + "b", "a/" * 1_000 + "a"),
        ("[ab]*" * 5_000 + "c", "ab" * 100),
        ("a" + "?" * 200 + "*?" * 20 + "b", "a" * 255),
    ],
)
def test_no_pattern_takes_long(pattern: str, path: str) -> None:
    """pathspec's expressions, and a search that goes back, would take till the end of the world."""
    patterns = Patterns([pattern])
    assert patterns.decide(path, False) is None
    for _ in range(20):
        assert patterns.decide(path + "/" + path, False) is None


def test_the_patterns_that_take_no_time_match() -> None:
    assert Patterns(["*a" * 40 + "b"]).decide("a" * 200 + "b", False) is True
    assert Patterns(["**/a/" * 30 + "b"]).decide("c/a/" * 30 + "b", False) is True
    assert Patterns(["**/" * 100 + "b"]).decide("b", False) is True
    assert Patterns(["**/" * 100 + "b"]).decide("a/" * 100 + "b", False) is True


def test_thousands_of_patterns_cost_no_more_than_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: those that begin or end with other letters are not looked at."""
    kinds = ("file{}.py", "gen{}_*.py", "*_pb{}.py", "src/{}/", "/old{}/*.py", "**/deep{}/x.py")
    patterns = Patterns(kind.format(n) for kind in kinds for n in range(2_000))
    asked: list[str] = []
    names = _Glob.names

    def count(glob: _Glob, text: str, is_folder: bool) -> bool:
        asked.append(text)
        return names(glob, text, is_folder)

    monkeypatch.setattr(_Glob, "names", count)
    for n in range(1_000):
        assert patterns.decide(f"package/module{n}.py", False) is None
    assert len(asked) <= 2_000
    assert patterns.decide("a/gen7_x.py", False) is True
    assert patterns.decide("a/x_pb1999.py", False) is True
    assert patterns.decide("a/deep5/x.py", False) is True
    assert patterns.decide("deep5/x.py", False) is True
    assert patterns.decide("old5/x.py", False) is True
    assert patterns.decide("src/5", True) is True
    assert patterns.decide("src/5", False) is None


def test_the_last_that_names_it_decides() -> None:
    patterns = Patterns(["*.py", "!a*.py", "ab.py", "!*b.py", "x", "/x/y"])
    told = {name: patterns.decide(name, False) for name in ("c.py", "a.py", "ab.py", "z", "x", "x/y", "y")}
    assert told == {"c.py": True, "a.py": False, "ab.py": False, "z": None, "x": True, "x/y": True, "y": None}


def test_lines_as_git_cuts_them() -> None:
    assert lines_of(b"\xef\xbb\xbfa\r\nb\x0cc\n") == ["a", "b\x0cc", ""]
    assert Patterns(lines_of(b"a \nb\\ \nc\0d")).decide("a", False) is True
    assert Patterns(["b\\ "]).decide("b ", False) is True
    assert Patterns(["b\\\\ "]).decide("b\\", False) is True
    assert Patterns(["c\0d"]).decide("c", False) is True


def test_a_setting_names_what_is_inside_of_a_folder() -> None:
    patterns = patterns_of(["third_party/", "*_pb2.py", "/docs/*.py"])
    named = [path for path in FILES if patterns.name(path)]
    assert named == ["third_party/a.py", "x/third_party/b/a.py", "x/a_pb2.py", "docs/a.py"]
    with pytest.raises(ValueError, match="more than 4 stars"):
        patterns_of(["*a*a*a*a*a"])


FILES = ("third_party/a.py", "x/third_party/b/a.py", "x/a_pb2.py", "docs/a.py", "docs/x/a.py", "a.py")
