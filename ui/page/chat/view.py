"""The chat as a visitor sees it: whose it is, and what of it is shown."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import gradio as gr
from starlette.concurrency import run_in_threadpool

from agent.errors import RequestError
from agent.language.messages import in_language
from agent.serialise import item_json
from ui.errors.refusals import Forbidden, NotReady
from ui.guard.doors import GUEST, OPERATOR, CallerRole, role_of
from ui.guard.visitors import visitor_of
from ui.page.chat import panels
from ui.page.chat.attachments import received, shown, still_there
from ui.page.chat.examples import examples
from ui.page.chat.exchange import VisitorWish
from ui.page.chat.goods import goods
from ui.page.chat.panels import Offer
from ui.page.shared.reader import Reader
from ui.page.shared.words import Words

if TYPE_CHECKING:
    from retrieval.snapshot import Snapshot
    from ui.page.chat.talk import Talk
    from ui.page.chat.talks import Talks
    from ui.service.service import Service


LOOK_S = 0.04  # between two looks at an answer that is being made
START_S = 120.0  # a request waits so long for the models
Where = dict[str, Any]
Shown = tuple[Any, ...]
NOWHERE: Where = {"talk": "", "edition": 0}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, in which language."""

    user: str
    words: Words
    role: CallerRole = GUEST
    address: str = ""

    @classmethod
    def of(cls, request: gr.Request) -> Caller:
        """Who sent a request.

        Raises:
            Forbidden: the browser keeps no cookie.
        """
        words = Words.of(request)
        user = visitor_of(request.cookies)
        if user is None:
            raise Forbidden(words("chat.no_cookie"), words("chat.no_cookie_hint"))
        address = request.client.host if request.client else ""
        return cls(user, words, role_of(request), address)


