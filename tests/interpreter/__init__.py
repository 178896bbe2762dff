"""Tests of the interpreter, with a small library of its own in the place of Keras."""
