"""Scoring methods: each gives one number for each item, the higher the better it fits, whatever the model."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from agent.backends.chat.llava import LlavaModel
from agent.backends.chat.scripted import ScriptedChat, words_in_chat
from agent.backends.chat.tiny_llava import make_tiny_llava
from agent.backends.protocols import Chat
from agent.config import AgentConfig
from agent.errors import ModelError
from agent.media.decoded import Picture
from agent.media.decoder import MediaDecoder
from agent.rerank.blend import opinions
from agent.rerank.exhibit import Exhibit, exhibits
from agent.rerank.item_pictures import pictures_of, sees
from agent.rerank.listwise import WINDOW, dealt, listwise
from agent.rerank.pointwise import both, likelihood, yes_no
from agent.rerank.rerank import METHODS, rerank
from retrieval.items import Item, Media
from tests.support.made_media import encoded, photo
from tests.support.shelf import SCHEMA, candidate, numbered

WISH = "a red kettle"
CARDS = [Exhibit(text) for text in ("blue chair", "red kettle\ncategory: kitchen", "red lamp", "old rope", "a tent")]


def choosing(chat: Chat, said: str) -> float:
    """A model that knows a red kettle when it sees one, and otherwise leans to the first letters and to yes."""
    text = chat[-1].text
    if said == "Yes":
        return -0.5 if "kettle" in text.partition("\n")[2] else -1.0
    if said == "No":
        return -0.9
    if len(said) == 1:
        line = next((line for line in text.splitlines() if line.startswith(f"{said}: ")), "")
        return (-0.2 if "kettle" in line else -4.0) - 0.1 * ord(said)
    return words_in_chat(chat, said)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> LlavaModel:
    return LlavaModel(make_tiny_llava(tmp_path_factory.mktemp("llava")), number_format="fp32")


@pytest.mark.parametrize("method", METHODS)
def test_the_item_that_fits_gets_the_highest_number(method: str) -> None:
    values, notes = METHODS[method](CARDS, WISH, ScriptedChat(score=choosing))  # type: ignore[index]
    assert values.shape == (len(CARDS),)
    assert np.isfinite(values).all()
    assert int(values.argmax()) == 1
    assert not notes


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n", [1, 2, 3, 11, 25])
def test_a_model_of_transformers_gives_one_number_each_and_the_same_twice(
    method: str, n: int, tiny: LlavaModel
) -> None:
    shown = [Exhibit(f"Thing {at}\nprice: {at}") for at in range(n)]
    values, _ = METHODS[method](shown, WISH, tiny)  # type: ignore[index]
    assert values.shape == (n,)
    assert np.isfinite(values).all() == (method != "listwise" or n > 1)
    assert values == pytest.approx(METHODS[method](shown, WISH, tiny)[0], abs=1e-4, nan_ok=True)  # type: ignore[index]


@pytest.mark.parametrize("method", METHODS)
def test_of_no_items_there_is_nothing_to_say(method: str) -> None:
    values, notes = METHODS[method]([], WISH, ScriptedChat())  # type: ignore[index]
    assert (values.shape, notes) == ((0,), ())


@pytest.mark.parametrize("method", METHODS)
def test_a_model_that_fails_says_so(method: str) -> None:
    def fail(*_: object) -> float:
        raise ModelError("The model ran out of memory.", "Use a smaller one.")

    with pytest.raises(ModelError, match="out of memory"):
        METHODS[method](CARDS, WISH, ScriptedChat(score=fail))  # type: ignore[index]


@pytest.mark.parametrize("method", METHODS)
def test_numbers_that_are_none_move_nothing(method: str) -> None:
    model = ScriptedChat(score=lambda *_: -math.inf)
    found = [candidate(item, 1 - at / 10) for at, item in enumerate(numbered(5))]
    config = AgentConfig.model_construct(rerank_method=method, rerank_weight=0.5)
    assert [scored.candidate.item.id for scored in rerank(found, WISH, model, SCHEMA, config)] == list("01234")


def test_yes_no_is_how_much_likelier_yes_is() -> None:
    values, _ = yes_no(CARDS[:2], WISH, ScriptedChat(score=choosing))
    assert values == pytest.approx([-0.1, 0.4])


def test_both_is_the_mean_of_the_two_stretched() -> None:
    model = ScriptedChat(score=choosing)
    parts = [opinions(method(CARDS, WISH, model)[0]) for method in (likelihood, yes_no)]
    assert both(CARDS, WISH, model)[0] == pytest.approx(sum(parts) / 2)


@pytest.mark.parametrize("n", range(2, 60))
@pytest.mark.parametrize("size", [2, 3, WINDOW])
def test_every_item_is_dealt_to_one_window_and_none_stands_alone(n: int, size: int) -> None:
    windows = dealt(n, size)
    assert sorted(at for window in windows for at in window) == list(range(n))
    assert min(map(len, windows)) >= 2
    assert max(map(len, windows)) <= size + 1
    assert max(map(len, windows)) - min(map(len, windows)) <= 1


def test_a_liking_for_letters_alone_gives_all_the_same() -> None:
    values, _ = listwise([Exhibit(f"thing {at}") for at in range(20)], WISH, ScriptedChat(score=choosing))
    assert np.ptp(values) == pytest.approx(0, abs=1e-9)


def test_a_list_is_asked_about_in_windows_that_the_model_can_read() -> None:
    wide, narrow = ScriptedChat(score=choosing), ScriptedChat(score=choosing, context_tokens=160)
    shown = [Exhibit("word " * 30 + str(at)) for at in range(12)]
    for model, largest in ((wide, 6), (narrow, 2)):
        values, notes = listwise(shown, WISH, model)
        (call,) = model.calls
        assert len(call.first_tokens) == largest
        assert len(call.chats) == 2 * 12 // largest
        assert np.isfinite(values).all()
        assert not notes


def test_what_is_too_long_loses_its_own_end_and_nothing_of_the_wish() -> None:
    model = ScriptedChat(score=choosing, context_tokens=60)
    _, notes = yes_no([Exhibit("word " * 80)], WISH, model)
    (call,) = model.calls
    assert call.chats[0][-1].text.startswith(f"Asked for: {WISH}\n")
    assert notes


def test_items_show_their_first_pictures_to_a_model_that_sees(tmp_path: Path, tiny: LlavaModel) -> None:
    (tmp_path / "a.png").write_bytes(encoded(photo(seed=1), "PNG"))
    (tmp_path / "b.png").write_bytes(b"no picture")
    files = [Media("image", str(tmp_path / name), name) for name in ("a.png", "a.png", "b.png")]
    items = [Item("0", "Two", media=(*files[:2],)), Item("1", "None"), Item("2", "Broken", media=(files[2],))]
    with MediaDecoder() as decoder:
        shown = exhibits(items, SCHEMA, pictures_of(decoder, 1))
    assert [len(exhibit.pictures) for exhibit in shown] == [1, 0, 0]
    with_picture, without = (likelihood([Exhibit("Two", own)], WISH, tiny)[0] for own in (shown[0].pictures, ()))
    assert with_picture != pytest.approx(without)
    values, _ = yes_no(shown, WISH, tiny)
    assert np.isfinite(values).all()


def test_a_list_is_shown_no_pictures() -> None:
    picture = Picture("0" * 64, np.zeros((2, 2, 3), dtype=np.uint8), 2, 2)
    model = ScriptedChat(score=choosing)
    listwise([Exhibit("one", (picture,)), Exhibit("two", (picture,))], WISH, model)
    assert not any(message.pictures for call in model.calls for chat in call.chats for message in chat)


def test_a_model_sees_where_it_is_a_llava_or_the_one_that_describes_pictures(tiny: LlavaModel) -> None:
    assert sees(tiny, None)
    assert sees(ScriptedChat(name="m"), ScriptedChat(name="m"))
    assert not sees(ScriptedChat(name="m"), ScriptedChat(name="other"))
    assert not sees(ScriptedChat(), None)
