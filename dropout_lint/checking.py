"""Lints a text and leaves out what is not wanted: one meaning for the command line and editors."""

from __future__ import annotations

from pathlib import Path

from dropout_lint import lint_source
from dropout_lint.config import Config
from dropout_lint.finding import Finding
from dropout_lint.source.noqa import Silence


def check_text(text: str, path: str | Path, config: Config, *, noqa: bool = True) -> list[Finding]:
    """The findings to report of a Python program.

    Args:
        text: the program.
        path: how findings name it; it is not opened.
        config: how to lint it, which rules speak, and where they do not.
        noqa: comments silence findings.

    Returns:
        the findings in the order of their places.

    Raises:
        SyntaxError: the text is not Python.
        ValueError: the settings name no Keras version.
    """
    findings = lint_source(text, str(path), config.settings)
    return wanted(findings, {0: text}, path, config, noqa=noqa)


def wanted(
    findings: list[Finding], texts: dict[int, str], path: str | Path, config: Config, *, noqa: bool = True
) -> list[Finding]:
    """The findings of a file that its configuration and its comments leave.

    Args:
        findings: of one file.
        texts: its text under 0, or those of a notebook's code cells under their numbers.
        path: the file.
        config: its configuration.
        noqa: comments silence findings.
    """
    findings = [finding for finding in findings if config.wants(finding.code, path)]
    if not noqa or not findings:
        return findings
    silences = {cell: Silence(text) for cell, text in texts.items()}
    if any(silence.whole_file for silence in silences.values()):
        return []
    return [f for f in findings if not silences[f.place.cell].covers(f.place.line, f.code)]
