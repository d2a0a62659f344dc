"""Archives from outside: unpacked into a folder and nowhere else, or refused before anything is written."""

from __future__ import annotations

import errno
import shutil
import stat
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from agent.errors import CatalogError
from retrieval.files.private import create, make_folder
from ui.service.limits import MIB

MAX_FILES = 100_000
MAX_BYTES = 4096 * MIB
MAX_NAME_BYTES = 255  # of one part of a path, by file systems' own limit
MAX_DEPTH = 16
BOMB_RATIO = 200  # catalogs of text shrink to a tenth; pictures do not shrink
BOMB_BYTES = 64 * MIB  # below this a ratio does no harm
_ENTRY = b"PK\x01\x02"
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_AGAIN = "Pack the catalog's folder again: plain files, without links and passwords."


def unpack(archive: Path, folder: Path) -> int:
    """Unpack a ZIP archive into an empty folder. Hidden files and macOS's own are left out.

    Returns:
        Bytes written.

    Raises:
        CatalogError: it is damaged, too large, or holds anything but plain files inside its own folder.
        OSError: the disk is full or cannot be written; the folder holds a part then.
    """
    if _n_entries(archive) > MAX_FILES:  # before its list is read, which takes half a kilobyte an entry
        raise _refusal(f"holds more than {MAX_FILES:,} files")
    try:
        with zipfile.ZipFile(archive) as opened:
            files = _files(opened, archive.stat().st_size)
            for info, path in files:
                target = folder / path
                make_folder(target.parent)
                with opened.open(info) as source, create(target, new=True) as written:
                    shutil.copyfileobj(source, written, MIB)
    except (FileExistsError, NotADirectoryError) as error:
        raise _refusal("holds a file and a folder of the same name") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OverflowError, RuntimeError) as error:
        raise CatalogError(f"The archive is damaged: {error}.", _AGAIN) from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # which a seek to before the file's beginning gives
            raise
        raise CatalogError("The archive is damaged: it points beyond its end.", _AGAIN) from error
    return sum(info.file_size for info, _ in files)


def _n_entries(archive: Path) -> int:
    """How many entries its list can have at most: each begins with a signature."""
    count, end = 0, b""
    with archive.open("rb") as file:
        while chunk := file.read(MIB):
            count += (end + chunk).count(_ENTRY)
            end = chunk[-len(_ENTRY) + 1 :]
    return count


def _files(opened: zipfile.ZipFile, size_bytes: int) -> Sequence[tuple[zipfile.ZipInfo, PurePosixPath]]:
    """What is to be unpacked, and where to; looked at as a whole before the first byte."""
    entries = opened.infolist()
    if any(info.filename == "[Content_Types].xml" for info in entries):
        raise CatalogError("The file is a spreadsheet or a document, not a catalog.", "Export it as CSV first.")
    files = [(info, _safe_path(info)) for info in entries if not info.is_dir()]
    # Entries that lie over each other are packed once, whatever each says of itself.
    packed = min(size_bytes, sum(info.compress_size for info, _ in files))
    unpacked = sum(info.file_size for info, _ in files)
    if unpacked > MAX_BYTES or unpacked > max(BOMB_BYTES, BOMB_RATIO * packed):
        raise _refusal(f"would unpack to {unpacked / MIB:,.0f} MiB from {packed / MIB:,.1f}")
    if len({path for _, path in files}) < len(files):
        raise _refusal("names one file twice")
    visible = [(info, path) for info, path in files if not any(_hidden(part) for part in path.parts)]
    if not visible:
        raise _refusal("holds no files")
    return visible


def _safe_path(info: zipfile.ZipInfo) -> PurePosixPath:
    name = info.filename
    path = PurePosixPath(name)
    shown = repr(name[:80])
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or not name.isprintable():
        raise _refusal(f"holds the name {shown}, which leads out of it or cannot be shown")
    if len(path.parts) > MAX_DEPTH or any(len(part.encode()) > MAX_NAME_BYTES for part in path.parts):
        raise _refusal(f"holds the name {shown}, which is too long")
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise _refusal(f"holds {shown}, which is a link or no plain file")
    if info.flag_bits & 1:
        raise _refusal(f"holds {shown}, which needs a password")
    if info.compress_type not in _METHODS:
        raise _refusal(f"holds {shown}, which is packed in an unusual way")
    return path


def _hidden(part: str) -> bool:
    return part.startswith(".") or part == "__MACOSX"


def _refusal(why: str) -> CatalogError:
    return CatalogError(f"The archive {why}.", _AGAIN)
