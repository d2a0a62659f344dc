"""Diversify: near-repeats are held back and folded, and the list follows what a person likes."""

from agent.diversify.mmr import mmr
from agent.diversify.slate import Slate

__all__ = ["Slate", "mmr"]
