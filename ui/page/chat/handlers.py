"""What becomes of everything that a person does on the chat page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr
from starlette.concurrency import run_in_threadpool

from agent.errors import RequestError, TastemakerError
from agent.language.messages import in_language
from retrieval.filters import parse_filter
from ui.errors.refusals import NotReady
from ui.guard.doors import OPERATOR, role_of
from ui.page.chat.exchange import Exchange, VisitorWish, sent_file
from ui.page.chat.talk import MORE_LIKE_IT
from ui.page.shared.reader import Reader
from ui.page.shared.templating import plain_filter
from ui.page.shared.words import Words

if TYPE_CHECKING:
    from ui.page.chat.talk import Talk
    from ui.page.chat.view import Caller, ChatView, Shown, Where

    Outcome = tuple[Talk, Any]  # of an act: the conversation that is shown, and what stands in the box

EMPTY_BOX: dict[str, Any] = {"text": "", "files": []}


class Acts:
    """Each thing a person can do, as the panels that come of it."""

    def __init__(self, chat: ChatView) -> None:
        self._chat = chat
        self._doing = {
            "like": self._like,
            "save": self._save,
            "reject": self._reject,
            "stop": self._stop,
            "undo": self._undo,
            "edit": self._edit,
            "retry": self._retry,
            "others": self._others,
            "relax": self._relax,
            "option": self._option,
            "choose": self._choose,
            "filter": self._filter,
            "unfilter": self._unfilter,
            "example": self._example,
            "begin": self._begin,
        }

    def arrive(self, talk_id: str, request: gr.Request) -> AsyncIterator[Shown]:
        """What is shown when a tab is opened, or loaded anew."""
        return self._known(request, lambda caller: self._arriving(caller, talk_id))

    async def _arriving(self, caller: Caller, talk_id: str) -> AsyncIterator[Shown]:
        try:
            talk = await run_in_threadpool(self._chat.talk, caller, {"talk": talk_id})
        except NotReady:
            _, now, chips, history, *_ = self._chat.show(caller, None)
            yield (
                self._chat.past(caller, None, sought=talk_id),
                now,
                chips,
                history,
                {"talk": talk_id, "edition": -1},
                gr.skip(),
            )
            return
        except RequestError:
            talk = None
        async for shown in self._following(caller, talk):
            yield shown

    async def look(self, where: Where, request: gr.Request) -> AsyncIterator[Shown]:
        """What has changed while the server starts or a job runs; nothing where something is being said."""
        if where.get("talk") and where.get("edition", 0) >= 0:
            yield (gr.skip(),) * 6
            return
        looking = self._arriving if where.get("talk") else self._waiting
        async for shown in self._known(request, lambda caller: looking(caller, where.get("talk", ""))):
            yield shown

    async def _waiting(self, caller: Caller, talk_id: str) -> AsyncIterator[Shown]:
        """What a tab shows in which nothing was said; nothing where the person has begun to speak meanwhile.

        Making it may take longer than an answer, and who began that shows it.
        """
        talks, user = self._chat.talks, caller.user
        before = talks.held(user)
        async for shown in self._arriving(caller, talk_id):
            begun = talks.at_work(user) or talks.held(user) != before
            yield (gr.skip(),) * 6 if begun else shown

    async def send(
        self, box: Mapping[str, Any], where: Where, k: float, variety: float, request: gr.Request
    ) -> AsyncIterator[Shown]:
        """What is shown when the box is sent."""

        def do(caller: Caller, talk: Talk | None) -> Any:
            return self._ask_box(box, caller, talk, k, variety)

        async for shown in self._known(request, lambda caller: self._acting(caller, where, do)):
            yield shown

    async def press(
        self, where: Where, k: float, variety: float, request: gr.Request, data: Mapping[str, Any]
    ) -> AsyncIterator[Shown]:
        """What is shown when a button of a panel is pressed."""
        act = str(data.get("act", ""))
        if act in ("new", "open", "delete", "demo"):
            id = str(data.get("id", ""))
            async for shown in self._known(request, lambda caller: self._elsewhere(caller, act, id, where)):
                yield shown
        elif act in self._doing:
            base = VisitorWish(k=int(k), diversity=variety)
            doing = self._doing[act]

            def do(caller: Caller, talk: Talk | None) -> Any:
                return doing(caller, talk, data, base)

            async for shown in self._known(request, lambda caller: self._acting(caller, where, do)):
                yield shown
        else:
            yield (gr.skip(),) * 6

    # The frame of every act

    async def _known(self, request: gr.Request, do: Callable[[Caller], AsyncIterator[Shown]]) -> AsyncIterator[Shown]:
        """What `do` shows to whoever calls; why not, where it is not known who that is."""
        from ui.page.chat.view import Caller

        try:
            caller = Caller.of(request)
        except TastemakerError as error:
            yield self._welcome_with(request, error)
            return
        async for shown in do(caller):
            yield shown

    async def _acting(self, caller: Caller, where: Where, do: Any) -> AsyncIterator[Shown]:
        """What comes of doing something in the conversation that a tab shows."""
        talk: Talk | None = None
        try:
            await self._chat.opened(caller)
            talk = await run_in_threadpool(self._chat.talk, caller, where)
            if talk is not None and talk.edition != where.get("edition"):
                async for shown in self._following(caller, talk, caller.words("chat.elsewhere")):
                    yield shown
                return
            talk, box = await run_in_threadpool(do, caller, talk)
        except TastemakerError as error:
            notice = " ".join(in_language((error.what, error.hint), caller.words.language))
            yield await run_in_threadpool(self._chat.show, caller, talk, notice)
            return
        async for shown in self._following(caller, talk, box=box):
            yield shown

    async def _following(
        self, caller: Caller, talk: Talk | None, notice: str = "", box: Any = None
    ) -> AsyncIterator[Shown]:
        if talk is None:
            yield await run_in_threadpool(self._chat.show, caller, None, notice, box)
            return
        async for shown in self._chat.followed(caller, talk, notice, box):
            yield shown

    async def _elsewhere(self, caller: Caller, act: str, id: str, where: Where) -> AsyncIterator[Shown]:
        """What is shown when a tab goes to another conversation, or to none."""
        chat = self._chat
        try:
            if act == "demo":
                chat.service.open_demo()
            if act == "delete":
                await run_in_threadpool(chat.talks.delete, caller.user, id)
            stays = act == "delete" and id != where.get("talk")
            goes = id if act == "open" else where.get("talk", "") if stays else ""
            talk = await run_in_threadpool(chat.talk, caller, {"talk": goes})
        except TastemakerError as error:
            yield chat.show(caller, None, " ".join(in_language((error.what, error.hint), caller.words.language)))
            return
        async for shown in self._following(caller, talk):
            yield shown

    def _welcome_with(self, request: gr.Request, error: TastemakerError) -> Shown:
        from ui.page.chat import panels

        operator = role_of(request) is OPERATOR
        reader = Reader(Words.of(request), self._chat.service.shop, operator=operator)
        problem = f"{error.what} {error.hint}"
        status = self._chat.service.status()
        welcome = panels.welcome(status, None, panels.Offer(), reader, problem)
        return (welcome, "", "", "", {"talk": "", "edition": 0}, gr.skip())

    def _allow(self, caller: Caller) -> None:
        """Count one word of a visitor on an item, unless there were too many."""
        self._chat.service.allowance.take(caller.user, caller.address)

    # Single acts

    def _ask_box(self, box: Mapping[str, Any], caller: Caller, talk: Talk | None, k: float, variety: float) -> Outcome:
        wish = self._chat.wish(box, caller, k, variety)
        return self._ask(caller, talk, wish), EMPTY_BOX

    def _ask(self, caller: Caller, talk: Talk | None, wish: VisitorWish) -> Talk:
        talk = talk or self._chat.talks.begin(caller.user)
        talk.ask(wish, caller.words.language, self._chat.prepare)
        return talk

    def _like(self, caller: Caller, talk: Talk | None, data: Mapping[str, Any], base: VisitorWish) -> Outcome:
        talk = _present(talk)
        self._allow(caller)
        talk.judge(str(data.get("item", "")), "like")
        text = caller.words("card.like_said", title=str(data.get("title", "")))
        return self._ask(caller, talk, replace(base, text=text, command=MORE_LIKE_IT)), None

    def _save(self, caller: Caller, talk: Talk | None, data: Mapping[str, Any], base: VisitorWish) -> Outcome:
        del base
        talk = _present(talk)
        self._allow(caller)
        talk.judge(str(data.get("item", "")), "save")
        return talk, None

    def _reject(self, caller: Caller, talk: Talk | None, data: Mapping[str, Any], base: VisitorWish) -> Outcome:
        del base
        talk = _present(talk)
        self._allow(caller)
        talk.judge(str(data.get("item", "")), "dislike", str(data.get("reason", "")))
        return talk, None

    def _stop(self, caller: Caller, talk: Talk | None, data: Mapping[str, Any], base: VisitorWish) -> Outcome:
        del caller, data, base
        talk = _present(talk)
        talk.stop()
        return talk, None

    def _undo(self, caller: Caller, talk: Talk | None, data: Mapping[str, Any], base: VisitorWish) -> Outcome:
        del caller, data, base
        talk = _present(talk)
        talk.undo()
        return talk, None

    def _edit(self, caller: Caller, talk: Talk | None, data: Mapping[str, Any], base: VisitorWish) -> Outcome:
        del data, base
        talk = _present(talk)
        wish = talk.undo()
        if wish is None:
            return talk, None
        talk.require(wish.filters)  # the box holds words and files alone
        return talk, self._chat.box(caller, wish)

    def _retry(self, caller: Caller, talk: Talk | None, data: Mapping[str, Any], base: VisitorWish) -> Outcome:
        del data
        talk = _present(talk)
        wish = talk.undo()
        if wish is not None:
            self._ask(caller, talk, replace(wish, k=base.k, diversity=base.diversity))
        return talk, None

    def _others(self, caller: Caller, talk: Talk | None, data: Mapping[str, Any], base: VisitorWish) -> Outcome:
        del data
        text = caller.words("chat.more")
        return self._ask(caller, _present(talk), replace(base, text=text, command="show me others")), None

    def _relax(self, caller: Caller, talk: Talk | None, data: Mapping[str, Any], base: VisitorWish) -> Outcome:
        talk = _present(talk)
        way = _chosen(_last(talk)["relaxations"], data)
        instead = (way["instead"],) if way["instead"] else ()
        reader = self._chat.reader(caller)
        dropped = ", ".join(plain_filter(condition, reader) for condition in way["dropped"])
        text = (
            caller.words("chat.only", filter=plain_filter(instead[0], reader))
            if instead
            else caller.words("chat.dropped", dropped=dropped)
        )
        wish = replace(base, text=text, command="", filters=instead, without=tuple(way["dropped"]))
        return self._ask(caller, talk, wish), None

    def _option(self, caller: Caller, talk: Talk | None, data: Mapping[str, Any], base: VisitorWish) -> Outcome:
        talk = _present(talk)
        option = _chosen(_last(talk)["dialogue"]["question"]["options"], data)
        wish = replace(base, text=option["label"], command="", filters=(option["filter"],))
        return self._ask(caller, talk, wish), None

    def _choose(self, caller: Caller, talk: Talk | None, data: Mapping[str, Any], base: VisitorWish) -> Outcome:
        talk = _present(talk)
        return self._ask(caller, talk, replace(base, text=str(_chosen(_last(talk).get("choices", ()), data)))), None

    def _filter(self, caller: Caller, talk: Talk | None, data: Mapping[str, Any], base: VisitorWish) -> Outcome:
        schema = self._chat.service.agent.pipeline.schema
        name, value = str(data.get("field", "")).replace('"', '""'), str(data.get("value", "")).strip()
        condition = str(parse_filter(f'"{name}" {data.get("comparison", "=")} {_quoted(value)}', schema))
        talk = talk or self._chat.talks.begin(caller.user)
        if not talk.exchanges:
            talk.require([condition])
            return talk, None
        text = caller.words("chat.only", filter=plain_filter(condition, self._chat.reader(caller)))
        return self._ask(caller, talk, replace(base, text=text, command="", filters=(condition,))), None

    def _unfilter(self, caller: Caller, talk: Talk | None, data: Mapping[str, Any], base: VisitorWish) -> Outcome:
        talk, condition = _present(talk), str(data.get("filter", ""))
        if condition in talk.pending:
            talk.release(condition)
            return talk, None
        said = str(data.get("said") or plain_filter(condition, self._chat.reader(caller)))
        text = caller.words("chat.dropped", dropped=said)
        return self._ask(caller, talk, replace(base, text=text, command="", without=(condition,))), None

    def _example(self, caller: Caller, talk: Talk | None, data: Mapping[str, Any], base: VisitorWish) -> Outcome:
        example = _chosen(self._chat.offer(self._chat.reader(caller)).examples, data)
        sent = (sent_file(example.kind, str(example.path)),) if example.path else ()
        return self._ask(caller, talk, replace(base, text=example.text, sent=sent)), None

    def _begin(self, caller: Caller, talk: Talk | None, data: Mapping[str, Any], base: VisitorWish) -> Outcome:
        return self._ask(caller, talk, replace(base, text=str(data.get("title", "")))), None


def _present(talk: Talk | None) -> Talk:
    if talk is None:
        raise RequestError("The conversation is not there any more.", "Begin a new one.")
    return talk


def _last(talk: Talk) -> Mapping[str, Any]:
    """The last answer."""
    last: Exchange | None = talk.exchanges[-1] if talk.exchanges else None
    if last is None or last.answer is None:
        raise RequestError("There is no answer to choose from.", "Ask for something first.")
    return last.answer


def _chosen(offered: Any, data: Mapping[str, Any]) -> Any:
    number = str(data.get("n", ""))
    if not number.isdecimal() or int(number) >= len(offered):
        raise RequestError("That is not offered any more.", "Choose from what is shown now.")
    return offered[int(number)]


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if '"' in value or "," in value else value
