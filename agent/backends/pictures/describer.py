"""Any chat model that sees, asked the same question about each picture."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Self

from agent.backends.chat.chats import as_chat
from agent.backends.chat.endpoint import EndpointChat
from agent.backends.pictures.question import PictureQuestion
from agent.errors import MediaError, ServerFailed

if TYPE_CHECKING:
    from agent.backends.budget import Budget
    from agent.backends.protocols import ChatModel, PictureFeatures
    from agent.media.decoded import Picture
    from retrieval.items import Description

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
        """The same describer for a request: pictures that its server does not describe in time get an empty text."""
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

        return self._model.at_once if isinstance(self._model, LlavaModel) else 1

    def describe(self, pictures: Sequence[Picture], features: PictureFeatures) -> list[Description]:  # noqa: ARG002
        """Describe each picture on its own. One without a usable answer, or that is refused, gets an empty text."""
        return [
            self._question.description(picture, answer, self.origin)
            for picture, answer in zip(pictures, self._answers(pictures), strict=True)
        ]

    def _answers(self, pictures: Sequence[Picture]) -> list[str]:
        prompt = self._question.prompt
        try:
            return self._model.generate([as_chat(prompt, (picture,)) for picture in pictures], self._question.options)
        except ServerFailed as failure:  # of an item all is to be known, while a request can go by looks alone
            if self._must:
                raise
            logger.warning("A picture is not described. %s", failure.what)
            return [""] * len(pictures)
        except MediaError as refused:  # it does not say which picture it was, so each is then asked about by itself
            if len(pictures) == 1:
                logger.warning("A picture is not described. %s", refused.what)
                return [""]
        return [answer for picture in pictures for answer in self._answers([picture])]


__all__ = ["PictureDescriber"]
