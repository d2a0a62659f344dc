"""Ways in for people and programs that are not the command line."""
