"""Sentences about made-up things and real artworks, true and false, that the check of explanations is measured on."""
