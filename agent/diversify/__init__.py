"""Diversify: near-repeats are held back and folded, and the list follows what a person likes."""
