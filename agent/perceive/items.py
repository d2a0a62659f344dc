"""Items are looked at and listened to: their media become descriptions and vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from agent.backends.pictures.keypoints import local_points
from agent.errors import MediaError
from agent.perceive.perception import PerceivedSound, Perception, Sight
from retrieval.catalog.problems import Flaw
from retrieval.items import Description, Item, Media, MediaKind
from retrieval.matching.points import MOST_PICTURES, MOST_POINTS, LocalPoints

PERSON_VERSION = "1"


@dataclass(frozen=True, slots=True, eq=False)
class PerceivedItem:
    """An item with what was perceived in its media.

    Attributes:
        item: With its descriptions; a medium that cannot be used says why.
        sights: Its pictures and the key frames of its videos.
        flaws: Media that could not be used.
        notes: What is wrong with media that were used all the same.
        wordless: Whether a picture or a key frame got no words, which another try may bring.
        points: By digest of the picture those of its first pictures, by which the same thing is known again.
        sounds: Its sounds and the sound tracks of its videos.
    """

    item: Item
    sights: tuple[Sight, ...]
    flaws: tuple[Flaw, ...]
    notes: tuple[Flaw, ...] = ()
    wordless: bool = False
    points: Mapping[str, LocalPoints] = field(default_factory=dict)
    sounds: tuple[PerceivedSound, ...] = ()


def perceive_items(
    items: Sequence[Item], perception: Perception, after_each: Callable[[], None] = lambda: None
) -> list[PerceivedItem]:
    """Perceive all usable media of the items; pictures of all of them together, in batches.

    Args:
        after_each: Called after every item; what it raises ends the work, and descriptions made until then are kept.
    """
    pictures = [medium.path for item in items for medium in item.media if _usable(medium, "image")]
    seen = perception.see(pictures)
    perceived = []
    for item in items:
        looks = [_perceive(medium, seen, perception) for medium in item.media]
        sights = tuple(sight for look in looks for sight in look.sights)
        perceived.append(
            PerceivedItem(
                item=replace(
                    item,
                    media=tuple(look.medium for look in looks),
                    descriptions=tuple(description for look in looks for description in look.descriptions),
                ),
                sights=sights,
                flaws=tuple(flaw for look in looks for flaw in _flaws(look)),
                notes=tuple(note for look in looks for note in _notes(look)),
                wordless=any(sight.undescribed for look in looks for sight in look.sights),
                points=_points(sights),
                sounds=tuple(sound for look in looks for sound in look.sounds),
            )
        )
        after_each()
    return perceived


@dataclass(frozen=True, slots=True, eq=False)
class _PerceivedMedium:
    """One medium, perceived."""

    medium: Media
    descriptions: tuple[Description, ...] = ()
    sights: tuple[Sight, ...] = ()
    error: MediaError | None = None
    sounds: tuple[PerceivedSound, ...] = ()


def _points(sights: Sequence[Sight]) -> dict[str, LocalPoints]:
    """Of pictures, not of the frames of videos: they are many, and hardly ever what is photographed again."""
    pictures = (sight.picture for sight in sights if sight.picture.start_s is None)
    return {picture.sha256: local_points(picture.rgb, MOST_POINTS) for picture in islice(pictures, MOST_PICTURES)}


def _usable(medium: Media, kind: MediaKind) -> bool:
    return medium.kind == kind and medium.problem is None


def _perceive(medium: Media, seen: Iterator[Sight | MediaError], perception: Perception) -> _PerceivedMedium:
    if medium.problem:  # which was told when its row was read
        return _PerceivedMedium(medium)
    try:
        if medium.kind == "image":
            return _looked_at(medium, next(seen))  # its own: pictures are seen in the order in which this asks for them
        if medium.kind == "audio":
            heard = perception.listen(medium.path)
            return _PerceivedMedium(
                replace(medium, sha256=heard.description.media), (heard.description,), sounds=(heard,)
            )
        watched = perception.watch(medium.path)
        return _PerceivedMedium(
            replace(medium, sha256=watched.description.media),
            (watched.description,),
            watched.sights,
            sounds=(watched.heard,) if watched.heard else (),
        )
    except MediaError as error:
        return _failed(medium, error)


def _looked_at(medium: Media, sight: Sight | MediaError) -> _PerceivedMedium:
    if isinstance(sight, MediaError):
        return _failed(medium, sight)
    seen = replace(medium, sha256=sight.picture.sha256)
    words = (sight.description,) if sight.description.text else ()
    return _PerceivedMedium(seen, words, (sight,))


def _failed(medium: Media, error: MediaError) -> _PerceivedMedium:
    return _PerceivedMedium(replace(medium, problem=error.what), error=error)


def _flaws(look: _PerceivedMedium) -> Iterator[Flaw]:
    name = look.medium.name
    if look.error:
        yield Flaw("unusable medium", look.error.what, look.error.hint)
    if why := [sight.undescribed for sight in look.sights if sight.undescribed]:
        what = "picture" if look.medium.kind == "image" else f"{len(why)} of {len(look.sights)} frames of the video"
        reason = f"The {what} {name!r} got no words: {why[0]}"
        yield Flaw("no words", reason, "It is found by its looks; the next ingest asks again.")


def _notes(look: _PerceivedMedium) -> Iterator[Flaw]:
    for sight in look.sights:
        if sight.picture.flaw:
            reason = f"The picture {look.medium.name!r} {sight.picture.flaw}."
            yield Flaw("cut picture", reason, "What there is of it was looked at; save or download it again.")
