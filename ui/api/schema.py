"""What callers send and what comes back, as declared in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.answers import (
    MAX_K,
    MAX_TEXT_BYTES,
    Decided,
    Dialogue,
    Explanation,
    Group,
    Moment,
    Relaxation,
    Request,
    Reviewed,
    Together,
    Twin,
)
from agent.rules import Rule
from agent.rules.rule import MOST_RULES
from retrieval.candidates import ChannelScore
from retrieval.catalog.problems import RowProblem
from retrieval.catalog.row_reader import ID_LIMIT
from retrieval.interactions import InteractionKind
from retrieval.items import Description, MediaKind

MAX_ROWS = 1_000  # of one call
MAX_PICTURES = 8  # of one request
MAX_FILTERS = 50

_WISH = "something calm with water"
_ROW = {
    "id": "7",
    "title": "Harbour lamp",
    "description": "Brass, for indoors.",
    "price": 39,
    "material": "brass",
    "image": {"name": "lamp.jpg", "data": "/9j/4AAQSkZJRgABAQ..."},
}

Row = Annotated[
    dict[str, Any],
    Field(
        description="A catalog row: `id`, `title`, `description`, `category`, `price`, `image` or `images`, `audio`,"
        " `video`, and any other columns as attributes. Media are given as data: a `data:` URL, or an object with"
        " `name` and Base64 `data`; a web address only where the server fetches them.",
        examples=[_ROW],
    ),
]
UserName = Annotated[str, Field(min_length=1, max_length=256, examples=["ada"])]
ItemId = Annotated[str, Field(min_length=1, max_length=ID_LIMIT, examples=["436947"])]


class Body(BaseModel):
    """What is sent; a field that nobody knows is refused, since it may be a misspelling."""

    model_config = ConfigDict(extra="forbid")


class NamedFile(Body):
    """A file, by its content."""

    data: Annotated[str, Field(description="Base64, or a `data:` URL.")]
    name: Annotated[str, Field(max_length=200, description="For messages.")] = "upload"


File = NamedFile | Annotated[str, Field(description="A `data:` URL; a web address only where the server fetches them.")]


class WishBody(Body):
    """A request; at least one of text, pictures, sound, video and user is given."""

    text: Annotated[str, Field(max_length=MAX_TEXT_BYTES, examples=[_WISH])] = ""
    images: Annotated[list[File], Field(max_length=MAX_PICTURES, description="Pictures to go by.")] = []
    audio: Annotated[File | None, Field(description="A spoken wish, or a sound to find others like it.")] = None
    video: Annotated[File | None, Field(description="A clip to go by; its speech counts as a wish.")] = None
    user: Annotated[UserName | None, Field(description="Who asks: what they did before counts.")] = None
    filters: Annotated[
        list[str], Field(max_length=MAX_FILTERS, description="Must-haves.", examples=[["price<=50"]])
    ] = []
    k: Annotated[int, Field(strict=True, ge=1, le=MAX_K, description="How many items.")] = 5
    include_seen: Annotated[
        bool, Field(strict=True, description="Show also what the user has had to do with before.")
    ] = False


class RecommendBody(WishBody):
    """What `recommend` is asked."""

    diversity: Annotated[
        float | None,
        Field(strict=True, ge=0, le=1, description="How much variety counts; null for the workspace's setting."),
    ] = None
    stream: Annotated[bool, Field(strict=True, description="Answer step by step, as server-sent events.")] = False

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"text": _WISH, "k": 2}, {"text": "warm", "filters": ["price<=50"]}]},
    )


class SearchBody(WishBody):
    """What `search` is asked."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": _WISH, "k": 10}]})


class ExplainBody(Body):
    """Which items are to be explained for which request, whoever recommended them."""

    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT_BYTES, examples=["a quiet present for a sailor"])]
    item_ids: Annotated[list[ItemId], Field(min_length=1, max_length=100)]
    filters: Annotated[list[str], Field(max_length=MAX_FILTERS)] = []


class ItemsBody(Body):
    """Rows to add, or to put in the place of items with the same ids."""

    items: Annotated[list[Row], Field(max_length=MAX_ROWS)]


class DescriptionBody(Body):
    """A person's words in place of a model's."""

    text: Annotated[str, Field(min_length=1, max_length=4_000, examples=["Two people in a boat."])]


class FeedbackBody(Body):
    """What a person says of an item."""

    user: UserName
    item_id: ItemId
    kind: InteractionKind
    reason: Annotated[str, Field(max_length=2_000, description="Of a dislike, what it names counts.")] = ""
    value: Annotated[float | None, Field(strict=True, description="Of a rating: how high.")] = None

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"user": "ada", "item_id": "436947", "kind": "like"}]},
    )


class ReviewBody(Body):
    """What somebody wrote of an item."""

    item_id: ItemId
    user: Annotated[UserName | None, Field(description="Who wrote it; left out where nobody says who.")] = None
    title: Annotated[str, Field(max_length=300)] = ""
    text: Annotated[str, Field(max_length=8_000)] = ""
    stars: Annotated[float | None, Field(strict=True, ge=0, le=5)] = None

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"item_id": "436947", "user": "ada", "text": "Calm, and not too bright."}]},
    )


