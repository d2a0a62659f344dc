"""Speech to text with Whisper in CTranslate2."""

from __future__ import annotations

import difflib
import math
import os
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from agent.backends.generation.batch_size import let_go
from agent.errors import MediaError, ModelError
from agent.media.decoded import SAMPLE_RATE, Sound, Transcript, Utterance

T = TypeVar("T")
BIAS_WORDS = 20
VOCABULARY_WORDS = 2_000
RESEMBLES = 0.5  # share of letters in common, in order: "cloves" and "clubs" have 0.55
SILENT = 1e-3  # loudest sample, of 1, below which nothing was recorded
SURE_LANGUAGE = 0.5
UNSURE_CONFIDENCE = 0.5  # a text less sure than this, in a language that is not sure either, is made up
NO_SPEECH = 0.6
LEAST_LOG_PROBABILITY = -1.0
MOST_REPETITIVE = 2.4  # compression ratio of a text that goes round in circles
VOICE = 0.25  # voice activity above which somebody may be speaking
_WINDOW_S = 30.0
STATES_PER_S = 50  # of the encoder
_FRAMES_PER_STATE, _FEWEST_STATES = 2, 10
_MINUTE = 60 * SAMPLE_RATE
_STRETCH = 3_000  # frames of a hundredth of a second
_FEWEST_TOKENS, _TOKENS_PER_S = 10, 8.0  # fast speech has 6 a second; a confused model runs on for ever
Stretch = tuple[float, float]
"""First and last second of it."""

_OUT_OF_MEMORY = "out of memory"  # in what CTranslate2 says of it
_OPTIONS: dict[str, Any] = {"beam_size": 1, "temperature": 0.0, "condition_on_previous_text": False}


