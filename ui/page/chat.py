"""The chat: a request in words, pictures or sound; steps while it is answered; the answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from agent.answers import UserTurn
from agent.errors import TastemakerError
from ui.access import visitor_of
from ui.service import Service


def chat_tab(service: Service) -> None:
    """Lay the chat out, and have it answer."""
    talk = gr.State(None)
    shown = gr.Chatbot(allow_tags=False, label="Conversation")
    box = gr.MultimodalTextbox(label="Your request", file_types=["image", "audio", "video"])

    def ask(
        said: dict[str, Any], history: list[dict[str, Any]], talk_id: str | None, request: gr.Request
    ) -> Iterator[tuple[Any, Any, Any]]:
        visitor = visitor_of(request.cookies)
        history = [*history, {"role": "user", "content": said["text"]}]
        try:
            conversation = service.agent.conversation(talk_id, visitor)
            for event in service.stream(lambda _: conversation.answer(UserTurn(text=said["text"], k=3))):
                text = event.text
                if event.answer:
                    found = event.answer.recommendations
                    text = "\n\n".join(f"{one.rank}. {one.item.title}: {one.explanation.text}" for one in found)
                    talk_id = conversation.id
                if text:
                    yield None, [*history, {"role": "assistant", "content": text}], talk_id
        except TastemakerError as error:
            yield None, [*history, {"role": "assistant", "content": f"{error.what} {error.hint}"}], talk_id

    box.submit(ask, [box, shown, talk], [box, shown, talk])
