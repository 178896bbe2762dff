"""Results kept on disk: what was found in a file is found again by looking at what it rests on."""
