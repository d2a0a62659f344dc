"""The page of the catalog."""
