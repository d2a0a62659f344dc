"""Perceive: the pictures, the speech and the video of a request become sights and words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.answers import UserTurn
from agent.backends.pictures.keypoints import local_points
from agent.errors import MediaError
from agent.media.decoded import Transcript
from agent.perceive.perception import Perception, Sight
from retrieval.encoding import Vectors
from retrieval.matching.points import LocalPoints

MOST_POINTS = 400  # of a request's picture, which shows more than the thing itself


@dataclass(frozen=True, slots=True, eq=False)
class Perceived:
    """What was seen and heard in a request.

    Attributes:
        parts: Vectors of parts of its pictures, float32, shape (n, dim); None where it has none. The frames of a video
            are seen as they are.
        points: Of its pictures, by which the same things are known again.
    """

    sights: tuple[Sight, ...] = ()
    heard: Transcript | None = None
    parts: Vectors | None = None
    points: tuple[LocalPoints, ...] = ()

    @property
    def seen(self) -> tuple[str, ...]:
        """What each picture shows, in words."""
        return tuple(sight.description.text for sight in self.sights)


def perceive(turn: UserTurn, perception: Perception, vocabulary: Sequence[str]) -> Perceived:
    """Look at and listen to all media of a turn.

    Args:
        vocabulary: Words of the catalog, which the recogniser leans towards.

    Raises:
        MediaError: a picture, sound or video cannot be used.
    """
    sights = list(_usable(perception.see(turn.images)))
    heard = perception.hear(turn.audio, vocabulary).transcript if turn.audio else None
    if turn.video:
        watched = perception.watch(turn.video, vocabulary)
        sights += watched.sights
        # What somebody recorded to be heard comes before what is said in a film.
        heard = heard or (watched.heard.transcript if watched.heard else None)
    pictures = [sight.picture for sight in sights if sight.picture.start_s is None]
    points = tuple(local_points(picture.rgb, MOST_POINTS) for picture in pictures)
    return Perceived(tuple(sights), heard, perception.look_closer(pictures), points)


def _usable(sights: Iterator[Sight | MediaError]) -> Iterator[Sight]:
    """The sights; a picture that cannot be used ends it, since what is wished may be in that very picture."""
    for sight in sights:
        if isinstance(sight, MediaError):
            raise sight
        yield sight
