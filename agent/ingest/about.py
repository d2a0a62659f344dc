"""What the shop says of itself, taken into the workspace: a file that is named, or that lies beside the catalog."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from agent.errors import CatalogError, WorkspaceError
from agent.language.messages import Note
from agent.retrieve.about import FILE, MOST_BYTES, about_passages
from retrieval.catalog.cleaning import clean_text
from retrieval.files.private import write_text

BESIDE = (FILE, "policies.md")


def take_about(catalog: Path, workspace: Path, given: Path | None) -> str:
    """What became of the shop's texts, in a sentence; empty where there are none, and what was taken before stays.

    Args:
        catalog: A table, or a folder; files called as `BESIDE` says are taken by themselves.
        workspace: Its folder.
        given: A file to take instead.

    Raises:
        CatalogError: the file that is given cannot be taken.
        WorkspaceError: it cannot be written.
    """
    folder = catalog if catalog.is_dir() else catalog.parent
    files = [given] if given else [folder / name for name in BESIDE if (folder / name).is_file()]
    problem = next(filter(None, map(_problem, files)), None)
    if problem is not None and given is not None:
        raise CatalogError(problem, "Give a text in UTF-8, Markdown or plain, of at most 200 kB.")
    return problem or _taken(files, workspace / FILE)


def _taken(files: Sequence[Path], target: Path) -> str:
    text = "\n\n".join(_text(file) for file in files)
    if not text:
        return ""
    try:
        new = target.with_suffix(".new")
        write_text(new, text)
        new.replace(target)
    except OSError as error:
        raise WorkspaceError(f"{target} cannot be written ({error.strerror}).", "Make room on the disk.") from error
    names = tuple(dict.fromkeys(file.name for file in files))
    return Note("about taken", files=names, n=len(about_passages(text)))


def _problem(file: Path) -> Note | None:
    """Why a file cannot be taken; None where it can."""
    try:
        if file.stat().st_size > MOST_BYTES:
            return Note("about too large", file=file.name, most=MOST_BYTES)
        return None if about_passages(_text(file)) else Note("about empty", file=file.name)
    except OSError as error:
        return Note("about unreadable", file=str(file), why=error.strerror or "")
    except UnicodeDecodeError:
        return Note("about no text", file=file.name)


def _text(file: Path) -> str:
    text = file.read_text(encoding="utf-8-sig")
    if "\0" in text:
        raise UnicodeDecodeError("utf-8", b"\0", 0, 1, "no text")
    return clean_text(text)


__all__ = ["BESIDE", "take_about"]
