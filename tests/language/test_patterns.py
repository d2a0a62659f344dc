"""Reading patterns: what a file says in each language, and what it is refused for."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.language.patterns import Patterns, data, patterns

FILES = [
    ("agent.dialogue", "patterns.yaml"),
    ("agent.people", "patterns.yaml"),
    ("agent.understand", "axes.yaml"),
    ("agent.understand", "patterns.yaml"),
    ("agent.understand.conditions", "patterns.yaml"),
]
READERS = sorted(
    {(room, file, reader) for room, file in FILES for readers in (data(room, file)["en"],) for reader in readers}
)
Write = Callable[[str], Patterns]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Write:
    """Writes the file of a room, and reads what the reader `acts` looks for."""
    room = re.sub(r"\W", "_", request.node.name)
    monkeypatch.syspath_prepend(tmp_path)

    def written(text: str) -> Patterns:
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").touch()
        (tmp_path / room / "patterns.yaml").write_text(text, encoding="utf-8")
        return patterns(room, "acts")

    return written


@pytest.mark.parametrize(("room", "file"), FILES)
def test_every_file_has_the_same_readers_in_all_languages(room: str, file: str) -> None:
    assert set(data(room, file)["en"]) == set(data(room, file)["zh"])


@pytest.mark.parametrize(("room", "file", "reader"), READERS)
def test_every_pattern_is_a_regular_expression(room: str, file: str, reader: str) -> None:
    of_reader = patterns(room, reader, file)
    assert set(of_reader.by_language) == {"en", "zh"}
    for language in of_reader.by_language:
        own = of_reader.only(language)
        for name in own.by_language[language]:
            for alternative in own.alternatives(name):
                assert re.compile(alternative), (language, name)


def test_the_alternatives_of_all_languages_are_one_choice(write: Write) -> None:
    acts = write("en: {acts: {undo: [undo, go back]}}\nzh: {acts: {undo: 撤销}}")
    assert acts["undo"] == "undo|go back|撤销"
    assert acts.alternatives("undo") == ("undo", "go back", "撤销")
    assert acts.only("zh")["undo"] == "撤销"


def test_words_are_whole_where_a_language_sets_spaces_between_them(write: Write) -> None:
    acts = write("en: {acts: {join: [and, or], stop: []}}\nzh: {acts: {join: [和], stop: [了]}}")
    assert acts.words("join") == r"\b(?:and|or)\b|和"
    assert acts.words("stop") == "了"


def test_a_pattern_holds_others_of_its_language_by_name(write: Write) -> None:
    acts = write("en: {acts: {again: 'show {{what}} again', what: [it, that]}}\nzh: {acts: {again: 再看}}")
    assert acts["again"] == "show it|that again|再看"


def test_a_table_tells_what_words_stand_for(write: Write) -> None:
    acts = write("en: {acts: {counts: {two: 2}}}\nzh: {acts: {counts: {两: 2, 三: 3}}}")
    assert acts.table("counts") == {"two": 2, "两": 2, "三": 3}
    assert acts["counts"] == "two|两|三"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("en: {acts: {undo: [undo]}}\nzh: {acts: {}}", "acts: zh lacks 'undo'"),
        ("en: {acts: {undo: [undo]}}\nzh: {}", "acts: zh lacks 'undo'"),
        (
            "acts: {undo: {}, redo: {}}\nen: {acts: {undo: a}}\nzh: {acts: {undo: b}}",
            "en lacks 'redo', zh lacks 'redo'",
        ),
        ("en: {topic: {lead: ok}}\nzh: {topic: {lead: 好}}", "acts: no language has it"),
        ("en: {acts: {refusal: [no]}}\nzh: {acts: {refusal: [不]}}", "'refusal' holds what is no text"),
        ("en: {acts: {yes: [sure]}}\nzh: {acts: {yes: [好]}}", "True holds what is no text"),
        ("en: {acts: {again: '{{what}}'}}\nzh: {acts: {again: 再看}}", "acts in en lacks 'what'"),
    ],
)
def test_a_file_that_lacks_something_is_refused_by_name(write: Write, text: str, what: str) -> None:
    with pytest.raises(ValueError, match=re.escape(what)):
        write(text)


def test_a_pattern_that_no_file_has_is_an_error_that_names_the_file(write: Write) -> None:
    with pytest.raises(KeyError, match=r"patterns\.yaml: acts has no 'again'"):
        _ = write("en: {acts: {undo: [undo]}}\nzh: {acts: {undo: [撤销]}}")["again"]
