"""Files of journeys: a sentence for whatever is wrong, which names the file, the journey and the turn."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import RequestError
from agent.evaluate.check.journey import Journey, JourneyTurn
from agent.evaluate.check.journey_file import read_journeys, write_journeys
from tests.support.shelf import SCHEMA


def written(folder: Path, text: str) -> Path:
    path = folder / "j.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[]", "{path} holds no journeys."),
        ("boots", "{path} holds no journeys."),
        ("- {name: a, turns: [{say: x", "{path}, line "),
        ("- {turns: [{say: x}]}", "{path}, journey 1: “name”: Field required."),
        ("- {name: a, turns: []}", "{path}, journey “a”: “turns”: "),
        ("- {name: a, turns: [{say: x}], shop: b}", "{path}, journey “a”: there is no key “shop”."),
        ("- {name: a, turns: [{say: x}, {say: y, knd: z}]}", "{path}, journey “a”, turn 2: there is no key “knd”."),
        ("- {name: a, turns: [{say: x, order: price}]}", "{path}, journey “a”, turn 1: “order”: "),
        ("- {name: a, turns: [{say: x, act: buy}]}", "{path}, journey “a”, turn 1: “act”: "),
        ("- {name: a, turns: [{kind: lamp}]}", "{path}, journey “a”, turn 1: nothing is said and no picture is shown."),
        ("- {name: a, turns: [{images: [gone.jpg]}]}", "{path}, journey “a”, turn 1: there is no picture "),
        ("- {name: a, turns: [{say: x, must: [cost<5]}]}", "{path}, journey “a”, turn 1: There is no field 'cost'"),
        ("- {name: a, turns: [{say: x, every: [price]}]}", "{path}, journey “a”, turn 1: "),
        ("- {name: a, user: '', turns: [{say: x}]}", "{path}, journey “a”: “user”: "),
        ("- {name: a, turns: [{say: x}]}\n- {name: a, turns: [{say: y}]}", "{path} has two journeys “a”."),
    ],
)
def test_what_is_wrong_is_said_with_file_journey_and_turn(tmp_path: Path, text: str, sentence: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(RequestError) as caught:
        read_journeys(path, SCHEMA)
    assert caught.value.what.startswith(sentence.format(path=path)), caught.value.what
    assert caught.value.hint.endswith((".", "'.")), caught.value.hint


def test_a_file_that_is_not_there_or_too_large_is_said_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RequestError, match="cannot be read"):
        read_journeys(tmp_path / "gone.yaml", SCHEMA)
    monkeypatch.setattr("agent.evaluate.check.journey_file.MAX_FILE_BYTES", 10)
    with pytest.raises(RequestError, match="larger than 10 bytes"):
        read_journeys(written(tmp_path, "- {name: a, turns: [{say: x}]}"), SCHEMA)


def test_pictures_are_found_from_the_folder_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "red.png").touch()
    (journey,) = read_journeys(written(tmp_path, "- {name: a, turns: [{images: [red.png]}]}"), SCHEMA)
    assert journey.turns[0].images == (str(tmp_path / "red.png"),)


def test_what_is_written_is_read_back_and_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    turn = JourneyTurn.model_validate({"say": "灯：50 以下", "kind": None, "must": ["price<50"], "ids": ["007"]})
    journeys = (Journey(name="a", turns=(turn,)), Journey(name="b", user="ada", turns=(JourneyTurn(say="lamp"),)))
    path = tmp_path / "j.yaml"
    write_journeys(journeys, path)
    assert read_journeys(path, SCHEMA) == journeys
    with pytest.raises(RequestError, match="is there already"):
        write_journeys(journeys[:1], path)
    write_journeys(journeys[:1], path, force=True)
    assert len(read_journeys(path, SCHEMA)) == 1
    with pytest.raises(RequestError, match="cannot be written"):
        write_journeys(journeys, tmp_path / "gone" / "j.yaml")
