"""Rendered prompts as chats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.backends.protocols import ChatMessage

if TYPE_CHECKING:
    from agent.media.decoded import Picture
    from prompts import RenderedPrompt


def as_chat(prompt: RenderedPrompt, pictures: tuple[Picture, ...] = ()) -> tuple[ChatMessage, ...]:
    """The chat that a rendered prompt stands for: system text, worked examples, then the user's turn with pictures."""
    examples = (
        message
        for user, answer in prompt.examples
        for message in (ChatMessage("user", user), ChatMessage("assistant", answer))
    )
    return (ChatMessage("system", prompt.system), *examples, ChatMessage("user", prompt.user, pictures))


__all__ = ["as_chat"]
