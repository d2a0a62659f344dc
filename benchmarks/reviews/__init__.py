"""How well reviews are read, and what they add where an answer stands in them alone."""
