"""Which runs are made: entry points, paths through undecided branches, and other programs of the project."""
