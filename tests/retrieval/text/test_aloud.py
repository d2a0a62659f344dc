"""What a model says behind its thoughts, and what of that says anything of a thing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.items import PERSON, Description, Span
from retrieval.text.aloud import is_description, of_the_thing, parted, refuses, thinks_unmarked, whole_marks

WORDS = "A red kettle stands on a table."
THOUGHT = {
    "think": f"<think>\nThe user wants words.\n\nWhich?\n</think>\n\n{WORDS}",
    "without the first mark": f"Okay, the user wants words.\n</think>\n{WORDS}",
    "thinking": f"<thinking>Which words?</thinking>{WORDS}",
    "thought": f"<thought>Which words?</thought> {WORDS}",
    "reasoning, loud": f"<REASONING>Which words?</REASONING> {WORDS}",
    "Mistral": f"[THINK]Which words?[/THINK]{WORDS}",
    "Kimi": f"◁think▷Which words?◁/think▷{WORDS}",
    "Seed": f"<seed:think>Which words?</seed:think>{WORDS}",
    "Sky": f"<|begin_of_thought|>Which?<|end_of_thought|><|begin_of_solution|>{WORDS}<|end_of_solution|>",
    "Command": f"<|START_THINKING|>Which?<|END_THINKING|><|START_RESPONSE|>{WORDS}<|END_RESPONSE|>",
    "channels": f"<|channel|>analysis<|message|>Which?<|end|><|channel|>final<|message|>{WORDS}<|return|>",
    "channels, worn off": f"analysisWe need words. Which?assistantfinal{WORDS}",
    "Gemma": f"<|channel>thought\nWhich words?<channel|>{WORDS}",
    "MedGemma": f"<unused94>thought\nWhich words?<unused95>{WORDS}",
    "Granite": f"Here is my thought process: which words? Here is my response: {WORDS}",
    "empty": f"<think>\n\n</think>\n\n{WORDS}",
    "two": f"<think>One.</think><think>Two.</think>{WORDS}",
    "in a box": f"<think>Which?</think><answer>{WORDS}</answer>",
    "with attributes": f'<think kind="deep">Which?</think>{WORDS}',
}


@pytest.mark.parametrize("text", THOUGHT.values(), ids=THOUGHT)
def test_words_are_what_stands_behind_thoughts(text: str) -> None:
    assert parted(text).words == WORDS
    assert parted(text).thought
    assert of_the_thing(text) == WORDS


def test_thoughts_may_stand_between_words_and_in_their_midst() -> None:
    assert parted("A red kettle <think>or pot?</think>on a table.").words == "A red kettle on a table."
    assert parted(THOUGHT["without the first mark"]).bare
    assert not parted(THOUGHT["think"]).bare


@pytest.mark.parametrize(
    "text",
    [
        "<think>",
        "<think>\nOkay, the user wants",
        "<|channel|>analysis<|message|>The user",
        "analysisThe user",
        "x</think>",
    ],
)
def test_thoughts_that_nothing_follows_leave_no_words(text: str) -> None:
    assert parted(text).words == ""
    assert parted(text).thought


@pytest.mark.parametrize(
    "text",
    [WORDS, "Size < 3 and > 2.", "A [thinking] cap.", "A <b>bold</b> analysis of reasoning.", "It reads “<3”.", ""],
)
def test_words_without_thoughts_are_as_they_were(text: str) -> None:
    assert (parted(text).words, parted(text).thought) == (text, False)


@given(st.lists(st.sampled_from(["<think>", "</think>", "red", " ", "<", "[THINK]", "\n", "a</thinking"])))
def test_words_hold_no_mark_and_parting_them_again_changes_nothing(parts: list[str]) -> None:
    words = parted("".join(parts)).words
    assert "think>" not in words
    assert parted(words).words == words


@pytest.mark.parametrize(
    ("written", "certain"),
    [("red <", "red "), ("red <thi", "red "), ("red <think>", "red <think>"), ("a < b and c", "a "), ("[TH", "")],
)
def test_what_may_become_a_mark_is_not_given_out_yet(written: str, certain: str) -> None:
    assert whole_marks(written) == certain


UNMARKED = [
    "Okay, the user wants a description of the picture. Let me look at it closely.",
    "The user asks for two to four plain sentences, so I need to say what is there.",
    "We need to describe the picture. Let's see: there is a kettle.",
    "Alright, let me start by looking at the prompt.",
    "First, I should look at what the user wants.",
]


@pytest.mark.parametrize("text", UNMARKED)
def test_thoughts_without_any_mark_speak_of_whoever_asked(text: str) -> None:
    assert thinks_unmarked(text)
    assert of_the_thing(text) == ""


@pytest.mark.parametrize(
    "text", [WORDS, "We see a kettle on a table.", "The question mark on the box is red.", "I see a red kettle."]
)
def test_a_description_is_no_thought(text: str) -> None:
    assert not thinks_unmarked(text)
    assert of_the_thing(text) == text


REFUSALS = [
    "I'm sorry, but I can't help with that request.",
    "I’m sorry, I cannot assist with that.",
    "Sorry, but I can't identify people in pictures. Is there anything else?",
    "I can't describe this image.",
    "I cannot provide a description of this picture.",
    "I am unable to view images. Please upload the picture again.",
    "Unfortunately, I'm not able to see the image you mentioned.",
    "As an AI language model, I cannot see pictures.",
    "As a text-based AI assistant, I don't have the ability to see images.",
    "I apologize, but I won't be able to describe it.",
    "I don't see any image attached to your message.",
    "There is no image attached. Please provide one.",
    "No image was provided, so please upload it.",
    "The image could not be loaded. Please try again.",
    "This request violates our content policy.",
    "抱歉，我无法协助处理这个请求。",
    "我无法查看图片。",
    "Es tut mir leid, aber ich kann dabei nicht helfen.",
    "Lo siento, no puedo ayudar con eso.",
    "Je suis désolé, je ne peux pas vous aider.",
    "申し訳ありませんが、お手伝いできません。",
]


@pytest.mark.parametrize("text", REFUSALS)
def test_a_refusal_says_nothing_of_a_thing(text: str) -> None:
    assert of_the_thing(text) == ""


OF_THINGS = [
    "The image displayed on the screen shows a boat.",
    "A woman holds a sign that reads “I'm sorry, I can't”. She wears a red coat.",
    "In the picture stands a lamp that cannot be seen whole.",
    "No people are in the picture. A boat lies at the shore.",
    "There is no background; the cup stands on white.",
    "An image of a saint was provided with a gilded frame.",
    "A mug that says Sorry in blue letters.",
    "You can see a boat on a lake.",
    "Islands lie in the mist. It can't be later than dawn.",
    "桌子上有一把红色的椅子。",
    "Ein roter Stuhl, der nicht ganz zu sehen ist.",
]


@pytest.mark.parametrize("text", OF_THINGS)
def test_what_is_said_of_a_thing_stays_as_it_is(text: str) -> None:
    assert of_the_thing(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"{WORDS} I cannot identify the brand.", WORDS),
        (f"I can't identify the maker, but I can describe what is seen. {WORDS}", WORDS),
        (f"Sure! Here is a description of the picture: {WORDS}", WORDS),
        (f"{WORDS} Let me know if you need more. Would you like another?", WORDS),
    ],
)
def test_sentences_in_which_a_model_speaks_of_itself_are_left_out(text: str, left: str) -> None:
    assert of_the_thing(text) == left


def test_what_can_be_read_in_a_picture_is_nobodys_refusal() -> None:
    assert not refuses("“I'm sorry” stands on the card.")


def described(text: str, kind: str = "image", origin: str = "m", *captions: str) -> Description:
    return Description("a", kind, origin, "1", text, tuple(Span("caption", caption) for caption in captions))  # type: ignore[arg-type]


def test_a_description_says_something_of_its_medium_unless_a_person_wrote_it_or_it_was_heard() -> None:
    assert is_description(described(WORDS))
    assert not is_description(described(REFUSALS[0]))
    assert not is_description(described(" "))
    assert is_description(described(REFUSALS[0], origin=PERSON))
    assert is_description(described("Someone says: I'm sorry, I can't help.", "audio"))
    assert is_description(described("A video of 2 s.", "video", "m", REFUSALS[0], WORDS))
    assert not is_description(described("A video of 2 s.", "video", "m", REFUSALS[0]))
    assert is_description(described("A video of 2 s.", "video"))


@pytest.mark.parametrize("text", [*REFUSALS, *UNMARKED, "<think>Which", "analysisThe user"])
def test_whatever_says_nothing_of_a_thing_is_no_description(text: str) -> None:
    assert not is_description(described(text))
