import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.errors import WorkspaceError, WorkspaceNewer
from retrieval.items import Description, Item, Media, Span
from retrieval.storage import database
from retrieval.storage.store import Embedded, Store, StoredItem
from retrieval.text.aloud import is_description
from tests.support.places import ROOT

PHOTO = Description("ab" * 32, "image", "describer", "1", "A boat.", (Span("label", "boat", 0.9),))


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "tastemaker.db") as opened:
        yield opened


def unit(*numbers: float) -> np.ndarray:
    vector = np.array(numbers, dtype=np.float32)
    return vector / np.linalg.norm(vector)


def embedded(*rows: np.ndarray, model: str = "m", contents: tuple[str, ...] | None = None, **more) -> Embedded:
    matrix = np.stack(rows)
    return Embedded(model, contents or tuple(row.tobytes().hex() for row in rows), matrix, **more)


def entry(name: str, *rows: np.ndarray, title: str = "A title", digest: str = "d1", **more) -> StoredItem:
    vectors = {"text": embedded(*rows)} if rows else {}
    return StoredItem(Item(id=name, title=title, **more), digest, vectors)


def everything(path: Path) -> list[object]:
    """All that the file says, read past the store."""
    names = [
        "items",
        "descriptions",
        "item_descriptions",
        "channels",
        "vectors",
        "item_vectors",
        "outbox",
        "settings",
    ]
    with closing(sqlite3.connect(path)) as db:
        return [db.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in names]


# Round trips

text = st.text(st.characters(exclude_categories=["Cs"]))
filled = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
number = st.floats(allow_nan=False)
spans = st.builds(Span, st.sampled_from(["label", "colour", "text"]), text, st.none() | number, st.none() | number)
descriptions = st.lists(
    st.builds(
        Description,
        media=filled,
        kind=st.sampled_from(["image", "audio", "video"]),
        origin=filled,
        version=text,
        text=text,
        spans=st.lists(spans, max_size=2).map(tuple),
        original=st.none() | text,
        language=st.sampled_from(["en", "zh"]),
    ).filter(is_description),  # what says nothing is read as none
    max_size=3,
    unique_by=lambda d: (d.media, d.origin, d.version),
)
values = text | number | st.integers() | st.booleans() | st.lists(text, max_size=3).map(tuple)
items = st.builds(
    Item,
    id=filled,
    title=filled,
    description=text,
    category=st.none() | text,
    price=st.none() | number,
    attributes=st.dictionaries(text, values, max_size=4),
    media=st.lists(
        st.builds(Media, st.sampled_from(["image", "audio", "video"]), text, text, st.none() | text, st.none() | text),
        max_size=2,
    ).map(tuple),
    descriptions=descriptions.map(tuple),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items)
def test_item_comes_back_exactly(store, item):
    store.put([StoredItem(item, "d")])
    found = store.item(item.id)
    assert found == item
    assert {name: type(value) for name, value in found.attributes.items()} == {
        name: type(value) for name, value in item.attributes.items()
    }


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 3), st.booleans()), max_size=12))
def test_any_history_of_puts_and_deletes_leaves_what_a_dictionary_would(tmp_path_factory, history):
    expected: dict[str, int] = {}
    with Store.open(tmp_path_factory.mktemp("w") / "t.db") as store:
        for name, n_parts, is_delete in history:
            if is_delete:
                expected.pop(name, None)
                store.delete([name])
            else:
                expected[name] = n_parts
                store.put([entry(name, *(unit(1, ord(name), part) for part in range(n_parts)), digest=str(n_parts))])
        assert store.digests() == {name: str(parts) for name, parts in expected.items()}
        assert [item.id for item in store.items()] == list(expected)
        ids, matrix = store.vectors("text")
        assert ids == [name for name, parts in expected.items() for _ in range(parts)]
        for name, parts in expected.items():
            held = matrix[[row for row, owner in enumerate(ids) if owner == name]]
            assert held.tolist() == [unit(1, ord(name), part).tolist() for part in range(parts)]
        with closing(sqlite3.connect(store.path)) as db:
            n_kept = db.execute("SELECT count(*) FROM vectors").fetchone()[0]
        assert n_kept == len(set(map(tuple, matrix.tolist())))


