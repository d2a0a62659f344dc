"""A catalog with text, pictures, sounds, videos and reviews, with judged requests in each of them.

`python -m benchmarks.every_modality --out FOLDER [--stamps FOLDER]` makes it from the stamps of Tux Paint: pictures
with a name each, and for some the sound of the thing (GPL; on Debian and Ubuntu `apt install tuxpaint-stamps-default`).
Nothing of them is kept anywhere but in FOLDER. Half of the pictures come as a short video, with the sound where there
is one. Reviews are made up here, by templates; what they tell stands in no other place. Then:

    tastemaker ingest FOLDER/catalog.jsonl --workspace W
    tastemaker reviews import FOLDER/reviews.jsonl --workspace W
    tastemaker evaluate --workspace W --queries FOLDER/queries.jsonl --qrels FOLDER/qrels.trec --ablate modality

Requests: the name with a word left out, another photo of the picture, a part of the sound with noise, and what
reviewers say, in other words.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import wave
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.evaluate.known_items.media import photograph_again
from agent.media.decoded import SAMPLE_RATE, Picture, Sound
from agent.media.decoder import MediaDecoder

STAMPS = Path("/usr/share/tuxpaint/stamps")
LEFT_OUT = frozenset({"symbols", "seasonal", "cartoon"})  # folders of letters, of figures and of drawings
MOST, MOST_SILENT = 240, 120
SEED = 0
SIDE = 320  # pixels
VIDEO_S, FPS = 4, 8
REQUEST_S = 3.0  # of a sound
NOISE_DB = 15.0  # how far below the sound its noise lies
PEOPLE = 40
REVIEWS = 5  # of an item

# What reviewers say of some things and of no others, and how somebody might ask for such a thing.
OPINIONS: Sequence[tuple[Sequence[str], Sequence[str]]] = (
    (
        ("My children would not let go of it.", "The little ones loved it at once.", "A hit with every toddler here."),
        ("popular with small kids", "something that young children adore"),
    ),
    (
        ("The colours had faded after a month.", "It lost its colour in the sun.", "Faded quickly, sadly."),
        ("keeps its colour badly", "reviewers complain that it fades"),
    ),
    (
        ("Much smaller than I thought.", "Tiny! I had expected more.", "It runs small, measure first."),
        ("turns out smaller than expected",),
    ),
    (
        ("Arrived broken, and the shop replaced it.", "The parcel came damaged.", "Cracked when we opened the box."),
        ("arrived damaged for many buyers",),
    ),
    (
        ("A present that made my mother cry with joy.", "Gave it to a friend, who was delighted.", "Perfect gift."),
        ("makes a present people are delighted with", "good as a gift"),
    ),
    (
        ("So soft to the touch.", "Lovely and soft.", "You want to stroke it all day."),
        ("feels soft when you touch it",),
    ),
)
BLAND = ("As described.", "Fine.", "Came on time.", "Does what it says.", "No complaints.")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A picture with its name and perhaps its sound."""

    id: str
    name: str
    category: str
    picture: Path
    sound: Path | None


def stamps_in(folder: Path) -> list[Stamp]:
    """The stamps of a folder: those with a sound, and some without, in the order of their ids."""
    stamps = sorted(_stamps(folder), key=lambda stamp: (stamp.sound is None, _draw(stamp.id)))
    sounding = [stamp for stamp in stamps if stamp.sound]
    silent = [stamp for stamp in stamps if not stamp.sound][:MOST_SILENT]
    return sorted([*sounding, *silent][:MOST], key=lambda stamp: stamp.id)


def make(stamps: Sequence[Stamp], out: Path, seed: int = SEED) -> Mapping[str, int]:
    """Write the catalog, its media, its reviews and its requests.

    Returns:
        How many items, reviews and requests there are.
    """
    rng = np.random.default_rng(seed)
    rows, queries, qrels = list[dict[str, Any]](), list[dict[str, Any]](), list[str]()
    for name in ("images", "sounds", "videos", "asked"):
        (out / name).mkdir(parents=True, exist_ok=True)

    def ask(query_id: str, relevant: Sequence[str], **request: str) -> None:
        queries.append({"qid": query_id, **request})
        qrels.extend(f"{query_id} 0 {item_id} 1" for item_id in relevant)

    with MediaDecoder(children=1) as decoder:
        pictures = decoder.pictures([stamp.picture for stamp in stamps])
        for stamp, picture in zip(stamps, pictures, strict=True):
            if not isinstance(picture, Picture):
                continue
            sound = decoder.sound(stamp.sound) if stamp.sound else None
            rows.append(_row(stamp, picture, sound, out))
            (out / "asked" / f"{stamp.id}.jpg").write_bytes(photograph_again(picture, rng))
            ask(f"picture-{stamp.id}", [stamp.id], image=f"asked/{stamp.id}.jpg")
            if words := _without_a_word(stamp.name, rng):
                ask(f"words-{stamp.id}", [stamp.id], text=words)
            if sound is not None and len(sound.samples):
                _write_sound(out / "asked" / f"{stamp.id}.wav", _heard_again(sound, rng))
                ask(f"sound-{stamp.id}", [stamp.id], audio=f"asked/{stamp.id}.wav")
    reviews, told = _reviews([row["id"] for row in rows], rng)
    for number, (_, wishes) in enumerate(OPINIONS):
        for at, wish in enumerate(wishes):
            ask(f"reviews-{number}-{at}", sorted(told[number]), text=wish)
    _write_lines(out / "catalog.jsonl", rows)
    _write_lines(out / "reviews.jsonl", reviews)
    _write_lines(out / "queries.jsonl", queries)
    (out / "qrels.trec").write_text("\n".join(qrels) + "\n", encoding="utf-8")
    return {"items": len(rows), "reviews": len(reviews), "requests": len(queries)}


