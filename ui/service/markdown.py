"""An answer as Markdown: a short numbered list with reasons, and all that was done otherwise than asked.

Titles and reasons hold what catalogs say: no sign of theirs makes a link, a picture or a heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.answers import Answer, Event, Recommendation
from agent.language.detection import detect_language
from agent.language.messages import in_language
from retrieval.items import Item
from ui.service.thumbnails import picture_address

PICTURE_PX = 480

_SIGNS = re.compile(r"([\\`*_\[\]<>|~#@!&])|(?<=[a-z])(:)(?=//)|(?<=www)(\.)", re.IGNORECASE)


class AnswerText:
    """The text of one answer, piece by piece, in the order of the list.

    Args:
        wish: What the person wrote; steps are told in its language.
        address: Of this server, for the pictures.
    """

    def __init__(self, wish: str, address: str) -> None:
        self._language = detect_language(wish)
        self._address = address.rstrip("/")
        self._ready: dict[int, Recommendation] = {}
        self._n_written = 0
        self._has_quoted = False
        self.text = ""

    def step(self, event: Event) -> str:
        """What is being done, or what was found so far; empty where an event does not tell."""
        if event.kind == "candidates":
            return " · ".join(item.title for item in event.items)
        return in_language((event.text,), self._language)[0] if event.kind == "status" else ""

    def take(self, event: Event) -> Iterator[str]:
        """What an event adds to the text; all pieces together are the text."""
        for piece in self._pieces(event):
            self.text += piece
            yield piece

    def _pieces(self, event: Event) -> Iterator[str]:
        request = event.answer.request if event.answer else event.request
        if request and request.heard and not self._has_quoted:
            self._has_quoted = True
            yield f"> {escaped(request.heard.text)}\n\n"
        if event.recommendation:
            self._ready[event.recommendation.rank] = event.recommendation
        if event.answer:
            self._ready |= {recommendation.rank: recommendation for recommendation in event.answer.recommendations}
        # reasons get ready in any order; a text can only grow at its end
        while recommendation := self._ready.get(self._n_written + 1):
            self._n_written += 1
            yield self._entry(recommendation)
        if event.answer:
            yield _rest(event.answer)

    def _entry(self, recommendation: Recommendation) -> str:
        item, reason = recommendation.item, recommendation.explanation.text
        blank = "\n\n" if self._n_written > 1 else ""
        return f"{blank}{recommendation.rank}. **{escaped(item.title)}**: {escaped(reason)}{self._picture(item)}"

    def _picture(self, item: Item) -> str:
        pictures = [medium for medium in item.media if medium.kind == "image"]
        number = next((at for at, medium in enumerate(pictures) if medium.problem is None), None)
        if number is None:
            return ""
        address = f"{self._address}{picture_address(item.id, number)}&size={PICTURE_PX}"
        return f"\n\n   ![{escaped(item.title)}]({address})"


def escaped(text: str) -> str:
    """A text in one line that Markdown shows as it is."""
    return _SIGNS.sub(lambda match: f"\\{match[0]}", " ".join(text.split()))


def unescaped(text: str) -> str:
    """The text that was `escaped`."""
    return re.sub(r"\\([^a-zA-Z0-9\s])", r"\1", text)


def _rest(answer: Answer) -> str:
    """What comes after the list: notes, and what it would help to know."""
    parts = [f"> {escaped(note)}" for note in answer.notes]
    if answer.dialogue and answer.dialogue.question:
        parts.append(escaped(answer.dialogue.question.text))
    blank = "\n\n" if answer.recommendations and parts else ""
    return blank + "\n\n".join(parts)
