"""The small programs that are built for findings show in real Keras what the findings claim."""
