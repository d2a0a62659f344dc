"""The chat that stands in a shop's own page: one line of script, and the calls that it makes."""
