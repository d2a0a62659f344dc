"""Commands about the workspace: ingest, rebuild-index, doctor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from agent.cli import catalog_commands
from agent.cli.mapped import mapped_columns
from agent.doctor import Diagnosis
from agent.errors import CatalogError, WorkspaceError
from retrieval.storage.workspace import Workspace
from tests.support.catalogs import write_csv, write_rows
from tests.support.made_media import encoded, photo
from tests.support.picture_server import served
from tests.support.worded import without_weights

app = typer.Typer()
catalog_commands.register(app)
ROWS = [{"id": "1", "title": "Lamp", "secret": "x", "note": "y"}, {"id": "2", "title": "Chair"}, {"id": "3"}]


@pytest.fixture(autouse=True)
def worded(monkeypatch: pytest.MonkeyPatch) -> None:
    without_weights(monkeypatch)


def ran(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_a_catalog_is_taken_into_a_new_workspace_and_told(tmp_path: Path) -> None:
    result = ran("ingest", write_rows(tmp_path, *ROWS), "-w", tmp_path / "w")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("2 added, 0 updated, 0 unchanged")
    assert "line 3 (id 3), skipped:" in result.stdout
    again = ran("ingest", write_rows(tmp_path, *ROWS), "-w", tmp_path / "w", "--json")
    report = json.loads(again.stdout)
    assert (report["workspace"], report["added"], report["unchanged"]) == (str(tmp_path / "w"), 0, 2)


def test_what_the_shop_says_of_itself_is_taken_and_told(tmp_path: Path) -> None:
    (tmp_path / "delivery.txt").write_text("Parcels leave on Mondays.")
    result = ran("ingest", write_rows(tmp_path, *ROWS), "-w", tmp_path / "w", "--about", tmp_path / "delivery.txt")
    assert "Questions about the shop are answered from delivery.txt: 1 passage." in result.stdout
    assert (tmp_path / "w" / "about.md").read_text() == "Parcels leave on Mondays."


def test_pictures_behind_addresses_are_fetched_where_that_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TASTEMAKER_FETCH_PRIVATE", "true")
    with served({"/lamp.png": encoded(photo(), "PNG")}) as shop:
        rows = [{**ROWS[0], "image": f"{shop.address}/lamp.png"}, {**ROWS[1], "image": f"{shop.address}/chair.png"}]
        catalog = write_rows(tmp_path, *rows)
        without = ran("ingest", catalog, "-w", tmp_path / "w")
        assert "--fetch-media fetches web addresses" in without.stdout
        assert shop.asked == []
        result = ran("ingest", catalog, "-w", tmp_path / "w", "--fetch-media")
    assert "files fetched: 1 (0.0 MB); here already: 0; not to be had: 1" in result.stdout
    assert "line 2 (id 2), degraded: The image" in result.stdout
    assert "answered with status 404" in result.stdout
    report = json.loads(ran("ingest", catalog, "-w", tmp_path / "w", "--json").stdout)
    assert (report["unchanged"], report["fetched"]) == (1, None)


def test_columns_are_excluded_by_commas_and_by_repeating(tmp_path: Path) -> None:
    ran("ingest", write_rows(tmp_path, *ROWS), "-w", tmp_path / "w", "--exclude", "secret,nothing", "--exclude", "note")
    with Workspace.open(tmp_path / "w") as workspace:
        item = workspace.store.item("1")
        assert item is not None
        assert not item.attributes


def test_strictly_the_first_problem_is_an_error(tmp_path: Path) -> None:
    assert isinstance(
        ran("ingest", write_rows(tmp_path, *ROWS), "-w", tmp_path / "w", "--strict").exception, CatalogError
    )


def test_a_catalog_that_gave_nothing_is_nothing_done_and_ends_so(tmp_path: Path) -> None:
    result = ran("ingest", write_rows(tmp_path, {"id": "1"}, "{"), "-w", tmp_path / "w")
    assert result.exit_code == 1
    assert "line 2, skipped:" in result.stdout
    assert ran("ingest", write_rows(tmp_path, *ROWS), "-w", tmp_path / "w").exit_code == 0
    assert ran("ingest", write_rows(tmp_path, *ROWS), "-w", tmp_path / "w").exit_code == 0


def test_an_encoding_is_found_out_and_told_or_given(tmp_path: Path) -> None:
    path = tmp_path / "catalog.csv"
    path.write_bytes("id;title\n1;Blaue Schüssel\n".encode("cp1252"))
    assert "was read as Windows-1252" in ran("ingest", path, "-w", tmp_path / "w").stdout
    told = ran("ingest", path, "-w", tmp_path / "w", "--encoding", "windows-1252")
    assert told.stdout.startswith("0 added, 0 updated, 1 unchanged")
    assert "read as" not in told.stdout


def test_the_index_is_built_anew_and_its_vectors_counted(tmp_path: Path) -> None:
    ran("ingest", write_rows(tmp_path, *ROWS), "-w", tmp_path / "w")
    assert ran("rebuild-index", "-w", tmp_path / "w").stdout == "Rebuilt: multilingual 2, text 3 vectors.\n"
    document = json.loads(ran("rebuild-index", "-w", tmp_path / "w", "--json").stdout)
    assert document["channels"] == {"multilingual": 2, "text": 3}


def test_only_a_workspace_that_is_there_has_an_index(tmp_path: Path) -> None:
    assert isinstance(ran("rebuild-index", "-w", tmp_path / "nowhere").exception, WorkspaceError)


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ([Diagnosis("packages", "as tested", True)], 0),
        ([Diagnosis("model smollm2", "not here yet", False)], 0),
        ([Diagnosis("workspace", "is damaged", False), Diagnosis("packages", "as tested", True)], 1),
    ],
)
def test_doctor_fails_where_something_but_a_missing_model_is_not_well(
    monkeypatch: pytest.MonkeyPatch, findings: list[Diagnosis], code: int
) -> None:
    monkeypatch.setattr("agent.doctor.examine", lambda config, workspace: findings)
    result = ran("doctor", "--llm", "none")
    assert result.exit_code == code
    assert [line[:3].strip() for line in result.stdout.splitlines()] == [
        "ok" if one.well else "see" for one in findings
    ]
    document = json.loads(ran("doctor", "--llm", "none", "--json").stdout)
    assert document == [{"about": one.about, "says": one.says, "well": one.well} for one in findings]


TABLE = "Kennung,Ware,Kosten,Farbe\nk1,Lampe,39 €,rot\nk2,Stuhl,99 €,blau\n"


def test_what_was_taken_for_what_is_told_in_one_line_and_in_json(tmp_path: Path) -> None:
    path = write_csv(tmp_path, TABLE)
    told = ran("ingest", path, "-w", tmp_path / "w").stdout
    assert "Columns: id from 'Kennung'; title from 'Ware' (a guess by its values); no description; price from" in told
    report = json.loads(ran("ingest", path, "-w", tmp_path / "w", "--json").stdout)
    assert report["taken"]["columns"]["title"] == ["Ware"]
    assert report["unchanged"] == 2


def test_columns_are_mapped_and_the_next_ingest_needs_no_option(tmp_path: Path) -> None:
    path = write_csv(tmp_path, TABLE)
    ran("ingest", path, "-w", tmp_path / "w", "--map", "title=Farbe,maker=Ware", "--id-column", "kennung")
    again = ran("ingest", path, "-w", tmp_path / "w")
    assert again.stdout.startswith("0 added, 0 updated, 2 unchanged")
    with Workspace.open(tmp_path / "w") as workspace:
        item = workspace.store.item("k1")
        assert workspace.schema.read().columns["maker"] == "Ware"
    assert item is not None
    assert (item.title, item.attributes["maker"]) == ("rot", "Lampe")


def test_variants_are_kept_apart_and_that_is_remembered(tmp_path: Path) -> None:
    path = write_csv(tmp_path, "id,title,size\nt,Tee,S\nt,Tee,M\n")
    kept = ran("ingest", path, "-w", tmp_path / "w", "--variants", "keep")
    assert kept.stdout.startswith("2 added")
    assert ran("ingest", path, "-w", tmp_path / "w").stdout.startswith("0 added, 0 updated, 2 unchanged")
    assert ran("ingest", path, "-w", tmp_path / "w", "--variants", "join").stdout.startswith("1 added")
    assert ran("ingest", path, "-w", tmp_path / "w", "--variants", "both").exit_code == 2


def test_a_catalog_of_which_nothing_was_stored_ends_with_one(tmp_path: Path) -> None:
    path = write_rows(tmp_path, {"id": "", "title": "x"}, {"id": " ", "title": "y"})
    result = ran("ingest", path, "-w", tmp_path / "w")
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (["title=Name,price='Regular price'"], {"title": "Name", "price": "Regular price"}),
        (["gtin=GTIN, UPC, EAN,Title=Name"], {"gtin": "GTIN, UPC, EAN", "title": "Name"}),
        (["picture=Photo", "id=No"], {"image": "Photo", "id": "No"}),
    ],
)
def test_options_say_which_column_is_which(options: list[str], wanted: dict[str, str]) -> None:
    assert mapped_columns(options) == wanted
    assert mapped_columns(options, wanted.get("id", "Key"))["id"] == wanted.get("id", "Key")


@pytest.mark.parametrize("options", [["title"], ["=Name"], ["title="], ["id=a", "id=b"]])
def test_options_that_name_no_column_or_two_are_refused(options: list[str]) -> None:
    with pytest.raises(CatalogError):
        mapped_columns(options)
