import json
import time

import numpy as np
import pyarrow as arrow
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from agent.cli.main import main
from retrieval.catalog.problems import RowRefused
from retrieval.errors import InteractionsError
from retrieval.importers.formats import FORMATS, format_of
from retrieval.importers.importing import import_interactions
from retrieval.importers.rows import event_of
from retrieval.interactions import Interaction
from retrieval.items import Item
from retrieval.storage.store import Store, StoredItem
from tests.support.shelf import fill

NOW = 1_600_000_000.0
ADA = Interaction("1", "7", "rating", 4.0, 1_000_000_000.0)
BOB = Interaction("2", "8", "rating", 2.5, 1_000_000_100.0)

FILES = {
    "csv": "userId,movieId,rating,timestamp\n1,7,4.0,1000000000\n2,8,2.5,1000000100\n",
    "movielens-udata": "1\t7\t4\t1000000000\n2\t8\t2.5\t1000000100\n",
    "movielens-dat": "1::7::4::1000000000\n2::8::2.5::1000000100\n",
    "recbole": "user_id:token\titem_id:token\trating:float\ttimestamp:float\n"
    "1\t7\t4\t1000000000\n2\t8\t2.5\t1000000100\n",
    "mmrec": "userID\titemID\trating\ttimestamp\tx_label\n1\t7\t4\t1000000000\t0\n2\t8\t2.5\t1000000100\t0\n",
    "json": '[{"user": "1", "item": "7", "rating": 4.0, "timestamp": 1000000000},\n'
    ' {"user": "2", "item": "8", "rating": 2.5, "timestamp": 1000000100}]',
    "jsonl": "\n".join(
        json.dumps({"user_id": u, "asin": "variant", "parent_asin": i, "rating": r, "timestamp": t, "text": "Good"})
        for u, i, r, t in (("1", "7", 4.0, 1_000_000_000_000), ("2", "8", 2.5, 1_000_000_100_000))
    ),
}


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "t.db") as store:
        store.put([StoredItem(Item(name, name), "digest") for name in ("7", "8")])
        yield store


@pytest.mark.parametrize("name", FILES)
def test_each_format_is_told_by_its_content_and_gives_the_same_events(name, store, tmp_path):
    file = tmp_path / "interactions"
    file.write_text(FILES[name])
    assert format_of(file) == name
    report = import_interactions(file, store)
    assert (report.format, report.read, report.added, report.skipped) == (name, 2, 2, 0)
    assert list(store.interactions()) == [ADA, BOB]


def test_parquet_gives_the_same_events(store, tmp_path):
    times = arrow.array([1_000_000_000_000, 1_000_000_100_000], arrow.timestamp("ms", "UTC"))
    table = arrow.table({"user_id": [1, 2], "item_id": [7.0, 8.0], "rating": [4.0, 2.5], "timestamp": times})
    parquet.write_table(table, tmp_path / "x.parquet")
    import_interactions(tmp_path / "x.parquet", store)
    assert list(store.interactions()) == [ADA, BOB]


def test_the_named_format_wins_over_what_the_file_looks_like(store, tmp_path):
    (tmp_path / "x").write_text("user\titem\n1\t7\n")
    assert import_interactions(tmp_path / "x", store, format_name="recbole").format == "recbole"
    with pytest.raises(InteractionsError, match="no format 'xml'"):
        import_interactions(tmp_path / "x", store, format_name="xml")


def test_a_second_import_adds_only_what_is_new(store, tmp_path):
    file = tmp_path / "x.csv"
    file.write_text(FILES["csv"])
    import_interactions(file, store)
    file.write_text(FILES["csv"] + "3,7,5,1000000200\n")
    report = import_interactions(file, store)
    assert (report.read, report.added, report.repeated) == (3, 1, 2)


def test_tables_of_other_programs_give_the_same_events_and_say_what_was_taken(store, tmp_path):
    file = tmp_path / "x"
    for text in (
        "user_id:token,item_id:token,rating:float,timestamp:float\n1,7,4,1000000000\n2,8,2.5,1000000100\n",
        "user_id:token item_id:token rating:float timestamp:float\n1 7 4 1000000000\n2 8 2.5 1000000100\n",
        "Kunde;Artikel-Nr.;Sterne;Zeitpunkt\n1;7;4,0;09.09.2001 01:46:40\n2;8;2,5;09.09.2001 01:48:20\n",
        "user_id,item_id,rating,timestamp\n1.0,7.0,4.0,1000000000\n2.0,8.0,2.5,1000000100\n",
    ):
        file.write_text(text)
        report = import_interactions(file, store)
        assert (report.read, report.skipped, report.explicit, report.implicit) == (2, 0, {"rating": 2}, {})
        assert list(store.interactions()) == [ADA, BOB]
    assert report.columns == {"user": "user_id", "item": "item_id", "value": "rating", "time": "timestamp"}
    assert "Ids written as 7.0 are taken as 7 (item and user)." in report.notes


