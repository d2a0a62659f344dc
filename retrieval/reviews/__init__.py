"""Reviews: what people write of items, read for what they praise and what they fault; the word of nobody but theirs."""
