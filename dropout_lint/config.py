"""Settings: one meaning for every way of giving them."""

from __future__ import annotations

from dataclasses import dataclass

from dropout_lint.finding import Confidence


@dataclass(frozen=True, slots=True)
class Settings:
    """How to lint.

    Args:
        keras_version: which Keras the code runs on, as a PEP 440 specifier or a bare version
            ("2.15" means the 2.15 series); None: find out.
        min_confidence: findings below this level are left out.
        opt_in: codes to report that are off by default.
        prefilter: look at the text first; switching it off changes the time it takes, not the
            findings.
        roots: more folders that hold the project's modules, relative to its own folder.
    """

    keras_version: str | None = None
    min_confidence: Confidence = Confidence.LIKELY
    opt_in: frozenset[str] = frozenset()
    prefilter: bool = True
    roots: tuple[str, ...] = ()

    def check(self) -> None:
        """Raises ValueError when `keras_version` names no Keras version."""
        if self.keras_version is not None:
            from dropout_lint.keras.behaviour import behaviours

            behaviours(self.keras_version)
