"""Arguments of tools as models write them: taken where their meaning is plain, else refused in words of ours."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import BeforeValidator, ValidationError

MEANT = {
    **dict.fromkeys(("query", "wish", "request", "prompt"), "text"),
    **dict.fromkeys(("must_haves", "filter", "conditions", "constraints"), "filters"),
    **dict.fromkeys(("limit", "n", "count", "top_k", "num_results"), "k"),
    **dict.fromkeys(("id", "item"), "item_id"),
    **dict.fromkeys(("pictures", "picture", "image"), "images"),
    **dict.fromkeys(("sound", "recording"), "audio"),
}
"""Names that models guess, and the argument that each means where a tool has it."""
_OF_BEFORE = {"must_haves": "filters", "pictures": "images", "sound": "audio", "wish": "text"}
BEFORE = {"recommend": _OF_BEFORE, "explain": _OF_BEFORE, "similar_items": _OF_BEFORE}
BEFORE["search_items"] = {"must_haves": "filters", "query": "text"}
"""By tool what arguments were called before they had the names that they have over HTTP; who knows those is heard."""


def renamed(tool: str, given: Mapping[str, object], known: Collection[str]) -> dict[str, Any]:
    """Arguments under their present names; one whose present name is given too stays, and is refused."""
    names = BEFORE.get(tool, {})
    present = {name: names.get(name, name) for name in given}
    is_taken = {name: new in known and (new == name or new not in given) for name, new in present.items()}
    return {present[name] if is_taken[name] else name: value for name, value in given.items()}


def default_for_null(default: Any) -> BeforeValidator:
    """Null is what stands where nothing is given."""
    return BeforeValidator(lambda value: default if value is None else value)


def _listed(value: object) -> object:
    return () if value in (None, "") else (value,) if isinstance(value, str) else value


def _worded(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


LISTED = BeforeValidator(_listed)
"""A text alone is a list of one, null an empty one."""
WORDED = BeforeValidator(_worded)
"""A number is an id that looks like one."""


def unknown_argument(tool: str, given: Mapping[str, object], known: Sequence[str]) -> str | None:
    """What is said of the first argument that a tool does not have; None where it has all of them."""
    strange = next((name for name in given if name not in known), None)
    if strange is None:
        return None
    likely = [MEANT.get(strange.lower(), ""), *get_close_matches(strange, known, 1)]
    meant = next((name for name in likely if name in known), None)
    hint = f"Use `{meant}`" if meant else f"It takes {', '.join(known)}"
    return f"`{tool}` has no argument {strange[:60]!r}. {hint}."


def refusal_of(error: ValidationError, schema: Mapping[str, Any]) -> str:
    """What is wrong with the first argument that cannot be taken, and what to give.

    Args:
        schema: JSON schema of the tool's arguments.
    """
    first = error.errors(include_url=False, include_context=False)[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    if first["type"] in ("missing", "missing_argument"):
        return f"`{name}` is missing. Give {_wanted(schema, name)}."
    given = repr(first["input"])
    return f"`{name}` cannot be {given if len(given) <= 60 else f'{given[:59]}…'}. Give {_wanted(schema, name)}."


def _wanted(schema: Mapping[str, Any], name: str) -> str:
    """What an argument is to be, as its schema says."""
    argument = schema.get("properties", {}).get(name, {})
    kind: Mapping[str, Any] = next(
        (one for one in (argument, *argument.get("anyOf", ())) if one.get("type") not in (None, "null")), {}
    )
    if "enum" in kind:
        return f"one of {', '.join(map(str, kind['enum']))}"
    of_what, least, most = _LIMITS.get(str(kind.get("type")), ("", "", ""))
    low, high = kind.get(least), kind.get(most)
    limits = f"{low} to {high}" if low and high else f"at most {high}" if high else f"at least {low}" if low else ""
    return f"{_KINDS.get(str(kind.get('type')), 'what its description says')}{of_what.format(limits) if limits else ''}"


_KINDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list of texts",
}

_LIMITS = {
    "string": (" of {} characters", "minLength", "maxLength"),
    "integer": (" from {}", "minimum", "maximum"),
    "array": (" of {} entries", "minItems", "maxItems"),
}
"""By type what its limits are told as, and under which names a schema has them."""

__all__ = ["LISTED", "WORDED", "default_for_null", "refusal_of", "renamed", "unknown_argument"]
