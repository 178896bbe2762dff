"""Python: runs a program in its order, on values that may be unknown, and tells a library what it meets.

It knows nothing of Keras: libraries come in through the one protocol of `library.py`, which
`dropout_lint.keras` implements. Unknown conditions are decided, and the program is run again with the
other decision, so that the evaluator never joins states.

    machine, frame   one run: its heap of names, its budget, what is called
    values/          the kinds of value and what can be done with them
    syntax/          what each statement and expression means
    builtins/        Python's builtin functions
    models/          libraries worth following, one file each: the place to add one
    exploration/     which runs are made: entry points, their order, and paths through undecided branches
    calls, arguments, escapes   calling anything; code that cannot be seen
    modules          the project's other modules, run when they are used

May import: `dropout_lint.source`, `dropout_lint.screening`; never `keras`, `rules` or what follows them.
"""
