"""What does not fit into a model's context is shortened from its least important end, and said so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.backends.chat.fitting import CUT, TURN_TOKENS, all_fitted, check_room, fitted
from agent.backends.chat.scripted import ScriptedChat
from agent.backends.protocols import ChatMessage
from agent.config import AgentConfig
from agent.errors import ModelError
from agent.explain.drafts import Voice, drafts
from agent.explain.grounding.check import Facts
from agent.explain.reasons import ItemReason
from agent.explain.rewriting import Rewriting
from agent.rerank.rerank import rerank
from retrieval.items import Item
from tests.support.shelf import SCHEMA, candidate

SYSTEM = ChatMessage("system", "Be brief.")
EXAMPLES = (
    ChatMessage("user", "one two"),
    ChatMessage("assistant", "three"),
    ChatMessage("user", "six"),
    ChatMessage("assistant", "9"),
)
LONG = ChatMessage("user", "a long tale of many words")


def model(context_tokens: int) -> ScriptedChat:
    return ScriptedChat(lambda _: "Fine.", context_tokens=context_tokens)


def words(chat: tuple[ChatMessage, ...]) -> int:
    return sum(len(message.text.split()) + TURN_TOKENS for message in chat)


def test_a_chat_that_fits_is_left_alone() -> None:
    chat = (SYSTEM, *EXAMPLES, LONG)
    assert fitted(chat, model(words(chat) + 5), 5) == (chat, False)


def test_worked_examples_go_first_the_least_typical_before_the_others() -> None:
    chat = (SYSTEM, *EXAMPLES, LONG)
    assert fitted(chat, model(words(chat) + 4), 5) == ((SYSTEM, *EXAMPLES[2:], LONG), True)
    assert fitted(chat, model(words((SYSTEM, LONG)) + 5), 5) == ((SYSTEM, LONG), True)


def test_then_the_last_turn_ends_earlier_at_a_word() -> None:
    chat = (SYSTEM, *EXAMPLES, LONG)
    shorter, shortened = fitted(chat, model(words((SYSTEM, LONG)) + 4), 5)
    assert shortened
    assert shorter == (SYSTEM, ChatMessage("user", "a long tale of" + CUT))


@given(text=st.text(min_size=1, max_size=80), budget=st.integers(0, 90))
def test_a_cut_text_is_a_beginning_of_whole_words_and_fits_where_anything_does(text: str, budget: int) -> None:
    ((message,), shortened) = fitted((ChatMessage("user", text),), model(budget + TURN_TOKENS), 0)
    if not shortened:
        assert message.text == text
        return
    kept = message.text.removesuffix(CUT)
    assert text.startswith(kept)
    assert kept == "" or text[len(kept)].isspace()
    assert kept == "" or len(message.text.split()) <= budget


def test_a_chat_that_does_not_fit_is_refused_with_the_numbers() -> None:
    check_room(model(10), 6, 4)
    with pytest.raises(ModelError, match="A chat of 6 tokens and 5 more do not fit into the 10 tokens that scripted"):
        check_room(model(10), 6, 5)


def test_the_note_counts_the_items() -> None:
    roomy, tight = model(100), model(words((SYSTEM, LONG)) - 1)
    chats = [(SYSTEM, LONG), (SYSTEM, ChatMessage("user", "short")), (SYSTEM, LONG)]
    assert all_fitted(chats, roomy, 0) == (chats, ())
    assert all_fitted(chats, tight, 0)[1] == ("The text of 2 items was shortened for the language model.",)
    assert all_fitted(chats[:2], tight, 0)[1] == ("The text of 1 item was shortened for the language model.",)


def test_items_too_long_to_be_scored_are_shortened_and_the_answer_says_so() -> None:
    item = Item("1", "Lamp", "word " * 200, None, None, {})
    notes: list[str] = []
    scorer = model(60)
    rerank([candidate(item, 0.5)] * 2, "a lamp", scorer, SCHEMA, AgentConfig.model_construct(), notes)
    assert notes == ["The text of 2 items was shortened for the language model."]
    assert all(chat[-1].text.endswith(CUT) for chat in scorer.calls[0].chats)


def test_a_draft_too_long_to_be_reworded_is_shortened_and_the_answer_says_so() -> None:
    notes: list[str] = []
    writer = model(50)
    reason = ItemReason((), Facts(("brass",)), rewriting=Rewriting(("brass",), (), "Brass " * 20))
    list(drafts([reason], Voice(writer, "rewritten"), 8, notes))
    assert notes == ["The text of 1 item was shortened for the language model."]