def test_items_keep_the_order_of_their_first_ingestion(store):
    store.put([entry("b"), entry("a")])
    store.put([entry("c"), entry("b", title="Again")])
    assert [item.id for item in store.items()] == ["b", "a", "c"]
    assert list(store.digests()) == ["b", "a", "c"]


def test_items_are_complete_beyond_one_page(store):
    names = [f"{n:04}" for n in range(1_100)]
    store.put([entry(name, descriptions=(PHOTO,)) for name in names])
    found = list(store.items())
    assert [item.id for item in found] == names
    assert all(item.descriptions == (PHOTO,) for item in found)
    assert store.count() == 1_100


def test_everything_is_there_after_reopening(tmp_path):
    with Store.open(tmp_path / "t.db") as store:
        store.put([entry("a", unit(1, 2), descriptions=(PHOTO,))])
        store.set_setting("schema", "{}")
        store.set_blob("bridge", b"\x00\xff")
    with Store.open(tmp_path / "t.db") as store:
        assert store.item("a").descriptions == (PHOTO,)
        assert store.vectors("text")[1].tolist() == [unit(1, 2).tolist()]
        assert (store.setting("schema"), store.blob("bridge")) == ("{}", b"\x00\xff")
        assert (store.setting("nothing"), store.blob("nothing"), store.item("nothing")) == (None, None, None)


# Descriptions


def test_description_is_kept_before_its_item_is_stored(store):
    store.put_description(PHOTO)
    assert store.description(PHOTO.media, "describer", "1") == PHOTO
    assert store.description(PHOTO.media, "describer", "2") is None


def test_deleting_an_item_erases_descriptions_of_its_media_from_every_origin_unless_shared(store):
    other = Description(PHOTO.media, "image", "another model", "1", "A ship.")
    shared = Description("cd" * 32, "image", "describer", "1", "A tree.")
    store.put_description(other)
    store.put([entry("a", descriptions=(PHOTO, shared)), entry("b", descriptions=(shared,))])
    store.delete(["a", "never there"])
    assert store.description(PHOTO.media, "describer", "1") is None
    assert store.description(PHOTO.media, "another model", "1") is None
    assert store.item("b").descriptions == (shared,)


def test_erased_text_is_in_no_file_of_the_store(store):
    store.put([entry("a", title="unmistakable-title", descriptions=(PHOTO,))])
    store.put([entry(f"other {n}") for n in range(20)])
    store.delete(["a"])
    raw = b"".join(path.read_bytes() for path in store.path.parent.iterdir())
    assert b"unmistakable-title" not in raw
    assert b"A boat." not in raw


# Vectors


def test_parts_of_an_item_are_rows_of_their_own(store):
    store.put([entry("a", unit(1, 0), unit(0, 1)), entry("b"), entry("c", unit(1, 1))])
    ids, matrix = store.vectors("text")
    assert ids == ["a", "a", "c"]
    assert matrix.dtype == np.float32
    assert matrix.tolist() == [[1, 0], [0, 1], unit(1, 1).tolist()]
    assert store.item_vectors("text", "a").shape == (2, 2)
    assert store.item_vectors("text", "b").shape == (0, 0)


def test_channel_that_is_not_there_is_empty(store):
    ids, matrix = store.vectors("none")
    assert (ids, matrix.shape) == ([], (0, 0))


def test_known_contents_need_not_be_embedded_again(store):
    store.put([StoredItem(Item("a", "A"), "d", {"text": embedded(unit(1, 2), contents=("c1",))})])
    found = store.cached_vectors("m", ["c1", "c2"])
    assert list(found) == ["c1"]
    assert found["c1"].tolist() == unit(1, 2).tolist()
    assert store.cached_vectors("another", ["c1"]) == {}


