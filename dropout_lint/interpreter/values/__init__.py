"""The kinds of value (`kinds.py`), and what can be done with them, one operation per file."""
