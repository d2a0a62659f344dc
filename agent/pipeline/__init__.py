"""The pipeline: perceive, understand, retrieve, rerank, diversify, explain, for one request."""

from agent.pipeline.pipeline import Pipeline
from agent.pipeline.view import View

__all__ = ["Pipeline", "View"]
