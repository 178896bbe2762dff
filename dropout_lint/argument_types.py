"""What the command line takes: its parser, and the types of its arguments, whose errors say one line."""

from __future__ import annotations

import argparse

# As in typing, which `--version` need not wait for.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

PROGRAM = "dropout-lint"
ERROR = 2


class Parser(argparse.ArgumentParser):
    """Keeps the lines of descriptions and examples; knows no abbreviated options."""

    def __init__(self, *args: Any, **keywords: Any) -> None:
        defaults = {"formatter_class": argparse.RawDescriptionHelpFormatter, "allow_abbrev": False}
        super().__init__(*args, **{**defaults, **keywords})

    def error(self, message: str) -> NoReturn:
        """One line, and where to read on."""
        from dropout_lint.reporters.report import plain

        self.exit(ERROR, f"{PROGRAM}: error: {plain(' '.join(message.split()))} (see {self.prog} --help)\n")

    def parse_known_args(self, *args: Any, **keywords: Any) -> Any:
        """Refuses what it does not know by itself, so that the options shown are those of the command."""
        found, unknown = super().parse_known_args(*args, **keywords)
        if unknown:
            from dropout_lint.selection import near_miss

            option = unknown[0].partition("=")[0]
            hint = near_miss(option, self._option_string_actions)
            self.error(f"unrecognized arguments: {' '.join(unknown)}{hint}")
        return found, unknown


def _checked(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """An argparse type whose errors say what the ValueError says."""

    def convert(text: str) -> Any:
        try:
            return parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return convert


def one_of(*names: str) -> Callable[[str], str]:
    """An argparse type for one of these words."""

    @_checked
    def convert(text: str) -> str:
        from dropout_lint.selection import near_miss

        if text not in names:
            hint = near_miss(text, names) or f" (there are {', '.join(names)})"
            raise ValueError(f"no format {text!r}{hint}")
        return text

    return convert


@_checked
def codes(text: str) -> tuple[str, ...]:
    """Codes and prefixes, separated by commas."""
    from dropout_lint.selection import parse_codes

    return parse_codes(text)


def patterns(text: str) -> tuple[str, ...]:
    """Patterns of .gitignore, separated by commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


@_checked
def keras_version(text: str) -> str:
    """A version or a specifier."""
    from dropout_lint import pyproject

    return pyproject.keras_version(text)


@_checked
def confidence(text: str) -> Any:
    """A level of confidence."""
    from dropout_lint.finding import Confidence

    return Confidence.parse(text)


@_checked
def jobs(text: str) -> int:
    """A number of processes."""
    number = int(text) if text.isdigit() else 0
    if number < 1:
        raise ValueError(f"not a number of processes: {text!r}")
    return number