class Whisper:
    """A multilingual Whisper model read from a CTranslate2 folder: int8 on a processor, float16 on a GPU.

    Settings were chosen by word error rate on 43 recordings of sentences, playing cards and single digits with Whisper
    base. Beams of one and five are alike on sentences (1.4 %) and cards (14 %); on digits five beams recite (117 %
    against 30 %). Leaving silence out beforehand changes nothing but costs digits (33 %), so voice activity only
    decides whether there is any voice. The cards' own 17 words as vocabulary bring cards to 5 %, though `RESEMBLES`
    was chosen on the same five clips (21 words).

    Args:
        folder: Holds `config.json`, `model.bin`, `tokenizer.json` and `vocabulary.txt`.
        origin: Identity written into descriptions.

    Raises:
        ModelError: the folder does not hold such a model.
    """

    version = "2"

    def __init__(self, folder: Path, *, origin: str = "whisper-base") -> None:
        self.origin = origin
        self._model = _load(folder)
        self._model.encode = _LastWindow(self._model.encode)
        self._model.feature_extractor.stft = spectrum
        self._busy = threading.Lock()

    def transcribe(self, sound: Sound, *, vocabulary: Sequence[str] = ()) -> Transcript:
        """Transcribe, leaning towards those words of `vocabulary` that resemble what was heard; also in English.

        The sound is read once without and, if there are such words, once with them; the surer text is taken.

        Raises:
            MediaError: the sound is silent or holds no speech.
            ModelError: there is no memory left for it.
        """
        if not len(sound.samples) or float(np.abs(sound.samples).max()) < SILENT:
            raise MediaError("The sound is silent.", "Check the microphone and record it again.")
        voices = voices_in(sound.samples)
        if not voices:
            raise _no_speech()
        with self._busy:
            return roomy(lambda: self._transcribe(sound, vocabulary, voices))

    @cached_property
    def width(self) -> int:
        """How many numbers a state of the encoder has."""
        return int(self.states(np.zeros(0, np.float32)).shape[1])

    def states(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the encoder makes of up to half a minute of sound.

        It is given no more than there is: to transcribe, Whisper fills every sound up to half a minute, which for two
        seconds takes 37 times as long and blurs what is there with what is not.

        Returns:
            float32, shape (ceil(seconds * STATES_PER_S), width); ten for what is shorter than ten of them.
        """
        n = max(math.ceil(len(samples) / SAMPLE_RATE * STATES_PER_S), _FEWEST_STATES)
        import ctranslate2
        from faster_whisper.audio import pad_or_trim

        with self._busy:
            window = pad_or_trim(self._model.feature_extractor(samples)[..., :-1], _FRAMES_PER_STATE * n)
            encoded = self._model.encode(window)
            on_host = encoded if encoded.device == "cpu" else encoded.to_device(ctranslate2.Device.cpu)
            states = np.array(on_host.to(ctranslate2.DataType.float32))[0]
        return np.asarray(states)

    def _transcribe(self, sound: Sound, vocabulary: Sequence[str], voices: Sequence[Stretch]) -> Transcript:
        language, sure = self._language(sound.samples)
        segments = self._segments(sound, language=language)
        if hotwords := ", ".join(likely_words(_joined(segments), vocabulary)):
            biased = self._segments(sound, language=language, hotwords=hotwords)
            if _corrects(_joined(biased), _joined(segments)):
                segments = max(segments, biased, key=_confidence)
        if not segments or (not sure and _confidence(segments) < UNSURE_CONFIDENCE):
            raise _no_speech()
        text = _joined(segments)
        english = text
        if language != "en":
            english = _joined(self._segments(sound, language=language, task="translate")) or text
        return Transcript(text, language, english, _utterances(segments, voices), _confidence(segments))

    def _language(self, samples: NDArray[np.float32]) -> tuple[str, bool]:
        """The language spoken, English when in doubt, and whether there is no doubt."""
        # without the last frame, as `transcribe` cuts it: the window is then encoded once for both
        features = self._model.feature_extractor(samples)[..., :-1]
        language, probability, _ = self._model.detect_language(features=features)
        sure = probability >= SURE_LANGUAGE
        return (str(language) if sure else "en"), sure

    def _segments(self, sound: Sound, **options: Any) -> list[Any]:
        long = sound.duration_s > _WINDOW_S  # a short sound needs one pass whether parts of it are silent or not
        most = None if long else round(_FEWEST_TOKENS + _TOKENS_PER_S * sound.duration_s)
        heard, _ = self._model.transcribe(sound.samples, vad_filter=long, max_new_tokens=most, **_OPTIONS, **options)
        segments = [segment for segment in heard if is_speech(segment)]
        ran_on = most is not None and sum(len(segment.tokens) for segment in segments) >= most
        return [] if ran_on else segments


def roomy(work: Callable[[], T]) -> T:
    """What `work` gives, done once more where memory runs out, without what torch keeps of batches that are done.

    A window is read by itself, so there is no batch to halve; but the recogniser has memory of its own, which torch
    does not leave to it.

    Raises:
        ModelError: there is no memory left for it even so.
    """
    try:
        return work()
    except RuntimeError as error:
        if _OUT_OF_MEMORY not in str(error):
            raise
    let_go()
    try:
        return work()
    except RuntimeError as error:
        if _OUT_OF_MEMORY not in str(error):
            raise
        raise ModelError(
            "There is no memory left to recognise speech.", "Free memory, or use a smaller model."
        ) from error


class _LastWindow:
    """Encodes a window once although language detection, transcript and translation each ask for it."""

    def __init__(self, encode: Callable[[NDArray[np.float32]], Any]) -> None:
        self._encode = encode
        self._window: NDArray[np.float32] | None = None
        self._encoded: Any = None

    def __call__(self, window: NDArray[np.float32]) -> Any:
        if self._window is None or not np.array_equal(window, self._window):
            self._encoded = self._encode(window)
            self._window = window.copy()
        return self._encoded


def likely_words(heard: str, vocabulary: Sequence[str]) -> list[str]:
    """Words of the vocabulary that may have been meant by the words heard, at most `BIAS_WORDS`, in stable order."""
    known = {word.lower(): word for word in vocabulary[:VOCABULARY_WORDS]}
    close: dict[str, None] = {}
    for word in re.findall(r"\w{3,}", heard.lower()):
        close.update(dict.fromkeys(difflib.get_close_matches(word, known, n=3, cutoff=RESEMBLES)))
    return [known[word] for word in close][:BIAS_WORDS]


def _corrects(biased: str, plain: str) -> bool:
    """Whether a biased text only changes words: one that is much longer recites the vocabulary."""
    return len(biased) <= 1.3 * len(plain) + 4


def is_speech(segment: Any) -> bool:
    """Whether the recogniser's own figures say that it heard words rather than made them up."""
    if not segment.text.strip() or segment.compression_ratio > MOST_REPETITIVE:
        return False
    return not (segment.no_speech_prob > NO_SPEECH and segment.avg_logprob < LEAST_LOG_PROBABILITY)


def _load(folder: Path) -> Any:
    if not (folder / "model.bin").is_file():
        raise ModelError(f"There is no Whisper model in {folder}.", "Run: tastemaker models pull whisper-base")
    import ctranslate2
    from faster_whisper import WhisperModel

    gpu = ctranslate2.get_cuda_device_count() > 0
    try:
        return WhisperModel(
            str(folder),
            device="cuda" if gpu else "cpu",
            compute_type="float16" if gpu else "int8",
            cpu_threads=os.cpu_count() or 1,
            local_files_only=True,
        )
    except (RuntimeError, ValueError, OSError) as error:
        raise ModelError(
            f"The Whisper model in {folder} cannot be loaded: {error}.", "Run: tastemaker models verify"
        ) from error


def voices_in(samples: NDArray[np.float32]) -> list[Stretch]:
    """Where somebody may be speaking: first and last second of each stretch."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(threshold=VOICE)
    # Minute by minute: ten at once take a quarter of a gigabyte.
    return [
        ((start + voice["start"]) / SAMPLE_RATE, (start + voice["end"]) / SAMPLE_RATE)
        for start in range(0, len(samples), _MINUTE)
        for voice in get_speech_timestamps(samples[start : start + _MINUTE], options)
    ]


def spectrum(
    samples: NDArray[np.float32], n_fft: int, hop_length: int, *, window: NDArray[np.float32], return_complex: bool
) -> NDArray[Any]:
    """The short-time Fourier transform as the package makes it, shape (n_fft // 2 + 1, n_frames).

    Made stretch by stretch: its own makes all of it at once, in half a gigabyte for ten minutes.
    """
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(samples, n_fft // 2, mode="reflect"), n_fft)[::hop_length]
    made = np.empty((n_fft // 2 + 1, len(frames)), np.complex64)
    for start in range(0, len(frames), _STRETCH):
        made[:, start : start + _STRETCH] = np.fft.rfft(frames[start : start + _STRETCH] * window).T
    return made if return_complex else made.real


def _joined(segments: Iterable[Any]) -> str:
    return " ".join(" ".join(segment.text for segment in segments).split())


def _utterances(segments: Iterable[Any], voices: Sequence[Stretch]) -> tuple[Utterance, ...]:
    return tuple(
        Utterance(segment.text.strip(), round(start_s, 2), round(end_s, 2))
        for segment in segments
        for start_s, end_s in (within(voices, segment.start, segment.end),)
    )


def within(voices: Sequence[Stretch], start_s: float, end_s: float) -> Stretch:
    """A stretch without the silence at its ends: a recogniser lets speech begin where its window begins."""
    heard = [(max(start_s, first), min(end_s, last)) for first, last in voices if first < end_s and last > start_s]
    return (heard[0][0], heard[-1][1]) if heard else (start_s, end_s)


def _confidence(segments: Sequence[Any]) -> float:
    """Mean probability per token over all segments, longer ones counting more; 0 without any."""
    if not segments:
        return 0.0
    lengths = [max(len(segment.tokens), 1) for segment in segments]
    total = sum(segment.avg_logprob * length for segment, length in zip(segments, lengths, strict=True))
    return math.exp(min(0.0, total / sum(lengths)))


def _no_speech() -> MediaError:
    return MediaError("The sound holds no speech that can be understood.", "Speak nearer to the microphone.")
