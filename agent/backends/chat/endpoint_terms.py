"""Terms: what the requests to one model of a server have to be like, learned from what it refused and answered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from agent.backends.chat.endpoint_errors import Refusal, param_in
from agent.backends.chat.endpoint_wire import TOP_LOG_PROBS

ROOM = 2_048  # tokens beside those of the answer, for a model that thinks whatever it is asked
EFFORTS = ("none", "minimal", "low")  # how little a model can be asked to think
NOT_OF_PARAMETERS = frozenset({401, 402, 403, 408, 429})
_FIXED = frozenset({"model", "messages", "prompt", "query", "documents"})  # without these nothing is asked
_REFUSES = re.compile(
    r"support|unknown|unrecogni[sz]ed|unexpected|extra |permitted|allowed|invalid|deprecated|must|should|cannot|can't"
    r"|instead|available|forbidden|implemented|not enabled|disabled|expected|exceed|less than|at most|maximum",
    re.IGNORECASE,
)
_TOO_LONG = re.compile(
    r"context (?:length|size|window)|too (?:large|long|many tokens)|completion tokens|output tokens", re.IGNORECASE
)
_INSTEAD = re.compile(
    r"\buse\W{1,3}(?:the\s)?\W?(?P<name>[a-z][a-z_]{2,40})\W{0,2}(?:parameter\s)?instead", re.IGNORECASE
)
_NO_SYSTEM = re.compile(
    r"system (?:role|message|prompt|instruction)|role\W{1,3}system|\bsystem\W{1,2} role", re.IGNORECASE
)
_OTHER_WORDS = (  # what servers call parameters when they write plain English
    ("stream", re.compile(r"\bstreaming\b", re.IGNORECASE)),
    (
        "response_format",
        re.compile(r"json[_ ]?schema|structured output|guided (?:json|decoding)|grammar", re.IGNORECASE),
    ),
    ("chat_template_kwargs", re.compile(r"enable_thinking|chat.template.kwarg", re.IGNORECASE)),
    ("reasoning_effort", re.compile(r"\breasoning\b|\bthink(?:ing)?\b|\bthink value\b", re.IGNORECASE)),
    ("top_logprobs", re.compile(r"\blog_?prob", re.IGNORECASE)),
)
_MARKED_NAME = (
    r"[`'\"]{name}[`'\"]",
    r"\b{name}\b\s*[:=]",
    r"\b(?:parameter|argument|field|option|key)s?\b\W+(?:\w+\W+)?{name}\b|:\s*{name}\b",
    r"\b{name}\b (?:parameter|argument|field|is|are|does|must|should)\b",
)


@dataclass(frozen=True, slots=True)
class AskingTerms:
    """How one model of a server is asked.

    Attributes:
        known: Whether it has answered by now.
        inline: Whether it writes thoughts into its answers: of these nothing is given out before thoughts have ended.
        thinks: Whether its last answer held thoughts: it then gets room for them, and no signs to stop at.
        quiet: Whether it is asked not to think.
        effort: How little it is asked to think.
        streams: Whether it is asked to answer piece by piece.
        system: Whether it takes a message of the system's.
        without: Parameters that it does not take.
        renamed: Parameters that it knows by other names.
        top_log_probs: How many likeliest tokens it tells.
        room: Tokens for thoughts.
    """

    known: bool = False
    inline: bool = False
    thinks: bool = False
    quiet: bool = False
    effort: str = EFFORTS[0]
    streams: bool = True
    system: bool = True
    without: frozenset[str] = frozenset()
    renamed: tuple[tuple[str, str], ...] = ()
    top_log_probs: int = TOP_LOG_PROBS
    room: int = ROOM

    def body(self, request: Mapping[str, object], *, thinking: bool = True) -> dict[str, Any]:
        """A request under these terms.

        Args:
            thinking: Whether room is left for thoughts, where the model has them.
        """
        body: dict[str, Any] = dict(request)
        if self.thinks and thinking:
            body.pop("stop", None)  # a sign to stop at would end the answer within the thoughts
            body["max_tokens"] += self.room
        if self.quiet:
            # By the words of vLLM, llama.cpp and SGLang, and by those of Ollama, LM Studio and hosted models.
            body["chat_template_kwargs"] = {"enable_thinking": False, "thinking": False}
            body["reasoning_effort"] = self.effort
        if not self.system and "messages" in body:
            body["messages"] = _without_system(body["messages"])
        if "top_logprobs" in body:
            body["top_logprobs"] = min(body["top_logprobs"], self.top_log_probs)
        names = dict(self.renamed)
        return {names.get(name, name): value for name, value in body.items() if not {name} <= self.without}

    def after(self, refusal: Refusal, body: Mapping[str, Any]) -> AskingTerms:
        """The terms on which to ask again after a refusal; these very ones where it names nothing that could change.

        Args:
            body: The request that was refused.
        """
        if refusal.status in NOT_OF_PARAMETERS:
            return self
        if self.system and _NO_SYSTEM.search(refusal.said) and _REFUSES.search(refusal.said):
            return replace(self, system=False)
        if _TOO_LONG.search(refusal.said):
            return replace(self, room=0) if self.thinks and self.room else self
        sent = refused_name(refusal, body)
        name = next((ours for ours, theirs in self.renamed if theirs == sent), sent)
        return self._without(name, refusal.said, body) if name else self

    def _without(self, name: str, said: str, body: Mapping[str, Any]) -> AskingTerms:
        """The terms without a parameter: under another name, with another value, or not at all."""
        if name == "stream":
            return replace(self, streams=False)
        if name == "top_logprobs" and (most := _most_in(said, body.get(name))):
            return replace(self, top_log_probs=most)
        if name == "reasoning_effort" and (effort := _effort_in(said, self.effort)):
            return replace(self, effort=effort)
        other = _INSTEAD.search(said)
        new = other["name"] if other else "max_completion_tokens" if "max_completion_tokens" in said else None
        if new and new not in body and name not in dict(self.renamed):
            return replace(self, renamed=(*self.renamed, (name, new)))
        return replace(self, without=self.without | {name})


def refused_name(refusal: Refusal, body: Mapping[str, Any]) -> str:
    """The parameter of a request that its refusal is about; empty where it is about none, or about the request."""
    given = param_in(refusal.content).split(".")[0].split("[")[0]
    names = [name for name in body if name not in _FIXED]
    if given in names:
        return given
    if not _REFUSES.search(refusal.said):
        return ""
    places = {name: place for name in names if (place := _place_of(name, refusal.said)) >= 0}
    if places:
        return min(places, key=places.__getitem__)
    return next((name for name, words in _OTHER_WORDS if name in names and words.search(refusal.said)), "")


def _place_of(name: str, said: str) -> int:
    """Where a text names a parameter; -1 where it does not. Words of plain English have to be marked as names."""
    marked = _MARKED_NAME if "_" not in name else (r"\b{name}\b",)
    matches = (re.search(pattern.replace("{name}", name), said) for pattern in marked)
    return next((match.start() for match in matches if match), -1)


def _most_in(said: str, sent: object) -> int | None:
    """The largest number that a refusal grants, which is less than what was sent."""
    numbers = [int(number) for number in re.findall(r"\d{1,3}", said)]
    return max((number for number in numbers if 0 < number < int(str(sent or 0))), default=None)


def _effort_in(said: str, sent: str) -> str | None:
    """The least effort that a refusal names beside the one that was sent."""
    more = EFFORTS[EFFORTS.index(sent) + 1 :]
    return next((effort for effort in more if re.search(rf"[`'\"]{effort}\b|\b{effort}[,`'\"]", said)), None)


def _without_system(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Messages whose system text stands before the first words of the user."""
    told = [message["content"] for message in messages if message["role"] == "system"]
    rest = [dict(message) for message in messages if message["role"] != "system"]
    if told and rest:
        content, text = rest[0]["content"], "\n\n".join(told)
        rest[0]["content"] = (
            f"{text}\n\n{content}" if isinstance(content, str) else [{"type": "text", "text": text}, *content]
        )
    return rest


__all__ = ["AskingTerms", "refused_name"]
