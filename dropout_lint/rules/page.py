"""A rule's page as Markdown: what `explain` prints, SARIF carries and editors show."""

from __future__ import annotations

from dropout_lint.rules import RULES
from dropout_lint.rules.rule import Rule
from dropout_lint.selection import NOT_ANALYSED

_NOT_ANALYSED = f"""\
# {NOT_ANALYSED} not-analysed

A file was passed over, with the reason.

Keras: all. Default: off; `--extend-select={NOT_ANALYSED}` switches it on.

## Why it matters

A file that is too large, or that the linter itself fails on, has no findings. That must not be taken for a
clean one.
"""


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


def page_of(code: str) -> str | None:
    """The page of the rule with this code; None if there is no such rule."""
    if code == NOT_ANALYSED:
        return _NOT_ANALYSED
    return next((page(rule) for rule in RULES if rule.code == code), None)


def sentence(text: str) -> str:
    """A summary as a sentence; what it begins with may be code."""
    first = text.split()[0]
    return f"{text if '=' in first or '(' in first else text[0].upper() + text[1:]}."
