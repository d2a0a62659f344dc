"""Hidden text: what markup shows to nobody is no text of an item."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.catalog.hidden import without_hidden
from retrieval.catalog.media_paths import MediaFolder
from retrieval.catalog.row_reader import RowReader
from tests.support.sellers import read

SHOWN = "A scarf of wool."
WISH = "espresso machine"


@pytest.mark.parametrize("template", [one for one in read("stuffing")["hidden"] if "{tags}" not in one])
def test_what_is_hidden_is_left_out(template: str) -> None:
    assert WISH in (text := template.format(text=SHOWN, wish=WISH))
    assert without_hidden(text) == SHOWN


@pytest.mark.parametrize(
    "text",
    [
        SHOWN, "3 < 4 and 5 > 2", "<b>Wool</b> and <i style='color:red'>silk</i>", "<p style='font-size:9px'>Small</p>",
        "<span style='opacity:0.9'>Pale</span>", "A hidden gem <of a book>", "<div style='display:block'>Shown</div>",
    ],
)  # fmt: skip
def test_what_is_shown_stays_as_it_is(text: str) -> None:
    assert without_hidden(text) is text


def test_an_element_within_a_hidden_one_is_hidden_and_what_follows_is_not() -> None:
    assert without_hidden("a <div hidden>b <div>c</div> d<br></div> e") == "a  e"
    assert without_hidden("a <p style='display: none'>b") == "a"
    assert without_hidden("a\n<b hidden>b</b>\nc") == "a\n\nc"


@given(st.text(alphabet="<>/!-ab \n='hiden:o;stylp", max_size=60))
def test_no_markup_breaks_the_reader_and_nothing_is_added(text: str) -> None:
    assert len(without_hidden(text)) <= len(text)


@pytest.mark.parametrize("part", ["<!--", "<a ", "<![", "</script", "<p style='font-size:0'>", "<?", '<a hidden="'])
def test_no_text_takes_long(part: str) -> None:
    began = time.process_time()
    without_hidden("<b hidden>" + part * (400_000 // len(part)))
    assert time.process_time() - began < 5


def test_an_item_is_read_without_what_is_hidden_and_the_report_says_so(tmp_path: object) -> None:
    row = {"id": "1", "title": "Scarf", "description": f"{SHOWN} <span hidden>{WISH}</span>", "note": "<!-- x --> y"}
    item, flaws = RowReader(MediaFolder(tmp_path)).read(row)  # type: ignore[arg-type]
    assert (item.description, item.attributes["note"]) == (SHOWN, "y")
    assert [flaw.kind for flaw in flaws] == ["hidden text", "hidden text"]
