"""Models behind small protocols: one file, one class each; nothing heavy is imported before it is used."""
