"""`dropout-lint check --show-settings`: what holds for which files."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from dropout_lint.config import Config
from dropout_lint.reporters.report import plain


def write(files: Sequence[str], configs: Sequence[Config]) -> None:
    """Prints each configuration as the table that would say the same, and the files that it holds for.

    Args:
        files: the files to lint.
        configs: that of each.
    """
    groups: dict[Config, list[str]] = {}
    for path, config in zip(files, configs, strict=True):
        groups.setdefault(config, []).append(path)
    for number, (config, paths) in enumerate(groups.items()):
        if number:
            sys.stdout.write("\n")
        source = "no configuration" if config.source is None else plain(os.path.relpath(config.source))
        sys.stdout.write(f"# {source}: {_files(paths)}\n[tool.dropout-lint]\n")
        for key, value in _table(config):
            sys.stdout.write(f"{key} = {value}\n")


def _files(paths: list[str]) -> str:
    shown = ", ".join(plain(path) for path in paths[:3])
    return shown if len(paths) <= 3 else f"{shown} and {len(paths) - 3:,} more files"


def _table(config: Config) -> list[tuple[str, str]]:
    selection, settings = config.selection, config.settings
    rows = [
        ("select", _list(selection.select)),
        ("extend-select", _list(selection.extend_select)),
        ("ignore", _list(selection.ignore)),
        ("exclude", _list((*config.exclude, *config.also_excluded))),
        ("min-confidence", f'"{settings.min_confidence.name.lower()}"'),
        ("roots", _list(settings.roots)),
    ]
    if settings.keras_version is not None:
        rows.insert(0, ("keras-version", _text(settings.keras_version)))
    for pattern, codes in config.per_file_ignores:
        rows.append((f"per-file-ignores.{_text(pattern)}", _list(codes)))
    return rows


def _list(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, texts))}]"


def _text(text: str) -> str:
    import json

    return json.dumps(plain(text), ensure_ascii=False)
