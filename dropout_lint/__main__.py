"""`python -m dropout_lint` is `dropout-lint`."""

from dropout_lint.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
