"""Speech is written down, translated into English, and refused in a clear sentence where there is none."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.backends.speech.whisper import BIAS_WORDS, Whisper, is_speech, likely_words, roomy, spectrum, within
from agent.errors import MediaError, ModelError
from agent.media.decoded import SAMPLE_RATE, Sound
from agent.media.decoder import MediaDecoder
from agent.weights.weights import ensure
from tests.support.made_media import tone
from tests.support.places import RECORDINGS


@pytest.fixture(scope="module")
def whisper() -> Whisper:
    return Whisper(ensure("whisper-base"))


def recorded(name: str) -> Sound:
    with MediaDecoder(children=1) as decoder:
        return decoder.sound(RECORDINGS / name)


def segment(**changes: object) -> SimpleNamespace:
    heard = {"text": " hello", "compression_ratio": 1.0, "no_speech_prob": 0.1, "avg_logprob": -0.3}
    return SimpleNamespace(**(heard | changes))


def test_english_speech_is_written_down(whisper: Whisper) -> None:
    transcript = whisper.transcribe(recorded("english.ogg"))
    assert transcript.text == "I am looking for a quiet picture with water and boats."
    assert transcript.language == "en"
    assert transcript.english == transcript.text
    assert transcript.confidence > 0.6
    assert transcript.utterances[0].start_s == 0.0
    assert transcript.utterances[-1].end_s == pytest.approx(3.3, abs=1.0)


def test_foreign_speech_comes_with_english(whisper: Whisper) -> None:
    transcript = whisper.transcribe(recorded("german.ogg"))
    assert transcript.language == "de"
    assert "Mutter" in transcript.text
    assert "mother" in transcript.english


def test_vocabulary_of_another_field_does_no_harm(whisper: Whisper) -> None:
    transcript = whisper.transcribe(recorded("english.ogg"), vocabulary=["vase", "boots", "porcelain", "lute"] * 10)
    assert transcript.text == "I am looking for a quiet picture with water and boats."


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        (np.zeros(0, np.float32), "is silent"),
        (np.zeros(2 * SAMPLE_RATE, np.float32), "is silent"),
        (tone(3.0), "no speech"),
        (np.random.default_rng(0).normal(0, 0.1, 3 * SAMPLE_RATE).astype(np.float32), "no speech"),
    ],
    ids=["nothing", "silence", "a tone", "noise"],
)
def test_a_sound_without_speech_is_refused(whisper: Whisper, samples: np.ndarray, words: str) -> None:
    with pytest.raises(MediaError, match=words) as caught:
        whisper.transcribe(Sound("a", samples))
    assert caught.value.hint


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no Whisper model"):
        Whisper(tmp_path)


def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"not a model")
    with pytest.raises(ModelError, match="cannot be loaded"):
        Whisper(tmp_path)


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({}, True),
        ({"text": "  "}, False),
        ({"compression_ratio": 3.0}, False),
        ({"no_speech_prob": 0.9}, True),
        ({"no_speech_prob": 0.9, "avg_logprob": -1.5}, False),
    ],
)
def test_made_up_segments_are_dropped(changes: dict[str, object], kept: bool) -> None:
    assert is_speech(segment(**changes)) is kept


def test_words_that_resemble_what_was_heard_are_offered() -> None:
    vocabulary = ["Clubs", "Hearts", "Spades", "Diamonds", "porcelain"]
    assert "Clubs" in likely_words("10 of cloves.", vocabulary)
    assert "porcelain" not in likely_words("10 of cloves.", vocabulary)
    assert likely_words("", vocabulary) == []
    assert likely_words("anything", []) == []


@given(st.text(max_size=40), st.lists(st.text(min_size=1, max_size=10), max_size=60))
def test_offered_words_are_few_and_from_the_vocabulary(heard: str, vocabulary: list[str]) -> None:
    words = likely_words(heard, vocabulary)
    assert len(words) <= BIAS_WORDS
    assert set(words) <= set(vocabulary)


def test_the_spectrum_is_that_of_the_package_made_in_stretches() -> None:
    from faster_whisper.feature_extractor import FeatureExtractor

    samples, package = tone(70.0) + tone(70.0, 1_000.0, 0.1), FeatureExtractor()
    whole = package(samples)
    package.stft = spectrum
    np.testing.assert_allclose(package(samples), whole, atol=1e-4)


@pytest.mark.parametrize(
    ("voices", "told"),
    [
        ([(3.0, 5.5)], (3.0, 5.5)),  # silence at both ends
        ([(1.0, 2.0), (3.0, 9.0)], (1.0, 8.0)),  # a pause within, and speech that goes on behind
        ([(20.0, 30.0)], (0.0, 8.0)),  # nothing that the detector knows of
        ([], (0.0, 8.0)),
    ],
)
def test_an_utterance_begins_where_a_voice_does(voices: list[tuple[float, float]], told: tuple[float, float]) -> None:
    assert within(voices, 0.0, 8.0) == told


def test_speech_behind_silence_is_told_at_its_second(whisper: Whisper) -> None:
    spoken = recorded("english.ogg").samples
    behind = Sound("b", np.concatenate([np.zeros(4 * SAMPLE_RATE, np.float32), spoken]))
    assert whisper.transcribe(behind).utterances[0].start_s == pytest.approx(4.0, abs=0.7)


def test_speech_is_tried_once_more_where_memory_runs_out_and_then_refused_in_words() -> None:
    fails = [RuntimeError("CUDA failed with error out of memory")] * 3

    def work() -> str:
        if fails:
            raise fails.pop()
        return "heard"

    with pytest.raises(ModelError, match="no memory left to recognise speech"):
        roomy(work)
    assert roomy(work) == "heard"
    fails.append(RuntimeError("Library libcublas.so.12 is not found"))
    with pytest.raises(RuntimeError, match="libcublas"):
        roomy(work)
