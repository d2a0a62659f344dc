"""Catalogs, candidates and evidence: everything that can be found without a language model."""
