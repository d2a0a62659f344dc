"""Grounding: a sentence is accepted when the evidence holds every word of it."""
