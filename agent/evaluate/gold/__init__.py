"""Sets written by hand, with the right answer beside each line."""
