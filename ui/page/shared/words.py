"""What the page says, in the languages that it speaks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Protocol

import yaml

from agent.language.messages import languages

if TYPE_CHECKING:
    from gradio.i18n import I18n, I18nData


class BrowserRequest(Protocol):
    """A request of a browser, as far as its language goes."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Its headers, by lower-case name."""


class Words:
    """The sentences of one language.

    Attributes:
        language: Its ISO 639-1 code, one of ours.
    """

    def __init__(self, language: str) -> None:
        self.language = language

    @classmethod
    def of(cls, request: BrowserRequest) -> Words:
        """The language that a browser asks for."""
        return cls(preferred(request.headers.get("accept-language", "")))

    def __call__(self, key: str, **values: object) -> str:
        """A sentence, filled in.

        Raises:
            KeyError: there is no such sentence, or a value is missing.
        """
        return sentences()[key][self.language].format(**values)


def preferred(accept_language: str) -> str:
    """The language of ours that a browser likes best, by its Accept-Language header."""
    ranked = sorted(map(_weighed, accept_language.split(",")), reverse=True, key=lambda preference: preference[0])
    return next((name for weight, name in ranked if weight > 0 and name in languages()), "en")


def _weighed(entry: str) -> tuple[float, str]:
    name, _, weight = entry.partition(";q=")
    try:
        return float(weight or 1), name.strip().lower().split("-")[0]
    except ValueError:
        return 0.0, ""


@cache
def sentences() -> Mapping[str, Mapping[str, str]]:
    """By key and language."""
    content: Mapping[str, Mapping[str, str]] = yaml.safe_load((files("ui.page") / "words.yaml").read_text("utf-8"))
    return content


def language_tags() -> dict[str, str]:
    """What a browser calls each of our languages, as `zh-CN`: a BCP 47 tag."""
    return {language: Words(language)("site.language") for language in languages()}


def label(key: str) -> I18nData:
    """A label of a component, which the browser tells in its own language."""
    return _labels()(key)


def _by_language(language: str) -> dict[str, str]:
    return {key: texts[language] for key, texts in sentences().items()}


@cache
def _labels() -> I18n:
    from gradio.i18n import I18n

    # a label in `zh` alone is not found by a browser that asks for `zh-CN`
    names = {name: language for language, tag in language_tags().items() for name in (language, tag)}
    return I18n(**{name: _by_language(language) for name, language in names.items()})


def labels() -> I18n:
    """All labels, as the page is given them."""
    return _labels()
