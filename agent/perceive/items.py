"""Items are looked at and listened to: their media become descriptions and vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from agent.backends.pictures.keypoints import local_points
from agent.errors import MediaError
from agent.perceive.perception import Perception, Sight
from retrieval.catalog.problems import Flaw
from retrieval.items import Description, Item, Media, MediaKind
from retrieval.matching.points import MOST_PICTURES, MOST_POINTS, LocalPoints

PERSON, PERSON_VERSION = "a person", "1"  # origin of descriptions that somebody wrote in place of a model's


@dataclass(frozen=True, slots=True, eq=False)
class PerceivedItem:
    """An item with what was perceived in its media.

    Attributes:
        item: With its descriptions; a medium that cannot be used says why.
        sights: Its pictures and the key frames of its videos.
        flaws: Media that could not be used.
        notes: What is wrong with media that were used all the same.
        points: By digest of the picture those of its first pictures, by which the same thing is known again.
    """

    item: Item
    sights: tuple[Sight, ...]
    flaws: tuple[Flaw, ...]
    notes: tuple[Flaw, ...] = ()
    points: Mapping[str, LocalPoints] = field(default_factory=dict)


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
                flaws=tuple(_flaw(look.error) for look in looks if look.error),
                notes=tuple(note for look in looks for note in _notes(look)),
                points=_points(sights),
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
            return _PerceivedMedium(replace(medium, sha256=heard.description.media), (heard.description,))
        watched = perception.watch(medium.path)
        return _PerceivedMedium(
            replace(medium, sha256=watched.description.media), (watched.description,), watched.sights
        )
    except MediaError as error:
        return _failed(medium, error)


def _looked_at(medium: Media, sight: Sight | MediaError) -> _PerceivedMedium:
    if isinstance(sight, MediaError):
        return _failed(medium, sight)
    seen = replace(medium, sha256=sight.picture.sha256)
    if sight.description.text:
        return _PerceivedMedium(seen, (sight.description,), (sight,))
    silent = MediaError(
        f"{sight.description.origin} wrote nothing usable about the picture {medium.name!r}.",
        "The item is found by its words and by how the picture looks.",
    )
    return _PerceivedMedium(seen, (), (sight,), silent)


def _failed(medium: Media, error: MediaError) -> _PerceivedMedium:
    return _PerceivedMedium(replace(medium, problem=error.what), error=error)


def _flaw(error: MediaError) -> Flaw:
    return Flaw("unusable medium", error.what, error.hint)


def _notes(look: _PerceivedMedium) -> Iterator[Flaw]:
    for sight in look.sights:
        if sight.picture.flaw:
            reason = f"The picture {look.medium.name!r} {sight.picture.flaw}."
            yield Flaw("cut picture", reason, "What there is of it was looked at; save or download it again.")
