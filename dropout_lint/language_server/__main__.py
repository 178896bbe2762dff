"""`python -m dropout_lint.language_server` starts the server."""

from __future__ import annotations

from dropout_lint.language_server import main

raise SystemExit(main())
