"""An exchange: what a person asked, and the answer as far as it has come."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import PurePath
from typing import Any, Literal

from agent.answers import Event, Recommendation, UserTurn
from agent.errors import ConfigError, ModelError, TastemakerError, WeightsError, WorkspaceError
from agent.language.messages import Note, in_language
from agent.serialise import item_json, plain
from ui.page.shared.words import Words

Phase = Literal["working", "done", "stopped", "failed"]
MediumKind = Literal["picture", "sound", "video"]
TITLE_CHARS = 80
INNER = (ConfigError, ModelError, WeightsError, WorkspaceError)
# True of every new visitor and no news to them; or told by buttons already.
# How answers are made, with names of models and commands: the operator's to know.
OPERATORS = frozenset(
    {
        *("read by rules", "order of retrieval", "worded plainly", "words planned", "words untried", "words unproved"),
        *("words rewritten", "words free", "fusion refused", "weights unused", "items shortened"),
    }
)
UNSAID = frozenset({"unknown person", "nobody shares", "instead", "without", "which may go"})


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that a person showed.

    Attributes:
        path: Where it lies for now.
        name: As the person called it.
        thumbnail: A small picture of it as a data address; empty where there is none.
    """

    kind: MediumKind
    path: str
    name: str
    thumbnail: str = ""


@dataclass(frozen=True, slots=True)
class VisitorWish:
    """What a visitor asked for.

    Attributes:
        text: As they typed it, or as the button they pressed says it.
        sent: Files.
        command: What the agent is told instead of `text`; the same where it is None.
        filters: Must-haves that come with it.
        without: Must-haves that go with it.
    """

    text: str = ""
    sent: tuple[SentFile, ...] = ()
    command: str | None = None
    filters: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    k: int = 3
    diversity: float | None = None

    @property
    def title(self) -> str:
        """The wish in a few words."""
        words = " ".join(self.text.split()) or ", ".join(file.name for file in self.sent) or ", ".join(self.filters)
        return words if len(words) <= TITLE_CHARS else f"{words[: TITLE_CHARS - 1]}…"

    def turn(self) -> UserTurn:
        """The wish as the agent takes it."""
        sound = next((file.path for file in self.sent if file.kind == "sound"), None)
        video = next((file.path for file in self.sent if file.kind == "video"), None)
        return UserTurn(
            text=self.text if self.command is None else self.command,
            images=tuple(file.path for file in self.sent if file.kind == "picture"),
            audio=sound,
            video=video,
            filters=self.filters,
            without=self.without,
            k=self.k,
            diversity=self.diversity,
        )


@dataclass(slots=True)
class Exchange:
    """What was asked and what has come of it.

    Attributes:
        steps: What was done so far, in the agent's words.
        request: As it was understood.
        cards: Recommendations by item id, in the order shown; those without an `explanation` are not worded yet.
        answer: All of it but the recommendations, once it is there.
        what: What went wrong.
        hint: What to do about it.
        inner: Whether that is about the server itself, and so the operator's to read.
        lead: The sentences that the answer begins with, while it is being made.
        marks: What the person thought of items: `like`, `dislike`, `save`.
        drawn: It as HTML, by how it is shown.
    """

    wish: VisitorWish
    phase: Phase = "working"
    steps: list[str] = field(default_factory=list)
    request: dict[str, Any] | None = None
    cards: dict[str, dict[str, Any]] = field(default_factory=dict)
    answer: dict[str, Any] | None = None
    what: str = ""
    hint: str = ""
    inner: bool = False
    lead: str = ""
    marks: dict[str, str] = field(default_factory=dict)
    drawn: Mapping[object, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def title(self) -> str:
        """What was asked, in a few words: those that were heard, where nothing was written."""
        heard = (self.request or {}).get("heard") or {}
        said = "" if self.wish.text else str(heard.get("text") or "")
        return replace(self.wish, text=said).title if said.strip() else self.wish.title

    @property
    def turn(self) -> int:
        """Number among the turns of the conversation; 0 where it is none."""
        dialogue = self.answer["dialogue"] if self.answer else None
        return int(dialogue["turn"]) if dialogue else 0

    @property
    def reply(self) -> str:
        """The sentences that the answer begins with; empty where there are none, or not yet."""
        return str(self.answer.get("reply", "")) if self.answer else self.lead

    def take(self, event: Event, language: str, user: str) -> None:
        """Add what an event tells.

        Args:
            language: That notes are told in.
            user: Who asks; no name that a person would know.
        """
        if event.text:
            self.steps.append(in_language([event.text], language)[0])
        if event.request:
            self.request = plain(event.request)
        if event.kind == "candidates":
            self.cards = {item.id: self.cards.get(item.id, {"item": item_json(item)}) for item in event.items}
        self.lead = event.reply or self.lead
        if event.recommendation:
            self.cards[event.recommendation.item.id] = _card(event.recommendation)
        if event.answer:
            self.cards = {card.item.id: _card(card) for card in event.answer.recommendations}
            asides = event.answer.asides
            notes = [note for note in asides if _name(note) not in UNSAID | OPERATORS]
            texts = [text.replace(user, Words(language)("chat.you")) for text in in_language(notes, language)]
            making = in_language([note for note in asides if _name(note) in OPERATORS], language)
            self.answer = event.answer.to_dict() | {"notes": texts, "making": list(making)}
            del self.answer["recommendations"]
            self.request = self.answer.pop("request")

    def end(self) -> None:
        """Note how it ended: nothing more will come of it."""
        self.phase = "failed" if self.what else "done" if self.answer else "stopped"

    def note(self, error: TastemakerError, language: str) -> None:
        """Add something that did not succeed beside an answer that did."""
        if self.answer is not None:
            self.answer["notes"] += [" ".join(in_language((error.what, error.hint), language))]

    def fail(self, error: TastemakerError, language: str) -> None:
        """Note why it came to nothing."""
        self.what, self.hint = in_language((error.what, error.hint), language)
        self.inner = isinstance(error, INNER)

    def to_json(self) -> str:
        """The exchange as text, to be kept."""
        names = ("request", "cards", "answer", "marks")
        return json.dumps({"said": asdict(self.wish), **{name: getattr(self, name) for name in names}})

    @classmethod
    def from_json(cls, text: str) -> Exchange:
        """An exchange that was kept."""
        document: dict[str, Any] = json.loads(text)
        return cls(_wish(document.pop("said")), "done", **document)


def _name(note: str) -> str:
    return note.name if isinstance(note, Note) else ""


def sent_file(kind: MediumKind, path: str, thumbnail: str = "") -> SentFile:
    """A file under the name that people know it by."""
    return SentFile(kind, path, PurePath(path).name, thumbnail)


def _card(recommendation: Recommendation) -> dict[str, Any]:
    """A recommendation without its media's paths, which are nobody's business."""
    card = recommendation.to_dict()
    for medium in card["item"]["media"]:
        del medium["path"]
    return card


def _wish(document: Mapping[str, Any]) -> VisitorWish:
    """A wish that was kept; lists in JSON are tuples here."""
    sent = tuple(SentFile(**file) for file in document["sent"])
    filters, without = tuple(document["filters"]), tuple(document["without"])
    return VisitorWish(**{**document, "sent": sent, "filters": filters, "without": without})
