"""Which rules speak: codes and their prefixes, as users of flake8 and ruff write them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

FAMILY = "KFD"
NOT_ANALYSED = "KFD900"
UNUSED_NOQA = "KFD901"
EVERYTHING = "ALL"
# Whoever only reads arguments must not wait for the rules themselves.
# <codes: written by `python -m tests.rules_table`>
_OF_RULES = (
    "KFD101",
    "KFD102",
    "KFD103",
    "KFD104",
    "KFD105",
    "KFD106",
    "KFD107",
    "KFD108",
    "KFD201",
    "KFD202",
    "KFD203",
    "KFD204",
    "KFD205",
    "KFD206",
    "KFD207",
    "KFD208",
    "KFD209",
    "KFD301",
    "KFD302",
    "KFD303",
    "KFD304",
    "KFD305",
    "KFD306",
)
_OFF_BY_DEFAULT = (
    "KFD105",
    "KFD107",
    "KFD208",
    "KFD209",
)
# <end of codes>
CODES = (*_OF_RULES, NOT_ANALYSED, UNUSED_NOQA)
# Off unless asked for by more than the bare family prefix.
OPT_IN = (*_OFF_BY_DEFAULT, NOT_ANALYSED, UNUSED_NOQA)


@dataclass(frozen=True, slots=True)
class Selection:
    """What is reported and what is not; the longer prefix decides, and for equal ones `ignore`.

    Args:
        select: the prefixes to report; "ALL" is every rule, those off by default too.
        extend_select: more of them.
        ignore: the prefixes to leave out.
    """

    select: tuple[str, ...] = (FAMILY,)
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def wants(self, code: str) -> bool:
        """Whether findings with this code are reported."""
        chosen = (*self.select, *self.extend_select)
        selected = _longest(chosen, code)
        if selected is None or (code in OPT_IN and code not in named(chosen)):
            return False
        ignored = _longest(self.ignore, code)
        return ignored is None or len(ignored) < len(selected)

    def opt_in(self) -> frozenset[str]:
        """The rules that are on although they are off by default."""
        return frozenset(code for code in OPT_IN if self.wants(code))


def named(prefixes: Iterable[str]) -> frozenset[str]:
    """The opt-in codes that these prefixes ask for: the bare family prefix asks for none."""
    prefixes = list(prefixes)
    if EVERYTHING in prefixes:
        return frozenset(OPT_IN)
    longer = tuple(p for p in prefixes if p.startswith(FAMILY) and len(p) > len(FAMILY))
    return frozenset(code for code in OPT_IN if longer and code.startswith(longer))


def parse_codes(text: str | Iterable[str]) -> tuple[str, ...]:
    """Codes and prefixes from a list, or from text that separates them by commas or blanks.

    Raises:
        ValueError: one of them begins no code of dropout-lint.
    """
    parts = text.replace(",", " ").split() if isinstance(text, str) else list(text)
    for part in parts:
        if not part or (part != EVERYTHING and not any(code.startswith(part) for code in CODES)):
            raise ValueError(f"no rule's code begins with {part!r}{_meant(part)}")
    return tuple(parts)


def _meant(word: str) -> str:
    """A hint at the code that was probably meant: misspelled, or given by its rule's name."""
    from dropout_lint.rules.page import codes_of

    named = codes_of(word)
    return f" (did you mean {named[0]!r}?)" if len(named) == 1 else near_miss(word.upper(), CODES)


def near_miss(word: str, known: Iterable[str]) -> str:
    """A hint at the known word that was probably meant; empty if none is close."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=1, cutoff=0.65)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _longest(prefixes: Iterable[str], code: str) -> str | None:
    matching = ["" if p == EVERYTHING else p for p in prefixes if p == EVERYTHING or code.startswith(p)]
    return max(matching, key=len, default=None)
