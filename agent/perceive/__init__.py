"""Perceive: media become text and vectors, the same way for items and for requests."""

from agent.perceive.perception import Perception
from agent.perceive.request import Perceived, perceive

__all__ = ["Perceived", "Perception", "perceive"]
