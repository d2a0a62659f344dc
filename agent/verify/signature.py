"""Signatures: whoever has the key can show that an answer is the one that was given."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

KEY_FILE = "answers.key"


def sign(answer: Mapping[str, Any], key: bytes) -> dict[str, Any]:
    """The answer with its signature: HMAC-SHA-256 over its JSON with sorted keys and no spaces (RFC 2104)."""
    digest = hmac.new(key, _canonical(answer), hashlib.sha256).hexdigest()
    return {**answer, "signature": {"algorithm": "HMAC-SHA-256", "key": _name(key), "value": digest}}


def signature_of(answer: Mapping[str, Any], key: bytes | None) -> str:
    """`none`, `holds`, `broken`, or `unknown key` where it was made with another one."""
    signature = answer.get("signature")
    if not isinstance(signature, Mapping):
        return "none"
    if key is None or signature.get("key") != _name(key):
        return "unknown key"
    right = sign({name: value for name, value in answer.items() if name != "signature"}, key)["signature"]["value"]
    return "holds" if hmac.compare_digest(str(signature.get("value")), right) else "broken"


def key_of(workspace: Path, *, create: bool = False) -> bytes | None:
    """The workspace's key, readable by its owner alone; None where there is none."""
    path = workspace / KEY_FILE
    if create and not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
    return path.read_bytes() if path.exists() else None


def _name(key: bytes) -> str:
    return hashlib.sha256(b"name of key" + key).hexdigest()[:16]


def _canonical(answer: Mapping[str, Any]) -> bytes:
    return json.dumps(answer, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
