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
    supposed                              and of what rests on conditions that nobody can know
    refusals, saving                      what this Keras answers with an exception; models in files
    layer_classes, class_members          what is known of each layer class
    catalogue/                            what is known of ready-made models and of signatures (data)
    ready_made, transformers, vision_transformers, hub_tasks   ready-made models as objects of a program
    arming, own_noise                     by which rates a layer is random; layers that draw by themselves
    options                               flags that the program's options decide
    cloning, deep_copies                  copies by configuration, and by `copy.deepcopy`
    outputs, datasets                     what a call gives; `dataset.map`
    random_names, spelling, keys          names of random things; how Keras is written; keys of objects
    simulation                            what one run of the simulation has at hand

A layer of the user's own class is two objects that share one dict of attributes: the interpreter's Instance,
which may know nothing of Keras, and the Layer that it is to Keras (`objects.as_layer`, `Layer.as_value`).

A claim about Keras belongs here only if it was seen by running it (`tests/oracle`).
May import: `dropout_lint.interpreter`, `dropout_lint.target`. Never `rules` or what follows.
"""
