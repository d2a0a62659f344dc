"""The loader: how templates are filled in, and what of an example reaches a model."""

from __future__ import annotations

import pytest

from prompts.loader import PromptError, load, names, parse

LIST = """
name: facts
version: 3
purpose: Lists facts.
source: Ours.
variables: {facts: What is known., tone: How to say it.}
system: Speak {{ tone }}.
user: |
  Facts:
  {% for fact in facts %}
  - {{ fact }}
  {% endfor %}
output_pattern: '.+'
examples:
  - values: {facts: [red, round], tone: plainly}
    answer: It is red and round.
"""


def test_a_list_is_told_line_by_line_and_blocks_leave_no_blank_lines() -> None:
    rendered = parse("facts", LIST).render(facts=["blue", "a & b"], tone="warmly")
    assert rendered.system == "Speak warmly."
    assert rendered.user == "Facts:\n- blue\n- a & b"


def test_an_example_is_filled_in_as_a_turn_would_be() -> None:
    rendered = parse("facts", LIST).render(facts=[], tone="warmly")
    assert rendered.examples == (("Facts:\n- red\n- round", "It is red and round."),)


def test_all_missing_values_are_named_and_all_superfluous_ones() -> None:
    prompt = parse("facts", LIST)
    with pytest.raises(PromptError, match=r"misses facts, tone\. Give every variable a value\."):
        prompt.render()
    with pytest.raises(PromptError, match=r"does not know a, b\. Its variables are: facts, tone\."):
        prompt.render(facts=[], tone="", b="", a="")


def test_a_prompt_cannot_be_changed_and_is_read_once() -> None:
    prompt = load(names()[0])
    assert load(names()[0]) is prompt
    with pytest.raises(ValueError, match="frozen"):
        prompt.version = 7  # type: ignore[misc]  # that is the point


def test_an_error_says_what_happened_and_what_to_do() -> None:
    with pytest.raises(PromptError) as caught:
        parse("facts", LIST.replace("version: 3", "version: 0"))
    assert caught.value.what.startswith("The prompt file facts.yaml is not right: version: ")
    assert caught.value.hint == "Correct the file."
    assert str(caught.value) == f"{caught.value.what} {caught.value.hint}"


@pytest.mark.parametrize("name", ["../pyproject", "score_item.yaml", "", "__init__"])
def test_only_the_names_of_prompts_are_looked_up(name: str) -> None:
    with pytest.raises(PromptError, match="There is no prompt"):
        load(name)
