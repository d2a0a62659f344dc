"""Ingest: a catalog and what happened with it come into the workspace."""
