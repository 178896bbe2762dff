"""What `--help` says."""

from __future__ import annotations

DESCRIPTION = """\
Finds Dropout that is still active in frozen Keras models, without running the code.

trainable = False stops a layer's weights, not its randomness: that is what training=False is for.
"""
EPILOG = """\
examples:
  dropout-lint check .                     lint the project
  dropout-lint check train.py nb.ipynb     lint a script and a notebook
  dropout-lint explain train.py:30         how the finding on this line came to be
  dropout-lint explain KFD101              the page of a rule
  dropout-lint fix --diff .                what fixes would change
  dropout-lint show train.py               what is frozen, what is active, in each training run
  dropout-lint rules                       all rules

exit codes:
  0  no findings
  1  findings, or a file that is not Python
  2  bad arguments, a bad configuration, a path that cannot be read

settings are read from [tool.dropout-lint] in the nearest pyproject.toml; options stand before them.
"""
CHECK = """\
Lints Python files and notebooks. Folders are searched for *.py and *.ipynb; what .gitignore names, virtual
environments and the like are passed over. "-" is standard input.
"""
CHECK_EPILOG = """\
examples:
  dropout-lint check src tests
  dropout-lint check --select KFD1,KFD2 --ignore KFD104 .
  dropout-lint check --keras-version 2.15 train.py
  dropout-lint check --output-format sarif . > dropout-lint.sarif
  dropout-lint check --stdin-filename src/train.py - < src/train.py
  dropout-lint check --write-baseline known.json .     put up with what is found today,
  dropout-lint check --baseline known.json .           and report only what is new
  dropout-lint check --add-noqa --noqa-reason "see #12" .

a finding is silenced by a comment on its line:   # noqa: KFD101

exit codes: 0 no findings; 1 findings, or a file that is not Python; 2 an error
"""
SHOW = """\
Prints each run (fit, a training step, predict ...) as a tree: the layers that act otherwise in training,
below the calls that lead to them; whether each is frozen and by which line, the training flag that reaches
it and why, and whether it is active. It also says which Keras the file is judged for, and why.
"""
FIX = """\
Applies safe fixes (with --unsafe-fixes the others too) and reports what is left, as check --fix does. Each
fix is kept only if the finding is gone and no other has come; comments and formatting stay. With "-" the
fixed program goes to standard output.
"""
FIX_EPILOG = """\
examples:
  dropout-lint fix --diff src              what would change
  dropout-lint fix src

exit codes: 0 nothing is left; 1 findings are left (with --diff: or something would change); 2 an error
"""
EXPLAIN = """\
Explains a rule: what it finds, why it matters, a wrong and a right program, the cure for each Keras.
Or explains a finding: where the layer was created, frozen, called and trained, line by line.
"""
EXPLAIN_EPILOG = """\
examples:
  dropout-lint explain KFD102
  dropout-lint explain frozen-dropout-active KFD3
  dropout-lint explain KFD102 --run             see it: both examples, executed on your Keras
  dropout-lint explain train.py:30
  dropout-lint explain train.py:30 --run        see it: a small program built for the finding, executed
  dropout-lint explain notebook.ipynb:3:12      line 12 of the third code cell

exit codes: 0 explained; 2 there is nothing to explain, or another error
"""
RULES = """\
Prints a table of all rules: code, name, the Kerases it speaks of, whether it is on by default, what it says.
"""

LSP = """\
Serves one editor: the language server protocol over standard input and output. Editors start it; it needs the
extra `lsp`: pip install 'dropout-lint[lsp]'.
"""

# command -> what it does in short, its description, its examples
COMMANDS = {
    "check": ("lint files and folders", CHECK, CHECK_EPILOG),
    "fix": ("apply fixes: check --fix", FIX, FIX_EPILOG),
    "show": ("what is frozen and active in each run", SHOW, ""),
    "explain": ("a rule, or how a finding came to be", EXPLAIN, EXPLAIN_EPILOG),
    "rules": ("all rules", RULES, ""),
    "lsp": ("serve an editor (language server)", LSP, ""),
}
