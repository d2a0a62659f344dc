"""Perceive: media become text and vectors, the same way for items and for requests."""
