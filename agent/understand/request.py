"""The typed request of a turn: what is searched, what must be, and what is pointed at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from agent.answers import Heard, MustHave, Request, UserTurn
from agent.language.detection import guess_language
from agent.language.messages import Note
from agent.media.decoded import Transcript
from agent.understand.conflicts import conflicts
from agent.understand.fillers import without_fillers
from agent.understand.kinds import Kind
from agent.understand.parsed import Denied, ParsedText, Reading, Reference, Sentiment, SortOrder
from agent.understand.rules import read
from agent.understand.validation import wish_of
from agent.understand.vocabulary import Vocabulary
from retrieval.filters import Filter, parse_filter
from retrieval.text.words import words

ANYTHING = "anything at all"  # what is sought where nothing is wished for, and something is refused or must be
MAX_WISH_CHARS = 2_000  # what encoders and models read; more adds nothing to what is found

Reader = Callable[[str, Vocabulary], ParsedText]


@dataclass(frozen=True, slots=True)
class Understood:
    """A request, its must-haves parsed, and what was left out of it.

    Attributes:
        request: As it is shown to the person.
        sought: The same, its words without what the filters already say: this is searched.
        filters: The must-haves, in the order of `request.filters`.
        notes: What could not be taken as it was said.
        references: Things shown before that the words point at.
        sentiments: What the person thinks of them.
        unsure: Conditions the words may state, but not plainly: they stay wishes.
        avoid: What is not wanted but no field tells.
        denied: What no item shown may hold.
        order: What the list is sorted by, where that is asked.
        kind: The kind of thing that is sought, where the words name one.
        disputed: Must-haves that a model reads in the words and the rules do not: they stay wishes until it is known.
    """

    request: Request
    sought: Request
    filters: tuple[Filter, ...]
    notes: tuple[Note, ...]
    references: tuple[Reference, ...] = ()
    sentiments: tuple[Sentiment, ...] = ()
    unsure: tuple[Reading, ...] = ()
    avoid: tuple[str, ...] = ()
    denied: tuple[Denied, ...] = ()
    order: SortOrder | None = None
    kind: Kind | None = None
    disputed: tuple[Reading, ...] = ()

    def for_anything(self) -> Understood:
        """The same where nothing is wished for: all that its conditions allow is sought."""
        sought = replace(self.sought, text=ANYTHING, english=ANYTHING, language="en", language_sure=True)
        return replace(self, sought=sought)


def understand(
    turn: UserTurn,
    vocabulary: Vocabulary,
    *,
    heard: Transcript | None = None,
    seen: tuple[str, ...] = (),
    sounding: tuple[str, ...] = (),
    reader: Reader = read,
) -> Understood:
    """The typed request of a turn.

    Args:
        vocabulary: Of the catalog that is searched.
        heard: The transcript of its spoken part.
        seen: Descriptions of its pictures.
        sounding: Descriptions of its sounds in which nothing is said.
        reader: Reads must-haves and references out of text.

    Raises:
        FilterError: a stated must-have does not fit the catalog's schema.
    """
    stated = tuple(parse_filter(text, vocabulary.schema) for text in turn.filters)
    written = wish_of(turn.text)
    # What is written and what is said are read apart: a condition never spans both.
    texts = [text for text in (written, heard.text if heard else "") if text]
    parts = [reader(text, vocabulary) for text in texts]
    language, english, language_sure = _languages(written, heard)
    understood = [reading for part in parts for reading in part.must]
    must_haves = _must_haves(stated, understood)
    whole = " ".join(texts)
    request = Request(
        text=whole[:MAX_WISH_CHARS],
        english=" ".join(english)[:MAX_WISH_CHARS],
        language=language,
        filters=tuple(must_have.filter for must_have in must_haves),
        heard=Heard(heard.text, heard.language, heard.english) if heard else None,
        seen=seen,
        sounding=sounding,
        must_haves=must_haves,
        occasion=next((part.occasion for part in parts if part.occasion), None),
        language_sure=language_sure,
    )
    filters = _distinct((*stated, *(reading.filter for reading in understood)))
    # By text, since the English of a turn may be a text that was read already, and is not read twice.
    wishes = dict(zip(texts, (part.wishes for part in parts), strict=True))
    return Understood(
        request=request,
        sought=_sought(request, wishes, english, reader, vocabulary, refuses=any(part.denied for part in parts)),
        filters=filters,
        notes=(*_shortened(whole), *(note for part in parts for note in part.notes), *conflicts(filters)),
        references=tuple(reference for part in parts for reference in part.references),
        sentiments=tuple(sentiment for part in parts for sentiment in part.sentiments),
        unsure=tuple(reading for part in parts for reading in part.unsure),
        avoid=tuple(refusal for part in parts for refusal in part.avoid),
        denied=tuple(dict.fromkeys(denial for part in parts for denial in part.denied)),
        order=next((part.order for part in parts if part.order), None),
    )


def _languages(written: str, heard: Transcript | None) -> tuple[str, list[str], bool]:
    """The language of a turn, that of written words first, its words in English, and whether the language is sure."""
    if not written:
        return heard.language if heard else "en", [heard.english] if heard and heard.english else [], True
    guess = guess_language(written)
    if guess.language != "en" and guess.sure:
        return guess.language, [], True  # no translation is made, and English that lacks written words would mislead
    # Where it may be English and may be not, the words are searched as both.
    return guess.language, [text for text in (written, heard.english if heard else "") if text], guess.sure


def _must_haves(stated: Sequence[Filter], understood: Sequence[Reading]) -> tuple[MustHave, ...]:
    """Stated ones first; what was stated is not told again as understood."""
    must_haves = {str(condition): MustHave(str(condition), "stated", str(condition), 1.0) for condition in stated}
    for reading in understood:
        text = str(reading.filter)
        must_haves.setdefault(text, MustHave(text, "understood", reading.words, reading.sure))
    return tuple(must_haves.values())


def _distinct(filters: Sequence[Filter]) -> tuple[Filter, ...]:
    return tuple({str(condition): condition for condition in filters}.values())


def _sought(
    request: Request,
    wishes: dict[str, str],
    english: Sequence[str],
    reader: Reader,
    vocabulary: Vocabulary,
    *,
    refuses: bool,
) -> Request:
    """The request as it is searched: without must-haves and what is said around a wish.

    It is never without words where it had some and there is neither picture nor sound.
    """
    text = without_fillers(" ".join(part for part in wishes.values() if part))[:MAX_WISH_CHARS]
    # English that was translated from speech says the conditions once more: they are taken out of it, too.
    left = (wishes[part] if part in wishes else reader(part, vocabulary).wishes for part in english)
    plain = without_fillers(" ".join(part for part in left if part))[:MAX_WISH_CHARS]
    if not words(text) and not request.beside_words and refuses:
        # What is refused may not be searched for; where nothing else is said, anything is sought.
        return replace(request, text=ANYTHING, english=ANYTHING, language="en", language_sure=True)
    if not words(text) and not request.beside_words:
        return request  # nothing is left but words of grammar: the whole of it still orders what meets the must-haves
    return replace(request, text=text, english=plain or (request.english if not request.beside_words else ""))


def _shortened(text: str) -> Sequence[Note]:
    if len(text) <= MAX_WISH_CHARS:
        return ()
    return (Note("shortened", n=MAX_WISH_CHARS),)


__all__ = ["ANYTHING", "MAX_WISH_CHARS", "Reader", "Understood", "understand"]
