"""The same thing from another photograph: how often it comes first, by what, and what a request with a picture costs.

Dishes were photographed a second time by the people who cooked them (many of these photographs show the ingredients or
a step on the way). Products and posters are photographed by `benchmarks/made_photos.py`; half of them among others of
their catalog, as on a shelf. All was chosen on one half of the requests; the rows tell the other half apart.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

import numpy as np

from agent.answers import UserTurn
from agent.backends.pictures.keypoints import local_points
from agent.errors import MediaError
from agent.perceive.request import MOST_POINTS
from agent.recommender import RecommendationAgent
from benchmarks.figures import at_least, at_most, not_run, observed
from benchmarks.made_photos import Alpha, Rgb, all_of, chance, cut_out, is_held_back, photograph
from benchmarks.settings import Settings
from benchmarks.table import Row
from benchmarks.workspaces import agent_at, agent_of, read_rows, workspace_of, write_rows
from retrieval.channels.registry import VISUAL
from retrieval.query import Query
from retrieval.storage.store import Embedded, StoredItem
from retrieval.storage.workspace import Workspace

PLACES = 1, 5
N_ITEMS, N_MADE = 2_000, 100  # of the catalog whose requests are timed; photographs made of one catalog
N_CANDIDATES = 50
WHOLE = "all"
LIMIT_S = 0.4
TARGETS = {"recipes": (0.45, 0.70)}


@dataclass(frozen=True, slots=True)
class PhotoKit:
    """A catalog whose pictures are photographed again.

    Attributes:
        name: Of its folder.
        n_items: The first ones alone; all when None.
        outline: Where things are in their pictures; None where there are photographs that people took.
    """

    name: str
    n_items: int | None = None
    outline: Callable[[Rgb], Alpha] | None = None


KITS = (PhotoKit("recipes"), PhotoKit("eshop", outline=cut_out), PhotoKit("movies", 400, all_of))
WAYS: dict[str, Callable[[Query], Query]] = {
    "all of the picture": lambda query: replace(_first_view(query), points=()),
    "and its parts": lambda query: replace(query, points=()),
    "and points in common": lambda query: query,
}


def rows(settings: Settings) -> list[Row]:
    """How often things are found by their photographs, and the time of a request."""
    if settings.data is None:
        return [not_run("the same thing from another photograph", "give --data")]
    kits = [kit for kit in KITS if (settings.data / kit.name / "catalog.jsonl").is_file()]
    measured = [row for kit in kits for row in _kit_rows(kit, settings.data / kit.name, settings)]
    return [*measured, *_time_rows(settings.data, settings)]


def _kit_rows(kit: PhotoKit, folder: Path, settings: Settings) -> list[Row]:
    catalog = _pictured(kit, folder, settings)
    with Workspace.open(workspace_of(catalog, settings)) as workspace, TemporaryDirectory() as made:
        agent = agent_of(workspace, "none")
        photos = list(_photos(kit, folder, catalog, Path(made), agent))
        ranks = {way: np.zeros(len(photos)) for way in WAYS}
        for at, (_, own, path) in enumerate(photos):
            query = agent.pipeline.query_of(UserTurn(images=(str(path),)))
            for way, as_it_was in WAYS.items():
                ranks[way][at] = _rank(agent, as_it_was(query), own)
        agent.models.close()
    held = np.array([is_held_back(key) for key, _, _ in photos])
    return [row for way in WAYS for row in _rows(kit, way, ranks[way], held)]


def _rows(kit: PhotoKit, way: str, ranks: np.ndarray, held: np.ndarray) -> Iterator[Row]:
    for at, place in enumerate(PLACES):
        shares = [(part <= place).mean() if part.size else float("nan") for part in (ranks, ranks[~held], ranks[held])]
        name = f"{kit.name}: a photograph finds its thing, hit@{place}, by {way}"
        note = f"{len(ranks)} photographs; {shares[1]:.2f} of the half chosen on, {shares[2]:.2f} of the other"
        target = TARGETS.get(kit.name, (None, None))[at] if way == tuple(WAYS)[-1] else None
        yield at_least(name, float(shares[0]), target, "", note)


def _rank(agent: RecommendationAgent, query: Query, own: str) -> float:
    found = [candidate.item.id for candidate in agent.pipeline.retriever.retrieve(query, max(PLACES))]
    return found.index(own) + 1.0 if own in found else float("inf")


def _first_view(query: Query) -> Query:
    return replace(query, vectors={**query.vectors, VISUAL.name: query.vectors[VISUAL.name][:1]})


def _pictured(kit: PhotoKit, folder: Path, settings: Settings) -> Path:
    """A catalog of the items that have a picture, with copies of these beside it, where alone they are looked for."""
    items = [item for item in read_rows(folder / "catalog.jsonl") if item.get("image")][: kit.n_items]
    path = settings.cache / f"same-thing-{kit.name}" / "catalog.jsonl"
    write_pictured(path, items, [folder / item["image"] for item in items])
    return path


def write_pictured(path: Path, items: Sequence[Mapping[str, object]], pictures: Sequence[Path]) -> None:
    """Write a catalog whose items have these pictures, one each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    names = [f"{at}{picture.suffix}" for at, picture in enumerate(pictures)]
    for name, picture in zip(names, pictures, strict=True):
        copyfile(picture, path.parent / name)
    write_rows(path, ({**item, "image": name} for item, name in zip(items, names, strict=True)))


