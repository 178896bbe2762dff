"""`dropout-lint explain`: a rule's page, or how a finding came to be."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rich.console import Console

from dropout_lint.checking import Checked, check_file
from dropout_lint.commands.trying import NotTried, numbered, table, try_programs
from dropout_lint.config import Config, Overrides, config_for
from dropout_lint.finding import Confidence, Finding, Place
from dropout_lint.keras.behaviour import joined
from dropout_lint.reporters.frames import Mark, frame
from dropout_lint.reporters.pretty import console_for, write_heading
from dropout_lint.reporters.report import Report, problem_lines, where
from dropout_lint.rules import RULES
from dropout_lint.rules.page import codes_of, described, page_of, sentence
from dropout_lint.rules.rule import Rule
from dropout_lint.selection import CODES, EVERYTHING, NOT_ANALYSED, Selection, near_miss
from dropout_lint.source.reading import is_notebook

_NOTHING = 2
# No file has as many lines; Python refuses to make a number of thousands of digits.
_DIGITS = 18
_PLACE = re.compile(r"(?P<path>.+?):(?:cell )?(?P<numbers>\d+(?::\d+)*):?")
# What happens at a place of the story.
_STEPS = {
    "created": "The layer is made.",
    "frozen": "It is frozen. That is about its weights alone.",
    "thawed": "It is thawed.",
    "called": "It is called, or wired into a model.",
    "compiled": "The model is compiled.",
    "trained": "The model around it runs.",
    "run": "The model runs.",
    "affected": "This is what changes.",
}
_ITSELF = "This is where it begins."
_CONFIDENCE = {
    Confidence.CERTAIN: "certain: every object on the way was seen",
    Confidence.LIKELY: "likely: one step rests on an assumption",
    Confidence.POSSIBLE: "possible: more than one step rests on an assumption",
}


def run(
    words: Sequence[str],
    overrides: Overrides,
    color: bool = True,
    as_json: bool = False,
    tried: bool = False,
    write: str | None = None,
) -> int:
    """Explains codes, given by themselves, by their beginning or by a rule's name, or the findings on lines.

    Raises:
        ConfigError: a pyproject.toml cannot be meant.
    """
    if as_json:
        return _as_json(words)
    if tried:
        return max(_try(word, overrides, write) for word in words)
    console = console_for(sys.stdout, color)
    return max(_explain_word(word, overrides, console) for word in words)


def _try(word: str, overrides: Overrides, write: str | None) -> int:
    """A rule's examples, or a small program for a finding, executed: what the layers did."""
    place = _PLACE.fullmatch(word)
    if place is not None:
        return _try_findings(place, overrides, write)
    if not codes_of(word):
        hint = near_miss(word.upper(), CODES)
        return _nothing(f"{word!r} is no rule{hint}, and no FILE:LINE: --run takes these")
    if write is not None:
        return _nothing("--write keeps the program of a finding: it needs FILE:LINE")
    for rule in (rule for rule in RULES if rule.code in codes_of(word)):
        _try_rule(rule)
    return 0


def _try_rule(rule: Rule) -> None:
    print(f"{rule.code} {rule.name} ({sentence(rule.summary)} Keras: {rule.kerases})")
    try:
        told = [
            "\n".join((f"Keras {seen['keras']}:", *table(seen)))
            for seen in try_programs((rule.wrong, rule.right))
        ]
    except NotTried as reason:
        told = [f"Not executed: {reason}."] * 2
    for title, text, what in zip(("wrong", "right"), (rule.wrong, rule.right), told, strict=True):
        print(f"\n--- {title}\n{numbered(text)}\n\n{what}")
    print()


def _try_findings(place: re.Match[str], overrides: Overrides, write: str | None) -> int:
    from dropout_lint.commands.reproducing import show

    found = _findings_on(place, overrides)
    if isinstance(found, int):
        return found
    print(*show(place["path"], found[0], found[1], write), sep="\n", end="")
    return 0


