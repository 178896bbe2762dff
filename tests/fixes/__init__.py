"""The fixes: what they write, and what Keras makes of the programs they have written."""
