"""Keras, simulated: what it would do with the layers and models that a program makes.

    library, functions, methods, attributes, names   Keras as the interpreter meets it
    unseen_code                           what is known of code that cannot be seen
    objects, contents, creation, graph    layers, models, tensors, what holds them, and how they are wired
    structures                            the ways in which a model's layers are connected
    facts, behaviour                      what differs between versions, each measured; the classes they make
    calling, flags, frozen, runs, callbacks   a run: who is called with which flag, what is frozen, what moves
    compilation                           what a model remembers of compile(), and the steps traced since
    lambda_layers                         what a Lambda layer hands to its function
    trace, rows                           the tables, all that rules and reporters read, and their rows
    written                               what they may ask of how the program writes it
    refusals, saving                      what this Keras answers with an exception; models in files
    layer_classes, ready_made, catalogue/ what is known of each layer class and of ready-made models (data)
    random_names                          which of their names stand for something random

A claim about Keras belongs here only if it was seen by running it (`tests/oracle`).
May import: `dropout_lint.interpreter`, `dropout_lint.target`. Never `rules` or what follows.
"""
