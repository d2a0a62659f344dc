"""Terms: the words of a text in one form each, clause by clause, denied or not."""

import re
from importlib.resources import files
from typing import Any, NamedTuple

from agent.recent import recent
from retrieval.files.yaml_text import parsed
from retrieval.text.words import fold

WORDS: dict[str, Any] = parsed((files("agent.verify") / "words.yaml").read_text("utf-8"))
_CHINESE = sorted(f"{WORDS['plain']['zh']} {WORDS['denials']['zh']}".split(), key=len, reverse=True)
_TOKEN = re.compile(WORDS["token"].replace("CHINESE", "|".join(_CHINESE)))


class EntryWord(NamedTuple):
    """A word in its form, whether it is denied, in which clause and sentence, and what joins it to the last."""

    form: str
    denied: bool
    clause: int
    sentence: int
    link: str


@recent(4096)
def plain(text: str, rewrites: str = "spelling") -> str:
    """The text in small letters without accents, what is written in several ways written in one."""
    text = fold(fold(text))  # a trade mark sign becomes capitals
    for pattern, other in WORDS[rewrites].items():
        text = re.sub(pattern, other, text)
    return text


def form(word: str) -> str:
    """The one form of words of a family: `director` and `directed`, `rojo` and `roja`."""
    return _SAME.get(_stem(word), _stem(word))


def _stem(word: str) -> str:
    return re.sub(WORDS["endings"], "", re.sub("y$", "ie", re.sub(WORDS["plural"], "", word)))


_SAME = {_stem(word): _stem(group.split()[0]) for group in WORDS["same"].split(";") for word in group.split()}


def terms(text: str, language: str) -> list[EntryWord]:
    """The words that tell something; a denial denies the few that follow in its clause."""
    silent, denials = (f"{WORDS[kind].get(language)} {WORDS[kind]['en']}".split() for kind in ("plain", "denials"))
    words, clause, sentence, denied, link = list[EntryWord](), 0, 0, 0, ""
    for match in _TOKEN.finditer(f"{plain(plain(text), 'denying')}."):
        word, reach = match["word"], WORDS["denied words"]
        if word is None:
            if denied == reach and link not in denials:  # nothing follows: `the basket is not`
                words = [each._replace(denied=True) if each.clause == clause else each for each in words]
            clause, sentence, denied, link = clause + 1, sentence + bool(match["stop"]), 0, ""
        elif word in denials:
            denied, link = 0 if denied > 0 and word in WORDS["denied again"] else reach, f"{link} {word}"
        elif word in silent or word.removesuffix("s") in silent:
            denied, link = 0 if word in WORDS["denied no more"] else denied, link if word in WORDS["articles"] else word
        else:
            words.append(EntryWord(form(word), denied > 0, clause, sentence, link))
            denied, link = denied - 1, ""
    return words
