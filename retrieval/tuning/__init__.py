"""Tuning: each catalog's own fusion and weights, kept only where held-back requests prove them better."""
