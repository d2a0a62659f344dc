"""Answers as filled-in forms: pydantic models in, checked values out."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from agent.backends.protocols import GenerateOptions
from agent.errors import ModelError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from agent.backends.protocols import Chat, ChatModel

Form = TypeVar("Form", bound="BaseModel")
QUOTED_CHARS = 200  # of an answer that is no form


def fill_form(model: ChatModel, chat: Chat, form: type[Form], max_new_tokens: int) -> Form:
    """Have a model answer a chat by filling in a form.

    Args:
        form: What is asked for. Give texts a greatest length, or a small model may write until it is cut off.

    Raises:
        ModelError: the answer is not the form, filled in; it says what the model answered instead.
    """
    options = GenerateOptions(max_new_tokens=max_new_tokens, json_schema=form.model_json_schema())
    (answer,) = model.generate([chat], options)
    try:
        return form.model_validate_json(answer)
    except ValidationError as error:
        quoted = answer if len(answer) <= QUOTED_CHARS else answer[:QUOTED_CHARS] + "…"
        raise ModelError(
            f"{model.name} did not fill in the form {form.__name__}: it answered {quoted!r}.",
            "Ask again with fewer fields or more room for the answer, or use a larger model.",
        ) from error


__all__ = ["fill_form"]
