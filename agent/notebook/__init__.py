"""Notebook: answers as cards and data frames, data frames as catalogs, and progress where a notebook runs."""
