"""The command line: it only translates arguments; `dropout_lint/commands/` does the work."""

from __future__ import annotations

import argparse
import codecs
import os
import re
import sys

from dropout_lint import __version__, argument_types, help_texts
from dropout_lint.argument_types import ERROR, PROGRAM, jobs, one_of

# As in typing, which `--version` need not wait for.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from dropout_lint.config import Overrides

# As `dropout_lint.reporters.FORMATS`, which is not imported to print a help text.
FORMATS = ("text", "concise", "json", "sarif", "github", "rdjson")
# The signs of our messages, for terminals that have no others.
_ASCII = {"–": "-", "…": "...", "≥": ">=", "×": "x"}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line.

    Args:
        argv: its arguments; None: those of the process.

    Returns:
        the exit code.
    """
    given = sys.argv[1:] if argv is None else argv
    if given and not given[0].startswith("-") and given[0] not in help_texts.COMMANDS:
        return _refused(_unknown_command(given[0]))
    arguments = parser(given).parse_args(given)
    from dropout_lint.pyproject import BaselineError, ConfigError

    codecs.register_error(PROGRAM, _in_other_signs)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a name or a sign that the terminal cannot show is no error
            stream.reconfigure(errors=PROGRAM)
    try:
        code: int = arguments.run(arguments)
        if not sys.stdout.closed:  # the language server closes it
            sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (ConfigError, BaselineError, OSError, SyntaxError) as error:
        return _refused(_said(error))
    except KeyboardInterrupt:
        return 130
    return code


def _refused(why: str) -> int:
    """Says in one line why nothing is done."""
    from dropout_lint.reporters.report import plain

    print(f"{PROGRAM}: error: {plain(why)}", file=sys.stderr)
    return ERROR


def _unknown_command(word: str) -> str:
    from dropout_lint.selection import near_miss

    hint = near_miss(word, help_texts.COMMANDS)
    if os.path.exists(word) and not hint:
        return f"no command before {word!r} (did you mean {f'{PROGRAM} check {word}'!r}?)"
    known = ", ".join(help_texts.COMMANDS)
    return f"no command {word!r}{hint or f' (there are {known})'}"


def _in_other_signs(error: UnicodeError) -> tuple[str | bytes, int]:
    """Writes what an encoding has not: our own signs in ASCII, others as escapes."""
    if isinstance(error, UnicodeEncodeError) and (sign := error.object[error.start]) in _ASCII:
        return _ASCII[sign], error.start + 1
    return codecs.backslashreplace_errors(error)


def _said(error: Exception) -> str:
    """An error in one line, with the file and the line that it is about."""
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return f"{error.filename}: {error.strerror}"
    if isinstance(error, SyntaxError) and error.filename and error.msg:
        return f"{error.filename}:{error.lineno or 1}: cannot be parsed: {error.msg}"
    return str(error)


def parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    """The parser for these arguments: only the sub-commands named in them know their own.

    argparse takes as long to declare all of them as to be imported.
    """
    top = argument_types.Parser(prog=PROGRAM, description=help_texts.DESCRIPTION, epilog=help_texts.EPILOG)
    top.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for name, (summary, description, epilog) in help_texts.COMMANDS.items():
        if name in argv:
            _ARGUMENTS[name](commands.add_parser(name, help=summary, description=description, epilog=epilog))
        else:
            commands.add_parser(name, help=summary, add_help=False)
    return top


def _add_check(check: argparse.ArgumentParser) -> None:
    _add_paths(check)
    fixes = check.add_argument_group("fixes")
    fixes.add_argument("--fix", action="store_true", help="apply safe fixes, report what is left")
    _add_fixes(fixes)
    _add_adopting(check.add_argument_group("adopting it in old code"))


def _add_adopting(old: Any) -> None:
    """The options that put up with what is found today."""
    old.add_argument(
        "--add-noqa", action="store_true", help="add a noqa comment at each finding (with --diff: show them)"
    )
    old.add_argument(
        "--noqa-reason", metavar="TEXT", default="", help="what these comments say after the codes"
    )
    old.add_argument("--write-baseline", metavar="FILE", help="note all findings in this file, report none")
    old.add_argument("--baseline", metavar="FILE", help="report only findings that this file does not hold")


def _add_fix(fix: argparse.ArgumentParser) -> None:
    _add_paths(fix)
    _add_fixes(fix.add_argument_group("fixes"))
    fix.set_defaults(fix=True)


def _add_fixes(fixes: Any) -> None:
    fixes.add_argument("--unsafe-fixes", action="store_true", help="with --fix or --diff: unsafe fixes too")
    fixes.add_argument("--diff", action="store_true", help="print what fixes would change, write nothing")


def _add_paths(check: argparse.ArgumentParser) -> None:
    """Arguments and options that `check` and `fix` share."""
    check.add_argument(
        "paths",
        nargs="*",
        default=["."],
        metavar="PATH",
        help="a file, a folder (default: this one), or - for standard input",
    )
    check.set_defaults(run=_check)
    _add_selection(check)
    files = check.add_argument_group("files")
    files.add_argument("--stdin-filename", metavar="PATH", help="how findings name standard input")
    files.add_argument(
        "--exclude",
        action="append",
        default=[],
        metavar="PATTERNS",
        type=argument_types.patterns,
        help="search no such files and folders, besides those configured: patterns of .gitignore and commas",
    )
    files.add_argument(
        "--force-exclude", action="store_true", help="leave excluded files out even if they are named"
    )
    files.add_argument("-j", "--jobs", type=jobs, metavar="N", help="processes (default: as pays)")
    files.add_argument(
        "--cache",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="use and keep results in .dropout_lint_cache (default: yes, but not in CI)",
    )
    output = check.add_argument_group("output")
    output.add_argument(
        "--output-format", type=one_of(*FORMATS), default="text", metavar="FORMAT", help=", ".join(FORMATS)
    )
    output.add_argument("--no-color", action="store_true", help="no colours; so does NO_COLOR=1")
    output.add_argument("--output-file", metavar="FILE", help="write the report there, in one step")
    output.add_argument("--statistics", action="store_true", help="count the findings of each rule instead")
    output.add_argument("-q", "--quiet", action="store_true", help="say nothing where there are no findings")
    output.add_argument("--show-settings", action="store_true", help="print the settings, lint nothing")
    output.add_argument("--exit-zero", action="store_true", help="exit with 0 even if there are findings")
    output.add_argument(
        "--verbose", action="store_true", help="say which Keras each file is judged for and why"
    )
    output.add_argument(
        "--show-unknown",
        action="store_true",
        help="say what could not be known: findings may be missed there",
    )


def _add_show(show: argparse.ArgumentParser) -> None:
    show.add_argument("path", metavar="FILE", help="a Python file or notebook")
    show.set_defaults(run=_show)
    _add_analysis(show)
    show.add_argument("--no-color", action="store_true", help="no colours; so does NO_COLOR=1")


def _add_explain(explain: argparse.ArgumentParser) -> None:
    explain.add_argument(
        "what",
        nargs="+",
        metavar="CODE|NAME|FILE:LINE",
        help="a rule's code or name, the beginning of several codes, or where a finding is",
    )
    explain.add_argument(
        "--output-format",
        type=one_of("text", "json"),
        default="text",
        metavar="FORMAT",
        help="of rules: text or json",
    )
    explain.set_defaults(run=_explain)
    explain.add_argument(
        "--run",
        dest="tried",
        action="store_true",
        help="execute a rule's examples, or a small program built for the finding, on the installed Keras",
    )
    explain.add_argument("--write", metavar="FILE", help="with --run FILE:LINE: keep that program")
    _add_analysis(explain)
    explain.add_argument("--no-color", action="store_true", help="no colours; so does NO_COLOR=1")


def _add_rules(rules: argparse.ArgumentParser) -> None:
    rules.set_defaults(run=_rules)
    rules.add_argument(
        "--output-format", type=one_of("text", "json"), default="text", metavar="FORMAT", help="text or json"
    )
    rules.add_argument("--no-color", action="store_true", help="no colours; so does NO_COLOR=1")


def _add_lsp(lsp: argparse.ArgumentParser) -> None:
    lsp.set_defaults(run=_lsp)


def _add_selection(command: argparse.ArgumentParser) -> None:
    """The options that say how to lint and what to report."""
    rules = command.add_argument_group("rules (codes or prefixes, separated by commas; ALL is every rule)")
    for name, what in (
        ("--select", "report these instead of the default"),
        ("--extend-select", "report these too"),
        ("--ignore", "leave these out"),
    ):
        rules.add_argument(name, type=argument_types.codes, action="extend", metavar="CODES", help=what)
    how = _add_analysis(command)
    how.add_argument(
        "--min-confidence",
        type=argument_types.confidence,
        metavar="LEVEL",
        help="certain, likely (default) or possible: leave out findings below this level",
    )
    how.add_argument("--disable-noqa", action="store_true", help="report what noqa comments silence, too")


def _add_analysis(command: argparse.ArgumentParser) -> Any:
    """The options that say what to judge a file by."""
    how = command.add_argument_group("analysis")
    how.add_argument(
        "--keras-version",
        type=argument_types.keras_version,
        metavar="SPEC",
        help='the Keras that the code runs on: a version (2.15) or a specifier (">=3.0,<3.16"); default: '
        "what the project requires, the file hints at, is installed, else 3.0-3.15",
    )
    how.add_argument("--config", metavar="FILE", help="this pyproject.toml instead of the nearest")
    how.add_argument("--isolated", action="store_true", help="read no pyproject.toml for settings")
    return how


def _overrides(arguments: argparse.Namespace) -> Overrides:
    from pathlib import Path

    from dropout_lint.config import Overrides

    given = vars(arguments)
    select, ignore = given.get("select"), given.get("ignore")
    return Overrides(
        select=None if select is None else tuple(select),
        extend_select=tuple(given.get("extend_select") or ()),
        ignore=None if ignore is None else tuple(ignore),
        keras_version=arguments.keras_version,
        min_confidence=given.get("min_confidence"),
        file=None if arguments.config is None else Path(arguments.config),
        isolated=arguments.isolated,
        exclude=tuple(pattern for patterns in given.get("exclude") or () for pattern in patterns),
    )


def _check(arguments: argparse.Namespace) -> int:
    from dropout_lint.commands.check import Request, run

    if "-" in arguments.paths and len(arguments.paths) > 1:
        return _refused("- (standard input) stands alone")
    given = vars(arguments)
    if clash := _clash(given):
        return _refused(f"{clash} exclude each other")
    if stray := _stray_code(arguments.paths):
        return _refused(f"no such path: {stray!r} (codes are separated by commas: --select KFD101,KFD102)")
    return run(
        Request(
            paths=arguments.paths,
            overrides=_overrides(arguments),
            stdin_filename=arguments.stdin_filename,
            jobs=arguments.jobs,
            output_format=arguments.output_format,
            color=not arguments.no_color,
            noqa=not arguments.disable_noqa,
            force_exclude=arguments.force_exclude,
            exit_zero=arguments.exit_zero,
            fix=arguments.fix,
            unsafe_fixes=arguments.unsafe_fixes,
            diff=arguments.diff,
            verbose=arguments.verbose,
            show_unknown=arguments.show_unknown,
            quiet=arguments.quiet,
            statistics=arguments.statistics,
            output_file=arguments.output_file,
            show_settings=arguments.show_settings,
            add_noqa=given.get("add_noqa", False),
            noqa_reason=given.get("noqa_reason", ""),
            baseline=given.get("baseline"),
            write_baseline=given.get("write_baseline"),
            cache=arguments.cache,
        )
    )


def _stray_code(paths: Sequence[str]) -> str:
    """A path that is none, but looks like a code: `--select KFD101 KFD102`; empty if there is none."""
    codes = (path.strip(",") for path in paths if not os.path.lexists(path))
    return next((code for code in codes if re.fullmatch(r"ALL|KFD\d*", code)), "")


def _clash(given: dict[str, Any]) -> str:
    """Two options of `check` of which only one can be meant; empty if there are none."""
    ways = [name for name in ("fix", "add_noqa", "write_baseline", "baseline") if given.get(name)]
    if "-" in given["paths"]:
        ways += [name for name in ("add_noqa", "write_baseline", "baseline") if given.get(name)]
    if given["statistics"] and given["output_format"] not in ("text", "json"):
        ways += ["statistics", "output_format"]
    pair = " and ".join(f"--{name.replace('_', '-')}" for name in dict.fromkeys(ways))
    if "-" in given["paths"] and len(set(ways)) == 1 and ways != ["fix"]:
        return f"{pair} and - (standard input)"
    return pair if len(set(ways)) > 1 else ""


def _show(arguments: argparse.Namespace) -> int:
    from dropout_lint.commands.show import run

    return run(arguments.path, _overrides(arguments), color=not arguments.no_color)


def _explain(arguments: argparse.Namespace) -> int:
    from dropout_lint.commands.explain import run

    as_json = arguments.output_format == "json"
    if arguments.write is not None and not arguments.tried:
        print(f"{PROGRAM}: error: --write keeps the program of --run", file=sys.stderr)
        return ERROR
    return run(
        arguments.what,
        _overrides(arguments),
        not arguments.no_color,
        as_json,
        arguments.tried,
        arguments.write,
    )


def _rules(arguments: argparse.Namespace) -> int:
    from dropout_lint.commands.rules import run

    return run(not arguments.no_color, as_json=arguments.output_format == "json")


def _lsp(_: argparse.Namespace) -> int:
    from dropout_lint.language_server import main

    return main()


_ARGUMENTS: dict[str, Callable[[argparse.ArgumentParser], None]] = {
    "check": _add_check,
    "fix": _add_fix,
    "show": _add_show,
    "explain": _add_explain,
    "rules": _add_rules,
    "lsp": _add_lsp,
}
