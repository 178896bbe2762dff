"""Whatever a file holds, the linter answers, or says why not, and does a bounded amount of work."""
