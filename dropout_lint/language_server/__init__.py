"""The language server: dropout-lint in editors (extra `lsp`).

Importing this package imports no more than itself; pygls is needed when the server starts.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dropout_lint.language_server.workers import Workers


def main() -> int:
    """Serves one editor over standard input and output until it asks to stop.

    Returns:
        the exit status: 0, 1 if it was told to exit before it was told to shut down, or 2 if pygls is not
        installed.
    """
    from dropout_lint.language_server.workers import Workers

    workers = Workers()  # they import beside what is imported here
    try:
        return _serve(workers)
    finally:
        workers.end()


def _serve(workers: Workers) -> int:
    try:
        import pygls.lsp.server  # noqa: F401
    except ImportError:
        print("the language server needs pygls 2: pip install 'dropout-lint[lsp]'", file=sys.stderr)
        return 2
    from dropout_lint.language_server.server import make_server

    server = make_server(workers)
    server.start_io()
    return server.status if server.left else 0
