"""Whether `fit` is a probability, and whether the product knows what a catalog does not have."""