def test_another_model_empties_its_channel_first(store):
    store.put([entry("a", unit(1, 0)), entry("b", unit(0, 1))])
    store.put([StoredItem(Item("b", "B"), "d", {"text": embedded(unit(1, 0, 0), model="m2")})])
    ids, matrix = store.vectors("text")
    assert (ids, matrix.shape) == (["b"], (1, 3))
    info = store.channels()["text"]
    assert (info.model, info.dim, info.n_vectors, info.n_items) == ("m2", 3, 1, 1)
    assert [(change.channel, change.item) for change in store.pending()] == [("text", None)]


@pytest.mark.parametrize(
    ("contents", "matrix"),
    [
        (("c",), np.zeros((2, 3), np.float32)),
        (("c",), np.zeros((1, 3), np.float64)),
        (("c",), np.full((1, 3), np.nan, np.float32)),
        (("c", "d", "e"), np.zeros(3, np.float32)),
    ],
)
def test_vectors_that_do_not_fit_are_refused(contents, matrix):
    with pytest.raises(ValueError, match=r"vectors|contents"):
        Embedded("m", contents, matrix)


def test_replacing_a_channel_is_whole_and_saves_its_mapping_with_it(store):
    store.put([entry("a", unit(1, 0)), entry("b", unit(0, 1))])
    matrix = np.stack([unit(1, 1), unit(2, 1), unit(1, 2)])
    assert store.replace_channel("bridge", "fit-1", ["a", "b", "b"], matrix, blobs={"bridge": b"fit-1"})
    assert store.vectors("bridge")[0] == ["a", "b", "b"]
    assert store.blob("bridge") == b"fit-1"
    assert store.replace_channel("bridge", "fit-2", ["b"], matrix[:1], blobs={"bridge": b"fit-2"})
    ids, held = store.vectors("bridge")
    assert (ids, held.tolist(), store.blob("bridge")) == (["b"], matrix[:1].tolist(), b"fit-2")


def test_replacing_a_channel_by_itself_leaves_nothing_to_index(store):
    store.put([entry("a"), entry("b")])
    matrix = np.stack([unit(1, 1), unit(2, 1)])
    store.replace_channel("bridge", "fit", ["a", "b"], matrix)
    store.settle(store.pending()[-1].seq)
    assert not store.replace_channel("bridge", "fit", ["a", "b"], matrix)
    assert store.pending() == []


def test_replacing_a_channel_with_an_unknown_item_changes_nothing(store):
    store.put([entry("a")])
    store.replace_channel("bridge", "fit", ["a"], unit(1, 1)[None])
    before = everything(store.path)
    with pytest.raises(ValueError, match="'zz' is not stored"):
        store.replace_channel("bridge", "fit2", ["a", "zz"], np.stack([unit(1, 0), unit(0, 1)]))
    assert everything(store.path) == before


# Outbox


def test_only_changed_vectors_are_pending(store):
    store.put([entry("a", unit(1, 0)), entry("b", unit(0, 1))])
    store.settle(store.pending()[-1].seq)
    store.put([entry("a", unit(1, 0), title="New words, same vector"), entry("b", unit(1, 1))])
    assert [(change.item, change.parts) for change in store.pending()] == [("b", 1)]


def test_pending_change_remembers_the_most_parts_the_index_may_hold(store):
    store.put([entry("a", unit(1, 0), unit(0, 1), unit(1, 1))])
    store.put([entry("a", unit(1, 0))])
    store.delete(["a"])
    assert [(change.item, change.parts) for change in store.pending()] == [("a", 3)]


def test_change_made_while_another_is_applied_stays_pending(store):
    store.put([entry("a", unit(1, 0))])
    applied = store.pending()[-1].seq
    store.put([entry("a", unit(0, 1))])
    store.settle(applied)
    assert [change.item for change in store.pending()] == ["a"]


def test_change_made_while_a_channel_is_rewritten_has_it_rewritten_again(store):
    store.put([entry("a", unit(1, 0))])
    store.replace_channel("text", "m2", ["a"], unit(1, 1)[None])
    rewritten = store.pending()[-1].seq
    store.put([StoredItem(Item("b", "B"), "d", {"text": embedded(unit(1, 0), model="m2")})])
    store.settle(rewritten)
    assert [change.item for change in store.pending()] == [None]