def _photos(
    kit: PhotoKit, folder: Path, catalog: Path, made: Path, agent: RecommendationAgent
) -> Iterator[tuple[str, str, Path]]:
    """Photographs, each with its key and the item that it shows."""
    items = read_rows(catalog)
    if kit.outline is None:
        known = {item["id"] for item in items}
        for query in read_rows(folder / "queries.jsonl"):
            own = query["qid"].removeprefix("img_").rpartition("_")[0]
            if query.get("image") and own in known:
                yield query["qid"], own, folder / query["image"]
        return
    step = max(1, len(items) // N_MADE)
    chosen = items[::step][:N_MADE]
    files = [catalog.parent / item["image"] for item in chosen]
    pictures = [agent.models.decoder.picture_bytes(file.read_bytes(), file.name).rgb for file in files]
    things = [(rgb, kit.outline(rgb)) for rgb in pictures]
    for at, item in enumerate(chosen):
        rng = chance(kit.name + item["id"])
        others = [things[other] for other in rng.integers(len(things), size=2)] if rng.random() < 0.5 else []
        path = made / f"{at}.jpg"
        path.write_bytes(photograph(things[at], _clutter(rng), rng, others))
        yield kit.name + item["id"], item["id"], path


def _clutter(rng: np.random.Generator) -> Rgb:
    """A made-up table: patches and lines of many colours, none of which is in any catalog."""
    import cv2

    scene = np.empty((600, 600, 3), np.uint8)
    scene[:] = rng.integers(256, size=3)
    for _ in range(60):
        colour = tuple(int(value) for value in rng.integers(256, size=3))
        x, y, wide, high = (int(value) for value in rng.integers(600, size=4))
        draw = rng.integers(3)
        if draw == 0:
            cv2.ellipse(scene, ((x, y), (wide / 3 + 5, high / 3 + 5), float(rng.uniform(0, 180))), colour, -1)
        elif draw == 1:
            cv2.rectangle(scene, (x, y), (x + wide // 4, y + high // 4), colour, int(rng.integers(-1, 5)) or 1)
        else:
            cv2.line(scene, (x, y), (wide, high), colour, int(rng.integers(1, 12)))
    return np.asarray(scene + rng.normal(0, 12, scene.shape)).clip(0, 255).astype(np.uint8)


# The time


def _time_rows(data: Path, settings: Settings) -> list[Row]:
    """What each part of a request with a picture costs on one core, without a model wording reasons."""
    kits = [kit for kit in KITS if (data / kit.name / "catalog.jsonl").is_file()]
    if not kits:
        return []
    with TemporaryDirectory() as folder:
        agent = agent_at(Path(folder) / "workspace", "none")
        pictures = [path for kit in kits for path in _some(data / kit.name)]
        _fill(agent, pictures)
        asked = pictures[:: max(1, len(pictures) // settings.n_requests)]
        _costs(agent, asked[0])  # loads the models
        costs = [_costs(agent, path) for path in asked]
        agent.close()
    name = f"a request with a picture, {N_ITEMS:,} items"
    mean = {part: float(np.mean([cost[part] for cost in costs])) for part in costs[0]}
    note = f"mean of {len(costs)} pictures, a third of them posters; seconds of processor by all processes"
    whole = at_most(name, mean.pop(WHOLE), LIMIT_S, "s", note)
    return [whole, *(observed(f"{name}: {part}", seconds, "s", "") for part, seconds in mean.items())]


def _some(folder: Path) -> list[str]:
    items = [item for item in read_rows(folder / "catalog.jsonl") if item.get("image")]
    return [str(folder / item["image"]) for item in items[:: max(1, len(items) // 40)]][:40]


def _fill(agent: RecommendationAgent, pictures: Sequence[str]) -> None:
    """Many items, each with a picture of these and a vector near its own: as many are found as if each had another."""
    rng = np.random.default_rng(0)
    items = [{"title": f"Thing {at}", "id": str(at)} for at in range(len(pictures))]
    with TemporaryDirectory() as folder:
        write_pictured(Path(folder) / "catalog.jsonl", items, [Path(picture) for picture in pictures])
        agent.ingest(Path(folder) / "catalog.jsonl")
    store = agent.workspace.store
    known = [(item, store.embedded(item.id), store.points([item.id])[item.id]) for item in store.items()]
    copies = []
    for at in range(len(known), N_ITEMS):
        item, embedded, points = known[at % len(known)]
        moved = {
            name: Embedded(entry.model, tuple(f"{key} {at}" for key in entry.contents), _moved(entry.vectors, rng))
            for name, entry in embedded.items()
            if entry.searchable
        }
        copies.append(StoredItem(replace(item, id=str(at), title=f"Thing {at}"), "digest", moved, points))
    store.put(copies)
    agent.workspace.sync_index()
    agent.reread()


def _moved(vectors: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    moved = vectors + rng.normal(0, 0.5 / np.sqrt(vectors.shape[1]), vectors.shape)
    return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), dtype=np.float32)


def _costs(agent: RecommendationAgent, path: str) -> dict[str, float]:
    """Seconds of processor by part: what else the machine does meanwhile does not count."""
    models, pipeline, spent = agent.models, agent.pipeline, dict[str, float]()

    @contextmanager
    def part(name: str) -> Iterator[None]:
        before = _processor_s()
        yield
        spent[name] = _processor_s() - before

    turn, describer = UserTurn(images=(path,)), models.request_describer
    with part(WHOLE):
        agent.respond(turn, worded=False)
    with part("decoding"):
        picture = next(iter(models.decoder.pictures([path])))
    if isinstance(picture, MediaError):
        raise picture
    with part("the network, on all of it"):
        features = models.pictures.encode([picture])
    with part("the network, on its parts"):
        models.perception(describer).look_closer([picture])
    with part("reading print"):
        describer.describe([picture], features)
    with part("points"):
        local_points(picture.rgb, MOST_POINTS)
    query = pipeline.query_of(turn)
    with part("candidates"):
        pipeline.retriever.shortlist(replace(query, points=()), N_CANDIDATES)
    with part("candidates, with points compared"):
        pipeline.retriever.shortlist(query, N_CANDIDATES)
    return spent


def _processor_s() -> float:
    """Seconds of processor that this process and those it started have taken by now."""
    ticks, own = 0, str(os.getpid())
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            fields = path.read_text().rpartition(")")[2].split()
            ticks += (int(fields[11]) + int(fields[12])) * (fields[1] == own)
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


__all__ = ["rows"]
