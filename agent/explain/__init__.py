"""Explain: evidence is collected, worded in a sentence, and every word checked against it."""
