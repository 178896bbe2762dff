"""What the linter costs, as ratios measured in one run: `python -m tests.benchmarks`.

Absolute times say more about the machine than about the linter, so each figure is a ratio of two
CPU times that were measured in turn, and what is shown is the median. Every text that is timed has
a constant that no other has, so that nothing remembered flatters the figure.
"""
