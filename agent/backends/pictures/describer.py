"""Any chat model that sees, asked the same question about each picture."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Self

from agent.backends.chat.chats import as_chat
from agent.backends.chat.endpoint import EndpointChat
from agent.backends.chat.endpoint_errors import Refusal
from agent.backends.pictures.question import PictureQuestion
from agent.backends.protocols import Undescribed
from agent.errors import MediaError, ServerFailed, TastemakerError
from retrieval.text.aloud import of_the_thing, parted

if TYPE_CHECKING:
    from agent.backends.budget import Budget
    from agent.backends.protocols import Chat, ChatModel, PictureFeatures
    from agent.media.decoded import Picture
    from retrieval.items import Description

SHOWN_CHARS = 120  # of an answer that is no description

logger = logging.getLogger(__name__)


class PictureDescriber:
    """A describer that puts a question to a model.

    Args:
        model: It must see pictures.
        question: What it is asked.
    """

    def __init__(self, model: ChatModel, question: PictureQuestion | None = None) -> None:
        self._model = model
        self._question = question or PictureQuestion()
        self._must = True
        self._origin = model.name  # kept: an endpoint's name changes when its server calls itself something else

    def within(self, budget: Budget) -> Self:
        """The same describer for a request: pictures that its server does not describe in time get no words."""
        describer = copy(self)
        describer._model = self._model.within(budget) if isinstance(self._model, EndpointChat) else self._model
        describer._must = False
        return describer

    @property
    def origin(self) -> str:
        """Identity of the model, written into each description."""
        return self._origin

    @property
    def version(self) -> str:
        """Version of the question."""
        return self._question.version

    @property
    def at_once(self) -> int:
        """How many pictures the model describes at the same time, as far as it says so."""
        from agent.backends.chat.llava import LlavaModel

        return self._model.at_once if isinstance(self._model, LlavaModel | EndpointChat) else 1

    def describe(
        self,
        pictures: Sequence[Picture],
        features: PictureFeatures,  # noqa: ARG002
    ) -> list[Description | Undescribed]:
        """Describe each picture on its own. What is thoughts, a refusal, or no words is no description."""
        return [
            self._described(picture, answer) for picture, answer in zip(pictures, self._answers(pictures), strict=True)
        ]

    def _described(self, picture: Picture, answer: str | TastemakerError) -> Description | Undescribed:
        if not isinstance(answer, str):
            return Undescribed(answer.what)
        words = parted(answer).words if self._question.form else of_the_thing(answer)
        description = self._question.description(picture, words, self.origin)
        if description.text:
            return description
        said = " ".join(answer.split())[:SHOWN_CHARS]
        return Undescribed(f"{self.origin} answered “{said}”." if said else f"{self.origin} answered without a word.")

    def _answers(self, pictures: Sequence[Picture]) -> list[str | TastemakerError]:
        """What the model says of each picture, or why it says nothing."""
        try:
            answers = self._asked([as_chat(self._question.prompt, (picture,)) for picture in pictures])
        except ServerFailed as failure:  # of an item all is to be known, while a request can go by looks alone
            if self._must:
                raise
            logger.warning("A picture is not described. %s", failure.what)
            return [failure] * len(pictures)
        except MediaError as refused:  # it does not say which picture it was, so each is then asked about by itself
            if len(pictures) == 1:
                logger.warning("A picture is not described. %s", refused.what)
                return [refused]
            return [answer for picture in pictures for answer in self._answers([picture])]
        if len(answers) > 1 and all(isinstance(answer, Refusal) for answer in answers):
            raise next(answer for answer in answers if isinstance(answer, Refusal))  # it is not the pictures
        return answers

    def _asked(self, chats: Sequence[Chat]) -> list[str | TastemakerError]:
        if isinstance(self._model, EndpointChat):
            return list(self._model.attempt(chats, self._question.options))
        return list(self._model.generate(chats, self._question.options))


__all__ = ["PictureDescriber"]
