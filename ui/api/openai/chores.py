"""Chores: what a front end asks of its model for itself, a title of the chat, tags, what could be asked next.

Each front end words them in its own way. They are known by what they ask for, together with the form that such orders
have: a task with the chat in it, or how short the answer must be. No person asks for goods like that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agent.language.detection import detect_language
from agent.language.messages import Note, in_language
from agent.language.patterns import patterns
from agent.understand.fillers import without_fillers
from ui.api.openai.messages import words
from ui.api.openai.schema import Message

if TYPE_CHECKING:
    from agent.recommender import RecommendationAgent

ChoreKind = Literal["title", "tags", "follow_ups", "queries", "text"]

MOST_READ = 20_000  # characters of a chore, its chat included
ORDER_CHARS = 4_000  # of its beginning, where it says what is wanted
RULE_CHARS = 600  # of a system's word that is an order and not the manner of a whole chat
MOST_WISHES = 3
TITLE_WORDS, TITLE_CHARS = 6, 48

_WORDS = patterns("ui.api.openai", "chores")
_ASKED: dict[ChoreKind, re.Pattern[str]] = {
    "tags": re.compile(_WORDS["tags"], re.IGNORECASE),
    "follow_ups": re.compile(_WORDS["follow ups"], re.IGNORECASE),
    "queries": re.compile(_WORDS["queries"], re.IGNORECASE),
    "text": re.compile(_WORDS["completion"], re.IGNORECASE),
    "title": re.compile(_WORDS["title"], re.IGNORECASE),
}
_SHORT = re.compile(_WORDS["short"], re.IGNORECASE)
_TASK = re.compile(r"^\s*#+\s*Task\b|<chat_history>|^\s*\|\|>", re.IGNORECASE | re.MULTILINE)
_JSON = re.compile(r"\bJSON\b|\{\s*\"\w+\"\s*:")
_FLAGS = re.IGNORECASE | re.DOTALL | re.MULTILINE
# how a chat stands in a chore, the plainest first
_CHATS = (
    re.compile(r"<chat_history>(.*?)(?:</chat_history>|\Z)", _FLAGS),
    re.compile(r"^#+\s*Chat History:?\s*$(.*)\Z", _FLAGS),
    re.compile(r"```(.*?)(?:```|\Z)", _FLAGS),
    re.compile(r"(^\s*(?:\|\|>)?\s*(?:user|human|message|用户)\s*[:：].*)\Z", _FLAGS),
)
_SPEAKER = re.compile(
    r"^\s*(?:\|\|>)?\s*(?:(?P<person>user|human|message|用户)|assistant|ai|response|system|model|title|助手)\s*[:：]\s*",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTES = " \t\n\"'“”`-"


@dataclass(frozen=True, slots=True)
class Chore:
    """What a front end wants for itself.

    Attributes:
        as_json: Whether the answer is to be an object that holds it under its name.
        said: What the person said in the chat, the oldest first.
    """

    kind: ChoreKind
    as_json: bool
    said: tuple[str, ...]

    def answer(self, agent: RecommendationAgent) -> str:
        """What is given back."""
        wishes = list(_wishes(self.said, agent))
        if self.kind == "title":
            title = _titled(wishes[0] if wishes else next(iter(self.said), ""))
            return _object(title=title) if self.as_json else title
        if self.kind == "tags":
            return _object(tags=list(dict.fromkeys(_shortened(wish).lower() for wish in wishes)))
        if self.kind == "follow_ups":
            return _object(follow_ups=_next_turns(self.said, shown=bool(wishes)))
        return _object(queries=[]) if self.kind == "queries" else _object(text="")


def chore_of(messages: Sequence[Message]) -> Chore | None:
    """The chore that a call is; None where a person asks for something."""
    asked = [words(message)[:MOST_READ] for message in messages if message.role == "user"]
    if not asked or messages[-1].role != "user":
        return None
    if (kind := _kind(asked[-1])) is not None:
        return Chore(kind, _wants_json(asked[-1]), _said(asked[-1]) or tuple(asked[:-1]))
    # Some front ends put the order before the chat, as the system's word.
    orders = (words(message) for message in messages if message.role in ("system", "developer"))
    order = next((text for text in orders if len(text) <= RULE_CHARS and _kind(text) == "title"), None)
    if order is None:
        return None
    return Chore("title", _wants_json(order), tuple(part for text in asked for part in _said(text) or (text,)))


def _kind(text: str) -> ChoreKind | None:
    order, is_task = _order(text), _TASK.search(text) is not None
    for kind, asked in _ASKED.items():
        if asked.search(order) and (is_task or (kind == "title" and _SHORT.search(order))):
            return kind
    return None


def _wants_json(text: str) -> bool:
    return _JSON.search(_order(text)) is not None


def _order(text: str) -> str:
    """What a chore says of itself, without the chat that it holds."""
    chat = _chat(text)
    return text.replace(chat, " ", 1)[:ORDER_CHARS] if chat else text[:ORDER_CHARS]


def _chat(text: str) -> str:
    """The chat that a chore holds; empty where it stands in messages of its own."""
    return next((match[1] for form in _CHATS if (match := form.search(text))), "")


def _said(text: str) -> tuple[str, ...]:
    """What the person said in the chat that a chore holds."""
    chat = _chat(text)
    turns = list(_SPEAKER.finditer(chat))
    if not turns:
        return tuple(part for one in re.split(r"\n\s*-{3,}\s*\n", chat) if (part := one.strip(_QUOTES)))[:1]
    ends = [*(turn.start() for turn in turns[1:]), len(chat)]
    spoken = (_spoken(chat[turn.end() : end]) for turn, end in zip(turns, ends, strict=True) if turn["person"])
    return tuple(part for part in spoken if part)


def _spoken(text: str) -> str:
    """What somebody said, without an order that stands behind it."""
    lines = (line for line in text.splitlines() if not _ASKED["title"].search(line))
    return "\n".join(lines).strip(_QUOTES)


def _wishes(said: Sequence[str], agent: RecommendationAgent) -> Iterator[str]:
    """What of it asks for something, without the words around that."""
    from agent.understand.acts import TurnContext
    from agent.understand.acts.act import SEEKING

    wishes = 0
    for text in said:
        clauses = agent.pipeline.acts.read(text[:ORDER_CHARS], TurnContext(shown=wishes > 0)).clauses
        wish = without_fillers(" ".join(clause.text for clause in clauses if clause.act in SEEKING)).strip(" .!?,;")
        if wish and wishes < MOST_WISHES:
            wishes += 1
            yield wish


def _next_turns(said: Sequence[str], *, shown: bool) -> list[str]:
    names = ("choice others", "choice why first", "choice compare") if shown else ("choice what there is",)
    language = detect_language(said[-1]) if said else "en"
    return list(in_language([Note(name) for name in names], language))


def _titled(wish: str) -> str:
    title = _shortened(without_fillers(wish) or wish)
    return f"{title[:1].upper()}{title[1:]}" or str(Note("untitled"))


def _shortened(text: str) -> str:
    line = " ".join(text.split()[:TITLE_WORDS])
    return line if len(line) <= TITLE_CHARS else f"{line[: TITLE_CHARS - 1].rstrip()}…"


def _object(**content: object) -> str:
    return json.dumps(content, ensure_ascii=False)


__all__ = ["Chore", "chore_of"]