def test_what_is_not_rated_counts_as_a_view_and_is_said(store, tmp_path):
    (tmp_path / "x.csv").write_text("user,item,rating,at\nada,7,9,1\nada,8,-1,2\nbob,7,8,3\nbob,8,-1,4\n")
    report = import_interactions(tmp_path / "x.csv", store)
    assert (report.explicit, report.implicit) == ({"rating": 2}, {"view": 2})
    assert [note for note in report.notes if "say “not rated”: 2" in note]
    assert {event.kind for event in store.interactions() if event.item_id == "8"} == {"view"}


def test_orders_are_purchases_and_counts_are_no_ratings(store, tmp_path):
    (tmp_path / "x.csv").write_text("customer,sku,qty,order date\nada,7,2,07/29/2013\nbob,8,1,30/07/2013\n")
    report = import_interactions(tmp_path / "x.csv", store)
    assert (report.explicit, report.implicit, report.untimed) == ({}, {"purchase": 2}, 0)
    (tmp_path / "x.csv").write_text("user,item,value\nada,7,13883\nbob,8,20\n")
    report = import_interactions(tmp_path / "x.csv", store)
    assert report.implicit == {"view": 2}
    assert any("counts or amounts" in note for note in report.notes)


def test_a_file_without_a_header_is_read_by_the_numbers_of_its_columns(store, tmp_path):
    (tmp_path / "x.csv").write_text("7,1,4.0,1000000000\n8,2,2.5,1000000100\n")
    by_number = {"item": "1", "user": "2", "value": "3", "time": "4"}
    import_interactions(tmp_path / "x.csv", store, columns=by_number)
    assert list(store.interactions()) == [ADA, BOB]
    (tmp_path / "u.data").write_text(FILES["movielens-udata"])
    with pytest.raises(InteractionsError, match="columns have their places"):
        import_interactions(tmp_path / "u.data", store, columns=by_number)


def test_an_import_that_is_stopped_keeps_what_it_reported_and_goes_on(store, tmp_path, monkeypatch):
    monkeypatch.setattr("retrieval.importers.importing.BATCH", 2)
    file = tmp_path / "x.csv"
    file.write_text("user,item\n" + "".join(f"{user},7\n" for user in range(7)))

    def stop(read):
        if read == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_interactions(file, store, progress=stop)
    assert store.interaction_state().n_events == 4
    assert import_interactions(file, store).added == 3


def test_unknown_items_are_counted_named_and_kept(store, tmp_path):
    (tmp_path / "x.csv").write_text("user,item\nada,7\nada,90\nbob,90\nbob,91\n")
    report = import_interactions(tmp_path / "x.csv", store)
    assert (report.unknown_items, report.unknown_examples, report.waiting) == (2, ("90", "91"), 3)
    assert store.interaction_state().n_waiting == 3


def test_rows_that_cannot_be_read_are_reported_by_line_and_the_rest_goes_on(store, tmp_path):
    (tmp_path / "x.csv").write_bytes(b"user,item,rating\nada,7,4\n,7,4\nada,8,good\nada\nb\xffb,8,3\nbob,8,3\n")
    report = import_interactions(tmp_path / "x.csv", store)
    assert (report.added, report.skipped) == (2, 4)
    assert [one.line for one in report.problems] == [3, 4, 5, 6]
    assert [one.kind for one in report.problems] == ["no user", "bad rating", "wrong number of cells", "not UTF-8"]


@pytest.mark.parametrize(
    ("rows", "note"),
    [
        ("ada,7,3,1\nbob,8,3,2\n", "All ratings are 3"),
        ("ada,7,3,1\nada,8,4,2\n", "of one person"),
        ("ada,7,3,1\nbob,7,4,2\n", "with one item"),
        ("ada,7,3,\nbob,8,4,\n", "No event has a time"),
    ],
)
def test_what_events_cannot_tell_is_noted(rows, note, store, tmp_path):
    (tmp_path / "x.csv").write_text("user,item,rating,timestamp\n" + rows)
    (found,) = import_interactions(tmp_path / "x.csv", store).notes
    assert note in found


