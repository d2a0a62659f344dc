"""Loading: where a model's files lie, what memory it needs, where it is placed, and how it is opened."""
