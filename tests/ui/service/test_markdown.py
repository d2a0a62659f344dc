"""An answer as Markdown: in the order of the list, however its parts come, and with nothing of a catalog at work."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from agent.answers import Answer, Dialogue, Event, Explanation, Group, Heard, Option, Question, Recommendation, Request
from agent.language.messages import Note
from retrieval.items import Item, Media
from ui.service.chat_history import shown_in
from ui.service.markdown import AnswerText, escaped, unescaped

REQUEST = Request("a boat", "a boat", "en")
SPOKEN = replace(REQUEST, heard=Heard("a [boat]", "en", "a [boat]"))


def recommended(rank: int, title: str, *media: Media) -> Recommendation:
    item = Item(f"{rank}/x", title, media=media)
    return Recommendation(item, rank, 0.5, Explanation(f"It is {title}.", ()), {}, rank)


def final(*recommendations: Recommendation, notes: tuple[str, ...] = (), question: str = "", reply: str = "") -> Event:
    asked = Question(question, "colour", (Option("red", "colour=red", 2),), 1.0) if question else None
    dialogue = Dialogue("a1", 1, follows=False, question=asked)
    return Event("final", 1.0, answer=Answer(REQUEST, recommendations, notes, dialogue=dialogue, reply=reply))


def text_of(*events: Event) -> str:
    text = AnswerText("a boat", "http://here/")
    pieces = [piece for event in events for piece in text.take(event)]
    assert "".join(pieces) == text.text
    return text.text


def test_reasons_come_in_the_order_of_the_list_whichever_is_ready_first() -> None:
    first, second, third = (recommended(rank, name) for rank, name in ((1, "Sloop"), (2, "Kayak"), (3, "Raft")))
    ready = [Event("item", 0.1, recommendation=one) for one in (third, first)]
    text = text_of(*ready, final(first, second, third))
    assert text == "1. **Sloop**: It is Sloop.\n\n2. **Kayak**: It is Kayak.\n\n3. **Raft**: It is Raft."


def test_the_reply_comes_before_the_list_also_where_the_text_grows() -> None:
    sloop = recommended(1, "Sloop")
    whole = final(sloop, notes=("Dear, though.",), reply="One that fits. Dear, though.")
    growing = AnswerText("a boat", "http://here/")
    first = Event("item", 0.1, recommendation=sloop, reply="One that fits. Dear, though.")
    beginning, *_ = growing.take(first)
    assert beginning == "One that fits. Dear, though."
    assert list(growing.take(whole)) == []
    assert growing.text == text_of(whole) == "One that fits. Dear, though.\n\n1. **Sloop**: It is Sloop."


def test_an_answer_in_words_is_its_reply_with_what_may_be_meant_as_a_list() -> None:
    asked = Answer(REQUEST, (), reply="Which *one*?", choices=("show me others", "start over"))
    assert text_of(Event("final", 1.0, answer=asked)) == "Which \\*one\\*?\n\n- show me others\n- start over"


def test_how_an_item_fits_and_what_its_data_leaves_open_stand_with_it() -> None:
    text = text_of(final(replace(recommended(1, "Sloop"), fit=0.3, untold=("nuts",))))
    assert text == "1. **Sloop** (may fit): It is Sloop. Its data does not say whether it holds nuts."
    (title,) = shown_in(text, {"Sloop": ["7"]})
    assert title == "7"


def test_several_things_stand_under_their_names_with_the_proposed_ones_marked() -> None:
    things = [recommended(rank, name) for rank, name in ((1, "Sloop"), (2, "Kayak"), (3, "Oar"))]
    groups = (Group("boat", ("1/x", "2/x"), "2/x"), Group("sail", (), None), Group("oar", ("3/x",), None))
    text = text_of(Event("final", 1.0, answer=Answer(REQUEST, tuple(things), groups=groups, total=40.0)))
    assert text.split("\n\n") == [
        "**boat**",
        "1. **Sloop**: It is Sloop.",
        "2. **Kayak** (proposed): It is Kayak.",
        "**oar**",
        "3. **Oar**: It is Oar.",
    ]
    assert shown_in(text, {"Sloop": ["1"], "Kayak": ["2"], "Oar": ["3"]}) == ("1", "2", "3")


def test_what_was_heard_is_quoted_once_before_the_list() -> None:
    events = [Event("candidates", 0.1, request=SPOKEN), Event("candidates", 0.2, request=SPOKEN)]
    assert text_of(*events, final(recommended(1, "Sloop"))).startswith("> a \\[boat\\]\n\n1. **Sloop**")


def test_notes_and_a_question_come_after_the_list() -> None:
    text = text_of(final(recommended(1, "Sloop"), notes=("One note.", "Another."), question="Which colour?"))
    assert text.endswith("It is Sloop.\n\n> One note.\n\n> Another.\n\nWhich colour?")
    assert text_of(final(notes=("Nothing fits.",))) == "> Nothing fits."


def test_a_picture_is_shown_by_its_address_here_and_sound_and_what_is_broken_not_at_all() -> None:
    picture = Media("image", "/secret/a.jpg", "a.jpg")
    heard, broken = Media("audio", "/secret/a.ogg", "a.ogg"), replace(picture, problem="It is broken.")
    shown = text_of(final(recommended(1, "Sloop", heard, picture)))
    assert shown.endswith("\n\n   ![Sloop](http://here/v1/items/1%2Fx/picture?n=0&size=480)")
    assert "secret" not in shown
    assert "![" not in text_of(final(recommended(1, "Sloop", heard, broken)))


@pytest.mark.parametrize(
    "hostile",
    ["[a](http://evil.example)", "<img src=x>", "# A heading", "www.evil.example", "a | b", "ada@evil.example"],
)
def test_no_sign_of_a_catalog_is_at_work_in_the_text(hostile: str) -> None:
    shown = re.sub(r"\\.", "", text_of(final(recommended(1, hostile))))
    assert not re.search(r"[\[\]<>#|@]|www\.|://", shown)
    assert unescaped(escaped(hostile)) == hostile


def test_a_text_of_several_lines_stays_in_its_entry() -> None:
    assert escaped("one\n2. two\r\n\tthree") == "one 2. two three"


def test_steps_are_told_in_the_language_of_the_person_and_candidates_by_name() -> None:
    searching = Event("status", 0.0, Note("searching", n=13))
    assert AnswerText("a chair", "http://here").step(searching) == "searching 13 items"
    assert "件中查找" in AnswerText("椅子", "http://here").step(searching)
    found = Event("candidates", 0.1, items=(Item("1", "Sloop"), Item("2", "Kayak")))
    assert AnswerText("a chair", "http://here").step(found) == "Sloop · Kayak"
    assert AnswerText("a chair", "http://here").step(final()) == ""
