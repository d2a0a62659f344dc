"""Pages of other addresses: which may call the server, and what they may do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from starlette.middleware.cors import CORSMiddleware

from agent.errors import ConfigError

ORIGIN = re.compile(r"https?://(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
FOR_PAGES = ("/v1/", "/widget/")  # what pages of other addresses may call; our own page's functions are for itself
PREFLIGHT_S = 600


def origins(given: Sequence[str]) -> tuple[str, ...]:
    """Addresses of pages as browsers tell them, each exactly one.

    Raises:
        ConfigError: one is none, or stands for many.
    """
    plain = tuple(address.strip().rstrip("/").lower() for address in given)
    for address in plain:
        if not ORIGIN.fullmatch(address):
            raise ConfigError(
                f"--allow-origin: {address[:100]!r} is no page's address.",
                "Give scheme and name, and the port where there is one, as https://shop.example; none stands for many.",
            )
    return plain


def cross_origin(allowed: Sequence[str]) -> dict[str, Any]:
    """How browsers are told which pages may call; no cookie comes with such a call.

    Source: Fetch standard, section 3.2, CORS protocol.
    """
    return {
        "allow_origins": list(allowed),
        "allow_methods": ["GET", "POST", "PUT", "DELETE"],
        "allow_headers": ["authorization", "content-type", "idempotency-key", "if-none-match"],
        "expose_headers": ["etag", "retry-after"],
        "allow_credentials": False,
        "max_age": PREFLIGHT_S,
    }


__all__ = ["FOR_PAGES", "CORSMiddleware", "cross_origin", "origins"]
