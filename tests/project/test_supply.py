"""What is locked has digests, and `.ci/supply` stops at a licence or an advisory that nobody gave a reason for."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from tests.support.places import ROOT
from tests.support.scripts import load_script

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
HASHES = (ROOT / "hashes.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def supply() -> Any:
    return load_script("supply")


def test_what_is_served_with_has_digests_of_the_very_releases_that_were_tested(supply: Any) -> None:
    locked = supply.read_lock((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    hashed = supply.read_lock(HASHES)
    assert {name: locked.get(name) for name in hashed} == hashed
    extras = PROJECT["optional-dependencies"]
    wanted = [*PROJECT["dependencies"], *(one for name in ("adapt", "mcp", "parquet") for one in extras[name])]
    assert {supply.canonical(Requirement(one).name) for one in wanted} <= hashed.keys()


def test_every_release_in_it_has_a_digest_and_nothing_else_stands_there() -> None:
    entries = re.sub(r"\\\n\s*", "", re.sub(r"(?m)^#.*\n", "", HASHES)).strip().splitlines()
    entry = re.compile(r"[\w.-]+==\S+( ; [^-]*(?:-[^-]+)*?)?\s*(--hash=sha256:[0-9a-f]{64}\s*)+")
    assert [line[:80] for line in entries if not entry.fullmatch(line)] == []


def test_every_licence_of_what_is_installed_is_permissive_or_has_its_reason(supply: Any) -> None:
    assert supply.main(["--offline"]) == 0


@pytest.mark.parametrize(
    ("licence", "permissive"),
    [
        ("MIT", True),
        ("Apache-2.0 WITH LLVM-exception AND BSD-2-Clause", True),
        ("GPL-3.0-only OR MIT", True),
        ("GPL-3.0-only", False),
        ("MPL-2.0 AND MIT", False),
        ("none named", False),
        ("not installed here", False),
    ],
)
def test_a_licence_is_permissive_when_all_of_it_is(supply: Any, licence: str, permissive: bool) -> None:
    assert supply.is_permissive(licence) is permissive


def report(supply: Any, folder: Path, name: str, version: str, advisory: str, form: str) -> Path:
    vulnerabilities = [{"id": advisory, "fix_versions": []}]
    rows = [{"package" if form == "osv" else "name": name, "version": version, "vulns": vulnerabilities}]
    file = folder / f"{form}.json"
    file.write_text(json.dumps(rows if form == "osv" else {"dependencies": rows}), encoding="utf-8")
    return file


@pytest.mark.parametrize("form", ["osv", "pip-audit"])
def test_an_advisory_of_the_pinned_release_needs_a_reason(supply: Any, tmp_path: Path, form: str) -> None:
    pinned = {"parcel-maker": "1.2"}
    known = supply.advisories(pinned, report(supply, tmp_path, "Parcel_Maker", "1.2", "X-2026-1", form))
    assert known == {"parcel-maker": ("X-2026-1",)}
    pins = [supply.Pin("parcel-maker", "1.2", "MIT", known["parcel-maker"])]
    assert supply.unexplained(pins, {}) == ["parcel-maker 1.2: X-2026-1 needs a newer release or a reason"]
    assert supply.unexplained(pins, {"advisories": {"X-2026-1": "we call nothing of it"}}) == []
    assert supply.advisories({"parcel-maker": "1.3"}, tmp_path / f"{form}.json") == {}


def test_a_reason_for_what_is_mended_is_to_be_taken_out(supply: Any) -> None:
    assert supply.idle([supply.Pin("a", "1")], {"advisories": {"X-1": "why"}}) == [
        "X-1: the reason is for nothing any more"
    ]


def test_without_a_network_it_says_so_and_does_not_pass(supply: Any, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setattr(supply, "OSV", "http://127.0.0.1:9/none")
    assert supply.main([]) == 1
    assert "--advisories" in capsys.readouterr().err


def test_a_report_that_is_none_is_refused(supply: Any, tmp_path: Path) -> None:
    (tmp_path / "no.json").write_text('{"packages": 3}', encoding="utf-8")
    with pytest.raises(supply.SupplyError, match="no report"):
        supply.advisories({}, tmp_path / "no.json")
