"""Speech models: sound becomes a transcript."""
