"""Whether a turn goes on with what was asked before, or begins anew.

The rule, in this order: whatever points at what was shown, criticises it or states nothing but conditions goes on; so
do words that lean on what was said before (`but`, `with`, `in`, `something calmer`); whoever asks for a thing in so
many words (`I want a lamp`, `a portrait`, `换成`) begins anew; bare words begin anew when they name a kind of thing
that the catalog has, and go on when they do not.
"""

from __future__ import annotations

import re

from agent.dialogue.state import State
from agent.understand import Vocabulary
from agent.understand.tokens import flat
from retrieval.text.words import words

_LEAD = re.compile(
    r"^(?:(?:ok|okay|yes|no|well|alright|right|hmm|please|now|and|actually|instead|next|hi|hello|great"
    r"|thanks?)\b[,.!\s]*)+"
)
_LEANS = re.compile(
    r"^(?:but|also|too|or|with|without|in|at|for|from|by|on|under|over|above|below|near|only|just|not|no"
    r"|nothing|make it"
    r"|it |they |them|one |ones |those|these|rather|preferably|maybe|perhaps|more|less|still|even|same|as well"
    r"|但|不过|而且|还要|也要|只要|不要|别|要有|带|最好|稍微|更|再|有没有.{0,3}的|同时|并且)"
)
_OPENER = re.compile(
    r"^(?:i(?:'m| am)?\s+(?:would like|also want|want|need|'d like|looking for|searching for|like to see)|i'd like"
    r"|show me|let me see|find(?: me)?|give me|get me|do you have|have you got|are there|is there"
    r"|can you (?:find|show)(?: me)?"
    r"|recommend(?: me)?|suggest|search(?: for)?|looking for|what about|how about|let's see"
    r"|我想要?(?:看|找|买)?|我要(?:看|找|买)?|给我(?:看看?|找|推荐)?|请?(?:推荐|找|看看)(?:一下)?|有没有|换成"
    r"|改看|来[点些一]?[个幅件张把盏]?)\s*(?:to see\s+)?"
)
_VAGUE = re.compile(
    r"^(?:something|anything|one|ones|it|them|some(?:thing)? more|any of|same|a (?:different|similar) one"
    r"|(?:一)?[个幅件张些]?(?:更|比较)|.{0,2}的$)"
)
_ARTICLE = re.compile(r"^(?:an?|some|any|two|three|the|my)\s+|^一?[个幅件张把盏些]")
_ONES = re.compile(r"\bones?\W*$")
_THING_ROLES = ("kind", "")


def goes_on(wish: str, state: State, vocabulary: Vocabulary, *, leans: bool) -> bool:
    """Whether a turn goes on with what was asked before.

    Args:
        wish: Its words without conditions, references and criticism.
        leans: Whether it points at or criticises what was shown, or answers what was asked.
    """
    if leans or (not state.wishes and not state.images and not state.last):
        return bool(state.last)
    low = _LEAD.sub("", flat(wish)).strip()
    if not words(low):
        return bool(state.last)
    if _LEANS.match(low):
        return True
    opened = _OPENER.match(low)
    rest = low[opened.end() :].strip() if opened else low
    if vague := _VAGUE.match(rest):
        kind = rest[vague.end() :].strip()
        return bool(_LEANS.match(kind)) or not _names_a_thing(kind, vocabulary)
    if _ONES.search(rest):
        return True
    if opened or _ARTICLE.match(low):
        return False
    return not _names_a_thing(low, vocabulary)


def _names_a_thing(low: str, vocabulary: Vocabulary) -> bool:
    return any(meaning.field.about in _THING_ROLES for one in vocabulary.find(low) for meaning in one.meanings)


__all__ = ["goes_on"]