def test_times_to_come_are_not_believed(store, tmp_path):
    (tmp_path / "x.csv").write_text(f"user,item,timestamp\nada,7,{time.time() + 1e7:.0f}\nada,8,soon\nbob,7,5\n")
    report = import_interactions(tmp_path / "x.csv", store)
    assert report.left_out == {"time in the future": 1, "unreadable time": 1}
    assert report.untimed == 2


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "is empty"),
        ("user,item\n", "holds no interactions"),
        ("user,thing\nada,7\n", "names no column with the item"),
        ("user,item,rating\nada,7,x\n", "None of the 1 rows"),
        ("just words", "no known format"),
    ],
)
def test_a_file_without_events_says_why(text, what, store, tmp_path):
    (tmp_path / "x").write_text(text)
    with pytest.raises(InteractionsError, match=what):
        import_interactions(tmp_path / "x", store)


def test_a_file_that_is_not_there_or_a_folder_is_refused(store, tmp_path):
    for path, what in ((tmp_path / "no", "There is no file"), (tmp_path, "is a folder")):
        with pytest.raises(InteractionsError, match=what):
            import_interactions(path, store)


def test_features_beside_an_mmrec_file_are_looked_through(store, tmp_path):
    (tmp_path / "baby.inter").write_text(FILES["mmrec"])
    table = np.ones((5, 3), dtype=np.float32)
    table[1, 2], table[3] = np.nan, 0
    np.save(tmp_path / "image_feat.npy", table)
    (found,) = import_interactions(tmp_path / "baby.inter", store).features
    assert (found.name, found.n_items, found.dim, found.n_missing) == ("image_feat.npy", 5, 3, 2)
    np.save(tmp_path / "text_feat.npy", np.ones(5))
    with pytest.raises(InteractionsError, match=r"text_feat.npy has shape \(5,\)"):
        import_interactions(tmp_path / "baby.inter", store)


@pytest.mark.parametrize(
    ("written", "at_s"),
    [
        (1_000_000_000, 1e9),
        ("1000000000", 1e9),
        (1_000_000_000_000, 1e9),
        (1_000_000_000_000_000, 1e9),
        ("2001-09-09T01:46:40Z", 1e9),
        ("2001-09-09 01:46:40", 1e9),
        ("2001-09-09", 999_993_600.0),
        ("", None),
        (None, None),
    ],
)
def test_times_are_read_in_whatever_unit(written, at_s):
    assert event_of({"user": "a", "item": "b", "time": written}, NOW).event.at_s == at_s


@pytest.mark.parametrize(
    ("written", "kind"), [("Add to cart", "cart"), ("buy", "purchase"), ("pv", "view"), ("like", "like"), ("", "view")]
)
def test_kinds_of_events_are_known_by_other_names(written, kind):
    assert event_of({"user": "a", "item": "b", "kind": written}, NOW).event.kind == kind


def test_an_unknown_kind_of_event_is_refused():
    with pytest.raises(RowRefused) as refused:
        event_of({"user": "a", "item": "b", "kind": "sneezed"}, NOW)
    assert "sneezed" in refused.value.reason


ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.lists(st.integers())


@given(st.dictionaries(st.sampled_from(["user", "item", "value", "kind", "time"]), ANYTHING))
def test_any_row_is_an_event_or_is_refused(row):
    try:
        event = event_of(row, NOW).event
    except RowRefused:
        return
    assert event.user
    assert event.item_id
    assert event.at_s is None or np.isfinite(event.at_s)
    assert event.value is None or np.isfinite(event.value)


def test_the_command_says_what_it_did_and_what_it_learned(tmp_path, capsys):
    fill(tmp_path / "w", [Item("7", "Seven"), Item("8", "Eight")], {}).close()
    (tmp_path / "x.csv").write_text(FILES["csv"] + "2,99,3,1000000200\n")
    command = ["interactions", "import", str(tmp_path / "x.csv"), "--workspace", str(tmp_path / "w")]
    with pytest.raises(SystemExit) as left:
        main(command)
    assert left.value.code == 0
    told = capsys.readouterr().out
    assert "3 events added, 0 known already or repeated" in told
    assert "not in the catalog: 1, such as 99; events that wait until these are ingested: 1" in told
    with pytest.raises(SystemExit):
        main([*command, "--json"])
    document = json.loads(capsys.readouterr().out)
    assert (document["added"], document["repeated"], document["model"]) == (0, 3, "ease")


def test_all_formats_have_a_reader():
    assert set(FILES) | {"parquet"} == set(FORMATS)
