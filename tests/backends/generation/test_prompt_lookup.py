"""What an answer copies is guessed ahead: faster, and word for word what the model would have written without."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.backends.chat.transformers_chat import TransformersChat
from agent.backends.factory import SMALL, model_folder
from agent.backends.generation import batch_decode
from agent.backends.generation.prompt_lookup import MOST, PASS_TOKENS, Copying, confirmed, width
from agent.backends.generation.prompt_reader import fixed_ids
from agent.backends.protocols import ChatMessage, GenerateOptions

EXAMPLE = (
    ChatMessage("system", "Repeat the facts as one sentence."),
    ChatMessage("user", "colour: red, maker: Anna Ancher, price: 12"),
    ChatMessage("assistant", "The colour is red, the maker is Anna Ancher, and the price is 12."),
)
FACTS = (
    "title: A Woman Seated beside a Vase of Flowers, artist: Edgar Degas, date: 1865",
    "colour: blue, maker: Lund and Daughters of Trondheim, price: 250",
    "title: Boating",
)
CHATS = [(*EXAMPLE, ChatMessage("user", facts)) for facts in FACTS]


def test_what_followed_the_same_words_before_is_guessed() -> None:
    copying = Copying([1, 2, 3, 4, 5, 9])
    assert copying.guess(3) == []
    copying.add([2, 3])
    assert copying.guess(3) == [4, 5, 9]
    copying.add([4])
    assert copying.guess(1) == [5]
    copying.add([7])
    assert copying.guess(3) == []


def test_the_last_place_counts() -> None:
    assert Copying([1, 2, 3, 1, 2, 4, 1, 2]).guess(1) == [4]


@given(st.lists(st.integers(0, 3), max_size=40), st.integers(0, 10))
def test_a_guess_stands_in_the_text_behind_its_last_words(ids: list[int], most: int) -> None:
    guess = Copying(ids).guess(most)
    assert len(guess) <= most
    if guess:
        wanted = [*ids[-2:], *guess]
        assert any(ids[at : at + len(wanted)] == wanted for at in range(len(ids)))


@pytest.mark.parametrize(
    ("guess", "chosen", "kept"),
    [([], [5], [5]), ([5, 6], [5, 6, 7], [5, 6, 7]), ([5, 6], [5, 8, 7], [5, 8]), ([5, 6], [4, 6, 7], [4])],
)
def test_only_what_the_model_chose_itself_is_kept(guess: list[int], chosen: list[int], kept: list[int]) -> None:
    assert confirmed(guess, chosen) == kept


@given(st.integers(1, 100))
def test_a_pass_stays_small(rows: int) -> None:
    assert 0 <= width(rows) <= MOST
    assert width(rows) == 0 or rows * (1 + width(rows)) <= PASS_TOKENS


@pytest.fixture(scope="module")
def model() -> TransformersChat:
    import torch

    return TransformersChat(model_folder(SMALL), dtype=torch.float32)


def answers(model: TransformersChat, n_tokens: int = 30) -> tuple[list[str], int]:
    """Answers to all chats, and in how many passes the model wrote them."""
    n_passes, behind = 0, model._model._behind

    def counted(*_: object) -> None:
        nonlocal n_passes
        n_passes += 1

    hook = behind.register_forward_pre_hook(counted)
    try:
        return model.generate(CHATS, GenerateOptions(max_new_tokens=n_tokens)), n_passes
    finally:
        hook.remove()


def test_answers_are_the_same_in_fewer_passes(model: TransformersChat, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(model)  # reads what stands before the last turn
    ahead, few = answers(model)
    monkeypatch.setattr(batch_decode, "width", lambda _: 0)
    plain, many = answers(model)
    assert ahead == plain
    assert few < many
    assert "Edgar Degas" in ahead[0]


@pytest.mark.parametrize("n_tokens", [1, 2, 7])
def test_no_more_is_written_than_asked(model: TransformersChat, n_tokens: int, monkeypatch: pytest.MonkeyPatch) -> None:
    ahead, _ = answers(model, n_tokens)
    monkeypatch.setattr(batch_decode, "width", lambda _: 0)
    assert ahead == answers(model, n_tokens)[0]


def test_what_stands_before_the_last_turn_is_read_once(model: TransformersChat) -> None:
    fixed = fixed_ids(CHATS, model._ids_of)
    assert all(model._ids_of(chat)[: len(fixed)] == fixed for chat in CHATS)
    first = answers(model)
    assert answers(model) == first
    assert model._reader._cache.get(fixed) is not None
    assert fixed_ids([CHATS[0], CHATS[1][1:]], model._ids_of) == []
