"""Libraries that the interpreter follows, one file for each: what their functions give back.

To add one, write its file here and enter its functions by their dotted names.
"""
