"""Who each browser is: a random secret in a cookie that this workspace has signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import os
import secrets
import tempfile
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from ui.errors.refusals import Forbidden

logger = logging.getLogger(__name__)

VISITOR_COOKIE = "tastemaker_visitor"
KEY_FILE = "visitors.key"
KEY_BYTES = 32


def visitor_of(cookies: Mapping[str, str]) -> str | None:
    """The user id of a browser, from its cookie; the cookie cannot be found from it.

    The gate lets no cookie through that is not signed.
    """
    secret = cookies.get(VISITOR_COOKIE)
    return f"visitor-{hashlib.sha256(secret.encode()).hexdigest()[:12]}" if secret else None


def known_visitor(cookies: Mapping[str, str]) -> str:
    """The user id of a browser that sends or names a file.

    Raises:
        Forbidden: it keeps no cookie.
    """
    visitor = visitor_of(cookies)
    if visitor is None:
        raise Forbidden("It is not known whose file this is.", "Open the page in a browser that keeps cookies.")
    return visitor


class VisitorCookies:
    """Makes the cookies of new browsers, and knows its own again after a restart."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace

    def new(self) -> str:
        """The cookie of a browser that was never here."""
        secret = secrets.token_urlsafe(24)
        return f"{secret}.{self._signature(secret)}"

    def is_ours(self, cookie: str) -> bool:
        """Whether a cookie was made here."""
        secret, _, signature = cookie.rpartition(".")
        return hmac.compare_digest(signature.encode(), self._signature(secret).encode())

    def _signature(self, secret: str) -> str:
        mac = hmac.new(self._key, f"tastemaker visitor {secret}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(mac.digest()).decode().rstrip("=")

    @cached_property
    def _key(self) -> bytes:
        try:
            return _key_in(self._workspace)
        except OSError as error:  # people are served from a disk that cannot be written too
            logger.warning(
                "The key of visitors cannot be kept (%s): they are new ones after a restart.", error.strerror
            )
            return secrets.token_bytes(KEY_BYTES)


def _key_in(workspace: Path) -> bytes:
    """The key in a workspace, made where there is none that is whole."""
    path = workspace / KEY_FILE
    key = path.read_bytes() if path.exists() else b""
    if len(key) == KEY_BYTES:
        return key
    workspace.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = secrets.token_bytes(KEY_BYTES)
    descriptor, whole = tempfile.mkstemp(dir=workspace, prefix=KEY_FILE)  # which its owner alone can read
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    Path(whole).replace(path)
    return key
