"""Chat models of this machine: what they have in common, on a tiny one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import torch

from agent.backends.chat.llava import LlavaModel
from agent.backends.chat.local_chat import LocalChat
from agent.backends.chat.tiny_llava import make_tiny_llava
from agent.backends.chat.transformers_chat import TransformersChat
from agent.backends.protocols import ChatMessage, GenerateOptions, Sampling
from agent.errors import ModelError
from tests.support.tiny_models import make_text_model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> LocalChat:
    return LlavaModel(make_tiny_llava(tmp_path_factory.mktemp("llava")), number_format="fp32")


def chat(text: str) -> tuple[ChatMessage, ...]:
    return (ChatMessage("user", text),)


def test_pieces_of_a_stream_make_up_the_answers_and_an_empty_one_ends_each(model: LocalChat) -> None:
    chats, options = [chat("a lamp"), chat("two boats on a river")], GenerateOptions(max_new_tokens=6)
    texts, ended = ["", ""], list[int]()
    for row, piece in model.stream(chats, options):
        texts[row] += piece
        if not piece:
            ended.append(row)
    assert texts == model.generate(chats, options)
    assert sorted(ended) == [0, 1]


def test_no_chats_have_no_answers(model: LocalChat) -> None:
    assert model.generate([]) == []
    assert list(model.stream([])) == []


def test_scores_are_of_each_chat_in_the_order_given(model: LocalChat) -> None:
    chats = [chat("a lamp"), chat("a boat")]
    together = model.score(chats, ["red", "blue"])
    apart = [model.score([one], [text])[0] for one, text in zip(chats, ("red", "blue"), strict=True)]
    np.testing.assert_allclose(together, apart, atol=1e-4)
    assert (together < 0).all()


def test_what_cannot_be_scored_is_refused(model: LocalChat) -> None:
    with pytest.raises(ValueError, match="no text"):
        model.score([chat("a lamp")], [""])
    with pytest.raises(ValueError, match="1 chats and 2 continuations"):
        model.score([chat("a lamp")], ["red", "blue"])


def test_options_must_be_told_apart_by_their_first_token(model: LocalChat) -> None:
    assert model.first_token([chat("a lamp")], ["yes", "no"]).shape == (1, 2)
    with pytest.raises(ValueError, match="two options"):
        model.first_token([chat("a lamp")], ["yes"])
    with pytest.raises(ValueError, match="different tokens"):
        model.first_token([chat("a lamp")], ["yes", "yes"])


def test_a_text_has_tokens_and_the_model_room_for_many(model: LocalChat) -> None:
    assert 0 < model.count_tokens("a lamp") < model.count_tokens("a lamp and a boat") < model.context_tokens


def scarce(read: Callable[..., Any], most: int) -> Callable[..., Any]:
    """The same on a device whose memory holds so many chats at once."""

    def fits(chats: Sequence[object], *more: object) -> Any:
        if len(chats) > most:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return read(chats, *more)

    return fits


@pytest.mark.parametrize("sees", [True, False])
def test_where_memory_runs_out_half_as_many_are_done_at_once(
    sees: bool, model: LocalChat, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not sees:
        model = TransformersChat(make_text_model(tmp_path_factory.mktemp("text")), dtype=torch.float32)
    chats = [chat(f"a lamp of size {number}") for number in (1, 2, 3, 3, 3)]
    drawn = GenerateOptions(max_new_tokens=5, sampling=Sampling())
    asked: tuple[Callable[[], Any], ...] = (
        lambda: model.generate(chats, drawn),
        lambda: sorted(model.stream(chats, GenerateOptions(max_new_tokens=5))),
        lambda: pytest.approx(model.score(chats, ["red", "blue", "green", "red", "red"]), abs=1e-4),
        lambda: pytest.approx(model.first_token(chats, ["yes", "no"]), abs=1e-4),
    )
    with_room = [ask() for ask in asked]
    monkeypatch.setattr(model, "_to_answer", scarce(model._to_answer, 2))
    monkeypatch.setattr(model, "_to_score", scarce(model._to_score, 2))
    for before, ask in zip(with_room, asked, strict=True):
        after = ask()
        assert before == getattr(after, "expected", after)
    monkeypatch.setattr(model, "_to_answer", scarce(model._to_answer, 0))
    monkeypatch.setattr(model, "_to_score", scarce(model._to_score, 0))
    for ask in asked:
        with pytest.raises(ModelError, match="one chat at a time"):
            ask()
