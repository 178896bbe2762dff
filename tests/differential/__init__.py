"""Differential testing: generated programs, simulated by the linter and executed by Keras, must agree.

A program is drawn in two steps. A *scenario* says what happens: how a base is built, frozen, wired, trained.
A *style* says how that is written: imports, helper functions, loops, branches. The same scenario in another
style is the same program to Keras.

    python -m tests.differential --count 300 --seed 1 [--keras 2,3.15,3.16] [--resume LOG] [--report FILE]

runs programs under each Keras, compares whole tables (`tests.tables`) and the presence of codes, simplifies
one program for each kind of disagreement and prints a report. A log of one JSON line per program makes a long
run resumable.
"""
