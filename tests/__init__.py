"""Tests, in folders that mirror the rooms of the house; `support` holds what they share, `whole` tries all of it."""
