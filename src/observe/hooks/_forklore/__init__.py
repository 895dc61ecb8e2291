"""What tells Forklore about a watched Python. The program never needs to know of it."""
