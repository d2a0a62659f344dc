"""What a vision-language model is asked about a picture, and how its answer becomes a description."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import prompts
from agent.backends.pictures.domain import Domain
from agent.backends.pictures.form import form_fields, form_schema, form_spans, form_text, read_form
from agent.backends.protocols import GenerateOptions
from agent.language.detection import detect_language
from agent.media.decoded import Picture
from prompts import RenderedPrompt
from retrieval.catalog.cleaning import clean_text
from retrieval.items import Description, Span

PROSE_TOKENS, FORM_TOKENS = 160, 256
_QUOTED = re.compile(r"[“\"‘「][^”\"’」]*[”\"’」]")  # text in the picture may be of any language
_WHOLE_SENTENCES = re.compile(r"(?s).*[.!?。！？][”\"')]*(?=\s|$)")


@dataclass(frozen=True)
class PictureQuestion:
    """One question, the same for all pictures of a catalog.

    Attributes:
        domain: What kind of picture it is put for.
        form: Whether the answer is to be a form, a `PictureForm` as JSON, instead of prose.
    """

    domain: Domain = "generic"
    form: bool = False

    @property
    def version(self) -> str:
        """Of prompt and form; part of the key under which descriptions are kept."""
        return f"{self.domain}-{self._prompt.version}{'-form-1' if self.form else ''}"

    @cached_property
    def prompt(self) -> RenderedPrompt:
        """What the model is told, beside the picture."""
        return self._prompt.render(fields=form_fields() if self.form else [])

    @cached_property
    def options(self) -> GenerateOptions:
        """How long an answer may become, and what it must keep to; one that is cut off counts as far as it goes."""
        if self.form:
            return GenerateOptions(FORM_TOKENS, json_schema=form_schema())
        return GenerateOptions(PROSE_TOKENS)

    def description(self, picture: Picture, answer: str, origin: str) -> Description:
        """The description that an answer amounts to; with an empty text where it is not usable.

        An answer in another language than English, which no prompt asks for, is kept and marked with its language.

        Args:
            answer: What the model said of the picture.
            origin: Identity of the model.
        """
        text, spans = self._form(picture, answer) if self.form else self._prose(picture, answer)
        language = detect_language(_QUOTED.sub(" ", text))
        return Description(picture.sha256, "image", origin, self.version, text, spans, language=language)

    def _form(self, picture: Picture, answer: str) -> tuple[str, tuple[Span, ...]]:
        form = read_form(answer)
        return (form_text(form), form_spans(form, picture.start_s)) if form else ("", ())

    def _prose(self, picture: Picture, answer: str) -> tuple[str, tuple[Span, ...]]:
        text = " ".join(clean_text(answer).split())
        whole = _WHOLE_SENTENCES.match(text)  # an answer that was cut off ends in half a sentence
        text = whole[0] if whole else text
        return (text, (Span("caption", text, start_s=picture.start_s),)) if self._prompt.accepts(text) else ("", ())

    @cached_property
    def _prompt(self) -> prompts.Prompt:
        return prompts.load(f"describe_{self.domain}")


__all__ = ["PictureQuestion"]
