"""Which classes of Keras versions a specifier touches, and how they are named."""

from __future__ import annotations

import pytest

from dropout_lint.keras.behaviour import Behaviour, behaviours, describe
from dropout_lint.keras.facts import Fact


@pytest.mark.parametrize(
    ("specifier", "names"),
    [
        ("2", ["2"]),
        ("2.15", ["2"]),
        ("2.15.*", ["2"]),
        ("==2.15.1", ["2"]),
        ("3", ["3.0–3.9", "3.10–3.15"]),
        ("3.5", ["3.0–3.9"]),
        ("3.15", ["3.10–3.15"]),
        ("3.15.1", ["3.10–3.15"]),
        ("3.16", ["3.16"]),
        (">=3.0", ["3.0–3.9", "3.10–3.15"]),
        (">=2.13", ["2", "3.0–3.9", "3.10–3.15"]),
        (">=3.16", ["3.16"]),
        (">=3.10,<=3.16", ["3.10–3.15", "3.16"]),
        ("==3.16.0.dev2026102704", ["3.16"]),
        ("<3", ["2"]),
        ("2.15 || >=3.10", ["2", "3.10–3.15"]),
    ],
)
def test_classes(specifier: str, names: list[str]) -> None:
    assert [behaviour.name for behaviour in behaviours(specifier)] == names


@pytest.mark.parametrize("text", ["banana", "", ">=x", "1.2", ">=4", "3.99"])
def test_what_is_no_keras_version(text: str) -> None:
    with pytest.raises(ValueError, match="Keras version"):
        behaviours(text)


@pytest.mark.parametrize(
    ("specifier", "text"),
    [("3", "3.0–3.15"), ("3.15", "3.10–3.15"), (">=2.0", "2 and 3.0–3.15"), ("2 || 3.16", "2 and 3.16")],
)
def test_names_in_messages(specifier: str, text: str) -> None:
    assert describe(behaviours(specifier)) == text


def test_a_simulation_is_shared_only_by_classes_that_agree() -> None:
    early, late = behaviours("3")
    assert early.agrees(late)  # nothing asked yet
    early.fact(Fact.GRAPH_OVERRIDES_FLAG)
    assert early.agrees(late)
    early.fact(Fact.NONE_RESETS_FLAG)
    assert not early.agrees(late)


def test_every_fact_tells_some_versions_apart() -> None:
    classes = [*behaviours("2.2"), *behaviours("2"), *behaviours("3"), *behaviours("3.16")]
    for fact in Fact:
        backend = fact.backend or "tensorflow"
        answers = {Behaviour(behaviour.version, "", backend).fact(fact) for behaviour in classes}
        assert answers == {True, False}, fact
