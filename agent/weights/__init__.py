"""Weights: pinned archives, fetched, checked and unpacked as data."""
