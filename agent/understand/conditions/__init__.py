"""Conditions: amounts, bounds, periods and values that a sentence sets."""