def _as_json(words: Sequence[str]) -> int:
    for word in words:
        if not codes_of(word):
            return _nothing(f"{word!r} is no rule{near_miss(word.upper(), CODES)}: places have no JSON here")
    codes = dict.fromkeys(code for word in words for code in codes_of(word))
    json.dump([described(code) for code in codes], sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
    return 0


def _explain_word(what: str, overrides: Overrides, console: Console) -> int:
    place = _PLACE.fullmatch(what)
    if place is not None:
        return _explain_line(place, overrides, console)
    pages = [page for code in codes_of(what) if (page := page_of(code)) is not None]
    if not pages and os.path.isfile(what):
        number = "CELL:LINE" if is_notebook(what) else "LINE"
        return _nothing(f"which finding? Say {what}:{number}; `dropout-lint check {what}` lists them")
    if not pages:
        known = [*CODES, *(str(described(code)["name"]) for code in CODES)]
        hint = near_miss(what.upper(), CODES) or near_miss(what.lower(), known)
        several = ": codes are separated by blanks" if "," in what else ""
        return _nothing(f"{what!r} is neither a rule nor FILE:LINE{several or hint}")
    for page in pages:
        if console.is_terminal:
            from rich.markdown import Markdown

            console.print(Markdown(page))
        else:
            console.out(page, end="\n" if page is not pages[-1] else "")
    return 0


def _explain_line(place: re.Match[str], overrides: Overrides, console: Console) -> int:
    found = _findings_on(place, overrides)
    if isinstance(found, int):
        return found
    reported = check_file(place["path"], config_for(place["path"], overrides)).findings
    for finding in found[0]:
        _explain(finding, finding in reported, console)
    return 0


def _findings_on(place: re.Match[str], overrides: Overrides) -> tuple[list[Finding], Config] | int:
    """The findings at FILE:LINE, and the configuration that they were found by; else the exit code."""
    path, numbers = place["path"], [int(number[:_DIGITS]) for number in place["numbers"].split(":")]
    is_cell = path.endswith(".ipynb") and len(numbers) > 1
    cell, line = numbers[:2] if is_cell else (0, numbers[0])
    config = _everything(config_for(path, overrides))
    everything = check_file(path, config, noqa=False)
    if everything.problem is not None:
        print(*problem_lines([everything.problem]), sep="\n", file=sys.stderr)
        return _NOTHING
    chosen = _chosen(everything, cell, line)
    if not chosen:
        others = ", ".join(where(finding.place) for finding in everything.findings)
        return _nothing(f"no finding there{f'; there is one at {others}' if others else ' or in the file'}")
    return chosen, config


def _everything(config: Config) -> Config:
    """The configuration with nothing left out."""
    selection = Selection(select=(EVERYTHING,))
    settings = replace(config.settings, min_confidence=Confidence.POSSIBLE, opt_in=selection.opt_in())
    return replace(config, settings=settings, selection=selection, per_file_ignores=())


def _chosen(checked: Checked, cell: int, line: int) -> list[Finding]:
    """The findings at a place; if there are none, those whose story leads through it."""

    def on(place: Place) -> bool:
        return (place.path, place.cell) == (checked.path, cell) and place.line <= line <= place.end_line

    at = [finding for finding in checked.findings if on(finding.place)]
    return at or [f for f in checked.findings if any(on(related.place) for related in f.related)]


def _explain(finding: Finding, reported: bool, console: Console) -> None:
    """One finding: the story step by step, the reason, and how sure it is."""
    report = Report([])
    write_heading(finding, console)
    story = [(_STEPS.get(related.role, related.role), related.place) for related in finding.related]
    if finding.place not in (place for _, place in story):
        story.insert(0, (_ITSELF, finding.place))
    for number, (step, at) in enumerate(story, 1):
        console.print(f"\n{number}. {where(at)}: {step}", style="bold")
        mark = Mark(at, "", at == finding.place)
        for text in frame([mark], report, console.width):
            console.print(text, soft_wrap=True)
    for paragraph in _paragraphs(finding, reported):
        console.print(f"\n{paragraph}", soft_wrap=not console.is_terminal)
    console.print()


def _paragraphs(finding: Finding, reported: bool) -> Iterator[str]:
    rule = next((rule for rule in RULES if rule.code == finding.code), None)
    if rule is not None:
        yield f"Why: {' '.join(rule.why.split())}"
    if finding.cure:
        yield f"Here: {finding.cure}."
    if rule is not None:
        yield f"Cure: {' '.join(rule.cure.split())}"
    if finding.kerases:
        yield f"It holds for Keras {joined(finding.kerases)}, and is {_CONFIDENCE[finding.confidence]}."
    if not reported:
        yield "`dropout-lint check` does not report it: it is switched off, silenced, or not sure enough."
    if finding.code != NOT_ANALYSED:
        yield f"`dropout-lint explain {finding.code}` is the page of the rule."


def _nothing(why: str) -> int:
    print(f"dropout-lint: error: {why}", file=sys.stderr)
    return _NOTHING
