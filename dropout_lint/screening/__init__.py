"""What has to be looked at at all: most files, and most of a file, can have nothing to do with a finding.

Sound: with all of it off the findings are the same; the tests check it over the fixtures and by command
over published packages.

    text              a look at the words of a file
    name_index        its statements as pieces of text, with the names in them
    dependencies      what a function or statement can set in motion, by these names
    relevance         whether layers are made and trained or frozen by what is reached
    import_effects    whether importing a module does something to others
    lazy_definitions  a module in parts, each parsed when it is used
    training_elsewhere, saved_elsewhere   what other programs of the project do: train, save models

May import: `dropout_lint.source`; of `dropout_lint.keras` only its names.
"""
