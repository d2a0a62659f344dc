"""Importers: what people did, from the files that others keep it in.

Each format is one small file with a reader of rows; all rows become events in one place (`rows.py`).
"""
