"""Markup: what a page would show of a text is what an item says, line by line."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.catalog.markup import is_marked_up, plain_text

SHOWN = [
    ("Nuts &amp; Bolts", "Nuts & Bolts"),
    ("Th&eacute; vert &#8211; &#x32;5&nbsp;g", "Thé vert – 25\xa0g"),
    ("&lt;i&gt;Soft&lt;/i&gt; wool", "Soft wool"),
    ("&amp;lt;script&amp;gt;steal()&amp;lt;/script&amp;gt;Cup", "Cup"),
    ("<p>First.</p>\n<p>Second<br/>line.</p>", "First.\nSecond\nline."),
    ("<ul>\n<li>oak</li>\n<li>oil</li>\n</ul>", "oak\noil"),
    ("Kept\nlines <b>of</b> text\n\nand gap", "Kept\nlines of text\n\nand gap"),
    ("One.<br>\nTwo.", "One.\nTwo."),
    ("<table><tr><td>Width</td><td>30 cm</td></tr><tr><td>Height</td></tr></table>", "Width 30 cm\nHeight"),
    ("<style>.a{color:red}</style><div class='a'>Cup</div><script>track()</script>", "Cup"),
    ("<div>Cups < 40 & saucers</div>", "Cups < 40 & saucers"),
    ("<o:p>Word</o:p> <custom-tag>here</custom-tag>", "Word here"),
    ("Cup<!-- todo --> blue", "Cup blue"),
    ('<img src="x.png" onerror="steal()">Cup', "Cup"),
    ("<a title='a > b' href=x>link</a>", "link"),
]
PLAIN = [
    "size < 40",
    "AT&T",
    "R&D; more",
    "a <b and c> d",
    "I <heart> you",
    "List<Cups>",
    "3 < 4 > 2",
    "<3",
    "A & B",
    "&x;",
    "5 <6",
]


@pytest.mark.parametrize(("text", "shown"), SHOWN)
def test_tags_and_entities_go_and_blocks_become_lines(text: str, shown: str) -> None:
    assert plain_text(text) == shown
    assert is_marked_up(text)


@pytest.mark.parametrize("text", PLAIN)
def test_signs_that_are_no_markup_stay(text: str) -> None:
    assert plain_text(text) is text
    assert not is_marked_up(text)


@given(
    st.lists(
        st.sampled_from(["<p>", "</p>", "<b", ">", "&lt;", "&amp;", "<", "a", " ", "<script>", "\n", "&#60;", "'"]),
        max_size=12,
    )
)
def test_no_markup_is_left_once_it_is_out(parts: list[str]) -> None:
    shown = plain_text("".join(parts))
    assert plain_text(shown) == shown


@pytest.mark.parametrize("part", ["<!--", "<a ", "</b", "<div>", "&lt;", "<p>", "<b x='", "<div></div>", "<b>x</b>"])
def test_no_text_takes_long(part: str) -> None:
    began = time.process_time()
    plain_text("<b>x</b>" + part * (300_000 // len(part)))
    assert time.process_time() - began < 5
