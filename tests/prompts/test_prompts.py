"""Prompts: what each one says, and what a prompt file may not be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import prompts
from prompts import PromptError

GOOD = """
name: greet
version: 1
purpose: Says hello.
source: Ours.
variables: {who: Whom to greet.}
system: You greet.
user: "Greet {{ who }}."
output_pattern: 'Hello.*'
"""


@pytest.mark.parametrize(
    ("domain", "asked"),
    [
        (
            "generic",
            "Describe this picture.\n"
            "Say what is there, its colours, its materials, its style, any text that can be read, and the mood.\n"
            "Do not guess a brand, a price, a place, a date or who somebody is. Leave out what you cannot see.\n",
        ),
        (
            "product",
            "Describe the product in this picture.\n"
            "Say what kind of thing it is, its shape and parts, its colours and pattern, what it looks to be made of,\n"
            "its style, and any text that can be read on it. Say nothing of a plain background.\n"
            "Do not guess a brand, a price, a size or how good it is. Leave out what you cannot see.\n",
        ),
        (
            "artwork",
            "Describe the work of art in this picture.\n"
            "Say what it shows: figures and what they do, animals, objects, the setting. Then its colours and light,\n"
            "what it looks to be made of, its style, any text that can be read, and the mood.\n"
            "Do not guess the artist, the title, the year or who is portrayed. Leave out what you cannot see.\n",
        ),
        (
            "film",
            "Describe this film poster.\n"
            "Say what it shows: how many people, what they wear and do, objects, the setting. Then its colours and "
            "light,\n"
            "whether it looks photographed or drawn, any text that can be read, and the mood.\n"
            "Do not name an actor, a character or a brand unless the poster's own text does, and tell no story.\n"
            "Leave out what you cannot see.\n",
        ),
        (
            "food",
            "Describe the food or drink in this picture.\n"
            "Say what kind of dish it looks to be, the ingredients that can be seen, how they are cut and cooked, "
            "their\n"
            "colours, how it is served and what the dishes look to be made of, any text that can be read, and the "
            "mood.\n"
            "Do not guess what is hidden inside, a brand, a price, a place or how it tastes. Leave out what you cannot "
            "see.\n",
        ),
    ],
)
def test_each_domain_is_asked_for_what_can_be_seen_of_it_in_prose_or_as_a_form(domain: str, asked: str) -> None:
    prompt = prompts.load(f"describe_{domain}")
    prose, form = prompt.render(fields=[]), prompt.render(fields=["colours: all of them", "mood: one word"])
    assert prose.system == form.system == "You describe pictures exactly. You say only what can be seen."
    assert prose.user == asked + "Answer in two to four plain sentences."
    assert form.user == asked + (
        "Answer with one JSON object of these fields, each empty where there is nothing to say:\n"
        "- colours: all of them\n"
        "- mood: one word"
    )


def test_score_item_puts_the_item_first_and_leaves_the_request_to_the_answer() -> None:
    rendered = prompts.load("score_item").render(item="Blue kettle\ncategory: Kitchen")
    assert rendered.system == "Write what somebody who wants this item asks for."
    assert rendered.user == "Blue kettle\ncategory: Kitchen"


def test_judge_item_puts_the_request_first_and_asks_for_yes_or_no() -> None:
    rendered = prompts.load("judge_item").render(request="a kettle", item="Blue kettle\ncategory: Kitchen")
    assert rendered.system == "Does the item fit what somebody asks for? Answer Yes or No."
    assert rendered.user == "Asked for: a kettle\n\nBlue kettle\ncategory: Kitchen"


def test_choose_item_puts_the_request_first_and_asks_for_a_letter() -> None:
    rendered = prompts.load("choose_item").render(request="a kettle", items=["A: Blue kettle", "B: Rope"])
    assert rendered.system == "Which item fits best what somebody asks for? Answer with its letter alone."
    assert rendered.user == "Asked for: a kettle\n\nA: Blue kettle\nB: Rope"


def test_rewrite_reason_puts_the_draft_last_and_asks_for_nothing_that_is_not_there() -> None:
    rendered = prompts.load("rewrite_reason").render(facts=["warm", "blue"], missed=[], draft="Warm and blue.")
    assert rendered.system == (
        "Reword the draft as one natural sentence of at most 25 words. Keep each fact of the draft, admit what is "
        "missed, add nothing."
    )
    assert rendered.user == "Facts: warm; blue\nDraft: Warm and blue."
    assert rendered.examples == ()


def test_word_reason_tells_the_wish_and_gives_three_worked_examples() -> None:
    rendered = prompts.load("word_reason").render(wish="a warm hat", met=["warm"], missed=["red"], facts=["wool"])
    assert rendered.user == "Wish: a warm hat\nAnswers it: warm\nMissed: red\nAlso known: wool"
    assert [answer.endswith(".") for _, answer in rendered.examples] == [True] * 3


def test_every_prompt_of_the_package_loads_under_its_file_name() -> None:
    assert prompts.names() == [
        "choose_item",
        "describe_artwork",
        "describe_film",
        "describe_food",
        "describe_generic",
        "describe_product",
        "judge_item",
        "rewrite_reason",
        "score_item",
        "understand_request",
        "word_reason",
    ]
    assert [prompts.load(name).name for name in prompts.names()] == prompts.names()


def test_an_unknown_prompt_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(PromptError, match=r"no prompt 'explain'.*describe_product, judge_item, rewrite_reason"):
        prompts.load("explain")


@given(st.text(min_size=1))
def test_a_value_stands_in_the_prompt_letter_by_letter_whatever_it_holds(text: str) -> None:
    assert prompts.parse("greet", GOOD).render(who=f"[{text}]").user == f"Greet [{text}]."


def test_a_value_that_looks_like_a_template_is_not_run() -> None:
    rendered = prompts.parse("greet", GOOD).render(who="{{ 7 * 7 }}{% for x in y %}<b>&")
    assert rendered.user == "Greet {{ 7 * 7 }}{% for x in y %}<b>&."


def test_a_missing_value_is_named() -> None:
    with pytest.raises(PromptError, match="greet misses who"):
        prompts.parse("greet", GOOD).render()


def test_a_superfluous_value_is_named() -> None:
    with pytest.raises(PromptError, match="greet does not know tone"):
        prompts.parse("greet", GOOD).render(who="Ada", tone="warm")


def test_an_answer_is_accepted_only_when_the_whole_of_it_matches() -> None:
    prompt = prompts.parse("greet", GOOD)
    assert prompt.accepts("Hello Ada.")
    assert not prompt.accepts("Oh, Hello Ada.")
    assert not prompt.accepts("Hello\nAda")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (GOOD.replace("name: greet", "name: great"), "its name is 'great'"),
        (GOOD + "temperature: 1\n", "temperature: Extra inputs are not permitted"),
        (GOOD.replace("purpose: Says hello.\n", ""), "purpose: Field required"),
        (GOOD.replace("version: 1", "version: '1'"), "version: Input should be a valid integer"),
        (GOOD.replace("{{ who }}", "{{ whom }}"), "declared and used variables differ: who, whom"),
        (GOOD.replace("{{ who }}", "{{ who "), "expected name or number"),
        (GOOD.replace("'Hello.*'", "'Hello('"), "output_pattern: Input should be a valid regular expression"),
        ("- a list\n", "the file: Input should be a valid dictionary"),
        ("name: [", "while parsing"),
        (GOOD + "examples: [{values: {}, answer: Hello}]", "example 1 does not give exactly the variables"),
        (GOOD + "examples: [{values: {who: Ada}, answer: Bye}]", "the answer of example 1 does not match"),
    ],
)
def test_a_wrong_prompt_file_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(PromptError, match=why):
        prompts.parse("greet", text)


def test_a_template_cannot_reach_what_the_sandbox_keeps_from_it() -> None:
    prompt = prompts.parse("greet", GOOD.replace("{{ who }}", "{{ who.__class__.__mro__ }}"))
    with pytest.raises(PromptError, match="unsafe"):
        prompt.render(who="Ada")
