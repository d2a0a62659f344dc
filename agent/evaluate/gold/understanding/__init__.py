"""Requests with what they should be read as, in English and Chinese, over five catalogs."""
