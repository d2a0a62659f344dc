"""Generation: reading prompts, decoding in batches, scoring, and constrained text, for local models."""
