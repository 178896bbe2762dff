"""The releases of Keras and TensorFlow: the one place that knows which there are, and where Keras changed.

When a Keras is released, `RELEASED_3` grows by it and `NEXT` moves on; when one behaves otherwise, its first
version becomes a boundary here and the fact in `dropout_lint.keras.facts` names it. Nothing else in the
package counts versions.
"""

from __future__ import annotations

from packaging.version import Version

KERAS_2 = tuple(Version(f"2.{n}") for n in range(16))
RELEASED_3 = tuple(Version(f"3.{n}") for n in range(16))
NEXT = Version("3.16")
"""Not released: it counts only where it is named, or where a requirement leaves nothing else."""
BEYOND = tuple(Version(f"3.{n}") for n in range(NEXT.minor, 41))
"""What a requirement may name although nobody has seen it; it is taken for `NEXT`."""
LINE = (*KERAS_2, *RELEASED_3, NEXT)
"""Every release line, oldest first."""
TF_KERAS = tuple(Version(f"2.{n}") for n in range(16, 22))
"""Versions that only the package tf_keras, Keras 2 under another name, has."""
OLDEST = Version("2.2")
"""The oldest release line that the simulation knows."""
TENSORFLOW_1_ERA = OLDEST
"""The last one that runs on TensorFlow 1 alone."""

KERAS_3 = "3.0"
"""The first version with a call context, and with flags in a graph that its run overrides."""
LITERAL_NONE = "3.10"
"""The first version in which a literal `training=None` counts as a value."""
KEPT_FLAG = "3.16"
"""The first version that keeps a flag written in a graph (keras PR 23364)."""

CLASSES = ((KERAS_2[-1], "2"), (Version(KERAS_3), ""), (Version(LITERAL_NONE), ""), (Version(KEPT_FLAG), ""))
"""The first version of each class of releases that behave alike, and its name if that is not its versions."""

RELEASE_LINE = f">={RELEASED_3[0]},<{NEXT}"
"""What is assumed where nothing says which Keras a file is for, as a specifier."""

# What TensorFlow's own metadata require of Keras: 2.n before 2.16, from then on `keras>=` this.
TENSORFLOW_1 = tuple(Version(f"1.{n}") for n in range(16))
TENSORFLOW_2 = tuple(Version(f"2.{n}") for n in range(16))
TENSORFLOW_NEEDS = {
    Version("2.16"): Version("3.0"),
    Version("2.17"): Version("3.2"),
    Version("2.18"): Version("3.5"),
    Version("2.19"): Version("3.5"),
    Version("2.20"): Version("3.10"),
    **{Version(f"2.{n}"): Version("3.12") for n in range(21, 41)},
}


def class_names() -> dict[Version, str]:
    """The first version of each class of releases, with its name: "2", "3.0–3.9", "3.16"; oldest first."""
    names = {}
    for index, (first, name) in enumerate(CLASSES):
        after = CLASSES[index + 1][0] if index + 1 < len(CLASSES) else None
        members = [v for v in LINE if v >= first and (after is None or v < after)]
        names[first] = name or span(members[0], members[-1])
    return names


def span(first: Version, last: Version) -> str:
    """How people are told of neighbouring releases: "3.0–3.15", or "3.16" alone."""
    return str(first) if first == last else f"{first}–{last}"
