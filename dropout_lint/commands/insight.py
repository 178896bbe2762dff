"""What the linter knows beyond findings: which Keras, why, and what it could not know."""

from __future__ import annotations

from pathlib import Path

from dropout_lint.api import MAX_CHARACTERS, MAX_LINES
from dropout_lint.config import Config
from dropout_lint.finding import Place
from dropout_lint.source.prefilter import may_concern
from dropout_lint.source.project import location
from dropout_lint.source.reading import decode, program_of


def insight(path: str, config: Config, content: bytes | None) -> tuple[str | None, list[tuple[Place, str]]]:
    """Why a file is judged for which Keras, and (place, reason) of what could not be known.

    Args:
        path: the file.
        config: its configuration.
        content: what is in it; None: read it.

    Returns:
        None and nothing for a file that is not about Keras, or that cannot be analysed: `check`
        says so by itself.
    """
    try:
        program = program_of(decode(Path(path).read_bytes() if content is None else content, path), path)
        text = program.text
        if not may_concern(text, location(path), config.settings.roots):
            return None, []
        if len(text) > MAX_CHARACTERS or program.lines > MAX_LINES:
            return None, []
        from dropout_lint.keras.behaviour import behaviours, describe
        from dropout_lint.linter import analyse

        analysis = analyse(program, config.settings)
    except Exception:  # whatever it is, `check` has met it too and said so
        return None, []
    versions = describe(behaviours(analysis.keras.specifier))
    return f"judged for Keras {versions}: {analysis.keras.why}", analysis.unknowns