def test_channel_that_is_not_searchable_is_never_pending(store):
    store.put([StoredItem(Item("a", "A"), "d", {"classes": embedded(unit(1, 0), searchable=False)})])
    store.delete(["a"])
    assert store.pending() == []


def test_seal_changes_with_every_settling(store):
    seals = {store.seal()}
    for _ in range(3):
        store.settle(0)
        seals.add(store.seal())
    assert len(seals) == 4


# Faults

CHANGED = [
    StoredItem(
        Item("a", "New", descriptions=(Description("ef" * 32, "image", "describer", "1", "New."),)),
        "d2",
        {"text": embedded(unit(3, 1), unit(1, 3)), "visual": embedded(unit(1, 2, 3), model="v2")},
    ),
    entry("c", unit(5, 1)),
]


def seed(store: Store) -> None:
    visual = {"visual": embedded(unit(1, 0), model="v1")}
    store.put([entry("a", unit(1, 0), unit(0, 1), descriptions=(PHOTO,)), entry("b", unit(1, 1))])
    store.put([StoredItem(Item("b", "B"), "d1", {"text": embedded(unit(1, 1)), **visual})])


def test_put_interrupted_anywhere_leaves_all_as_it_was(store):
    seed(store)
    before = everything(store.path)
    n_faults, interrupted = 0, True
    while interrupted:
        steps = count(-7 * n_faults)
        store._db.set_progress_handler(lambda steps=steps: next(steps) == 0, 1)
        try:
            store.put(CHANGED)
            interrupted = False
        except sqlite3.OperationalError:
            if everything(store.path) != before:  # at the last step of COMMIT, behind which all is there
                break
            n_faults += 1
    store._db.set_progress_handler(None, 1)
    assert n_faults > 100
    assert store.item("a").title == "New"
    assert store.vectors("visual")[1].shape == (1, 3)


KILLED_PUT = """
import os, sys
from pathlib import Path
from retrieval.storage.store import Store
from tests.retrieval.storage.test_store import CHANGED
left = iter(range(int(sys.argv[2])))
store = Store.open(Path(sys.argv[1]))
store._db.set_trace_callback(lambda _: next(left, None) is None and os.kill(os.getpid(), 9))
store.put(CHANGED)
store._db.set_trace_callback(None)
print("done", flush=True)
"""


def test_put_killed_at_any_statement_is_all_or_nothing(tmp_path):
    with Store.open(tmp_path / "t.db") as store:
        seed(store)
    before = everything(tmp_path / "t.db")
    for n_statements in (0, 1, 8, 20, 40, 1_000):
        command = [sys.executable, "-c", KILLED_PUT, str(tmp_path / "t.db"), str(n_statements)]
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
        with Store.open(tmp_path / "t.db") as store:
            assert store.damage() is None
        if done.returncode == -signal.SIGKILL:
            assert everything(tmp_path / "t.db") == before
    assert done.stdout == "done\n", done.stderr
    with Store.open(tmp_path / "t.db") as store:
        assert store.digests() == {"a": "d2", "b": "d1", "c": "d1"}


def test_full_disk_is_said_and_keeps_what_was_reported(store):
    store.put([entry("a", unit(1, 0))])
    store._db.execute("PRAGMA max_page_count = 60")
    reported = ["a"]

    def fill() -> None:
        for n in range(1_000):
            store.put([entry(f"big {n}", description="x" * 5_000)])
            reported.append(f"big {n}")

    with pytest.raises(WorkspaceError, match="The disk is full") as caught:
        fill()
    assert "Free some space" in caught.value.hint
    assert list(store.digests()) == reported
    store._db.execute("PRAGMA max_page_count = 100000")
    store.put([entry("later")])
    assert list(store.digests()) == [*reported, "later"]


FULL_DISK = """
import resource, sys
from pathlib import Path
from retrieval.errors import WorkspaceError
from retrieval.items import Item
from retrieval.storage.store import Store, StoredItem
store = Store.open(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
try:
    for n in range(1_000):
        store.put([StoredItem(Item(str(n), "T", "x" * 5_000), "d")])
        print(n, flush=True)
except WorkspaceError as error:
    print(error, file=sys.stderr)
"""


