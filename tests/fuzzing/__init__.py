"""Programs that nobody wrote: `python -m tests.fuzzing`.

They come from hypothesmith, which draws from Python's grammar, and from the fixtures, whose statements
and tokens are deleted, doubled and swapped. The linter must answer each, with the prefilter off and
within its counters; it may call a program no Python, but it may not fail.
"""
