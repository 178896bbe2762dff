"""Which runs are made of a program: its entry points, and the paths through undecided branches."""
