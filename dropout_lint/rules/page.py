"""A rule's page as Markdown: what `explain` prints, SARIF carries and editors show."""

from __future__ import annotations

from dataclasses import asdict

from dropout_lint import address
from dropout_lint.rules import RULES
from dropout_lint.rules.notices import NOTICES, Notice
from dropout_lint.rules.rule import Rule
from dropout_lint.selection import FAMILY

_PARTS = ("name", "summary", "kerases", "why", "wrong", "right", "cure", "limits", "evidence")


def page(rule: Rule) -> str:
    """The page of a rule."""
    default = "on" if rule.default else f"off; `--extend-select={rule.code}` switches it on"
    return f"""\
# {rule.code} {rule.name}

{sentence(rule.summary)}

Keras: {rule.kerases}. Default: {default}.

## Why it matters

{rule.why.strip()}

## Wrong

```python
{rule.wrong.strip()}
```

## Right

```python
{rule.right.strip()}
```

## Cure

{rule.cure.strip()}

## Limits

{rule.limits.strip()}

## Evidence

{rule.evidence.strip()}
"""


def _notice(notice: Notice) -> str:
    return f"""\
# {notice.code} {notice.name}

{sentence(notice.summary)}

Keras: all. Default: off; `--extend-select={notice.code}` switches it on.

## Why it matters

{notice.why}

## Cure

{notice.cure}
"""


def page_of(code: str) -> str | None:
    """The page of the rule with this code; None if there is no such rule."""
    notice = next((notice for notice in NOTICES if notice.code == code), None)
    if notice is not None:
        return _notice(notice)
    return next((page(rule) for rule in RULES if rule.code == code), None)


def sentence(text: str) -> str:
    """A summary as a sentence; what it begins with may be code."""
    first = text.split()[0]
    return f"{text if '=' in first or '(' in first else text[0].upper() + text[1:]}."


def codes_of(word: str) -> list[str]:
    """The codes that a word means: a code, the beginning of some ("KFD1"), or a rule's name."""
    rows = [(rule.code, rule.name) for rule in RULES] + [(n.code, n.name) for n in NOTICES]
    named = [code for code, name in rows if name == word.lower()]
    begun = word.upper()
    return named or [code for code, _ in rows if len(begun) >= len(FAMILY) and code.startswith(begun)]


def described(code: str) -> dict[str, object]:
    """What is known of a code, for programs: the parts of its page."""
    notice = next((notice for notice in NOTICES if notice.code == code), None)
    link = {"url": address.rules()} if address.rules() else {}
    if notice is not None:
        return {**asdict(notice), "kerases": "all", "default": False, **link}
    rule = next(rule for rule in RULES if rule.code == code)
    texts = {part: getattr(rule, part).strip() for part in _PARTS}
    return {"code": rule.code, **texts, "default": rule.default, **link}
