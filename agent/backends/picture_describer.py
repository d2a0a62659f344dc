"""Any chat model that sees, asked the same question about each picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.backends.chats import as_chat
from agent.backends.picture_question import PictureQuestion

if TYPE_CHECKING:
    from agent.backends.protocols import ChatModel, PictureFeatures
    from agent.perception.media import Picture
    from retrieval.items import Description


class PictureDescriber:
    """A describer that puts a question to a model.

    Args:
        model: It must see pictures.
        question: What it is asked.
    """

    def __init__(self, model: ChatModel, question: PictureQuestion | None = None) -> None:
        self._model = model
        self._question = question or PictureQuestion()

    @property
    def origin(self) -> str:
        """Identity of the model, written into each description."""
        return self._model.name

    @property
    def version(self) -> str:
        """Version of the question."""
        return self._question.version

    def describe(self, pictures: Sequence[Picture], features: PictureFeatures) -> list[Description]:  # noqa: ARG002
        """Describe each picture on its own. A picture without a usable answer gets an empty text."""
        question = self._question
        answers = self._model.generate(
            [as_chat(question.prompt, (picture,)) for picture in pictures],
            max_new_tokens=question.max_new_tokens,
            json_schema=question.json_schema,
        )
        return [
            question.description(picture, answer, self.origin)
            for picture, answer in zip(pictures, answers, strict=True)
        ]


__all__ = ["PictureDescriber"]
