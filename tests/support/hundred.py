"""People who leave traces everywhere, and a search for those in every byte of the files and every object in memory.

Names and words are made when they are needed: what looks for them may not hold them itself.
"""

from __future__ import annotations

import asyncio
import base64
import gc
import hashlib
import json
import re
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from fastapi.testclient import TestClient

from agent.dialogue.conversation import Conversation
from agent.recommender import RecommendationAgent
from tests.support.made_media import encoded, photo
from tests.support.patience import PATIENCE_S
from ui.guard.visitors import VISITOR_COOKIE, visitor_of
from ui.mcp.tools import Tools
from ui.page.chat.exchange import VisitorWish
from ui.page.chat.talks import Talks
from ui.service.catalogs import Catalogs
from ui.service.service import Service

PATTERN = re.compile(r"zz-person-\d{3}-qx|zq\d{3}kvwx")  # what none of the product's own texts holds
CODES = ("utf-8", "utf-16-le", "utf-32-le")


def name(at: int) -> str:
    """What an application calls a person."""
    return f"zz-person-{at:03}-qx"


def cookie(at: int) -> str:
    """What a browser of theirs holds."""
    return f"zz-person-{at:03}-qx's secret"


def visitor(at: int) -> str:
    """What the page calls them."""
    user = visitor_of({VISITOR_COOKIE: cookie(at)})
    assert user is not None
    return user


def word(at: int) -> str:
    """A word of theirs that nobody else would write."""
    return f"zq{at:03}kvwx"


class Silent:
    """As much of a call's context as tools use."""

    request_context = SimpleNamespace(request=None)

    async def report_progress(self, *_: object, **__: object) -> None:
        """Tell nobody."""


def call(client: TestClient, at: int) -> None:
    """Use every call of the API that names a person, each twice under the same key."""
    pictured = at % 10 == 0  # to look at one takes a second
    picture = f"data:image/jpeg;base64,{base64.b64encode(encoded(photo(seed=at % 4))).decode()}"
    files = [{"name": f"{word(at)}.jpg", "data": picture}] if pictured else []
    said = f"a chair, no {word(at)}"
    calls: list[tuple[str, dict[str, Any]]] = [
        ("feedback", {"user": name(at), "item_id": "3", "kind": "dislike", "reason": f"{word(at)} is too dark"}),
        ("feedback", {"user": name(at), "item_id": str(1 + at % 4), "kind": "like"}),
        ("feedback", {"user": name(at), "item_id": "4", "kind": "rating", "value": 4}),
        ("reviews", {"user": name(at), "item_id": "3", "text": f"The {word(at)} is very comfortable.", "stars": 4}),
        ("recommend", {"user": name(at), "text": said, "images": files}),
        ("recommend", {"user": name(at), "text": said, "stream": True}),
        ("search", {"user": name(at), "text": said}),
        ("recommend", {"user": name(at), "text": said, "k": f"{word(at)}"}),  # which is refused
        ("chat/completions", chat(at, said, picture if pictured else None)),
    ]
    for number, (path, body) in enumerate(calls):
        for _ in range(2):
            answer = client.post(f"/v1/{path}", json=body, headers={"Idempotency-Key": f"{name(at)} {number}"})
            assert answer.status_code in (200, 422), answer.text
    for path in ("/profile", ""):
        assert client.get(f"/v1/users/{name(at)}{path}").status_code == 200


def chat(at: int, said: str, picture: str | None) -> dict[str, Any]:
    """A chat of one message, perhaps with a picture."""
    parts: list[dict[str, Any]] = [{"type": "text", "text": said}]
    if picture:
        parts.append({"type": "image_url", "image_url": {"url": picture}})
    return {"model": "tastemaker", "user": name(at), "messages": [{"role": "user", "content": parts}]}


def use(service: Service, tools: Tools, catalogs: Catalogs, at: int, table: Path) -> Conversation:
    """Leave what calls of the API do not: files that stay and that are gone, a tool's call, a catalog looked at.

    Returns:
        A conversation that stays open.
    """
    agent = service.agent
    talk = agent.conversation(user=name(at))
    talk.say(f"a chair, no {word(at)}")
    talk.say(f"cheaper, and no {word(at)}")
    for _ in range(2):
        upload = service.uploads.keep(b"id,title\n1,Lamp\n", name(at), f"{word(at)}.csv", {"catalog"})
    service.uploads._expired[upload.id] = name(at)  # as after an hour
    feedback = tools.record_feedback(Silent(), name(at), "2", "save", f"{word(at)} said so")  # type: ignore[arg-type]
    asyncio.run(feedback)  # type: ignore[arg-type]
    wish = tools.recommend(Silent(), f"a chair, no {word(at)}", user=name(at))  # type: ignore[arg-type]
    asyncio.run(wish)
    catalogs.stage(table, f"{word(at)}.jsonl", name(at))
    return talk


def visit(service: Service, talks: Talks, at: int) -> None:
    """Chat on the page, judge what is shown, and send a file."""
    talk = talks.begin(visitor(at))
    talk.ask(VisitorWish(f"a chair, no {word(at)}"), "en")
    end = time.monotonic() + PATIENCE_S
    while talk.working:
        assert time.monotonic() < end
        time.sleep(0.005)
    talk.judge(next(iter(talk.exchanges[-1].cards)), "like", f"{word(at)}!")
    service.uploads.keep(b"id,title\n1,Lamp\n", visitor(at), f"{word(at)}.csv", {"catalog"})


def traces_in_files(*folders: Path) -> dict[str, set[str]]:
    """By file, what of people stands in it or in its name, whatever the encoding; visitors' ids count as well."""
    visitors = {code: [visitor(at).encode(code) for at in range(100)] for code in CODES}
    found: dict[str, set[str]] = {}
    for path in (path for folder in folders for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes() + b"\n" + str(path).encode()
        for code in CODES:
            texts = set(PATTERN.findall(content.decode(code, "ignore")))
            if code != "utf-8":  # which may begin at any byte
                texts |= {text for skip in (1, 2, 3) for text in PATTERN.findall(content[skip:].decode(code, "ignore"))}
            texts |= {known.decode(code) for known in visitors[code] if known in content}
            if texts:
                found.setdefault(str(path), set()).update(texts)
    return found


def traces_in_memory() -> list[str]:
    """What of people stands in any object of this process, with what holds it."""
    gc.collect()
    re.purge()  # of the pattern below, the last time
    objects = gc.get_objects()
    visitors = re.compile("|".join(hashlib.sha256(cookie(at).encode()).hexdigest()[:12] for at in range(100)))
    found = []
    for holder in objects:
        for part in gc.get_referents(holder):
            text = _text(part)
            if PATTERN.search(text) or visitors.search(text):
                found.append(f"{type(holder).__module__}.{type(holder).__qualname__}: {text[:90]!r}")
    return found


def _text(part: object) -> str:
    kind = type(part)  # `isinstance` would ask objects of others for their class, which some warn of
    if issubclass(kind, str):
        return str(part)
    return bytes(part).decode("latin-1") if issubclass(kind, bytes | bytearray) else ""  # type: ignore[call-overload]


def backed_up(agent: RecommendationAgent) -> None:
    """Leave a copy of the database as an upgrade of its format does."""
    import sqlite3

    copy = agent.workspace.store.path.with_name("tastemaker.db.format-2.bak")
    with closing(sqlite3.connect(copy)) as db, agent.workspace.store._reading() as held:
        held.backup(db)
    copy.chmod(0o600)


def lines_of(log: str) -> Iterator[dict[str, Any]]:
    """The lines of a log in JSON."""
    yield from (json.loads(line) for line in log.splitlines())
