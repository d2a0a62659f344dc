"""Text of items: cards, words, values and mentions."""
