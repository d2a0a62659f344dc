"""Chat models: local ones through transformers, LLaVA, servers, and a scripted one for tests."""
