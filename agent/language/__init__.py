"""Language: which one a text is in, what we say in each, and text of others made plain."""
