"""Every message as its reader gets it: programs for each rule, wiring, entry and Keras, and what is said.

`messages.txt` is text to be read: a change of words is reviewed there. After one,

    python -m tests.messages

writes it anew.
"""
