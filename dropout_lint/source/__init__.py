"""Text in: files read and decoded, notebooks as programs, the project's folders and modules, positions, noqa.

Nothing outside of the project's root is read, and nothing that is read is run. Knows neither Keras nor rules.
"""
