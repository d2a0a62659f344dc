"""What goes into the agent and what comes out: turns, evidence, claims, recommendations, events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self, TypedDict

from retrieval.candidates import ChannelScore
from retrieval.items import Item

MAX_TEXT_BYTES = 100_000  # of a request
MAX_K = 1_000

Wording = Literal["model", "template"]
EvidenceKind = Literal["field", "span", "filter", "channel", "request", "people", "decided", "contrast"]
ClaimVerdict = Literal["supported", "unsupported"]
FilterOrigin = Literal["stated", "understood"]
EventKind = Literal["status", "candidates", "item", "final"]


@dataclass(frozen=True, slots=True)
class UserTurn:
    """One request, as a person made it; at least one of text, images, audio, video is given.

    Attributes:
        text: The wish in any language.
        images: Paths of pictures.
        audio: Path of a spoken request.
        video: Path of a clip; its key frames count as pictures, its speech as words.
        user: Who asks; what they did before counts, and alone is enough to ask by.
        include_seen: Show also what the user has had to do with before.
        filters: Must-haves such as `price<=50`.
        k: How many items to return.
        diversity: How much variety counts beside fitness, in [0, 1]; None for the setting of the workspace.
        without: In a conversation, parts of what was understood that go, named as `StateView` has them: must-haves in
            canonical form, the kind, wishes, what is denied, the order.
    """

    text: str = ""
    images: tuple[str, ...] = ()
    audio: str | None = None
    video: str | None = None
    user: str | None = None
    filters: tuple[str, ...] = ()
    k: int = 5
    include_seen: bool = False
    diversity: float | None = None
    without: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str, given: Mapping[str, Any], fields: type[TurnFields]) -> Self:
        """The turn of a call with keyword arguments, paths as text.

        Args:
            given: The arguments.
            fields: Which there may be.

        Raises:
            TypeError: there is another one.
        """
        if unknown := given.keys() - fields.__annotations__.keys():
            raise TypeError(
                f"unexpected keyword argument {min(unknown)!r}; there are {', '.join(fields.__annotations__)}"
            )
        values = {name: _plain(value) for name, value in given.items()}
        return cls(text=text, **values)


class TurnFields(TypedDict, total=False):
    """Keyword arguments of a call that makes a turn; what each means stands at `UserTurn`."""

    images: Sequence[str | Path]
    audio: str | Path | None
    video: str | Path | None
    filters: Sequence[str]
    k: int


class RequestFields(TurnFields, total=False):
    """Of a request outside of a conversation."""

    user: str | None
    include_seen: bool


class TalkFields(TurnFields, total=False):
    """Of a turn of a conversation, whose user is known."""

    diversity: float | None


def _plain(value: Any) -> Any:
    """A path as text, a sequence as a tuple."""
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return tuple(_plain(part) for part in value)
    return value


@dataclass(frozen=True, slots=True)
class Evidence:
    """A pointer to where a claim can be checked.

    Attributes:
        kind: What is pointed at.
        pointer: JSON pointer (RFC 6901) into the recommendation, for example `/item/attributes/medium`,
            `/item/descriptions/0/spans/2`, `/channels/visual`, for `people` `/together/people` or, for `decided`,
            `/decided/modalities/picture/rank`; for `filter` into the answer's request,
            for `contrast` into the answer's first recommendation.
        value: What stands there, or the part of it that matters.
        medium: Name of the picture, sound or video, for a span.
        start_s: Second in the sound or video, for a span that has one.
    """

    kind: EvidenceKind
    pointer: str
    value: str
    medium: str | None = None
    start_s: float | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One checkable statement about an item, worded plainly, with its evidence (never empty).

    Attributes:
        verdict: What the check of the text against its own evidence said; only supported claims are shown.
        score: Share of its words and numbers that the evidence holds, in [0, 1].
    """

    text: str
    evidence: tuple[Evidence, ...]
    verdict: ClaimVerdict = "supported"
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an item is recommended.

    Attributes:
        text: What people read.
        claims: What the text rests on.
        wording: `model` when a language model worded the text and every word passed the check, else `template`.
        model: Name of the model that worded it, if one did.
        rejected: Model sentences that the check refused, with the reason; empty when none was.
    """

    text: str
    claims: tuple[Claim, ...]
    wording: Wording = "template"
    model: str | None = None
    rejected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Together:
    """An item the person liked or named, and how many others chose both it and the recommended one.

    Attributes:
        item_id: Of the item the person liked or named.
        title: Its title.
        people: How many others; at least 1.
        liked: Whether all of them liked both; else they chose both, and what they thought of it is not known.
    """

    item_id: str
    title: str
    people: int
    liked: bool


@dataclass(frozen=True, slots=True)
class Influence:
    """What became of one item when something was left out of the ranking.

    Attributes:
        score: What its score loses; below 0 where the part left out held it back.
        rank: Its rank without it, from 1.
    """

    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Decided:
    """What decided over one item; where nothing would be left to rank by, a part has no entry.

    Attributes:
        modalities: By `text`, `picture`, `sound` and `behaviour`, each with all its channels left out.
        channels: By channel.
    """

    modalities: Mapping[str, Influence]
    channels: Mapping[str, Influence]


@dataclass(frozen=True, slots=True)
class Twin:
    """An item that is all but the same as a recommended one, and folded into it."""

    item_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One recommended item.

    Attributes:
        rank: 1 is the first.
        score: In [0, 1]; comparable within one answer only.
        channels: What every retrieval channel said of it.
        retrieval_rank: Its rank before the language model was asked.
        likelihood: The language model's score (mean log-probability of the request given the item), if asked.
        together: What others who chose it chose beside it, where that is something the person liked or named.
        decided: What its rank would be without each channel and modality; None where it was not ranked among others.
        twins: Items all but the same as it, which are not shown beside it.
        fit: The probability that it is what was asked for, in [0, 1]; None where nothing was asked in words.
        untold: What was not wanted and its data neither holds nor rules out.
    """

    item: Item
    rank: int
    score: float
    explanation: Explanation
    channels: Mapping[str, ChannelScore]
    retrieval_rank: int
    likelihood: float | None = None
    together: Together | None = None
    decided: Decided | None = None
    twins: tuple[Twin, ...] = ()
    fit: float | None = None
    untold: tuple[str, ...] = ()

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All evidence of all claims."""
        return tuple(evidence for claim in self.explanation.claims for evidence in claim.evidence)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a spoken request was understood as."""

    text: str
    language: str
    english: str


