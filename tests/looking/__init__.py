"""Asks `dropout_lint.runtime` of every fixture's models after their training; the oracle is the judge."""
