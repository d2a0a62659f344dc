"""Turns that ask for nothing new by themselves: undo, start over, show again, show others, yes, drop that wish."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from agent.understand import Reference, Vocabulary
from agent.understand.references import pointed_at, references, sentiments
from agent.understand.tokens import flat
from retrieval.text.words import words

ActKind = Literal["undo", "restart", "again", "others", "yes", "drop", "either", "idle", "request"]

_END = r"(?:\s+please|\s+now)?[\s.!?。！？~～]*$"
_PLEASE = r"^(?:(?:please|ok|okay|well|no|hmm|sorry)[,\s]+)*"
_UNDO = re.compile(
    _PLEASE + r"(?:(?:let'?s\s+)?undo(?: that| this| it| the last one)?|(?:go|step|take me) back(?: (?:a"
    r"|one) step)?"
    r"|take (?:that|it) back|never ?mind(?: that)?|i take (?:that|it) back|撤销|上一步|回到上一步"
    r"|返回(?:上一步)?|收回)" + _END
)
_RESTART = re.compile(
    _PLEASE + r"(?:let'?s\s+|can we\s+)?(?:start (?:over|again|afresh|anew|from scratch)|restart|reset|begin again"
    r"|new (?:topic|search|conversation)|forget (?:all|everything)(?: (?:of )?(?:that|this|i said))?"
    r"|重新开始|从头(?:再?来|开始)|重来|换个话题|清空)[\s,.:;!，。：！]*(?P<rest>.*)$"
)
_AGAIN = re.compile(
    r"\b(?:show|see|give|look at|display|repeat|back to)\b.*\bagain\b|\b(?:go )?back to\b|再(?:给我)?(?:看"
    r"|显示|展示|来看)"
)
_OTHERS = re.compile(
    _PLEASE + r"(?:(?:can|could) (?:you|i) (?:see|have|show me)\s+|(?:show|give|tell)(?: me)?\s+"
    r"|i want(?: to see)?\s+|any\s*)?"
    r"(?:some\s+|any\s+|a few\s+|two\s+|three\s+|five\s+)?(?:more|others?|other ones|something else|anything else"
    r"|something different|different ones|the next(?: ones)?|next|what else|else|more of (?:these|those|them)"
    r"|the rest)"
    r"(?:\s+(?:options|ones|items|results|suggestions|like (?:these|those|them)))*"
    + _END
    + r"|(?:请)?(?:还有(?:别的|其他的?|更多)?(?:吗|没有|么)?|换一批|换几个"
    r"|再来(?:几|一)[个些幅件批]?|再推荐几[个幅件]|其他的?|别的(?:呢|吗)?|更多|下一批|再给我看几[个幅件])" + _END
)
_NONE_OF_THESE = re.compile(
    r"(?:none of (?:these|those|them)|(?:do not|don't|dont) like (?:any(?: of (?:these|those|them))?|these"
    r"|those|them)"
    r"|(?:hate|dislike) (?:these|those|them|all of them)|not (?:these|those|what i (?:want|meant))"
    r"|都不(?:喜欢|好|要|行)|一个都不|不喜欢这些)"
)
_YES = re.compile(
    r"^(?:yes|yeah|yep|yup|sure|ok|okay|please do|do (?:it|that|so)|go ahead|fine|agreed|好的?|可以|行|是的?"
    r"|没问题|同意|嗯)"
    r"(?:[\s,.!，。！]+(?P<rest>.*)|$)"
)
_DROP = re.compile(
    r"\b(?:drop|forget(?: about)?|skip|lose|remove|ignore|relax|lift|leave out|give up|without)\b"
    r"|\bany\b|\bwhatever\b|\b(?:does not|doesn't|don't|do not) (?:matter|care)|\bno matter\b|\bnot important\b"
    r"|去掉|取消|放弃|不限|无所谓|随便|不重要|不管|都行|都可以"
)
_EITHER = re.compile(
    _PLEASE + r"(?:either|any(?:thing)?(?: is fine| of them)?|whatever|both|all(?: of them)?|i (?:don't"
    r"|do not) (?:care|know|mind)"
    r"|(?:it )?(?:doesn't|does not) matter|no preference|you (?:choose|decide)|surprise me|not sure|都可以"
    r"|都行|随便|无所谓|不知道|你决定)" + _END
)
_RULES = re.compile(
    r"[^.!?。！？]*(?:\b(?:ignore|disregard|forget|override|bypass|reveal|print|repeat)\b[^.!?]{0,40}"
    r"\b(?:rules?|instructions?|prompts?|guidelines?|constraints?)\b|\b(?:system prompt|jailbreak|developer mode)\b"
    r"|(?:忽略|无视|忘记|不要管).{0,12}(?:规则|指令|提示|设定))[^.!?。！？]*[.!?。！？]*",
    re.IGNORECASE,
)
_IDLE = re.compile(
    r"\b(?:thanks?(?: you)?(?: (?:so|very) much)?|thank you|hello|hi|hey|good (?:morning|evening|day|bye)|bye"
    r"|lol|haha+|ok|okay|yes|yeah|no|nope"
    r"|nice|great|cool|wow|good|perfect|really|you(?:'re| are)?|your|this is|these are|that is|that's"
    r"|what an?|bot|machine"
    r"|piece of|(?:so |such |a |an |fucking |bloody )*(?:stupid|idiot(?:ic)?|dumb|useless|crap|shit\w*"
    r"|fuck\w*|damn|sucks?|moron|rubbish|garbage|hate you|off))\b"
    r"|你好|谢谢|好的|不错|哈+|嗯|再见|你?(?:真|太|是)?(?:傻|笨|蠢)(?:逼|蛋|瓜|了|死了)?|垃圾|混蛋|废物|滚|是的?|不"
)

MOST_CHARS = 400  # of a turn that steers; a longer one is a request


@dataclass(frozen=True, slots=True)
class Act:
    """What a turn does, and what of its words is still to be read as a request.

    Attributes:
        targets: Items of the list shown last that it points at, of `again`.
        fields: What `drop` speaks of.
        rest: The words that are left.
        rules: Whether words that tried to change how the agent works were left out.
        dislikes: Whether all that was shown is refused.
    """

    kind: ActKind
    rest: str
    targets: tuple[Reference, ...] = ()
    fields: tuple[str, ...] = ()
    rules: bool = False
    dislikes: bool = False


def act_of(text: str, vocabulary: Vocabulary, *, offered: bool, asked: bool) -> Act:
    """What a clean text does in a conversation.

    Args:
        offered: Whether the last answer offered to give something up.
        asked: Whether it asked a question.
    """
    if len(text) > MOST_CHARS:
        return Act("request", text)
    kept = _RULES.sub(" ", text).strip()
    low = flat(kept)
    if _UNDO.match(low):
        return Act("undo", "")
    if match := _RESTART.match(low):
        return Act("restart", kept[match.start("rest") :].strip())
    if _AGAIN.search(low):
        return Act("again", kept, targets=tuple(pointed_at(low)))
    if _OTHERS.match(low):
        return Act("others", "")
    if _NONE_OF_THESE.search(low) and not words(_NONE_OF_THESE.sub(" ", low).replace("i ", " ")):
        return Act("others", "", dislikes=True)
    if asked and _EITHER.match(low):
        return Act("either", "")
    if _DROP.search(low) and (fields := _fields(low, vocabulary)):
        return Act("drop", "", fields=fields)
    if offered and (match := _YES.match(low)):
        return Act("yes", kept[match.start("rest") :].strip() if match["rest"] else "")
    asks = words(_IDLE.sub(" ", low)) or any(references(low, vocabulary)) or any(sentiments(low))
    return Act("request" if asks else "idle", kept, rules=kept != text)


def _fields(low: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Fields that a short text names, and nothing beside them."""
    mentions = [one for one in vocabulary.find(low) if one.names]
    rest = _DROP.sub(" ", low)
    for one in mentions:
        rest = rest.replace(low[one.start : one.end], " ")
    left = words(
        re.sub(
            r"\b(?:limit|condition|restriction|wish|then|the|is|it|yes|ok|okay|sure|fine)\b|好的?|限制"
            r"|条件",
            " ",
            rest,
        )
    )
    return tuple(dict.fromkeys(field.name for one in mentions for field in one.names)) if not left else ()


__all__ = ["Act", "ActKind", "act_of"]