@dataclass(frozen=True, slots=True)
class Named:
    """An item of the catalog that the request names as an example of what is liked, or is not."""

    item_id: str
    title: str
    liked: bool


@dataclass(frozen=True, slots=True)
class MustHave:
    """A condition that every shown item meets, and where it comes from.

    Attributes:
        filter: In canonical form.
        origin: `stated` as a filter, or `understood` from the words.
        words: What the person wrote or said for it.
        sure: How plainly, in [0, 1].
    """

    filter: str
    origin: FilterOrigin
    words: str
    sure: float


@dataclass(frozen=True, slots=True)
class Request:
    """A turn, understood.

    Attributes:
        text: All wishes as written and heard, in the person's own words.
        english: The same in English where that is known, else empty.
        language: ISO 639-1 code of the person's words.
        filters: Must-haves in canonical form.
        heard: The spoken part.
        seen: What each picture of the request seems to show.
        must_haves: Where each of `filters` comes from, in their order.
        occasion: What it is for, in the person's own words.
        named: The examples it gives; they are not shown back.
        language_sure: Whether its language is; else it is searched as English and as what it seems to be.
    """

    text: str
    english: str
    language: str
    filters: tuple[str, ...] = ()
    heard: Heard | None = None
    seen: tuple[str, ...] = ()
    must_haves: tuple[MustHave, ...] = ()
    occasion: str | None = None
    named: tuple[Named, ...] = ()
    language_sure: bool = True


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A way to ask for less when no item meets all must-haves.

    Attributes:
        dropped: The must-haves that go, in canonical form.
        instead: What takes their place; None when nothing does.
        n_items: How many items there would be.
    """

    dropped: tuple[str, ...]
    instead: str | None
    n_items: int


@dataclass(frozen=True, slots=True)
class Option:
    """An answer to a question: what it is called, the must-have it stands for, and how many candidates meet it."""

    label: str
    filter: str
    n_items: int


@dataclass(frozen=True, slots=True)
class Question:
    """What it would help to know.

    Attributes:
        text: In the person's language.
        field: What it is about.
        options: The likeliest answers, the likeliest first.
        gain_bits: What an answer is expected to tell of which candidate is meant.
    """

    text: str
    field: str
    options: tuple[Option, ...]
    gain_bits: float


@dataclass(frozen=True, slots=True)
class StateView:
    """What is known of a person's wish after a turn.

    Attributes:
        kind: The kind of thing that is sought; empty where none is named.
        wishes: What is searched for.
        must_haves: What every item shown meets, in canonical form.
        denied: What no item shown may hold.
        order: What the list is sorted by, as `price asc`; empty where by how well items fit.
        refers: Numbers of the items shown last that the turn points at.
        roles: The things that are sought together, in the person's words, where they are several.
        budget: What they may cost together, where a limit was set.
        owned: Items that the person has, by id.
        liked: Items to be like, by id.
        disliked: Items not to be like, by id.
    """

    kind: str = ""
    wishes: tuple[str, ...] = ()
    must_haves: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    order: str = ""
    refers: tuple[int, ...] = ()
    roles: tuple[str, ...] = ()
    budget: float | None = None
    owned: tuple[str, ...] = ()
    liked: tuple[str, ...] = ()
    disliked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """One of several things asked for at once.

    Attributes:
        role: What it is, in the person's words.
        items: The items shown for it, by id, best first.
        chosen: The one of the set that is proposed; None where no set keeps within the budget.
    """

    role: str
    items: tuple[str, ...]
    chosen: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands in an answer to a request for several things.

    Attributes:
        first: Whether it is the first of its group.
        chosen: Whether it is of the set that is proposed.
    """

    group: Group
    first: bool
    chosen: bool