def _stamps(folder: Path) -> Iterator[Stamp]:
    for picture in sorted(folder.rglob("*.png")):
        text, parts = picture.with_suffix(".txt"), picture.relative_to(folder).parts
        if LEFT_OUT.intersection(parts) or "_mirror" in picture.name or not text.is_file():
            continue
        name = _name(text.read_text(encoding="utf-8", errors="replace").partition("\n")[0])
        sounds = (picture.with_suffix(suffix) for suffix in (".ogg", ".wav"))
        sound = next((path for path in sounds if path.is_file()), None)
        if name:
            yield Stamp("-".join(parts).removesuffix(".png"), name, parts[-2], picture, sound)


def _name(line: str) -> str:
    """What a stamp is called, without its article and full stop."""
    words = line.strip().rstrip(".!").split()
    return " ".join(words[1:] if words and words[0].lower() in ("a", "an", "the") else words)


def _draw(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _row(stamp: Stamp, picture: Picture, sound: Sound | None, out: Path) -> dict[str, Any]:
    """A catalog row, with its files; every other picture comes as a video."""
    row: dict[str, Any] = {"id": stamp.id, "title": stamp.name, "category": stamp.category}
    if int(_draw(f"video {stamp.id}"), 16) % 2:
        row["video"] = f"videos/{stamp.id}.mp4"
        _write_video(out / row["video"], picture.rgb, sound)
        return row
    row["image"] = f"images/{stamp.id}.jpg"
    (out / row["image"]).write_bytes(_jpeg(picture.rgb))
    if sound is not None:
        row["audio"] = f"sounds/{stamp.id}.wav"
        _write_sound(out / row["audio"], sound.samples)
    return row


def _without_a_word(name: str, rng: np.random.Generator) -> str:
    words = name.split()
    if len(words) > 1:
        words.pop(int(rng.integers(len(words))))
    return " ".join(words)


def _heard_again(sound: Sound, rng: np.random.Generator) -> NDArray[np.float32]:
    """A part of it, with noise beneath."""
    n = min(len(sound.samples), round(REQUEST_S * SAMPLE_RATE))
    start = int(rng.integers(len(sound.samples) - n + 1))
    part = sound.samples[start : start + n]
    level = float(np.sqrt(np.mean(part**2))) * 10 ** (-NOISE_DB / 20)
    return (part + level * rng.standard_normal(n)).astype(np.float32)


def _reviews(ids: Sequence[str], rng: np.random.Generator) -> tuple[list[dict[str, Any]], list[set[str]]]:
    """Reviews, and by number of each opinion the items of which at least two people hold it."""
    told = [set[str]() for _ in OPINIONS]
    reviews = []
    for item_id in ids:
        number = int(rng.integers(len(OPINIONS)))
        told[number].add(item_id)
        said = [*rng.permutation(OPINIONS[number][0])[:2], *rng.choice(BLAND, REVIEWS - 2)]
        for user, text in zip(rng.choice(PEOPLE, REVIEWS, replace=False), said, strict=True):
            stars = int(rng.integers(2, 6))
            reviews.append({"item": item_id, "user": f"u{user}", "rating": stars, "text": str(text)})
    return reviews, told


def _jpeg(rgb: NDArray[np.uint8]) -> bytes:
    import io

    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "JPEG", quality=88)
    return file.getvalue()


def _write_sound(path: Path, samples: NDArray[np.float32]) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def _write_video(path: Path, rgb: NDArray[np.uint8], sound: Sound | None) -> None:
    """A camera that moves over the picture, with the sound if there is one."""
    import av
    from PIL import Image

    picture = Image.fromarray(rgb)
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=FPS)
        stream.width = stream.height = SIDE
        stream.pix_fmt = "yuv420p"
        track = out.add_stream("aac", rate=SAMPLE_RATE, layout="mono") if sound is not None else None
        for number in range(VIDEO_S * FPS):
            edge = 0.04 * number / (VIDEO_S * FPS) * min(picture.size)
            box = (edge, edge, picture.width - edge, picture.height - edge)
            pixels = np.asarray(picture.resize((SIDE, SIDE), box=box))
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
        if track is not None and sound is not None:
            samples = np.ascontiguousarray(sound.samples[: VIDEO_S * SAMPLE_RATE])
            for start in range(0, len(samples), 1024):
                block = av.AudioFrame.from_ndarray(samples[None, start : start + 1024], format="fltp", layout="mono")
                block.sample_rate, block.pts = SAMPLE_RATE, start
                out.mux(track.encode(block))
            out.mux(track.encode(None))


def _write_lines(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Make it, and say what there is."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.every_modality", description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, required=True, help="folder of the catalog")
    parser.add_argument("--stamps", type=Path, default=STAMPS, help=f"folder of the stamps ({STAMPS})")
    options = parser.parse_args(arguments)
    stamps = stamps_in(options.stamps)
    if not stamps:
        sys.exit(
            f"There are no stamps in {options.stamps}. Run: apt install tuxpaint-stamps-default; or give --stamps."
        )
    made = make(stamps, options.out)
    print(", ".join(f"{n:,} {what}" for what, n in made.items()))


if __name__ == "__main__":
    main()
