"""The catalogue of ready-made models: the command that writes it, and the test that it is still true."""
