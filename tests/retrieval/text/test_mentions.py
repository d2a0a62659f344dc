import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.answers import Named
from agent.people.taste import without_titles
from retrieval.channels.lexical import LexicalIndex
from retrieval.items import Item
from retrieval.text.mentions import DISLIKED, Mentions
from retrieval.text.words import words

TITLES = [
    "Inception (2010)",
    "Heat (1995)",
    "Body Heat (1981)",
    "It (2017)",
    "The Thing (1982)",
    "Scarface (1932)",
    "Scarface (1983)",
    "Despicable Me (2010)",
    "Seven (a.k.a. Se7en) (1995)",
    "Hate (Haine, La) (1995)",
    "Amélie (2001)",
    "Lilo & Stitch (2002)",
    "Up (2009)",
    "Heat of the night",
    "A thing of heat",
    "More heat",
]
ITEMS = [Item(str(row), title) for row, title in enumerate(TITLES)]
LEXICAL = LexicalIndex(words(item.title) for item in ITEMS)
MENTIONS = Mentions(ITEMS, LEXICAL.frequency)


def named(text: str) -> list[str]:
    return [TITLES[one.row] for one in MENTIONS.find(text)]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("I loved Inception, something like it", ["Inception (2010)"]),
        ("i loved inception and lilo and stitch", ["Inception (2010)", "Lilo & Stitch (2002)"]),
        ("something like Heat (1995)", ["Heat (1995)"]),
        ("something like Body Heat", ["Body Heat (1981)"]),
        ("it was like “Heat”", ["Heat (1995)"]),
        ("I saw Heat last night", ["Heat (1995)"]),
        ("like Se7en or La Haine", ["Seven (a.k.a. Se7en) (1995)", "Hate (Haine, La) (1995)"]),
        ("like Amelie", ["Amélie (2001)"]),
        ("Have you seen It (2017)?", ["It (2017)"]),
        ("I liked Scarface (1983)", ["Scarface (1983)"]),
        ("I liked Scarface (1984)", ["Scarface (1983)"]),
    ],
)
def test_titles_are_found_however_they_are_written(text, titles):
    assert named(text) == titles


@pytest.mark.parametrize(
    "text",
    [
        "it is hot, and the heat is up",
        "Heat the oven. It is cold. Up we go.",
        "WATCH IT IN THE HEAT",
        "I liked Scarface",
        "like The Thing (2011)",
        "like Inception (1999)",
        "Despicable Me 3 was fun",
        "",
    ],
)
def test_common_words_other_films_and_doubtful_titles_are_not_taken_for_names(text):
    assert named(text) == []


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("I loved Inception", 1.0),
        ("I didn't like Inception", DISLIKED),
        ("I don't really like Inception", DISLIKED),
        ("nothing like Inception please", DISLIKED),
        ("Inception was boring", DISLIKED),
        ("I hate noise but loved Inception", 1.0),
        ("I hated that. Inception is what I want more of", 1.0),
    ],
)
def test_the_words_around_a_title_say_whether_it_was_liked(text, weight):
    (found,) = MENTIONS.find(text)
    assert found.weight == weight


@pytest.mark.parametrize("text", ["Inception", "find Inception (2010)", "I would like Inception", "show me Inception"])
def test_a_request_for_the_named_item_itself_gives_no_examples(text):
    assert MENTIONS.find(text)
    assert MENTIONS.examples(text) == []


def test_an_item_that_is_named_twice_counts_once_as_it_was_named_last():
    (found,) = MENTIONS.examples("I hated Inception at first. Now I love Inception.")
    assert found.weight == 1.0


@given(st.text(max_size=80))
def test_any_text_can_be_read(text):
    rows = [one.row for one in MENTIONS.find(text)]
    assert len(rows) == len(set(rows))


def test_words_of_named_titles_are_no_wishes():
    liked = [Named("1", "Heat (1995)", True)]
    assert without_titles("a heist film like Heat (1995), please", liked) == "a heist film like please"
    assert without_titles("the heat", []) == "the heat"
