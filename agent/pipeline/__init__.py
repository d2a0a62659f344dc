"""The pipeline: perceive, understand, retrieve, rerank, diversify, explain, for one request."""
