"""Retrieve: a request becomes a query, and several channels propose candidates for it."""
