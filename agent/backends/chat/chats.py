"""Rendered prompts as chats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.backends.protocols import Message

if TYPE_CHECKING:
    from agent.media.decoded import Picture
    from prompts import RenderedPrompt


def as_chat(prompt: RenderedPrompt, pictures: tuple[Picture, ...] = ()) -> tuple[Message, ...]:
    """The chat that a rendered prompt stands for: system text, worked examples, then the user's turn with pictures."""
    examples = (
        message for user, answer in prompt.examples for message in (Message("user", user), Message("assistant", answer))
    )
    return (Message("system", prompt.system), *examples, Message("user", prompt.user, pictures))


__all__ = ["as_chat"]
