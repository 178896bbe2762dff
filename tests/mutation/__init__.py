"""How strong the tests are: each encoded fact of the Keras model is broken in turn. Who notices?

    python -m tests.mutation [--only NAME …] [--differential COUNT] [--record]

A break changes one thing the simulation believes about Keras, in memory, for as long as it is in force. It
is noticed by the fixtures' findings (`tests/test_fixtures.py`) if a program's findings are no longer those
marked in it, and by the fixtures' tables (`tests/test_tables.py`) if the tables of a program are no longer
those that were compared with Keras. With `--differential`, generated programs are looked at in the same way.
A break that nobody notices is a fact that no program tests.

`witnesses.json` records one witness for each break, and the default suite asks each of them again. What a
program is compared with is what the unbroken linter makes of it, which other tests hold against Keras.
"""
