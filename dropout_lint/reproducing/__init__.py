"""Builds a small program that shows a finding on real Keras: from the tables, never from the user's text.

    plan       what of a finding its program keeps: the chain of layers, freeze, flags, entry; and its cure
    chain      reads the plan off the rows of the tables
    layers     writes one random layer with tiny arguments, and says which data it takes
    writing    writes a plan as a program
    weights    writes the programs of the findings that are about weights
    stories    for each rule: the program, its cure, and what Keras should show of both

It may use the tables (`keras/`, `rules/`) and nothing of the source; `observing` executes what it builds.
"""
