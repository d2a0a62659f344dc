"""What goes into the agent and what comes out: turns, evidence, claims, recommendations, events."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, TypedDict

from agent.arguments import check_fields
from agent.serialise import SCHEMA_VERSION, item_json, plain
from retrieval.candidates import Candidate, ChannelScore
from retrieval.items import Item
from retrieval.reviews.digest import AspectDigest

if TYPE_CHECKING:
    from pandas import DataFrame

MAX_TEXT_BYTES = 100_000  # of a request
MAX_K = 1_000
SHOWN_TITLES = 3  # of an answer in short

Wording = Literal["model", "template"]
EvidenceKind = Literal["field", "span", "filter", "channel", "request", "people", "decided", "contrast", "review"]
ClaimVerdict = Literal["supported", "unsupported"]
FilterOrigin = Literal["stated", "understood"]
MomentKind = Literal["picture", "speech", "print", "sight"]
EventKind = Literal["status", "candidates", "item", "final"]


@dataclass(frozen=True, slots=True)
class UserTurn:
    """One request, as a person made it; at least one of text, images, audio, video is given.

    Attributes:
        text: The wish in any language.
        images: Paths of pictures.
        audio: Path of a spoken request, or of a sound to find others like it.
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

    def __post_init__(self) -> None:
        check_fields({name: getattr(self, name) for name in self.__dataclass_fields__}, UserTurn)

    @classmethod
    def of(cls, text: str, given: Mapping[str, Any], fields: type[TurnFields]) -> Self:
        """The turn of a call with keyword arguments, paths as text.

        Args:
            given: The arguments.
            fields: Which there may be.

        Raises:
            WrongArgument: there is another one, or one of another type.
        """
        check_fields(given, fields)
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
            `/item/descriptions/0/spans/2`, `/channels/visual`, for `people` `/together/people`, for `review`
            `/reviews/aspects/0/praise` or, for `decided`,
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
        answers: The words of the request that the item meets by what it cites.
    """

    text: str
    evidence: tuple[Evidence, ...]
    verdict: ClaimVerdict = "supported"
    score: float = 1.0
    answers: tuple[str, ...] = ()


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
class Moment:
    """Where in an item's sound or video the request is answered.

    Attributes:
        kind: By what: a frame that looks like the request's `picture`, what is said (`speech`), read (`print`) or seen
            (`sight`) there.
        medium: Name of the sound or video.
        start_s: Second at which it begins.
        end_s: Second at which something else is to be seen; None where that is not known.
        text: What is said, read or seen there; empty where no words are known of it.
        pointer: JSON pointer into the recommendation, to the finding or, for `picture`, to the description.
        likeness: Cosine of the frame and the picture, or of the words, in [-1, 1]; None where they are the same words.
    """

    kind: MomentKind
    medium: str | None
    start_s: float
    end_s: float | None
    text: str
    pointer: str
    likeness: float | None = None

    def span(self, description: int) -> int | None:
        """Number of its finding within one of the item's descriptions; None where it is in another, or in none."""
        stem, _, number = self.pointer.rpartition("/spans/")
        return int(number) if stem == f"/item/descriptions/{description}" else None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What reviewers say of an item: their word, and not the shop's.

    Attributes:
        people: How many wrote reviews that count.
        liking: The mean of their stars as a share of the scale, in [0, 1]; None where nobody gave any.
        aspects: What they speak of most comes first.
    """

    people: int
    liking: float | None
    aspects: tuple[AspectDigest, ...]


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
class Contribution:
    """What one aspect of an item added to its score.

    Attributes:
        score: That much; below 0 where it counted against the item.
        share: Whole per cent of all that helped, 0 for what did not; those of an item sum to 100 where anything did.
    """

    score: float
    share: int


@dataclass(frozen=True, slots=True)
class Decided:
    """What decided over one item; where nothing would be left to rank by, a part has no influence.

    Attributes:
        modalities: By `text`, `picture`, `sound`, `behaviour` and `reviews`, each with all its channels left out.
        channels: By channel.
        base: The score of an item of which nothing is known.
        contributions: By aspect what it added, the most first; with the base they sum to the item's score.
    """

    modalities: Mapping[str, Influence]
    channels: Mapping[str, Influence]
    base: float = 0.0
    contributions: Mapping[str, Contribution] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Twin:
    """An item that is all but the same as a recommended one, and folded into it."""

    item_id: str
    title: str


@dataclass(frozen=True, slots=True, repr=False)
class Recommendation:
    """One recommended item.

    Attributes:
        rank: 1 is the first.
        score: In [0, 1]; comparable within one answer only.
        channels: What every retrieval channel said of it.
        retrieval_rank: Its rank before the language model was asked.
        likelihood: The language model's score, if asked: by default the mean log-probability of the request given the
            item, else what the method in use gives.
        together: What others who chose it chose beside it, where that is something the person liked or named.
        reviews: What reviewers say of it; None where nobody does.
        decided: What its rank would be without each channel and modality; None where it was not ranked among others.
        twins: Items all but the same as it, which are not shown beside it.
        fit: The probability that it is what was asked for, in [0, 1]; None where nothing was asked in words.
        untold: What was not wanted and its data neither holds nor rules out.
        promoted: Whether it stands where it stands by a rule of the shop.
        moment: Where in its sound or video the request is answered, if it is there.
    """

    item: Item
    rank: int
    score: float
    explanation: Explanation
    channels: Mapping[str, ChannelScore]
    retrieval_rank: int
    likelihood: float | None = None
    together: Together | None = None
    reviews: Reviewed | None = None
    decided: Decided | None = None
    twins: tuple[Twin, ...] = ()
    fit: float | None = None
    untold: tuple[str, ...] = ()
    promoted: bool = False
    moment: Moment | None = None

    def __repr__(self) -> str:
        return f"<Recommendation {self.rank}: {self.item.title!r} (id {self.item.id}), score {self.score:.2f}>"

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All evidence of all claims."""
        return tuple(evidence for claim in self.explanation.claims for evidence in claim.evidence)

    def to_dict(self) -> dict[str, Any]:
        """It as plain JSON values; every claim's evidence points into this very object."""
        return {
            "rank": self.rank,
            "score": round(self.score, 6),
            "fit": None if self.fit is None else round(self.fit, 3),
            "untold": list(self.untold),
            "promoted": self.promoted,
            "retrieval_rank": self.retrieval_rank,
            "likelihood": self.likelihood,
            "together": plain(self.together),
            "reviews": plain(self.reviews),
            "item": item_json(self.item),
            "explanation": plain(self.explanation),
            "channels": plain(self.channels),
            "decided": plain(self.decided),
            "twins": plain(self.twins),
            "moment": plain(self.moment),
        }


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
        sounding: What each sound of the request is like in which nothing is said.
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
    sounding: tuple[str, ...] = ()

    @property
    def beside_words(self) -> bool:
        """Whether there is a picture or a sound to go by."""
        return bool(self.seen or self.sounding)

    @property
    def empty(self) -> bool:
        """Whether it asks by nothing of its own."""
        return not (self.text or self.beside_words)


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


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What the agent found: iterable and sized by its recommendations.

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

    def __iter__(self) -> Iterator[Recommendation]:
        return iter(self.recommendations)

    def __len__(self) -> int:
        return len(self.recommendations)

    def __bool__(self) -> bool:
        return True  # also where it recommends nothing: its reply may be all that was wanted

    def __repr__(self) -> str:
        titles = [recommendation.item.title for recommendation in self.recommendations[:SHOWN_TITLES]]
        listed = ", ".join([*titles, *["…"] * (len(self) > SHOWN_TITLES)])
        number = f"{len(self)} item{'s' * (len(self) != 1)}"
        return f"<Answer to {self.request.text!r}: {number}{': ' * bool(listed)}{listed}>"

    def _repr_html_(self) -> str:
        from agent.notebook.cards import cards

        return cards(self.to_dict())

    @property
    def asides(self) -> tuple[str, ...]:
        """The notes that the reply does not hold already."""
        return tuple(note for note in self.notes if note not in self.reply)

    def to_dict(self) -> dict[str, Any]:
        """It as plain JSON values, as `--json` prints it; over HTTP pictures have addresses instead of paths."""
        return {
            "schema_version": SCHEMA_VERSION,
            "reply": plain(self.reply),
            "choices": plain(self.choices),
            "request": plain(self.request),
            "recommendations": plain(self.recommendations),
            "notes": plain(self.notes),
            "backends": plain(self.backends),
            "timings_s": plain(self.timings_s),
            "relaxations": plain(self.relaxations),
            "groups": plain(self.groups),
            "total": self.total,
            "dialogue": plain(self.dialogue),
        }

    def to_json(self, indent: int | None = None) -> str:
        """The same as a JSON document."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent, allow_nan=False)

    def to_pandas(self) -> DataFrame:
        """A data frame with a row for each recommendation: rank, item, scores, reason, then the item's attributes."""
        from agent.notebook.frames import frame_of

        return frame_of(self.to_dict())


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

    def to_dict(self) -> dict[str, Any]:
        """It as plain JSON values, without the fields that say nothing."""
        document: dict[str, Any] = {"kind": self.kind, "at_s": self.at_s, "text": plain(self.text)}
        if self.request:
            document["request"] = plain(self.request)
        if self.items:
            document["items"] = plain(self.items)
        if self.recommendation:
            document["recommendation"] = self.recommendation.to_dict()
        if self.answer:
            document["answer"] = self.answer.to_dict()
        if self.reply:
            document["reply"] = plain(self.reply)
        if self.groups:
            document["groups"] = plain(self.groups)
        return document


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found.

    Attributes:
        request: The turn, as it was understood.
        candidates: Best first, each with what every channel said of it.
    """

    request: Request
    candidates: Sequence[Candidate]

    def to_dict(self) -> dict[str, Any]:
        """It as plain JSON values."""
        return {
            "request": plain(self.request),
            "hits": [
                {
                    "rank": rank,
                    "score": round(candidate.score, 6),
                    "item": item_json(candidate.item),
                    "channels": plain(candidate.channels),
                }
                for rank, candidate in enumerate(self.candidates, start=1)
            ],
        }
