"""Reports of an evaluation: a table for a terminal, JSON, CSV, a page with plots, and TREC runs."""
