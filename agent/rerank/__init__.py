"""Rerank: a language model scores the first candidates, and its score is blended into theirs."""