def test_write_refused_by_the_system_keeps_what_was_reported(tmp_path):
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path / "t.db")]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    reported = done.stdout.split()
    assert len(reported) > 5
    assert "everything reported as done is still there" in done.stderr
    with Store.open(tmp_path / "t.db") as store:
        assert list(store.digests()) == reported
        assert store.damage() is None


# Files that are not ours, too new, too old, damaged


def test_newer_format_is_refused_with_the_way_out(tmp_path):
    Store.open(tmp_path / "t.db").close()
    with closing(sqlite3.connect(tmp_path / "t.db")) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(WorkspaceNewer, match="has format 99") as caught:
        Store.open(tmp_path / "t.db")
    assert "pip install -U tastemaker" in caught.value.hint


def test_older_format_is_backed_up_and_then_migrated(tmp_path):
    with Store.open(tmp_path / "t.db") as store:
        store.put([entry("a")])
    later = (*database.MIGRATIONS, "CREATE TABLE likes (item TEXT)")
    with closing(database.connect(tmp_path / "t.db", migrations=later)) as db:
        assert database.schema_version(db) == len(later)
        assert db.execute("SELECT count(*) FROM likes").fetchone() == (0,)
    with Store.open(tmp_path / f"t.db.format-{len(database.MIGRATIONS)}.bak") as copy:
        assert list(copy.digests()) == ["a"]


def test_failing_migration_leaves_the_older_format(tmp_path):
    Store.open(tmp_path / "t.db").close()
    broken = (*database.MIGRATIONS, "CREATE TABLE likes (item TEXT); SELECT nonsense")
    with pytest.raises(sqlite3.OperationalError, match="nonsense"):
        database.connect(tmp_path / "t.db", migrations=broken)
    with Store.open(tmp_path / "t.db") as store:
        assert store.schema_version() == len(database.MIGRATIONS)


def test_database_of_another_program_is_left_alone(tmp_path):
    with closing(sqlite3.connect(tmp_path / "t.db")) as db:
        db.execute("CREATE TABLE theirs (x)")
    with pytest.raises(WorkspaceError, match="another program"):
        Store.open(tmp_path / "t.db")


def test_file_that_is_no_database_is_said(tmp_path):
    (tmp_path / "t.db").write_bytes(b"not a database at all, but long enough" * 100)
    with pytest.raises(WorkspaceError, match="is not a Tastemaker database"):
        Store.open(tmp_path / "t.db")


def test_damaged_pages_are_said(tmp_path):
    with Store.open(tmp_path / "t.db") as store:
        store.put([entry(str(n), description="words " * 100) for n in range(200)])
    raw = bytearray((tmp_path / "t.db").read_bytes())
    raw[8_192:40_960] = bytes(255 for _ in range(40_960 - 8_192))
    (tmp_path / "t.db").write_bytes(raw)
    with pytest.raises(WorkspaceError, match="is damaged") as caught, Store.open(tmp_path / "t.db") as store:
        list(store.items())
    assert "Put a copy back" in caught.value.hint


def test_folder_in_place_of_the_file_is_said(tmp_path):
    (tmp_path / "t.db").mkdir()
    with pytest.raises(WorkspaceError, match="cannot be opened"):
        Store.open(tmp_path / "t.db")


def test_file_in_use_by_another_program_is_said(store):
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(WorkspaceError, match="in use by another program"):
            store.put([entry("a")])
        other.execute("ROLLBACK")
    store.put([entry("a")])


# Threads


def test_threads_write_and_read_side_by_side(store):
    def work(worker: int) -> int:
        for n in range(20):
            store.put([entry(f"{worker}-{n}", unit(1, worker, n))])
            ids, matrix = store.vectors("text")
            assert len(ids) == len(matrix)
            assert store.item(f"{worker}-{n}") in list(store.items())
        return worker

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(work, range(4))) == [0, 1, 2, 3]
    assert store.count() == 80