class OptOutBody(Body):
    """Whether a person wants nothing of theirs to be used or kept."""

    opted_out: Annotated[bool, Field(strict=True)]


class MediumOut(Body):
    """A file of an item; `picture` is the address of a small copy."""

    kind: MediaKind
    name: str
    problem: str | None
    sha256: str | None
    picture: str | None


class ItemOut(Body):
    """An item as the catalog has it, with what was perceived in its media."""

    id: str
    title: str
    description: str
    category: str | None
    price: float | None
    currency: str | None
    url: str | None
    attributes: dict[str, str | float | bool | list[str]]
    media: list[MediumOut]
    descriptions: list[Description]


class RulesBody(Body):
    """Rules of the shop."""

    rules: Annotated[list[Rule], Field(max_length=MOST_RULES, description="In their order.")]


class RecommendationOut(Body):
    """A recommended item; every claim's evidence points into this very object."""

    rank: int
    score: float
    fit: Annotated[float | None, Field(description="The probability that it is what was asked for.")]
    untold: Annotated[list[str], Field(description="What was not wanted and its data neither holds nor rules out.")]
    promoted: Annotated[bool, Field(description="Whether it stands where it stands by a rule of the shop.")]
    retrieval_rank: int
    likelihood: float | None
    together: Together | None
    reviews: Annotated[Reviewed | None, Field(description="What reviewers say of it: their word, and not the shop's.")]
    item: ItemOut
    explanation: Explanation
    channels: dict[str, ChannelScore]
    decided: Decided | None
    twins: list[Twin]
    moment: Annotated[Moment | None, Field(description="Where in its sound or video the request is answered.")]


class AnswerOut(Body):
    """A whole answer."""

    schema_version: int
    reply: Annotated[str, Field(description="One or two sentences that come first, or the whole answer.")]
    choices: Annotated[list[str], Field(description="What may be meant; each can be sent as the next turn.")]
    request: Request
    recommendations: list[RecommendationOut]
    notes: list[str]
    backends: dict[str, str]
    timings_s: dict[str, float]
    relaxations: list[Relaxation]
    groups: Annotated[list[Group], Field(description="The things asked for, where they are several.")]
    total: Annotated[float | None, Field(description="What the proposed set costs together.")]
    dialogue: Dialogue | None


class HitOut(Body):
    """An item that retrieval found."""

    rank: int
    score: float
    item: ItemOut
    channels: dict[str, ChannelScore]


class HitsOut(Body):
    """What a search found."""

    request: Request
    hits: list[HitOut]


class ExplainedOut(Body):
    """Why one item fits."""

    item_id: str
    explanation: Explanation


class ExplanationsOut(Body):
    """Why items fit, in the order in which they were named."""

    explanations: list[ExplainedOut]


class ItemsPage(Body):
    """A page of items, in the order in which they came; `next` is the cursor of the following page, if there is one."""

    items: list[ItemOut]
    total: int
    next: str | None


class ItemsOut(Body):
    """What became of rows; `line` in a problem is the number of the row, from 1."""

    added: list[str]
    updated: list[str]
    unchanged: list[str]
    problems: list[RowProblem]


class DeletedOut(Body):
    """What was erased."""

    deleted: list[str]


class FeedbackOut(Body):
    """What became of feedback."""

    user: str
    item_id: str
    kind: InteractionKind
    reason: str | None
    stored: bool
    objections: list[str]
    note: str
    value: float | None


class ReviewOut(Body):
    """What became of a review."""

    item_id: str
    user: str | None
    stored: bool
    note: str


class TraitOut(Body):
    """A value that a person's items share more often than the catalog does, and which `of` so many have it."""

    field: str
    value: str
    items: list[str]
    of: int


class ObjectionOut(Body):
    """What is not wanted, and the reason that says so."""

    words: str
    reason: str
    item_id: str


class MarkOut(Body):
    """One item that a person judged, saved or hid; `liking` is in [-1, 1]."""

    item_id: str
    title: str | None
    kind: InteractionKind
    liking: float
    reason: str | None
    at_s: float | None


class ProfileOut(Body):
    """What is known of a person's taste, each line with what it rests on."""

    user: str
    opted_out: bool
    n_events: int
    text: str
    likes: list[TraitOut]
    avoids: list[TraitOut]
    objections: list[ObjectionOut]
    liked: list[MarkOut]
    disliked: list[MarkOut]
    saved: list[MarkOut]
    hidden: list[MarkOut]


class ExportOut(ProfileOut):
    """Everything that is known of a person; more parts may come."""

    model_config = ConfigDict(extra="allow")

    vectors: dict[str, list[float]]
    rows: dict[str, list[dict[str, Any]]]


class ForgottenOut(Body):
    """What was erased of a person."""

    user: str
    rows: Mapping[str, int]
    evaluation: bool
    memory: Mapping[str, int]
    uploads: int


class OptedOut(Body):
    """Whether nothing of a person is used or kept."""

    user: str
    opted_out: bool


class Problem(BaseModel):
    """Why a call failed (RFC 9457)."""

    type: Annotated[str, Field(examples=["urn:tastemaker:RequestError"], description="Stable name for programs.")]
    title: Annotated[str, Field(description="What happened.")]
    status: int
    detail: Annotated[str, Field(description="What to do about it.")]


EventName = Literal["status", "candidates", "item", "final", "error"]
