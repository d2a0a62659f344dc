"""Rerank: a language model scores the first candidates, and its score is blended into theirs."""

from agent.rerank.rerank import rerank
from agent.rerank.scored import Scored, unranked

__all__ = ["Scored", "rerank", "unranked"]