class ChatView:
    """What the handlers of the page do."""

    def __init__(self, service: Service, talks: Talks) -> None:
        self.service = service
        self.talks = talks
        self._offers: dict[str, tuple[Snapshot, Offer]] = {}

    @property
    def busy(self) -> bool:
        """Whether something goes on that the page has to look at again and again."""
        job = self.service.jobs.current
        return self.service.status().phase != "ready" or (job is not None and job.state.phase == "running")

    @property
    def _settled(self) -> bool:
        """Whether the items are in memory: reading them would hold up everybody."""
        return self.service.status().phase == "ready"

    def reader(self, caller: Caller) -> Reader:
        """Who reads what is shown."""
        return Reader(caller.words, self.service.shop, operator=caller.role is OPERATOR)

    def talk(self, caller: Caller, where: Where) -> Talk | None:
        """The conversation that a tab shows; None where nothing was said in it yet.

        Raises:
            RequestError: there is none of that id.
            NotReady: it cannot be read yet.
        """
        return self.talks.find(caller.user, where["talk"]) if where.get("talk") else None

    def show(self, caller: Caller, talk: Talk | None, notice: str = "", box: Any = None) -> Shown:
        """All panels as they are now: past, present, chips, history, where, box."""
        reader = self.reader(caller)
        return (
            self.past(caller, talk),
            panels.present(talk, reader) if talk else "",
            self.chips(talk, reader, notice),
            self.history(caller, talk),
            self.where(talk),
            gr.skip() if box is None else box,
        )

    def past(self, caller: Caller, talk: Talk | None, sought: str = "") -> str:
        """The conversation up to its last exchange, or what stands there before it.

        Args:
            sought: Id of a conversation that cannot be read yet.
        """
        if talk is not None and talk.exchanges:
            return panels.past(talk, self.reader(caller))
        job = self.service.jobs.current
        state = job.state if job and job.state.phase == "running" else None
        offer = self.offer(self.reader(caller))
        status = self.service.status()
        failed = (
            (status.text, status.hint) if status.phase == "failed" else (job.state.what, job.state.hint) if job else ()
        )
        problem = " ".join(text for text in in_language(failed, caller.words.language) if text)
        if problem and caller.role is not OPERATOR:
            problem = caller.words("status.failed_for_visitors")
        return panels.welcome(status, state, offer, self.reader(caller), problem, sought)

    def chips(self, talk: Talk | None, reader: Reader, notice: str = "") -> str:
        """Filters that hold, and a way to add one."""
        schema = self.service.agent.pipeline.schema if self._settled else None
        return panels.chips(talk, schema, reader, notice)

    def history(self, caller: Caller, talk: Talk | None) -> str:
        """The visitor's conversations."""
        try:
            listed = self.talks.of(caller.user)
        except NotReady:
            listed = []
        return panels.history(listed, talk.id if talk else "", caller.words)

    @staticmethod
    def where(talk: Talk | None) -> Where:
        """What a tab shows, to be compared with what there is when it asks for something."""
        return {"talk": talk.id, "edition": talk.edition} if talk else dict(NOWHERE)

    def wish(self, box: Mapping[str, Any], caller: Caller, k: float, variety: float) -> VisitorWish:
        """The wish that stands in the box.

        Raises:
            RequestError: it is empty, or holds too many files.
            NotFound, Gone: a file of it is not there any more.
        """
        text = (box.get("text") or "").strip()
        sent = received(box.get("files") or [], caller.user, self.service)
        if not text and not sent:
            raise RequestError(caller.words("chat.empty_request"), caller.words("chat.empty_request_hint"))
        return VisitorWish(text, sent, k=int(k), diversity=variety)

    def box(self, caller: Caller, wish: VisitorWish) -> dict[str, Any]:
        """A wish back in the box, so that nothing of it has to be given again."""
        return {"text": wish.text, "files": still_there(wish.sent, caller.user, self.service)}

    def prepare(self, wish: VisitorWish) -> VisitorWish:
        """A wish with small pictures of its files."""
        return replace(wish, sent=tuple(shown(file, self.service) for file in wish.sent))

    async def opened(self, caller: Caller) -> None:
        """Wait until requests are taken; the models may still be loading.

        Raises:
            NotReady: that takes too long, the workspace cannot be opened, or it holds no items.
        """
        end = time.monotonic() + START_S
        while self.service.status().phase == "starting" and time.monotonic() < end:
            try:
                _ = self.service.agent
            except NotReady:
                await asyncio.sleep(LOOK_S)
            else:
                break
        if not self.service.agent.workspace.store.count():
            hint = "welcome.empty_text" if caller.role is OPERATOR else "welcome.empty_for_visitors"
            raise NotReady(f"{caller.words('welcome.empty')}.", caller.words(hint))

    async def followed(self, caller: Caller, talk: Talk, notice: str = "", box: Any = None) -> AsyncIterator[Shown]:
        """The panels, each time something is new, until nothing is being made any more."""
        seen, skip = -1, gr.skip()
        while talk.working:
            version = talk.version
            if seen < 0:
                yield await run_in_threadpool(self.show, caller, talk, notice, box)
                box = None
            elif version != seen:
                yield (skip, panels.present(talk, self.reader(caller)), skip, skip, self.where(talk), skip)
            seen = version
            await asyncio.sleep(LOOK_S)
        last = talk.exchanges[-1] if talk.exchanges else None
        if seen >= 0 and last and last.phase == "failed" and last.wish.command is None:
            box = self.box(caller, last.wish)
        yield await run_in_threadpool(self.show, caller, talk, notice, box)

    def offer(self, reader: Reader) -> Offer:
        """What a first visit shows, made once for each state of the catalog."""
        if not self._settled:
            return Offer()
        snapshot = self.service.agent.pipeline.snapshot
        known = self._offers.get(reader.words.language)
        if known is None or known[0] is not snapshot:
            shown = [item_json(item) for item in goods(snapshot)]
            known = snapshot, Offer(len(snapshot.items), examples(snapshot, reader), shown)
            self._offers[reader.words.language] = known
        return known[1]
