"""Evaluation: rankings in the formats of the field."""
