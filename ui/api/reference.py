"""`/docs`: the calls of the HTTP API as a page for people, made of the OpenAPI document; it loads nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

Document = Mapping[str, Any]

router = APIRouter(include_in_schema=False)

STYLE = """
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem }
section { border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: .5rem 0 1rem }
h2 code { font-size: 1.1rem; overflow-wrap: anywhere }
pre, td code { font-size: .85rem } pre { overflow-x: auto; padding: .75rem; border: 1px solid; border-radius: .3rem }
table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0 }
"""


@router.get("/docs")
def reference(request: Request) -> HTMLResponse:
    """Every call with what it takes, what it answers and an example."""
    return HTMLResponse(page_of(request.app.openapi()))


def page_of(document: Document) -> str:
    """The page of an OpenAPI document."""
    info = document["info"]
    title = f"{escape(info['title'])} {escape(info['version'])}: HTTP API"
    calls = [
        (method, path, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    entries = "".join(
        f'<li><a href="#{_anchor(method, path)}">{_called(method, path)}</a></li>' for method, path, _ in calls
    )
    sections = "".join(_section(document, *call) for call in calls)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body><main><h1>{title}</h1>'
        '<p>The same for programs: <a href="openapi.json">openapi.json</a>. Every failure is a problem document '
        f"(RFC 9457).</p><ul>{entries}</ul>{sections}</main></body></html>"
    )


def _section(document: Document, method: str, path: str, operation: Document) -> str:
    body = _json_schema(operation.get("requestBody", {}))
    tables = (
        _table("In the address", _parameters(document, operation)),
        _table("In the body", _fields(document, body)),
        _table("Answers", _answers(operation)),
    )
    return (
        f'<section id="{_anchor(method, path)}"><h2>{_called(method, path)}</h2>{_prose(operation)}'
        f"<p>{_who(document, operation)}</p>{''.join(tables)}{_example(document, body)}</section>"
    )


def _called(method: str, path: str) -> str:
    return f"<code>{method.upper()} {escape(path)}</code>"


def _anchor(method: str, path: str) -> str:
    return escape(f"{method}-{path.strip('/').translate(str.maketrans('/{}:', '----'))}")


def _prose(operation: Document) -> str:
    parts = str(operation.get("description", operation.get("summary", ""))).split("\n\n")
    return "".join(f"<p>{escape(part)}</p>" for part in parts)


def _who(document: Document, operation: Document) -> str:
    needed = operation.get("security", document.get("security", []))
    names = [name for each in needed for name in each]
    return "For the operator." if "operator" in names else "For whoever shows a token." if names else "For anybody."


def _parameters(document: Document, operation: Document) -> Iterator[tuple[str, str, str]]:
    for parameter in operation.get("parameters", ()):
        schema = parameter.get("schema", {})
        yield parameter["name"], _type(document, schema), parameter.get("description", schema.get("description", ""))


def _fields(document: Document, schema: Document) -> Iterator[tuple[str, str, str]]:
    whole = _resolved(document, schema)
    for name, field in whole.get("properties", {}).items():
        is_needed = name in whole.get("required", ())
        yield f"{name}{' (needed)' if is_needed else ''}", _type(document, field), field.get("description", "")


def _answers(operation: Document) -> Iterator[tuple[str, str, str]]:
    for status, answer in operation.get("responses", {}).items():
        yield status, ", ".join(answer.get("content", {})), answer.get("description", "")


def _example(document: Document, schema: Document) -> str:
    examples = _resolved(document, schema).get("examples", ())
    return "".join(f"<pre>{escape(json.dumps(one, indent=2, ensure_ascii=False))}</pre>" for one in examples[:1])


def _json_schema(part: Document) -> Document:
    schema: Document = part.get("content", {}).get("application/json", {}).get("schema", {})
    return schema


def _resolved(document: Document, schema: Document) -> Document:
    if "$ref" not in schema:
        return schema
    named: Document = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return named


def _type(document: Document, schema: Document) -> str:
    """What a value is, in words and in short."""
    if "$ref" in schema:
        return str(_resolved(document, schema).get("title", schema["$ref"].rpartition("/")[2]))
    choices = schema.get("anyOf", schema.get("oneOf", ()))
    if choices:
        return " or ".join(_type(document, choice) for choice in choices)
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    of = f" of {_type(document, schema['items'])}" if "items" in schema else ""
    return f"{schema.get('type', 'any')}{of}"


def _table(heading: str, rows: Iterator[tuple[str, str, str]]) -> str:
    cells = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(kind)}</td><td>{escape(text)}</td></tr>"
        for name, kind, text in rows
    )
    return f"<h3>{heading}</h3><table>{cells}</table>" if cells else ""


__all__ = ["page_of", "router"]
