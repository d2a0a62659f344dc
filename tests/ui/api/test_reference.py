"""`/docs`: every call for people to read, on a page that loads nothing."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient

from ui.api.reference import page_of


def test_every_call_stands_there_with_who_may_make_it_and_what_it_takes(programs: TestClient) -> None:
    page, document = programs.get("/docs"), programs.get("/openapi.json").json()
    assert page.headers["content-type"].startswith("text/html")
    for path, operations in document["paths"].items():
        for method in operations:
            assert f"<h2><code>{method.upper()} {path}</code></h2>" in page.text
    assert "For the operator." in page.text
    assert "something calm with water" in page.text


def test_it_loads_nothing_and_runs_nothing(programs: TestClient) -> None:
    page = programs.get("/docs").text
    assert re.findall(r"<(?:script|link|img|iframe)", page) == []
    assert set(re.findall(r'href="([^#][^"]*)"', page)) == {"openapi.json"}
    anchors = re.findall(r'id="([^"]+)"', page)
    assert sorted(re.findall(r'href="#([^"]+)"', page)) == sorted(anchors)
    assert len(set(anchors)) == len(anchors)


def test_words_of_the_document_are_no_markup() -> None:
    operation = {"description": "<b>bold</b>\n\nmore", "responses": {"200": {"description": "<i>"}}}
    page = page_of({"info": {"title": "<x>", "version": "1"}, "paths": {"/v1/a": {"get": operation}}})
    assert "&lt;b&gt;bold&lt;/b&gt;</p><p>more" in page
    assert "<x>" not in page
