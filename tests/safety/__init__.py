"""Nothing is run, nothing outside of the project is read, and the same input gives the same bytes."""
