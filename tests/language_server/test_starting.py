"""pygls is needed by the server alone, and only when it starts."""

from __future__ import annotations

import subprocess
import sys


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_importing_the_package_imports_no_pygls() -> None:
    done = python(
        "import sys, dropout_lint.cli, dropout_lint.flake8_plugin, dropout_lint.language_server\n"
        "print({'pygls', 'lsprotocol', 'libcst', 'rich'} & set(sys.modules))"
    )
    assert done.stdout == "set()\n", done.stderr


def test_without_pygls_it_says_what_is_missing() -> None:
    done = python(
        "import sys; sys.modules['pygls'] = None\n"
        "from dropout_lint.language_server import main; sys.exit(main())"
    )
    assert done.returncode == 2
    assert done.stderr == "the language server needs pygls 2: pip install 'dropout-lint[lsp]'\n"
