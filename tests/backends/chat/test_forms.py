"""Forms: what a model fills in is checked, and what is no form is said to be none."""

from __future__ import annotations

from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from agent.backends.chat.forms import fill_form
from agent.backends.chat.scripted import ScriptedChat
from agent.backends.chat.transformers_chat import TransformersChat
from agent.backends.factory import SMALL, model_folder
from agent.backends.protocols import ChatMessage
from agent.errors import ModelError


class Wish(BaseModel):
    """What somebody wants."""

    model_config = ConfigDict(extra="forbid")

    thing: str = Field(max_length=30)
    colour: Literal["red", "blue", "none"]
    highest_price: int | None = Field(ge=0, le=9_999)


CHAT = (ChatMessage("system", "You fill in forms."), ChatMessage("user", "a red lamp for at most 50 dollars"))


def test_a_real_model_fills_in_what_was_asked() -> None:
    import torch

    model = TransformersChat(model_folder(SMALL), dtype=torch.float32)
    wish = fill_form(model, CHAT, Wish, max_new_tokens=60)
    assert (wish.colour, wish.highest_price) == ("red", 50)
    assert "lamp" in wish.thing


def test_the_model_is_given_the_form() -> None:
    model = ScriptedChat(['{"thing": "lamp", "colour": "red", "highest_price": null}'])
    assert fill_form(model, CHAT, Wish, 40) == Wish(thing="lamp", colour="red", highest_price=None)
    assert model.calls[0].options.json_schema == Wish.model_json_schema()


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "I would say red.",
        '{"thing": "lamp", "colour": "re',
        '{"thing": "lamp", "colour": "pink", "highest_price": 3}',
        '{"thing": "lamp", "colour": "red", "highest_price": -1}',
        '{"thing": "lamp", "colour": "red", "highest_price": 3, "note": "x"}',
    ],
)
def test_an_answer_that_is_no_form_is_an_error_that_quotes_it(answer: str) -> None:
    with pytest.raises(ModelError) as caught:
        fill_form(ScriptedChat([answer]), CHAT, Wish, 40)
    assert f"scripted did not fill in the form Wish: it answered {answer!r}." in caught.value.what


def test_a_long_answer_is_quoted_in_part() -> None:
    with pytest.raises(ModelError) as caught:
        fill_form(ScriptedChat(["word " * 100]), CHAT, Wish, 200)
    assert len(caught.value.what) < 300
