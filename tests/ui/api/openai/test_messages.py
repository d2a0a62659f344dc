"""Messages as exchanges: what people say in one go is one turn, and a file that comes again is the same file."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.config import load_config
from agent.errors import MediaError, RequestError
from tests.support.made_media import encoded, photo
from ui.api.files import PICTURE, SOUND
from ui.api.openai import messages as module
from ui.api.openai.messages import SentBefore, exchanges, parts, words
from ui.api.openai.schema import Message, TextPart
from ui.service.limits import Limits
from ui.service.service import Service


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """One that is never opened: messages are read without its agent."""
    made = Service(tmp_path / "workspace", load_config(llm="none"), Limits())
    yield made
    made.close()


@pytest.fixture
def files(service: Service) -> SentBefore:
    return SentBefore(service)


def message(role: str, content: Any) -> Message:
    return Message.model_validate({"role": role, "content": content})


def picture(seed: int = 0) -> str:
    return f"data:image/png;base64,{base64.b64encode(encoded(photo(seed=seed), 'PNG')).decode()}"


def shown(text: str, *urls: str) -> Message:
    pictures = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
    return message("user", [{"type": "text", "text": text}, *pictures])


def test_what_people_say_in_one_go_is_one_turn_and_what_others_say_is_left_out(files: SentBefore) -> None:
    past, turn = exchanges(
        [
            message("system", "Be kind."),
            message("user", "a chair"),
            message("user", "in red"),
            message("assistant", "1. **Red chair**"),
            message("tool", "{}"),
            message("user", "cheaper"),
        ],
        "ada",
        files,
    )
    assert [(exchange.turn.text, exchange.answer) for exchange in past] == [("a chair\nin red", "1. **Red chair**")]
    assert (turn.text, turn.user) == ("cheaper", "ada")


def test_an_answer_that_nobody_asked_for_is_no_exchange(files: SentBefore) -> None:
    past, _ = exchanges([message("assistant", "Welcome!"), message("user", "a chair")], None, files)
    assert past == []


@pytest.mark.parametrize("chat", [[], [("system", "Be kind.")], [("user", "a chair"), ("assistant", "Yes?")]])
def test_without_a_persons_word_at_the_end_nothing_is_asked(files: SentBefore, chat: list[tuple[str, str]]) -> None:
    with pytest.raises(RequestError, match="not a person's"):
        exchanges([message(role, text) for role, text in chat], None, files)


def test_what_is_neither_a_persons_nor_an_answer_ends_no_chat(files: SentBefore) -> None:
    _, turn = exchanges([message("user", "a chair"), message("system", "Be kind.")], None, files)
    assert turn.text == "a chair"


def test_a_turn_of_before_that_could_not_be_used_is_passed_over_and_one_of_now_is_not(files: SentBefore) -> None:
    broken = shown("like this", "data:image/png;base64,AAAA")
    past, turn = exchanges([broken, message("assistant", "It is broken."), message("user", "a chair")], None, files)
    assert (past, turn.text) == ([], "a chair")
    with pytest.raises(MediaError):
        exchanges([broken], None, files)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ([{"type": "file", "file": {}}], "of type 'file', or incomplete"),
        ([{"type": "image_url"}], "of type 'image_url', or incomplete"),
        ([{"type": "input_audio", "input_audio": {"data": picture()}}], "cannot be used here"),
    ],
)
def test_a_part_that_cannot_be_used_is_told_by_its_type(files: SentBefore, content: Any, why: str) -> None:
    with pytest.raises(MediaError, match=why):
        exchanges([message("user", content)], None, files)


def test_words_are_those_of_all_parts() -> None:
    assert words(shown("like this", picture())) == "like this"
    assert words(message("user", None)) == ""
    assert parts(message("user", "a chair")) == [TextPart(type="text", text="a chair")]


def test_a_file_that_comes_again_is_the_same_for_the_same_person_alone(files: SentBefore, service: Service) -> None:
    first = files.path(picture(), "ada", PICTURE)
    assert files.path(picture(), "ada", PICTURE) == first
    assert len(list(service.uploads.folder.iterdir())) == 1
    assert files.path(picture(), "bob", PICTURE) != first
    assert files.path(picture(1), "ada", PICTURE) != first


def test_a_file_that_is_gone_is_taken_in_anew_when_it_comes_again(files: SentBefore, service: Service) -> None:
    first = files.path(picture(), "ada", PICTURE)
    service.uploads.forget("ada")
    again = files.path(picture(), "ada", PICTURE)
    assert again != first
    assert Path(again).exists()


def test_a_file_is_remembered_only_as_what_it_was_taken_for(files: SentBefore) -> None:
    files.path(picture(), None, PICTURE)
    with pytest.raises(MediaError):
        files.path(picture(), None, SOUND)


def test_only_so_many_files_are_remembered(files: SentBefore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_REMEMBERED", 1)
    first = files.path(picture(), None, PICTURE)
    files.path(picture(1), None, PICTURE)
    assert files.path(picture(), None, PICTURE) != first
