"""Text from outside is data: what a language model reads of items, pictures, speech and requests is made plain first.

A model may do what it reads. So it reads no sentence that speaks to a model instead of about an item, no address and
no markup, nothing that cannot be seen, and never more than so many characters of anything. What it writes back chooses
nothing: it is checked word by word, and refused where it holds an address or markup.
"""

from __future__ import annotations

import re
import unicodedata

from retrieval.catalog.cleaning import clean_text
from retrieval.text.words import sentences

_ADDRESS = re.compile(
    r"(?:https?|ftp|javascript|data):\S+|www\.\S+|\S+@\S+\.\w+|\b[\w-]+\.(?:com|net|org|io|co|ru|cn|example)\b\S*",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<[^>]*>|!?\[([^\]]*)\]\([^)]*\)|```|\{\{|\}\}|\{%|%\}|<\|[^|]*\|>|[<>`]")
_TO_A_MODEL = re.compile(
    r"""
    \b(?:ignore|disregard|forget|override|bypass|skip)\b.{0,40}\b(?:instructions?|rules?|prompts?|previous|above|prior|
        earlier|everything|guidelines|facts|evidence|other\ items?|all)\b
    | \b(?:system|developer|hidden)\s+(?:prompt|message|note|instruction)
    | \b(?:assistant|ai|llm|chatbot|language\ model|recommender|agent)\s*[:,]
    | \b(?:as|to|dear|attention|note\ to|hey)\s+(?:an?\s+|the\s+|all\s+)?
        (?:ai|assistants?|models?|language\ models?|llms?|recommenders?|agents?|chatbots?)\b
    | \byou\s+(?:are\s+now|must|shall|have\s+to|will\s+now|should)\b
    | \b(?:say|answer|reply|respond|output|print|write|repeat|state|tell|claim|mention|add|include|append|insert|
        explain|begin|start|end)\b\s*
        (?:[:"“']|\b(?:with|that|only|exactly|the\ following|this|them|(?:the\ )?(?:users?|customers?)|everyone|people|
        in\ your|your)\b)
    | \b(?:rank|rate|score|place|put|list|move|promote|recommend|choose|pick|select|prefer|show)\s+
        (?:this|it|me|item|only|us|the\ following|number|id)\b
    | \bnew\s+(?:instructions?|rules?|task)\b | \binstructions?\s*: | \bend\s+of\s+(?:facts|request|prompt|item)
    | \b(?:system|user|assistant)\s*>
    | 忽略 | 无视 | 请(?:说|回答|推荐|输出|写) | 你(?:必须|现在是) | 系统提示 | 指令
    """,
    re.IGNORECASE | re.VERBOSE,
)


def addressed_to_a_model(sentence: str) -> bool:
    """Whether a sentence speaks to whoever reads it for people, instead of about an item."""
    return _TO_A_MODEL.search(unicodedata.normalize("NFKC", clean_text(sentence))) is not None


def as_data(text: str, limit: int) -> str:
    """A text as a language model may read it: one line of plain words, at most `limit` characters long.

    Compatible characters are made one (NFKC), invisible ones, addresses and markup taken out, and sentences that speak
    to a model left out whole.
    """
    # Cut first: patterns over a text of any length are time that whoever wrote the text could choose.
    plain = unicodedata.normalize("NFKC", clean_text(text[: 4 * limit]))
    plain = _ADDRESS.sub(" ", _MARKUP.sub(lambda match: f" {match[1] or ''} ", plain))
    lines = plain.splitlines()
    harmless = (part for line in lines for part in sentences(line) if not addressed_to_a_model(part))
    line = " ".join(" ".join(harmless).split())
    if len(line) <= limit:
        return line
    cut, space, _ = line[:limit].rpartition(" ")
    return f"{cut}…" if space else line[:limit]


def lines_as_data(text: str, limit: int) -> str:
    """A text as a language model may read it, each line by itself as `as_data` makes it."""
    lines = (as_data(line, limit) for line in text.splitlines())
    return "\n".join(line for line in lines if line)[:limit]


def holds_markup(text: str) -> bool:
    """Whether a text that a model wrote holds an address or markup, which no reason may."""
    return bool(_ADDRESS.search(text) or _MARKUP.search(text) or re.search(r"[*_#|\\~]{1,}\w|\w[*_|\\~]{2,}", text))


__all__ = ["addressed_to_a_model", "as_data", "holds_markup", "lines_as_data"]
