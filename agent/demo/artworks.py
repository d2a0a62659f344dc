"""The demo catalog, made from the pinned archive of the Met's open-access records and pictures."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from agent.weights.weights import DownloadProgress, derived, ensure

MADE = "catalog-1"  # a new name has the catalog made anew
STAFF_TAGS = "tags"  # written by museum staff about what a picture shows: left out, so that nothing is given away
DETAIL_OF = "436947"  # Manet's Boating


def artworks(progress: DownloadProgress | None = None) -> Path:
    """Folder with `catalog.jsonl`, its pictures, and `detail.jpg`, a part of one of them as a visitor might show it."""
    ensure("artworks", progress=progress)
    return derived("artworks", MADE, _make)


def _make(archive: Path, folder: Path) -> None:
    (folder / "images").mkdir()
    records = json.loads((archive / "objects.json").read_text(encoding="utf-8"))["objects"]
    with (folder / "catalog.jsonl").open("w", encoding="utf-8") as catalog:
        for record in records:
            name = f"{record['objectID']}.jpg"
            _link(archive / name, folder / "images" / name)
            catalog.write(json.dumps(row(record), ensure_ascii=False) + "\n")
    _write_detail(folder / "images" / f"{DETAIL_OF}.jpg", folder / "detail.jpg")


def row(record: Mapping[str, object]) -> dict[str, object]:
    """One catalog row of a museum record; empty fields are left out."""
    named = {
        "artist": record["artistDisplayName"],
        "date": record["objectDate"],
        "year": record["objectEndDate"],
        "medium": record["medium"],
        "kind": record["objectName"],
        "culture": record["culture"] or record["artistNationality"],
        "period": record["period"],
        "size": str(record["dimensions"]).splitlines()[0] if record["dimensions"] else "",
        STAFF_TAGS: _tags(record["tags"]),
    }
    return {
        "id": str(record["objectID"]),
        "title": record["title"],
        "image": f"images/{record['objectID']}.jpg",
        "category": record["department"],
        **{name: value for name, value in named.items() if value not in ("", None, [])},
    }


def _tags(tags: object) -> list[str]:
    return [str(tag["term"]) for tag in tags] if isinstance(tags, list) else []


def _link(source: Path, target: Path) -> None:
    """A second name for the picture where the file system allows it, else a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _write_detail(source: Path, target: Path) -> None:
    from PIL import Image

    with Image.open(source, formats=("JPEG",)) as picture:
        width, height = picture.size
        picture.crop((width // 5, height // 8, width * 4 // 5, height * 6 // 8)).save(target, quality=88)