def place_of(rank: int, groups: Sequence[Group]) -> Place | None:
    """The place of the item of a rank, whose groups stand in the order of the ranks; None where there are no groups."""
    before = 0
    for group in groups:
        at = rank - before - 1
        if at < len(group.items):
            return Place(group, at == 0, group.items[at] == group.chosen)
        before += len(group.items)
    return None


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Where in a conversation an answer stands.

    Attributes:
        id: Of the conversation.
        turn: Number of the turn, from 1.
        follows: Whether the turn goes on with what was asked before; else it begins anew.
        moves: Criticism that no must-have says, in words: what the items shown now have more or less of.
        question: What it would help to know; None where nothing is worth asking.
        act: What the turn was taken to do.
        understood: What is known of the person's wish after it.
    """

    id: str
    turn: int
    follows: bool
    moves: tuple[str, ...] = ()
    question: Question | None = None
    act: str = "request"
    understood: StateView | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the agent found.

    Attributes:
        recommendations: Best first; empty when nothing meets the must-haves.
        notes: Everything that was done otherwise than asked: fallbacks, shortened requests, fewer items than wanted.
        backends: Which model did which job (`llm`, `describer`, `transcriber`, `text`, ...).
        timings_s: Seconds since the request, by step.
        relaxations: What could be given up when no item meets all must-haves.
        dialogue: Where in a conversation it stands; None outside of one.
        reply: One or two plain sentences that come first: what was understood, what the list is, or the whole answer.
        choices: What the person may mean, where the answer asks back; each can be sent as the next turn.
        groups: The things asked for, where they are several; `recommendations` holds the items of all of them.
        total: What the proposed set costs together.
    """

    request: Request
    recommendations: tuple[Recommendation, ...]
    notes: tuple[str, ...] = ()
    backends: Mapping[str, str] = field(default_factory=dict)
    timings_s: Mapping[str, float] = field(default_factory=dict)
    relaxations: tuple[Relaxation, ...] = ()
    dialogue: Dialogue | None = None
    reply: str = ""
    choices: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    total: float | None = None

    @property
    def asides(self) -> tuple[str, ...]:
        """The notes that the reply does not hold already."""
        return tuple(note for note in self.notes if note not in self.reply)


@dataclass(frozen=True, slots=True)
class Event:
    """A step of a streamed answer.

    Attributes:
        kind: `status` (text says what is being done), `candidates` (the items, not yet explained, and the request as
            understood: first as retrieval ordered them, once more if the language model changes that), `item` (a
            recommendation with its reason, in the order they get ready), `final` (the whole answer).
        at_s: Seconds since the request.
        reply: The sentences that the answer begins with, from the first `item` on.
        groups: The things asked for, where they are several, from the first `item` on.
    """

    kind: EventKind
    at_s: float
    text: str = ""
    request: Request | None = None
    items: tuple[Item, ...] = ()
    recommendation: Recommendation | None = None
    answer: Answer | None = None
    reply: str = ""
    groups: tuple[Group, ...] = ()
