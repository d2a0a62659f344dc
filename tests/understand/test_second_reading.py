"""A second reading by a model: the rules' counts, and what differs is told or asked, never silent."""

from __future__ import annotations

import json

from agent.answers import UserTurn
from agent.backends.chat.scripted import ScriptedChat
from agent.evaluate.understanding import gold_vocabulary
from agent.understand import Understood, understand
from agent.understand.second_reading import MOST_CHARS, dispute_note, read_again

SHOP = gold_vocabulary("shop")
CONDITIONS = {
    "price": {"words": "thirty euros is what she has", "field": "price", "op": "<=", "values": ["30"]},
    "leather": {"words": "no leather", "field": "material", "op": "not", "values": ["leather"]},
}


def read_twice(text: str, *conditions: str, filters: tuple[str, ...] = ()) -> Understood:
    model = ScriptedChat([json.dumps({"must": [CONDITIONS[name] for name in conditions]})])
    return read_again(understand(UserTurn(text=text, filters=filters), SHOP), model, SHOP)


def test_where_both_read_the_same_nothing_is_said() -> None:
    understood = read_twice("a bag, no leather", "leather")
    assert understood.request.filters == ("material!=leather",)
    assert (understood.disputed, understood.notes) == ((), ())


def test_what_only_the_model_reads_is_disputed_and_no_must_have_yet() -> None:
    understood = read_twice("a lamp, 30 euros is what she has", "price")
    assert understood.request.filters == ()
    (reading,) = understood.disputed
    assert str(reading.filter) == "price<=30"
    assert dispute_note(reading).startswith("The language model takes “thirty euros is what she has” for a must-have")


def test_what_only_the_rules_read_stays_and_is_told() -> None:
    understood = read_twice("a bag, no leather")
    assert understood.request.filters == ("material!=leather",)
    (note,) = understood.notes
    assert note.startswith("material!=leather was read by rules; scripted does not take it for a must-have.")


def test_what_a_person_stated_as_a_filter_is_not_disputed() -> None:
    understood = read_twice("a lamp, 30 euros is what she has", "price", filters=("price<=30",))
    assert understood.disputed == ()


def test_a_model_that_gives_no_usable_answer_leaves_the_rules_reading_and_says_so() -> None:
    understood = read_again(understand(UserTurn(text="a bag, no leather"), SHOP), ScriptedChat(["It is a bag."]), SHOP)
    assert understood.request.filters == ("material!=leather",)
    assert understood.notes[0].startswith("The request was read by rules alone. scripted did not fill in the form")


def test_a_model_that_invents_a_condition_is_not_believed() -> None:
    understood = read_twice("a lamp for my daughter", "price")
    assert understood.disputed == ()


def test_a_wall_of_text_is_read_by_the_rules_alone() -> None:
    model = ScriptedChat()
    understood = understand(UserTurn(text="a lamp " * MOST_CHARS), SHOP)
    assert read_again(understood, model, SHOP) is understood
    assert model.calls == []
