"""The page of a person's profile."""
