"""Reviews are read as soon as they are known: for each item a digest, and vectors of what reviewers say."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from agent.errors import RequestError
from agent.models import Models
from agent.people.taste import out_note
from agent.retrieve.encoders import text_encoder
from agent.understand import clean
from agent.understand.validation import user_id
from retrieval.channels.registry import REVIEWS
from retrieval.encoding import Encoder
from retrieval.importers.reviews import ReviewReport, import_reviews
from retrieval.reviews.digest import ReviewDigest, digest_of
from retrieval.reviews.discovery import own_words
from retrieval.reviews.review import MAX_TEXT_CHARS, MAX_TITLE_CHARS, Review, tidied
from retrieval.storage.store import Embedded, Store
from retrieval.storage.workspace import Workspace

STARS = 5.0  # the scale of reviews that are written here
_OWN_WORDS = "words of reviews"  # name of the setting: what the catalog's reviewers judge, each said by several people


@dataclass(frozen=True, slots=True)
class ReviewKept:
    """What became of a review.

    Attributes:
        stored: Whether it was kept; not where the person has opted out.
        note: What the person is to know; empty where all is as asked.
    """

    item_id: str
    user: str | None
    stored: bool
    note: str = ""


def keep_review(
    workspace: Workspace, item_id: str, text: str, user: str | None, title: str, stars: float | None
) -> ReviewKept:
    """Keep what somebody wrote of an item now.

    Raises:
        RequestError: there is no such item, it says nothing, the stars are outside of their scale, or the name cannot
            be one.
    """
    store, person = workspace.store, None if user is None else user_id(user)
    if store.digest(item_id) is None:
        raise RequestError(f"There is no item {item_id!r}.", "Give the id of an item of the catalog.")
    if len(text) > MAX_TEXT_CHARS or len(title) > MAX_TITLE_CHARS:
        raise RequestError(f"The review has more than {MAX_TEXT_CHARS:,} characters.", "Write less.")
    if stars is not None and not 0 <= stars <= STARS:
        raise RequestError(f"{stars:g} stars are outside of the scale.", f"Give 0 to {STARS:g} stars.")
    words = tidied(clean(text), MAX_TEXT_CHARS)
    if not words and stars is None:
        raise RequestError("The review says nothing.", "Give a text or stars.")
    if person is not None and store.opted_out(person):
        return ReviewKept(item_id, person, stored=False, note=out_note(person))
    heading, top = tidied(clean(title), MAX_TITLE_CHARS), None if stars is None else STARS
    store.put_reviews([Review(item_id, person, stars, top, heading, words, time.time())])
    return ReviewKept(item_id, person, stored=True)


def import_and_read(
    path: Path,
    workspace: Workspace,
    models: Models,
    columns: Mapping[str, str] | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> ReviewReport:
    """Take up a file of reviews, and read those of the items that it is of.

    Args:
        columns: Which column holds what, as for `import_reviews`.

    Raises:
        InteractionsError: the file cannot be read, or holds no review.
        WorkspaceError: the workspace cannot be written; what was reported done is kept.
    """
    report = import_reviews(path, workspace.store, columns=columns, progress=progress)
    learn_words(workspace.store)
    read_reviews(workspace, models)
    return report


def learn_words(store: Store) -> None:
    """Find anew what the catalog's reviewers judge; where that has changed, all reviews are to be read anew."""
    found = json.dumps(own_words(store.reviews()), ensure_ascii=False, sort_keys=True)
    if found != (store.setting(_OWN_WORDS) or "{}"):
        store.set_setting(_OWN_WORDS, found)
        store.make_reviews_stale()


def read_reviews(workspace: Workspace, models: Models) -> tuple[str, ...]:
    """Read the reviews of items of which they have changed; returns the ids of these.

    An item after the other is on disk when it is read: what is stopped goes on when this is called again.
    """
    store = workspace.store
    stale = store.stale_reviews()
    if not stale:
        return ()
    own: Mapping[str, str] = json.loads(store.setting(_OWN_WORDS) or "{}")
    with workspace.changing:
        for item_id in stale:
            n_erasures = store.n_erasures
            digest = digest_of(store.reviews_of(item_id), own)
            embedded = _embedded(digest, store, text_encoder(models, str(REVIEWS.reader))) if digest else None
            store.keep_digest(item_id, digest, embedded, n_erasures)
        workspace.sync_index()
    return tuple(stale)


def _embedded(digest: ReviewDigest, store: Store, encoder: Encoder) -> Embedded | None:
    """The vectors of what reviewers say; of what finds fault, where there is nothing else, those of the opposite."""
    texts = list(dict.fromkeys(digest.sentences or digest.objections))
    if not texts:
        return None
    sign = "" if digest.sentences else "not "
    keys = [sha256(f"{sign}{text}".encode()).hexdigest() for text in texts]
    vectors = store.cached_vectors(encoder.id, keys)
    missing = [at for at, key in enumerate(keys) if key not in vectors]
    if missing:
        made = encoder.encode([texts[at] for at in missing]) * (1 if digest.sentences else -1)
        vectors.update(zip((keys[at] for at in missing), made, strict=True))
    return Embedded(encoder.id, tuple(keys), np.stack([vectors[key] for key in keys]))


__all__ = ["ReviewKept", "import_and_read", "keep_review", "learn_words", "read_reviews"]
