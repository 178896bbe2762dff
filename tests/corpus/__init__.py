"""Real code: published packages, linted as they are, and a reviewed record of what is found in them.

`python -m tests.corpus` downloads the packages of packages.txt (never their dependencies), unpacks
what the linter reads, lints it with the prefilter on and off, and compares the findings with
reviewed.json. No package is built, installed or imported, and nothing of one is kept here but the
places of findings.
"""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent
