"""Perceive: the pictures, the speech and the video of a request become sights and words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.answers import UserTurn
from agent.backends.pictures.keypoints import local_points
from agent.errors import MediaError
from agent.media.decoded import Transcript
from agent.perceive.perception import PerceivedSound, Perception, Sight
from retrieval.encoding import Vectors
from retrieval.matching.points import LocalPoints

MOST_POINTS = 400  # of a request's picture, which shows more than the thing itself


@dataclass(frozen=True, slots=True, eq=False)
class Perceived:
    """What was seen and heard in a request.

    Attributes:
        sights: Its pictures and the key frames of its video.
        heard: What is said in it.
        parts: Vectors of parts of its pictures, float32, shape (n, dim); None where it has none. The frames of a video
            are seen as they are.
        points: Of its pictures, by which the same things are known again.
        sounds: What is heard in it where nothing is said.
    """

    sights: tuple[Sight, ...] = ()
    heard: Transcript | None = None
    parts: Vectors | None = None
    points: tuple[LocalPoints, ...] = ()
    sounds: tuple[PerceivedSound, ...] = ()

    @property
    def seen(self) -> tuple[str, ...]:
        """What each picture shows, in words."""
        return tuple(sight.description.text for sight in self.sights)

    @property
    def sounding(self) -> tuple[str, ...]:
        """What each sound is like in which nothing is said, in words."""
        return tuple(sound.description.text for sound in self.sounds)

    @property
    def beside_words(self) -> bool:
        """Whether there is a picture or a sound to go by."""
        return bool(self.sights or self.sounds)


def perceive(turn: UserTurn, perception: Perception, vocabulary: Sequence[str]) -> Perceived:
    """Look at and listen to all media of a turn.

    Args:
        vocabulary: Words of the catalog, which the recogniser leans towards.

    Raises:
        MediaError: a picture, sound or video cannot be used.
    """
    sights = list(_usable(perception.see(turn.images)))
    listened = perception.hear(turn.audio, vocabulary) if turn.audio else None
    heard, sounds = (listened.transcript, () if listened.transcript else (listened,)) if listened else (None, ())
    if turn.video:
        watched = perception.watch(turn.video, vocabulary)
        sights += watched.sights
        # What somebody recorded to be heard comes before what is said in a film; how a film sounds is not asked for.
        heard = heard or (watched.heard.transcript if watched.heard else None)
    pictures = [sight.picture for sight in sights if sight.picture.start_s is None]
    points = tuple(local_points(picture.rgb, MOST_POINTS) for picture in pictures)
    return Perceived(tuple(sights), heard, perception.look_closer(pictures), points, sounds)


def _usable(sights: Iterator[Sight | MediaError]) -> Iterator[Sight]:
    """The sights; a picture that cannot be used ends it, since what is wished may be in that very picture."""
    for sight in sights:
        if isinstance(sight, MediaError):
            raise sight
        yield sight
