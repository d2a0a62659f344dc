"""Perceive: files become vectors, descriptions and transcripts, the same way for items and for requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from agent.backends.pictures.crops import views
from agent.backends.protocols import (
    Describer,
    PictureEncoder,
    PictureFeatures,
    SoundEncoder,
    Transcriber,
    Undescribed,
)
from agent.errors import MediaError
from agent.media.decoded import Clip, Picture, Sound, Transcript
from agent.media.decoder import MediaDecoder
from agent.media.loudness import SoundWords, sound_words
from agent.perceive.video import VIDEO_VERSION, frame_spans, frames_of, video_words
from retrieval.encoding import Vectors
from retrieval.items import Description, Span

BATCH = 16  # pictures per pass of the network

FilePath = str | Path


class DescriptionCache(Protocol):
    """Remembers descriptions by the digest of the file and who described it how."""

    def get(self, media: str, origin: str, version: str) -> Description | None:
        """The description made of this file by this origin in this version, if there is one."""

    def put(self, description: Description) -> None:
        """Remember a description under its own `media`, `origin` and `version`."""


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What was seen in one picture.

    Attributes:
        picture: The decoded picture.
        vector: float32, shape (dim,), unit length.
        logits: float32, shape (n_classes,), uncalibrated class scores, or None.
        description: The picture in words; its text is empty where it got none.
        undescribed: Why it got no words.
    """

    picture: Picture
    vector: NDArray[np.float32]
    logits: NDArray[np.float32] | None
    description: Description
    undescribed: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class PerceivedSound:
    """What was heard in one sound.

    Attributes:
        description: Of kind `audio`: the speech, or plainly how the sound is where there is none.
        transcript: The speech; None where there is none, or where the description came from the cache.
        measured: What the sound is like, as `SoundEncoder` measures it; None for silence, and where nobody measures.
    """

    description: Description
    transcript: Transcript | None
    measured: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PerceivedVideo:
    """What was seen and heard in one video."""

    sights: tuple[Sight, ...]
    heard: PerceivedSound | None
    description: Description


