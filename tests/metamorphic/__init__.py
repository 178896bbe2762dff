"""Metamorphic testing: programs are transformed, and the linter's verdict must follow.

No truth is needed: a transformation that keeps a program's meaning must keep the verdict, one that removes
the fault must remove the finding, and one that hides something from the linter may only silence it.

    python -m tests.metamorphic [--only RELATION] [--part I/N]
    python -m tests.metamorphic --execute COUNT [--keras 3.15]

applies every relation to every program under `fixtures/`, for each Keras of the program, and prints the
counts for each relation and every violation. `--execute` runs a sample of the transformed programs on real
Keras instead, to test the transformations themselves: both programs must give equal tables but for lines.
"""
