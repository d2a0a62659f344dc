"""Files in the body of a call: there while it lasts, and gone after it, however it ends."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.config import load_config
from agent.errors import MediaError
from tests.support.made_media import encoded, photo, tone, write_sound, write_video
from ui.api.files import turn_of
from ui.api.schema import NamedFile, RecommendBody, SearchBody
from ui.errors.refusals import TooLarge
from ui.service.limits import MIB, Limits
from ui.service.service import Service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One that is never opened: files are looked at without its agent."""
    limits = Limits(upload_bytes=MIB)
    made = Service(tmp_path_factory.mktemp("files") / "workspace", load_config(llm="none"), limits)
    yield made
    made.close()


def data_url(data: bytes) -> str:
    return f"data:application/octet-stream;base64,{base64.b64encode(data).decode()}"


def named(data: bytes, name: str) -> NamedFile:
    return NamedFile(data=base64.b64encode(data).decode(), name=name)


RED, BLUE = (encoded(photo(seed=seed), "PNG") for seed in (1, 2))


def test_pictures_come_in_the_order_in_which_they_were_sent_under_their_names(service: Service) -> None:
    body = RecommendBody(text="like these", images=[named(RED, "red.jpg"), data_url(BLUE)], k=2)
    with turn_of(body, service) as turn:
        paths = [Path(path) for path in turn.images]
        assert [path.read_bytes() for path in paths] == [RED, BLUE]
        assert [path.name for path in paths] == ["red.png", "upload.png"]  # the ending is that of the content
        assert (turn.text, turn.k) == ("like these", 2)
    assert not any(path.exists() for path in paths)


def test_what_is_said_in_a_video_may_be_a_spoken_wish_but_a_sound_is_no_video(service: Service, tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.mp4", 0.5, lambda _: photo(), sound=tone(0.5)).read_bytes()
    sound = write_sound(tmp_path / "wish.wav", tone(0.5), "pcm_s16le").read_bytes()
    with turn_of(RecommendBody(audio=data_url(video), video=data_url(video)), service) as turn:
        assert turn.audio is not None
        assert turn.video is not None
        assert turn.audio != turn.video
    with pytest.raises(MediaError, match="cannot be used here"), turn_of(RecommendBody(video=data_url(sound)), service):
        pass


@pytest.mark.parametrize(
    ("wrong", "kind", "why"),
    [
        ("/etc/passwd", MediaError, "neither data nor an address"),
        ("x" * 99, MediaError, f"'{'x' * 40}'"),
        ("https://example.org/a.png", MediaError, "fetches none"),
        (data_url(bytes(MIB + 1)), TooLarge, "larger than 1 MiB"),
        (named(b"<svg/>", "a.png"), MediaError, "SVG"),
    ],
)
def test_a_file_that_cannot_be_used_takes_those_before_it_along(
    service: Service, wrong: str | NamedFile, kind: type[Exception], why: str
) -> None:
    with pytest.raises(kind, match=why), turn_of(SearchBody(images=[data_url(RED), wrong]), service):
        pass
    assert list(service.uploads.folder.iterdir()) == []


def test_files_are_gone_after_a_call_that_failed(service: Service) -> None:
    body = SearchBody(images=[data_url(RED)])
    with pytest.raises(RuntimeError) as caught, turn_of(body, service) as turn:
        raise RuntimeError(Path(turn.images[0]).exists())
    assert caught.value.args == (True,)
    assert not Path(turn.images[0]).exists()


def test_variety_can_be_asked_of_a_recommendation_and_not_of_a_search(service: Service) -> None:
    with turn_of(RecommendBody(text="a", diversity=0.25, filters=["price<=5"]), service) as turn:
        assert (turn.diversity, turn.filters, turn.include_seen) == (0.25, ("price<=5",), False)
    with turn_of(SearchBody(text="a", include_seen=True), service) as turn:
        assert (turn.diversity, turn.include_seen) == (None, True)
