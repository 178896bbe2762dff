"""What statements and expressions mean: tables from the kind of syntax node to the function that runs it."""
