"""What a vision-language model is asked of a picture, and what its answers amount to."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.backends.chat.chats import as_chat
from agent.backends.chat.llava import LlavaModel
from agent.backends.chat.scripted import ScriptedChat
from agent.backends.chat.tiny_llava import make_tiny_llava
from agent.backends.pictures.describer import PictureDescriber
from agent.backends.pictures.domain import DOMAINS, Domain
from agent.backends.pictures.form import (
    COLOURS,
    LINES,
    LONG,
    MATERIALS,
    OBJECTS,
    SHORT,
    PictureForm,
    form_fields,
    form_schema,
    form_spans,
    form_text,
    read_form,
)
from agent.backends.pictures.question import PictureQuestion
from agent.backends.protocols import PictureFeatures
from agent.language.lists import listed
from agent.media.decoded import Picture
from agent.media.palette import ANCHORS

ANSWER = {
    "objects": ["red kettle", "wooden table"],
    "colours": ["red", "brown"],
    "materials": ["steel", "wood"],
    "style": "plain and modern",
    "text": ["TEA TIME", "2 l"],
    "mood": "calm",
}
PICTURE = Picture("a" * 64, np.zeros((4, 4, 3), np.uint8), 4, 4, start_s=2.0)
FEATURES = PictureFeatures(np.zeros((1, 4), np.float32), None)
JSON = st.recursive(st.none() | st.integers() | st.text(), lambda of: st.lists(of) | st.just({}), max_leaves=6)


def described(answer: str, *, form: bool = True, domain: Domain = "generic") -> tuple[str, list[tuple[str, str]]]:
    made = PictureQuestion(domain, form).description(PICTURE, answer, "some-model")
    assert (made.media, made.kind, made.origin) == (PICTURE.sha256, "image", "some-model")
    assert all(span.start_s == PICTURE.start_s for span in made.spans)
    return made.text, [(span.kind, span.text) for span in made.spans]


def test_a_form_becomes_sentences_and_findings_by_kind() -> None:
    text, spans = described(json.dumps(ANSWER))
    assert text == (
        "Shows: red kettle, wooden table. Colours: red and brown. Looks to be made of: steel and wood. "
        "Style: plain and modern. Mood: calm. Text in the picture: TEA TIME / 2 l."
    )
    assert spans == [
        ("caption", "red kettle"),
        ("caption", "wooden table"),
        ("caption", "looks to be made of steel and wood"),
        ("caption", "plain and modern style"),
        ("caption", "calm mood"),
        ("colour", "red"),
        ("colour", "brown"),
        ("text", "TEA TIME"),
        ("text", "2 l"),
    ]


def test_a_form_that_was_cut_off_counts_as_far_as_it_is_whole() -> None:
    whole = json.dumps(ANSWER)
    assert read_form(whole[: whole.index("den table")]) == PictureForm(objects=["red kettle"])


@pytest.mark.parametrize("answer", ["", "It shows a kettle.", '["a kettle"]', "7", "{objects"])
def test_an_answer_that_is_no_form_gives_an_empty_description(answer: str) -> None:
    assert described(answer) == ("", [])


def test_a_form_with_nothing_in_it_gives_an_empty_description() -> None:
    assert described("{}") == ("", [])


def test_what_does_not_keep_to_the_schema_is_left_out() -> None:
    answer = {"objects": "a kettle.", "colours": ["scarlet", "red"], "materials": [3], "style": None, "price": 9}
    assert read_form(json.dumps(answer)) == PictureForm(objects=["a kettle"], colours=["red"])


@given(st.dictionaries(st.sampled_from(list(PictureForm.model_fields)), JSON))
def test_whatever_a_model_answers_the_form_keeps_to_its_schema(answer: dict[str, object]) -> None:
    form = read_form(json.dumps(answer))
    assert form is not None
    assert PictureForm.model_validate(form.model_dump()) == form
    assert len(form.objects) <= OBJECTS
    assert len(form.colours) <= COLOURS
    assert len(form.materials) <= MATERIALS
    assert len(form.text) <= LINES
    assert all(len(line) <= LONG for line in form.text)
    assert all(len(one) <= SHORT for one in (*form.objects, *form.materials, form.style, form.mood))
    assert set(form.colours) <= ANCHORS.keys()
    assert bool(form_text(form)) == bool(form_spans(form))


def test_the_schema_asks_for_every_field_and_names_the_colours_there_are() -> None:
    schema = form_schema()
    assert schema["required"] == list(schema["properties"]) == list(PictureForm.model_fields)
    assert schema["properties"]["colours"]["items"]["enum"] == list(ANCHORS)
    assert "$defs" not in schema


def test_prose_is_one_finding_cut_after_its_last_whole_sentence() -> None:
    whole = "A red kettle stands on a table. It looks to be made of steel."
    assert described(f"  {whole}\n", form=False) == (whole, [("caption", whole)])
    assert described(f"{whole} The mood is", form=False) == (whole, [("caption", whole)])
    assert described("a red kettle on a table", form=False) == (
        "a red kettle on a table",
        [("caption", "a red kettle on a table")],
    )


@pytest.mark.parametrize("answer", ["", "   \n", "Yes.", "x" * 2_001])
def test_prose_that_is_too_short_or_too_long_gives_an_empty_description(answer: str) -> None:
    assert described(answer, form=False) == ("", [])


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_domain_has_a_question_in_prose_and_as_a_form(domain: Domain) -> None:
    prose, form = PictureQuestion(domain), PictureQuestion(domain, form=True)
    assert prose.options.json_schema is None
    assert "JSON" not in prose.prompt.user
    assert form.options.json_schema == form_schema()
    assert all(f"- {field}" in form.prompt.user for field in form_fields())
    assert form.options.max_new_tokens > prose.options.max_new_tokens


def test_questions_that_differ_have_versions_that_differ() -> None:
    asked = [PictureQuestion(domain, form).version for domain in DOMAINS for form in (False, True)]
    assert len(set(asked)) == len(asked)


def test_a_describer_puts_its_question_and_its_schema_to_the_model() -> None:
    model = ScriptedChat([json.dumps(ANSWER)])
    question = PictureQuestion("product", form=True)
    (made,) = PictureDescriber(model, question).describe([PICTURE], FEATURES)
    assert made.origin == "scripted"
    assert made.version == question.version
    assert made.text.startswith("Shows: red kettle, wooden table.")
    (call,) = model.calls
    assert call.options.json_schema == form_schema()
    assert call.chats[0][-1].pictures == (PICTURE,)


def test_a_model_that_is_held_to_the_schema_fills_in_the_form_whatever_it_would_rather_say(tmp_path: Path) -> None:
    model = LlavaModel(make_tiny_llava(tmp_path / "tiny"), number_format="fp32")
    question = PictureQuestion("artwork", form=True)
    (answer,) = model.generate([as_chat(question.prompt, (PICTURE,))], question.options)
    assert answer.startswith('{"objects"')
    assert read_form(answer) is not None


@pytest.mark.parametrize(
    ("names", "said"),
    [([], ""), (["red"], "red"), (["red", "blue"], "red and blue"), (["red", "blue", "tan"], "red, blue and tan")],
)
def test_names_are_listed_as_one_would_say_them(names: list[str], said: str) -> None:
    assert listed(names) == said