class Perception:
    """Looks at pictures, listens to sounds, watches videos.

    Args:
        decoder: Reads the files.
        pictures: Gives each picture its vector and class scores.
        describer: Words what a picture shows.
        transcriber: Makes the speech recogniser when the first sound is heard.
        cache: Descriptions made before; None to describe everything anew.
        batch: Pictures that are looked at together.
        sounds: Makes what measures sounds when the first one is heard; None where sounds are not compared.
    """

    def __init__(
        self,
        decoder: MediaDecoder,
        pictures: PictureEncoder,
        describer: Describer,
        transcriber: Callable[[], Transcriber],
        cache: DescriptionCache | None = None,
        batch: int = BATCH,
        sounds: Callable[[], SoundEncoder] | None = None,
    ) -> None:
        self._decoder = decoder
        self._batch = batch
        self._encoder = pictures
        self._describer = describer
        self._make_transcriber = transcriber
        self._make_sounds = sounds
        self._cache = cache

    def see(self, paths: Iterable[FilePath]) -> Iterator[Sight | MediaError]:
        """Look at pictures, decoding those of the next batch while the networks work on one.

        Yields:
            One result per path, in order; a refusal is yielded, not raised.
        """
        decoded = self._decoder.pictures(paths, ahead=self._batch)
        while batch := list(islice(decoded, self._batch)):
            sights = iter(self._sights([picture for picture in batch if isinstance(picture, Picture)]))
            # Refusals keep their places between the pictures.
            yield from (next(sights) if isinstance(result, Picture) else result for result in batch)

    def see_bytes(self, data: bytes, name: str = "upload") -> Sight:
        """Look at a picture that is already in memory; `name` is for messages.

        Raises:
            MediaError: the picture cannot be used.
        """
        return self._sights([self._decoder.picture_bytes(data, name)])[0]

    def look_closer(self, pictures: Sequence[Picture]) -> Vectors | None:
        """Vectors of parts of pictures that may be all that is asked for, shape (n, dim); None without pictures."""
        parts = [replace(picture, rgb=part) for picture in pictures for part in views(picture.rgb)]
        return self._encoder.encode(parts).vectors if parts else None

    def hear(self, path: FilePath, vocabulary: Sequence[str] = ()) -> PerceivedSound:
        """Listen to a request: what is said in it, else the sound as such, by which other sounds are found.

        Args:
            vocabulary: Words of the catalog, which the recogniser leans towards.

        Raises:
            MediaError: the sound cannot be used, is silent, or holds no speech where sounds are not compared.
        """
        sound = self._decoder.sound(path)
        try:
            return self._speech(sound, self._transcriber.transcribe(sound, vocabulary=vocabulary), measured=False)
        except MediaError:
            if (measured := self._measured(sound)) is None:
                raise
            return self._wordless(sound, sound_words(sound), measured)

    def listen(self, path: FilePath, vocabulary: Sequence[str] = ()) -> PerceivedSound:
        """Listen to an item's sound: speech is written down, any other sound is described plainly.

        Raises:
            MediaError: the sound cannot be used.
        """
        sound = self._decoder.sound(path)
        origin, version = self._transcriber.origin, self._transcriber.version
        known = self._cache.get(sound.sha256, origin, version) if self._cache is not None else None
        return PerceivedSound(known, None, self._measured(sound)) if known else self._listened(sound, vocabulary)

    def watch(self, path: FilePath, vocabulary: Sequence[str] = ()) -> PerceivedVideo:
        """Watch a video: its key frames are described with their seconds, its sound track is listened to.

        Raises:
            MediaError: the video cannot be used.
        """
        clip = self._decoder.clip(path)
        sights = tuple(self._sights(list(clip.frames)))
        heard = self._listened(clip.sound, vocabulary) if clip.sound else None
        return PerceivedVideo(sights, heard, self._video_description(clip, sights, heard))

    @cached_property
    def _transcriber(self) -> Transcriber:
        return self._make_transcriber()

    @cached_property
    def _sounds(self) -> SoundEncoder | None:
        return self._make_sounds() if self._make_sounds else None

    def _measured(self, sound: Sound) -> NDArray[np.float32] | None:
        return self._sounds.encode(sound) if self._sounds else None

    def _sights(self, pictures: list[Picture]) -> list[Sight]:
        if not pictures:
            return []
        features = self._encoder.encode(pictures)
        rows = features.logits if features.logits is not None else [None] * len(pictures)
        words = self._descriptions(pictures, features)
        return [
            Sight(picture, vector, logits, *self._words_of(picture, found))
            for picture, vector, logits, found in zip(pictures, features.vectors, rows, words, strict=True)
        ]

    def _words_of(self, picture: Picture, found: Description | Undescribed) -> tuple[Description, str]:
        """A picture's description, and why it has no words."""
        if isinstance(found, Description):
            return found, "" if found.text else f"{found.origin} wrote nothing usable."
        origin, version = self._describer.origin, self._describer.version
        return Description(picture.sha256, "image", origin, version, ""), found.why

    def _descriptions(self, pictures: list[Picture], features: PictureFeatures) -> list[Description | Undescribed]:
        """A description of each picture, from the cache where it holds one; all others are described in one go."""
        origin, version = self._describer.origin, self._describer.version
        known: list[Description | Undescribed | None] = [
            self._cache.get(picture.sha256, origin, version) if self._cache is not None else None
            for picture in pictures
        ]
        missing = [number for number, description in enumerate(known) if description is None]
        if missing:
            logits = None if features.logits is None else features.logits[missing]
            part = PictureFeatures(features.vectors[missing], logits)
            made = self._describer.describe([pictures[number] for number in missing], part)
            for number, description in zip(missing, made, strict=True):
                known[number] = description
                # What got no words is asked about again another time.
                if isinstance(description, Description) and description.text:
                    self._remember(description)
        return [description for description in known if description is not None]

    def _listened(self, sound: Sound, vocabulary: Sequence[str]) -> PerceivedSound:
        words = sound_words(sound)
        if words.silent:
            return self._wordless(sound, words, None)
        try:
            return self._speech(sound, self._transcriber.transcribe(sound, vocabulary=vocabulary), measured=True)
        except MediaError:  # no speech: a doorbell, music, rain
            return self._wordless(sound, words, self._measured(sound))

    def _speech(self, sound: Sound, transcript: Transcript, *, measured: bool) -> PerceivedSound:
        """A sound in which somebody speaks.

        Args:
            measured: Measure how it sounds, too; of a request what is said in it is enough.
        """
        foreign = transcript.language != "en"
        spans = tuple(
            Span("speech", utterance.text, round(transcript.confidence, 2), utterance.start_s)
            for utterance in transcript.utterances
        )
        description = Description(
            media=sound.sha256,
            kind="audio",
            origin=self._transcriber.origin,
            version=self._transcriber.version,
            text=f"Someone says: {transcript.english}",
            spans=spans,
            original=transcript.text if foreign else None,
            language=transcript.language,
        )
        self._remember(description)
        return PerceivedSound(description, transcript, self._measured(sound) if measured else None)

    def _wordless(self, sound: Sound, words: SoundWords, measured: NDArray[np.float32] | None) -> PerceivedSound:
        description = Description(
            media=sound.sha256,
            kind="audio",
            origin=self._transcriber.origin,
            version=self._transcriber.version,
            text=f"A sound without speech that can be understood; it {words.text}.",
            spans=(Span("label", words.text),),
        )
        self._remember(description)
        return PerceivedSound(description, None, measured)

    def _video_description(self, clip: Clip, sights: Sequence[Sight], heard: PerceivedSound | None) -> Description:
        # A video in words hangs on who described its frames and on who heard its sound: both are its key in the cache.
        origins = [self._describer.origin, *([heard.description.origin] if heard else [])]
        versions = [self._describer.version, *([heard.description.version] if heard else []), VIDEO_VERSION]
        known = self._cache.get(clip.sha256, "+".join(origins), "+".join(versions)) if self._cache is not None else None
        if known is not None:
            return known
        spoken = heard.description if heard else None
        seen = [(sight.picture, sight.description) for sight in sights]
        description = Description(
            media=clip.sha256,
            kind="video",
            origin="+".join(origins),
            version="+".join(versions),
            text=video_words(clip.duration_s, seen, spoken),
            spans=(*frame_spans(seen), *(spoken.spans if spoken else ())),
            original=spoken.original if spoken else None,
            language=spoken.language if spoken else "en",
            frames=frames_of(seen),
        )
        if not any(sight.undescribed for sight in sights):
            self._remember(description)
        return description

    def _remember(self, description: Description) -> None:
        if self._cache is not None:
            self._cache.put(description)
