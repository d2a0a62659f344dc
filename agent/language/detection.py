"""Which language a request is written in."""

from __future__ import annotations

import functools
import re
from typing import Any

# The languages of the multilingual encoder: a guess outside them would route a request nowhere.
ENCODER_LANGUAGES = ("en", "ar", "zh", "nl", "fr", "de", "it", "ja", "ko", "pl", "pt", "ru", "es", "th", "tr")
CERTAIN = 0.95  # a short request is English unless the classifier is this sure that it is not
MIN_WORDS = 3

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)


def detect_language(text: str) -> str:
    """ISO 639-1 code of the language of `text`, English when in doubt.

    The script decides where it can; Latin letters are classified only when there are words enough to be sure.
    """
    for language, script in _SCRIPTS:
        if script.search(text):
            return language
    if len(text.split()) < MIN_WORDS:
        return "en"
    language, probability = _classifier().classify(text)
    return str(language) if probability >= CERTAIN else "en"


@functools.cache
def _classifier() -> Any:
    # Imported here: its model takes a while to read, and most requests are decided by their script or are too short.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    classifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    classifier.set_languages(list(ENCODER_LANGUAGES))
    return classifier
