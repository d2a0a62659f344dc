"""An answer as Markdown: what it is in a sentence, a short numbered list with reasons, and what is to be known beside.

Titles and reasons hold what catalogs say: no sign of theirs makes a link, a picture or a heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.answers import Answer, Event, Group, Recommendation, place_of
from agent.language.beside import labels, moment_note, untold_note
from agent.language.detection import detect_language
from agent.language.messages import in_language
from retrieval.items import Item
from ui.service.thumbnails import picture_address

PICTURE_PX = 480

_SIGNS = re.compile(r"([\\`*_\[\]<>|~#@&])|(?<=[a-z])(:)(?=//)|(?<=www)(\.)", re.IGNORECASE)


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
        self._groups: tuple[Group, ...] = ()
        self._n_written = 0
        self._has_quoted = False
        self._has_led = False
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
        """Blocks of the text; a blank line stands before each but the first."""
        for block in self._blocks(event):
            yield f"\n\n{block}" if self.text else block

    def _blocks(self, event: Event) -> Iterator[str]:
        request = event.answer.request if event.answer else event.request
        if request and request.heard and not self._has_quoted:
            self._has_quoted = True
            yield f"> {escaped(request.heard.text)}"
        self._take_in(event)
        reply = event.answer.reply if event.answer else event.reply
        if reply and not self._has_led:
            yield escaped(reply)
        self._has_led |= bool(reply)
        # reasons get ready in any order; a text can only grow at its end
        for recommendation in self._due(whole=event.answer is not None):
            self._n_written = recommendation.rank
            yield from self._heading(recommendation)
            yield self._entry(recommendation)
        if event.answer:
            yield from _rest(event.answer)

    def _take_in(self, event: Event) -> None:
        self._groups = (event.answer.groups if event.answer else event.groups) or self._groups
        come = [event.recommendation] if event.recommendation else event.answer.recommendations if event.answer else []
        self._ready |= {recommendation.rank: recommendation for recommendation in come}

    def _due(self, *, whole: bool) -> list[Recommendation]:
        """What can be written now: up to the first that is missing, or all, where no more will come."""
        ranks = sorted(rank for rank in self._ready if rank > self._n_written)
        written = self._n_written
        return [self._ready[rank] for at, rank in enumerate(ranks, start=1) if whole or rank == written + at]

    def _heading(self, recommendation: Recommendation) -> Iterator[str]:
        """What a group of items is, before the first of them."""
        place = place_of(recommendation.rank, self._groups)
        if place and place.first:
            yield f"**{escaped(place.group.role)}**"

    def _entry(self, recommendation: Recommendation) -> str:
        item, place = recommendation.item, place_of(recommendation.rank, self._groups)
        proposed, promoted = place is not None and place.chosen, recommendation.promoted
        beside = ", ".join(self._told(*labels(recommendation.fit, proposed=proposed, promoted=promoted)))
        beside = f" ({beside})" if beside else ""
        moment = recommendation.moment
        where = moment_note(moment.kind, moment.start_s, moment.text) if moment else None
        reason = " ".join(self._told(recommendation.explanation.text, where, untold_note(recommendation.untold)))
        return f"{recommendation.rank}. **{escaped(item.title)}**{beside}: {reason}{self._picture(item)}"

    def _told(self, *sentences: str | None) -> list[str]:
        """What there is of these, in the person's language."""
        return [escaped(text) for text in in_language(filter(None, sentences), self._language)]

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


def _rest(answer: Answer) -> Iterator[str]:
    """What comes after the list: what may be meant, notes, and what it would help to know."""
    if answer.choices:
        yield "\n".join(f"- {escaped(choice)}" for choice in answer.choices)
    for note in answer.asides:
        yield f"> {escaped(note)}"
    if answer.dialogue and answer.dialogue.question:
        yield escaped(answer.dialogue.question.text)
