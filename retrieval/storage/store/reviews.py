"""What people wrote of items, and what was made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from retrieval.reviews.digest import ReviewDigest
from retrieval.reviews.review import Review
from retrieval.storage import reviews
from retrieval.storage.store.named import NamedStore
from retrieval.storage.stored import Embedded

_PAGE = 2_000  # reviews read under one hold of the lock


class ReviewStore(NamedStore):
    """The part of the store that holds reviews, and of each item a digest of them with its vectors."""

    def put_reviews(self, new: Iterable[Review]) -> int:
        """Keep reviews; the same review again replaces what it said.

        Reviews of items that are not stored are kept too, and count once the item is; those of people who opted out
        are not kept.

        Returns:
            How many were not there before.
        """
        with self._transaction() as db:
            return reviews.put(db, new)

    def reviews_of(self, item_id: str) -> list[Review]:
        """The reviews of an item, but those of people who opted out."""
        with self._reading() as db:
            return reviews.of_item(db, item_id)

    def reviews(self) -> Iterator[Review]:
        """All reviews as they came, but those of people who opted out."""
        last = -1
        while True:
            with self._reading() as db:
                page = reviews.page(db, last, _PAGE)
            yield from (review for _, review in page)
            if not page:
                return
            last = page[-1][0]

    def n_reviews(self) -> int:
        """How many reviews there are."""
        with self._reading() as db:
            return reviews.count(db)

    def stale_reviews(self) -> list[str]:
        """Ids of the items whose reviews have changed since they were read."""
        with self._reading() as db:
            return reviews.stale(db)

    def make_reviews_stale(self, item_ids: Sequence[str] | None = None) -> None:
        """Have the reviews of these items read anew, or all of them."""
        with self._transaction() as db:
            reviews.make_stale(db, item_ids)

    def review_digest(self, item_id: str) -> ReviewDigest | None:
        """What reviewers say of an item; None where nobody does, or it was not read yet."""
        with self._reading() as db:
            body = reviews.digest(db, item_id)
        return ReviewDigest.from_json(body) if body else None

    def keep_digest(
        self, item_id: str, digest: ReviewDigest | None, embedded: Embedded | None, n_erasures: int
    ) -> None:
        """Keep what was made of an item's reviews, and the vectors of its sentences.

        Args:
            n_erasures: As it was before the reviews were read. Where something was erased since, perhaps by somebody
                who wants to be forgotten, nothing is kept, and they are read anew.
        """
        with self._transaction() as db:
            if n_erasures == self._n_erasures:
                reviews.keep_digest(db, item_id, digest.to_json() if digest else "", embedded)

    def pseudonym(self, name: str) -> str:
        """What stands for a name or an address of a reviewer, which are not kept themselves."""
        with self._transaction() as db:
            return reviews.pseudonym(db, name)
