"""Tastemaker's agent: the public Python API."""
