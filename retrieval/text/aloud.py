"""What a model says behind its thoughts, and whether that says anything of a thing rather than of itself.

Models that reason write their thoughts down before they answer. Servers cut these off, or leave them where they stand:
between marks of many spellings, without the first mark (which the prompt held), or without any. A model that will not
answer speaks of itself: it apologises, says what it cannot do, asks for another picture. Neither is a description.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from retrieval.items import PERSON, Description
from retrieval.text.words import sentences

_NAME = (
    r"(?:\w{1,12}[:_])?"
    r"(?:think(?:ing)?|thoughts?(?:_process)?|reason(?:ing)?|reflection|scratch_?pad|analysis|(?:inner_)?monologue|cot)"
)
_MARKS = re.compile(
    rf"""(?P<close>
      <\|?\s*(?:/|end_of_|end_)\s*{_NAME}\s*\|?> | \[/(?-i:THINK)\] | ◁/think▷ | <unused95>
      | <\|channel\|>\s*final[^<]{{0,80}}<\|message\|> | <channel\|> | assistant\s?final(?=\W|(?-i:[A-Z]))
      | here(?:\ is|['’]s)\ my\ (?:final\ )?(?:response|answer)\s*:
    )|(?P<open>
      <\|?\s*(?:start_(?:of_)?|begin_(?:of_)?)?{_NAME}(?:\s[^<>]{{0,40}})?\s*\|?> | \[(?-i:THINK)\] | ◁think▷
      | <unused94>(?:thought)? | <\|channel>\s*thought
      | <\|channel\|>\s*(?:analysis|commentary)[^<]{{0,80}}<\|message\|>
      | \A\s*(?:analysis|commentary)(?=(?-i:[A-Z]))
      | \A\W{{0,4}}here(?:\ is|['’]s)\ my\ (?:thought|thinking|reasoning)(?:\ process)?\s*:
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_WRAPPING = re.compile(
    r"</?(?:final_?)?(?:answer|response)>|<\|(?:begin|end)_of_solution\|>|<\|(?:start|end)_response\|>"
    r"|<\|start\|>(?:assistant)?|<\|(?:return|end|im_end|eot_id|end_of_text)\|>",
    re.IGNORECASE,
)
_MARK_BEGUN = re.compile(r"[<\[◁][^<>\]▷\n]{0,60}\Z")
_THINKING = re.compile(
    r"\A\W*(?:(?:ok(?:ay)?|al?right|hmm+|so|well|now|first)\b[,.!\s]*)*"
    r"(?:let(?:[’']s| me| us)\b|(?:i|we)(?:[’']ll| need| should| have| must| want| can| will| am|[’']m)?\b"
    r"|the (?:user|question|request|prompt|task|instructions?)\b)",
    re.IGNORECASE,
)
_OF_THE_TASK = re.compile(
    r"\bthe user\b|\b(?:let me|let[’']s) \w+|\b(?:i|we) (?:need|should|have to|must)\b"
    r"|\bthe (?:prompt|instructions?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Parted:
    """A text, parted into words and thoughts.

    Attributes:
        words: What is said behind or between the thoughts.
        thought: Whether there were thoughts.
        bare: Whether they ended without a mark of where they began.
    """

    words: str
    thought: bool = False
    bare: bool = False


def parted(text: str) -> Parted:
    """The words of a text that may hold thoughts; thoughts that nothing ends go on to its end."""
    words, at, thinking, thought, bare = "", 0, False, False, False
    for mark in _MARKS.finditer(text):
        if mark["close"]:
            if not thinking:
                words, bare = "", True
            thinking = False
        elif not thinking:
            words, thinking = words + text[at : mark.start()], True
        thought, at = True, mark.end()
    words = words if thinking else words + text[at:]
    return Parted(_WRAPPING.sub("", words).strip(), thought, bare)


def whole_marks(text: str) -> str:
    """A text that is still being written, without what may become a mark at its end."""
    begun = _MARK_BEGUN.search(text)
    return text[: begun.start()] if begun else text


def thinks_unmarked(text: str) -> bool:
    """Whether a text is thoughts without any mark: it begins with whoever asked, and with what is to be done."""
    beginning = text[:400]
    return bool(_THINKING.match(beginning) and _OF_THE_TASK.search(beginning))


# Refusals

_QUOTED = re.compile(r"[“\"‘「][^”\"’」]*[”\"’」]")  # what can be read in a picture may be said by anybody
_LED_IN = (
    r"\A\W*(?:(?:but|however|unfortunately|regrettably|also|note that|please note that|as such|therefore|and|so"
    r"|sorry(?:,? but)?|apologies(?:,? but)?|i[’']m (?:so |very |really )?sorry|i am (?:so |very |really )?sorry"
    r"|i apologi[sz]e(?: for[^,.]*)?|my apologies|as an? (?:[\w-]+ ){0,3}(?:ai|assistant|model)(?: \w+){0,3}"
    r"|at this time|based on this)\b[,;:.\s]*(?:but\b)?\W*)*"
)
_REFUSES = re.compile(
    _LED_IN + r"(?:"
    r"i\b(?:[’']m| am)?\s?(?:really )?(?:can[’']?t|cannot|can not|could not|couldn[’']t|won[’']t|will not|don[’']t|"
    r"do not|didn[’']t|did not|not able|unable|not allowed|not permitted|not comfortable|not capable|not sure i"
    r"|must decline|"
    r"have to decline|have no|lack)\b"
    r"|i[’']m (?:sorry|afraid)\b|i am (?:sorry|afraid)\b|i apologi[sz]e\b|sorry,? (?:but )?(?:i|we|this|there|that)\b"
    r"|as an? (?:[\w-]+ ){0,3}(?:ai|language model)\b(?: \w+){0,2},"
    r"|(?:there(?: is|[’']s| was)|i see|you(?:[’']ve| have)?) (?:no|not|n[’']t|no longer an?) ?"
    r"(?:image|picture|photo)?\w* ?(?:was |is |has been )?(?:attached|provided|uploaded|given|shared)"
    r"|no (?:image|picture|photo)\w* (?:was|were|is|has been|could be|can be) "
    r"(?:attached|provided|uploaded|loaded|shared|seen)"
    r"|(?:the|your) (?:image|picture|photo)\w* (?:was|is|has|could|can|did|does|do)(?: not|n[’']t|not) "
    r"(?:be(?:en)? )?(?:attach|provid|upload|load|display|shar|receiv|process|come|visible|appear)"
    r"|(?:this|the|your) (?:request|content|image) (?:violates|goes against|was flagged|has been flagged|is against)"
    r")",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\A\W*(?:"
    r"(?:抱歉|对不起|對不起|很遗憾|不好意思)|(?:我|本助手)?(?:无法|無法|不能|不会|没有办法)(?:看|查看|识别|提供|协助|帮助|处理|满足|描述|回答)"
    r"|申し訳|すみません|죄송"
    r"|(?:es tut mir leid|leider|tut mir leid|entschuldigung)[\s,]*(?:(?:aber )?(?:ich )?(?:kann|darf)|,? dass)"
    r"|ich (?:kann|darf) (?:\w+ ){0,4}(?:nicht|keine?)\b"
    r"|(?:lo siento|perd[oó]n|lamento)\b|no puedo (?:ayud|ver|proces|proporc|describ|cumpl|asist|ident)"
    r"|(?:je suis d[ée]sol|d[ée]sol[ée]e?\b|je ne (?:peux|puis) pas\b)"
    r"|(?:mi dispiace\b|non posso (?:aiut|veder|descriv|elabor|forn))"
    r"|(?:desculp|sinto muito\b|n[ãa]o (?:posso|consigo) (?:ajud|ver|descrev|process|fornec))"
    r"|(?:извините|простите|к сожалению)[\s,]*(?:но )?я |я не могу\b"
    r")",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\b(?:but|however)\b,? (?:here|i (?:can|could|do|will)(?!n[’']?t|not| not)\b|i[’']ll\b|what i)", re.IGNORECASE
)
_TO_SOMEBODY = re.compile(
    r"\A\W*(?:(?:but|if so|however|then|could you|can you|would you|kindly)\b[,\s]*)*"
    r"(?:please (?:\w+ )?(?:provide|upload|share|send|attach|try|describe|let|give|tell|check|re-?upload|contact|note)"
    r"|let me know|feel free|would you like"
    r"|if you (?:\w+ )?(?:can|could|have|would|need|want|like|provide|upload|share)"
    r"|is there anything|how (?:can|may) i (?:help|assist))",
    re.IGNORECASE,
)
_ANNOUNCED = re.compile(
    r"\A\W*(?:(?:sure|certainly|of course|absolutely)(?: thing)?[!,.]\s+)?"
    r"(?:here(?: is|[’']s| are)\b[^:.\n]{0,60}\b(?:description|picture|image|photo|see)\b[^:.\n]{0,40}:\s*)?",
    re.IGNORECASE,
)


def of_the_thing(text: str) -> str:
    """What a text says of a thing, without thoughts and without sentences in which a model speaks of itself.

    Returns:
        Nothing where the text is thoughts, or a refusal; the very same text where all of it is said of the thing.
    """
    words = _ANNOUNCED.sub("", parted(text).words)
    if thinks_unmarked(words):
        return ""
    own = sentences(words)
    if own and refuses(own[0]) and not _GOES_ON.search(own[0]):
        return ""
    said = [sentence for sentence in own if not refuses(sentence) and not _TO_SOMEBODY.match(sentence)]
    return words if len(said) == len(own) else " ".join(sentence.strip() for sentence in said)


def refuses(sentence: str) -> bool:
    """Whether whoever says a sentence says what they cannot or will not do, or that there is nothing to be seen."""
    plain = _QUOTED.sub(" ", sentence)
    return bool(_REFUSES.match(plain) or _ELSEWHERE.match(plain))


_MAY_BE_ALOUD = re.compile(  # only of texts with a mark, or that begin like the above, is a closer look worth while
    r"[<◁]|\[THINK|assistant\s?final"
    r"|\A\W*(?:i\b|(?:we|so|well|now|first|sorry|but|however|also|and|then|my|your?|no|if|how|this|is there|i see)\b"
    r"|let|ok|al?right|hmm|apolog|as an?\b|unfortunately|regrettably|note|please|therefore|at this|based|there|could"
    r"|can\b|would|kindly|feel|sure|certainly|of course|absolutely|here|analysis|commentary|[^\x00-\x7f]"
    r"|(?:es|tut|leider|entschuld|ich|lo|perd|lamento|no|je|d[ée]sol|mi|non|desculp|sinto|n[ãa]o)\b"
    r"|the (?:user|question|request|prompt|task|instruction|content)"
    r"|the (?:image|picture|photo)\w* (?:\w+ not\b|\w+n[’']t\b|violates|goes|cannot|was flagged|has been|is against))",
    re.IGNORECASE,
)


def is_description(description: Description) -> bool:
    """Whether a description says anything of its medium; what people wrote or said themselves always does."""
    if description.origin == PERSON or description.kind == "audio":
        return True
    captions = [span.text for span in description.spans if span.kind == "caption"]
    texts = captions if description.kind == "video" else [description.text]
    return bool(description.text.strip()) and (
        not texts or any(not _MAY_BE_ALOUD.search(text) or of_the_thing(text) for text in texts)
    )


__all__ = ["Parted", "is_description", "of_the_thing", "parted", "refuses", "thinks_unmarked", "whole_marks"]
