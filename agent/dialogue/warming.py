"""Warming: what requests in words need is loaded and read before the first of them comes."""

from __future__ import annotations

from agent.answers import Answer, UserTurn
from agent.dialogue.host import Host
from agent.dialogue.interpreter import Interpreter
from agent.dialogue.state import State
from agent.perceive import Perceived
from agent.pipeline.journal import Journal
from agent.retrieve.encoders import request_encoders

WISH = "something calm with water"  # names no item and asks for no value, so that every step is taken as for most


def warm_up(agent: Host) -> Answer:
    """The answer to a request that nobody made, and that leaves no trace.

    Raises:
        RequestError: the workspace holds no items.
        WeightsError: a model's files cannot be had.
        ModelError: a model cannot be loaded.
    """
    pipeline = agent.pipeline
    turn = UserTurn(WISH, k=1)
    Interpreter(pipeline, State()).step(turn, Perceived(), turn.text)
    for encoder, _ in request_encoders(agent.models, "words"):
        encoder.encode([turn.text])
    return pipeline.answer(turn, Journal())


__all__ = ["warm_up"]
