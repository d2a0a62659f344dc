"""Retrieve: a request becomes a query, and several channels propose candidates for it."""

from agent.retrieve.plans import Plans
from agent.retrieve.query import query_of
from agent.retrieve.retriever import open_retriever

__all__ = ["Plans", "open_retriever", "query_of"]
