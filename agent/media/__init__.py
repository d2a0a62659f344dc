"""Media: files become pictures, sounds and clips as plain arrays, decoded in a process that may do nothing else."""
