"""Reports that are kept: named by their time, the newest first, and never read from elsewhere."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ui.service.reports import FOLDER, Reports

NOON = "20260401-120000"


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reports:
    monkeypatch.setattr(time, "strftime", lambda _: NOON)
    return Reports(tmp_path)


def test_reports_of_one_second_are_told_apart_and_stay_in_their_order(reports: Reports) -> None:
    made = [reports.keep("evaluation", f"{at}", 1.0, {}).id for at in range(11)]
    assert made[:3] == [NOON, f"{NOON}-2", f"{NOON}-3"]
    assert reports.ids() == made[::-1]  # -11 after -2: by number, not by letters


def test_a_report_is_read_back_as_it_was_kept(reports: Reports) -> None:
    kept = reports.keep("tuning", "tpe, 60 trials", 12.345, {"notes": ["Grüße", None, 0.5]})
    found = reports.find(kept.id)
    assert found == kept
    assert kept.seconds == 12.3


@pytest.mark.parametrize("name", ["", "../secret", "20260401-120000/../x", "20260401", "20260401-120000-"])
def test_what_is_no_id_is_not_looked_for(reports: Reports, tmp_path: Path, name: str) -> None:
    kept = reports.keep("tuning", "x", 1.0, {})
    (tmp_path / "secret.json").write_bytes((tmp_path / FOLDER / f"{kept.id}.json").read_bytes())
    assert reports.find(name) is None


def test_other_files_in_the_folder_are_no_reports(reports: Reports, tmp_path: Path) -> None:
    kept = reports.keep("tuning", "x", 1.0, {})
    for name in ("notes.json", f"{NOON}-7.part", "20260401-120000-x.json"):
        (tmp_path / FOLDER / name).write_text("{}")
    assert reports.ids() == [kept.id]


def test_before_the_first_report_there_is_none_and_no_folder(tmp_path: Path) -> None:
    assert Reports(tmp_path).ids() == []
    assert not (tmp_path / FOLDER).exists()
