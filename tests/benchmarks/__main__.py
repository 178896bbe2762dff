"""Runs the benchmark, or some parts of it; see the package."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks import candidates, command_line, editor, growth, projects, trees
from tests.benchmarks.figures import Figure, machine, table


def main() -> int:
    """Measures what was asked for and prints the table. 1 if a bar is missed."""
    options = _options()
    parts: dict[str, Callable[[], list[Figure]]] = {
        "a": lambda: trees.measure("a", options.rounds),
        "b": lambda: trees.measure("b", options.rounds),
        "c": lambda: candidates.measure(
            options.corpus, options.files, options.environments, options.rounds, others=options.others
        ),
        "d": growth.measure,
        "e": lambda: command_line.measure(options.rounds),
        "f": lambda: editor.measure(options.corpus),
        "g": lambda: projects.measure(options.packages, options.environments),
    }
    figures: list[Figure] = []
    for letter in options.parts or list(parts):
        figures += parts[letter]()
    print(machine())
    print(table(figures))
    return 0 if all(figure.holds for figure in figures) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=list("abcdefg"), help="parts (default: all)")
    parser.add_argument("--corpus", nargs="*", type=Path, default=[], help="more folders of Keras programs")
    parser.add_argument("--files", type=int, default=30, help="candidates of each folder (default: 30)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of whole processes (default: 3)")
    parser.add_argument("--packages", type=Path, help="keeps the packages of part g in this folder")
    parser.add_argument("--environments", type=Path, help="keeps those of other plugins in this folder")
    parser.add_argument("--no-others", dest="others", action="store_false", help="leaves other plugins out")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
