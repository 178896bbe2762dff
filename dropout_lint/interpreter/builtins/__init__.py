"""Python's builtin functions; one that cannot know its result says None, and the value becomes unknown."""
