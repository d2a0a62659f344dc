"""The plain wording of claims, in the languages the templates speak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files

from agent.explain.grounding.tokens import tokens_of
from agent.language.messages import answer_language, languages
from retrieval.files.yaml_text import parsed
from retrieval.filters import NEGATIVE, Filter
from retrieval.items import MediaKind, Span
from retrieval.text.values import as_text


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's templates. Quotes from the catalog stay in the catalog's own language."""

    language: str
    field_names: dict[str, str]
    match: str
    close: str
    likeness: str
    likeness_first: str
    frame_likeness: str
    known_again: str
    sound_likeness: str
    sound_likeness_first: str
    words_likeness: str
    less: dict[str, str]
    more: dict[str, str]
    same: str
    differs: str
    past_likeness: str
    past_words_likeness: str
    liked_together: str
    chosen_together: str
    lifted: dict[str, str]
    person: str
    people: str
    filter: str
    filter_absent: str
    own_words: str
    conditions: dict[str, str]
    either: str
    media: dict[str, str]
    at_second: str
    unsaid: str
    colon: str
    stop: str
    gap: str
    opening: str
    comma: str
    past_only: bool = False

    def label(self, name: str) -> str:
        """A field's name for people."""
        # Columns of a catalog's own have a name in no language of ours: they are called as the catalog calls them.
        return self.field_names.get(name, name.replace("_", " "))

    def matched(self, *, label: str, quote: str, words: str) -> str:
        """That a passage shares words with the request."""
        named = self.label(label)
        says = "say" if _many(named) else "says"
        return self.match.format(label=named, says=says, quote=quote, words=words)

    def compared(self, name: str, value: str, other: str, title: str, *, less: bool) -> str:
        """That a number of this item is less or more than that of the first one."""
        return (self.less if less else self.more)[name].format(value=value, other=other, title=title)

    def shared(self, name: str, value: str, title: str) -> str:
        """That the item has a value in common with the first one."""
        return self.same.format(label=self.label(name), value=value, title=title)

    def differing(self, name: str, value: str, other: str, title: str) -> str:
        """That the item has another value than the first one."""
        return self.differs.format(label=self.label(name), value=value, other=other, title=title)

    def passage(self, *, label: str, quote: str) -> str:
        """That a passage is near the request in meaning."""
        named = self.label(label)
        return self.close.format(label=named, are="are" if _many(named) else "is", quote=quote)

    def reads_alike(self, *, likeness: str, rank: int) -> str:
        """That the item's text is not far from the request's, though nothing in it can be quoted for it."""
        return self.words_likeness.format(likeness=likeness, rank=rank)

    def looks_alike(self, *, likeness: str, rank: int) -> str:
        """That the item's picture resembles the request's."""
        # That it is the likest of all says more than a place would.
        return (self.likeness_first if rank == 1 else self.likeness).format(likeness=likeness, rank=rank)

    def frame_alike(self, second: float, likeness: str) -> str:
        """That a frame of the item's video resembles the request's picture."""
        return self.frame_likeness.format(second=round(second), likeness=likeness)

    def is_the_same(self, *, points: int) -> str:
        """That the item is the very thing that the request's picture shows."""
        return self.known_again.format(points=points)

    def sounds_alike(self, *, likeness: str, rank: int) -> str:
        """That the item sounds like the request's recording."""
        return (self.sound_likeness_first if rank == 1 else self.sound_likeness).format(likeness=likeness, rank=rank)

    def moved_up(self, modality: str, *, before: int, rank: int) -> str:
        """That without this modality the item would stand lower."""
        return self.lifted[modality].format(before=before, rank=rank)

    def company(self, title: str, people: int, *, liked: bool) -> str:
        """That others chose both this item and one that the person liked or named."""
        count = self.person if people == 1 else self.people.format(count=people)
        return (self.liked_together if liked else self.chosen_together).format(people=count, title=title)

    def of_the_past(self) -> Phrases:
        """The same templates for a request that is nothing but what the person liked before."""
        # The same whatever the rank: nobody has shown a picture now that one could be the likest to.
        pictures, texts = self.past_likeness, self.past_words_likeness
        return replace(self, likeness=pictures, likeness_first=pictures, words_likeness=texts, past_only=True)

    def filter_met(self, must: Filter, value: str | None, own_words: str = "") -> str:
        """That a must-have is met, in the person's own words where they are known."""
        wish = self.own_words.format(words=own_words) if own_words else self.condition(must)
        if own_words and must.op in NEGATIVE and not any(token.negates for token in tokens_of(own_words)):
            wish = self.conditions[must.op].format(value=wish)  # words of a refusal, without what refuses
        if value is None:
            return self.filter_absent.format(label=self.label(must.field), asked=wish)
        return self.filter.format(label=self.label(must.field), value=value, asked=wish)

    def condition(self, must: Filter) -> str:
        """What a must-have asks of its field."""
        values = [value.isoformat() if isinstance(value, date) else as_text(value) for value in must.values]
        if must.op == "..":
            return self.conditions[must.op].format(low=values[0], high=values[-1])
        return self.conditions[must.op].format(value=self.either.join(values))

    def perceived(self, kind: MediaKind, span: Span, quote: str) -> str:
        """That something was seen, read or heard in a medium."""
        text = self.media[f"{kind}.{span.kind}"].format(quote=quote)
        return text if span.start_s is None else text + self.at_second.format(second=round(span.start_s))

    def fact(self, label: str, value: str) -> str:
        """A plain fact."""
        return f"{self.label(label)}{self.colon}{value}"

    def sentence(self, claims: list[str]) -> str:
        """Claims as one line of text."""
        begun = [claim[:1].upper() + claim[1:] for claim in claims if claim]
        # A claim may end in a quote that has its own stop.
        sentences = [claim if claim.endswith((".", "!", "?", "…", "。")) else claim + self.stop for claim in begun]
        return self.gap.join(sentences)


def _many(label: str) -> bool:
    """Whether a field is called in the plural: tags say, a title says."""
    return label.endswith("s") and not label.endswith("ss")


def phrases_for(language: str) -> Phrases:
    """The templates of a language; English where it has none."""
    return _phrases()[answer_language(language)]


@cache
def _phrases() -> Mapping[str, Phrases]:
    """The templates of `phrases.yaml`, by language."""
    # All texts are read at once: one that a language lacks is an error now, and not in some answer later.
    content = parsed((files("agent.explain") / "phrases.yaml").read_text("utf-8"))
    return {
        language: Phrases(language=language, **{name: texts[language] for name, texts in content.items()})
        for language in languages()
    }
