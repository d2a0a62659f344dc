"""Files of reviews: Amazon, Yelp, Goodreads, shops' exports, and names that are never kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.errors import InteractionsError
from retrieval.importers.reviews import import_reviews, parse_review_columns, raw_rows
from retrieval.storage.workspace import Workspace
from tests.support.shelf import fill, numbered


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with fill(tmp_path / "w", numbered(3), {}) as opened:
        yield opened


def written(folder: Path, *rows: dict[str, object]) -> Path:
    path = folder / "reviews.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


AMAZON = {
    "rating": 4.0, "title": "Good", "text": "Works well.", "images": [{"large": "x"}], "asin": "B0", "parent_asin": "1",
    "user_id": "AGK1", "timestamp": 1588687728923, "verified_purchase": True, "helpful_vote": 0,
}  # fmt: skip
YELP = {
    "review_id": "r",
    "user_id": "U1",
    "business_id": "2",
    "stars": 5,
    "useful": 0,
    "text": "Cosy.",
    "date": "2016-03-09 00:56:38",
}
GOODREADS = {
    "user_id": "g1",
    "book_id": 0,
    "review_id": "q",
    "rating": 0,
    "review_text": "A gripping plot.",
    "date_added": "2017-08-30",
}
OLD_AMAZON = {
    "reviewerID": "A1",
    "asin": "1",
    "reviewerName": "Ann",
    "reviewText": "Fine.",
    "overall": 5.0,
    "summary": "Nice",
    "unixReviewTime": 1252800000,
}


@pytest.mark.parametrize(
    ("row", "item", "user", "stars", "title", "text"),
    [
        (AMAZON, "1", "AGK1", 4, "Good", "Works well."),
        (YELP, "2", "U1", 5, "", "Cosy."),
        (GOODREADS, "0", "g1", None, "", "A gripping plot."),
        (OLD_AMAZON, "1", "A1", 5, "Nice", "Fine."),
    ],
)
def test_known_shapes_are_read_by_their_columns(
    workspace: Workspace,
    tmp_path: Path,
    row: dict[str, object],
    item: str,
    user: str,
    stars: float,
    title: str,
    text: str,
) -> None:
    another: dict[str, object] = dict.fromkeys(("rating", "stars", "overall"), 5)
    another |= dict.fromkeys(("user_id", "reviewerID"), "other")
    other = {**row, **{name: value for name, value in another.items() if name in row}}
    report = import_reviews(written(tmp_path, row, other), workspace.store)
    (review, _) = workspace.store.reviews_of(item)
    assert (review.user, review.stars, review.title, review.text) == (user, stars, title, text)
    assert review.at_s is not None
    assert report.added == 2
    assert report.with_media == (2 if "images" in row else 0)
    assert import_reviews(written(tmp_path, row, other), workspace.store).added == 0


def test_names_and_addresses_of_reviewers_are_kept_under_a_pseudonym_alone(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "judge.csv"
    path.write_text(
        "title,body,rating,review_date,reviewer_name,reviewer_email,product_id,product_handle\n"
        'Nice,"Runs small.\nWrite me at ada@example.com.",3,2024-01-02,Ada Quill,ada@example.com,991,1\n'
        "Bad,Broke at once.,1,2024-01-03,Ada Quill,ada@example.com,992,2\n",
        "utf-8",
    )
    report = import_reviews(path, workspace.store)
    assert (report.people, report.columns["item"], report.top) == (1, "product_handle", 5)
    (one,), (two,) = workspace.store.reviews_of("1"), workspace.store.reviews_of("2")
    assert one.user == two.user == workspace.store.pseudonym("Ada@Example.com ")
    held = repr(list(workspace.store.reviews()))
    assert "Quill" not in held
    assert "ada@" not in held
    assert set(workspace.store.delete_user("ada@example.com")) == {"reviews"}
    assert list(workspace.store.reviews()) == []


def test_rows_that_say_nothing_are_skipped_with_a_reason_and_columns_can_be_named(
    workspace: Workspace, tmp_path: Path
) -> None:
    rows: list[dict[str, object]] = [
        {"ware": "1", "meinung": "Gut."},
        {"ware": "", "meinung": "x"},
        {"ware": "9", "meinung": ""},
    ]
    with pytest.raises(InteractionsError, match="names no column with the item"):
        import_reviews(written(tmp_path, *rows), workspace.store)
    columns = parse_review_columns(["item=ware,text=meinung"])
    report = import_reviews(written(tmp_path, *rows), workspace.store, columns=columns)
    assert (report.added, report.skipped, report.nameless) == (1, 2, 1)
    assert [problem.kind for problem in report.problems] == ["no item", "says nothing"]
    with pytest.raises(InteractionsError, match="no column what it holds"):
        parse_review_columns(["colour=red"])


def test_reviews_of_items_to_come_wait_and_of_people_who_opted_out_are_not_kept(
    workspace: Workspace, tmp_path: Path
) -> None:
    workspace.store.opt_out("ada", True)
    report = import_reviews(
        written(
            tmp_path, {"item": "77", "user": "bob", "text": "Fine."}, {"item": "1", "user": "ada", "text": "Fine."}
        ),
        workspace.store,
    )
    assert (report.added, report.unwanted, report.unknown_items, report.unknown_examples) == (1, 1, 1, ("77",))
    assert workspace.store.stale_reviews() == []


def test_a_table_of_parquet_is_read_too_and_what_holds_no_reviews_is_refused(tmp_path: Path) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    parquet.write_table(arrow.table({"item_id": ["1"], "text": ["Fine."]}), tmp_path / "r.parquet")
    assert [dict(row) for _, row in raw_rows(tmp_path / "r.parquet")] == [{"item_id": "1", "text": "Fine."}]  # type: ignore[call-overload]
    (tmp_path / "u.data").write_text("1\t2\t3\t4\n")
    with pytest.raises(InteractionsError, match="holds no reviews"):
        list(raw_rows(tmp_path / "u.data"))
