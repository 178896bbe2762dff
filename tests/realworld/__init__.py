"""Programs that people published, read and labelled before the linter saw them, and how it does on them.

`labels.jsonl` holds positions and verdicts, no code. `python -m tests.realworld FOLDER` scores the linter on
clones of the repositories, each in a folder named owner+name at the commit of its label.

labels.py    the labels, and the half that is kept aside
scoring.py   what the linter says of each program, and the counts
__main__.py  the command
"""
