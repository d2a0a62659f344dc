"""The encoding of a text file that is not UTF-8, told once for the whole file."""

from __future__ import annotations

import codecs
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from charset_normalizer import from_bytes

from retrieval.errors import CatalogError

SAMPLE = 2**16  # bytes of lines that are not ASCII
_LIBRARY_SAMPLE = 2**13
_WESTERN = "äöüÄÖÜßéèêëÉÈÊÀàâÂçÇîïÎôÔûùœŒæøåÆØÅñÑíìóòúáÁÍÓÚãõÃÕ"
_CENTRAL = "ąćęłńóśźżčďěňřšťůýžőűáéíúäöüôăâîşĄĆĘŁŃÓŚŹŻČĎĚŇŘŠŤŮÝŽŐŰÁÉÍÚÄÖÜßĂÂÎŞ"
_SIGNS = "¡¿«»„“”’‘–—…€£©®™°½¼¾²³·×¥§±µºª‚•\u00a0"


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the bytes of a file become text.

    Attributes:
        codec: Python's name of it.
        name: As people call it.
        told: Whether somebody said so, so that nobody needs to be told.
    """

    codec: str
    name: str
    told: bool = False


def encoding_named(name: str) -> Encoding:
    """The encoding of that name.

    Raises:
        CatalogError: there is none, or it is none of text.
    """
    try:
        codec = codecs.lookup(name)
        "".encode(codec.name)
    except (LookupError, ValueError) as error:
        raise CatalogError(
            f"There is no encoding {name!r}.", "Give one such as utf-8, windows-1252, gb18030, shift_jis or utf-16."
        ) from error
    return Encoding(codec.name, _NAMES.get(codec.name, name), told=True)


def detect(lines: Iterable[bytes | None], *, strays: bool = False) -> Encoding | None:
    """The encoding of a file by all its lines; None where it is UTF-8.

    A file in which more lines are UTF-8 than are not is UTF-8, with rows of other origin in it.

    Args:
        strays: Whether a single line that is not UTF-8 is a stray one, as in a format that is always UTF-8.
    """
    good = bad = size = 0
    sample: list[bytes] = []
    for line in lines:
        if line is None or line.isascii():
            continue
        if _decodes(line, "utf-8"):
            good += 1
        else:
            bad += 1
        if size < SAMPLE:
            sample.append(line[:SAMPLE])
            size += len(line)
    return _best(b"\n".join(sample)) if bad > good + strays else None


def _best(sample: bytes) -> Encoding | None:
    """The encoding that makes most sense of a sample; None where no text comes of it."""
    texts = {codec: text for codec in _PLAUSIBLE if (text := _decoded(sample, codec)) is not None}
    # the library judges how messy each reading is; short tables leave it several that are clean
    order = (
        [match.encoding for match in from_bytes(sample[:_LIBRARY_SAMPLE], cp_isolation=list(texts))] if texts else []
    )
    order += [codec for codec in _PLAUSIBLE if codec not in order]
    scores = {codec: round(_PLAUSIBLE[codec](text), 1) for codec, text in texts.items()}
    # of alphabets that share the letters of a text the commonest is meant
    best = min(scores, key=lambda codec: (-scores[codec], codec != "cp1252", order.index(codec)), default=None)
    if best is None or scores[best] < 0.5 or b"\0" in sample:
        return None
    return Encoding(best, _NAMES[best])


def _decodes(line: bytes, codec: str) -> bool:
    try:
        line.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(sample: bytes, codec: str) -> str | None:
    """The sample as text; None where more than a stray byte of it is none."""
    text = sample.decode(codec, errors="replace")
    return text if text.count("\ufffd") <= len(sample) // 1_000 else None


def _latin(letters: str) -> Callable[[str], float]:
    """How much of a text is letters of an alphabet of ours, beside plain ones, and signs that stand between words."""
    inside = re.compile(r"(?<=\w)[^\w\s’'-](?=\w)")
    # no word of such an alphabet is accents alone
    accents = re.compile(r"[^\W\x00-\x7f]{4,}")

    def share(text: str) -> float:
        strange = [char for char in text if char > "\x7f"]
        odd = sum(match[0] in _SIGNS for match in inside.finditer(text))
        odd += sum(len(run) for run in accents.findall(text))
        return (sum(char in letters or char in _SIGNS for char in strange) - odd) / max(len(strange), 1)

    return share


def _script(name: str) -> Callable[[str], float]:
    """How much of a text is words of a script, in letters of one case after the first."""

    def share(text: str) -> float:
        strange = [char for char in text if char > "\x7f" and char not in _SIGNS]
        own = {char for char in set(strange) if unicodedata.name(char, "").startswith(name)}
        mixed = sum(
            (left in own and right.isascii() and right.isalpha())
            or (left.islower() and right.isupper() and right in own)
            for left, right in itertools.pairwise(text)
        )
        return (sum(char in own for char in strange) - mixed) / max(len(strange), 1)

    return share


def _common(codec: str, first: tuple[int, int], kana: bool = False) -> Callable[[str], float]:
    """How much of a text is common characters of a double-byte encoding, by their first bytes."""

    def share(text: str) -> float:
        strange = [char for char in text if char > "\x7f" and unicodedata.category(char)[0] not in "PZ"]
        wide = [char.encode(codec) for char in strange if not _is_kana(char)]
        likely = sum(len(pair) == 2 and first[0] <= pair[0] <= first[1] and _trails(codec, pair[1]) for pair in wide)
        syllables = len(strange) - len(wide)
        # Japanese has kana everywhere; their presence in Chinese betrays it
        return (likely + (syllables if kana else -syllables)) / max(len(strange), 1) - (kana and not syllables)

    return share


def _trails(codec: str, byte: int) -> bool:
    return byte >= 0xA1 or codec in ("big5", "cp932")


def _is_kana(char: str) -> bool:
    return "\u3040" <= char <= "\u30ff"


_PLAUSIBLE: dict[str, Callable[[str], float]] = {
    "cp1252": _latin(_WESTERN),
    "cp1250": _latin(_CENTRAL),
    "cp1254": _latin(_WESTERN + "ğışİŞĞ"),
    "cp949": _script("HANGUL"),
    "gb18030": _common("gb18030", (0xB0, 0xD7)),
    "big5": _common("big5", (0xA4, 0xC6)),
    "cp932": _common("cp932", (0x88, 0x98), kana=True),
    "euc_jp": _common("euc_jp", (0xB0, 0xCF), kana=True),
    "cp1251": _script("CYRILLIC"),
    "koi8_r": _script("CYRILLIC"),
    "cp866": _script("CYRILLIC"),
    "cp1253": _script("GREEK"),
    "cp1255": _script("HEBREW"),
    "cp1256": _script("ARABIC"),
    "mac_roman": _latin(_WESTERN),
}
_NAMES = {
    "cp1252": "Windows-1252", "cp1250": "Windows-1250", "cp1254": "Windows-1254", "cp949": "Korean (CP949)",
    "gb18030": "GB18030", "big5": "Big5", "cp932": "Shift-JIS", "euc_jp": "EUC-JP", "cp1251": "Windows-1251",
    "koi8_r": "KOI8-R", "cp866": "CP866", "cp1253": "Windows-1253", "cp1255": "Windows-1255", "cp1256": "Windows-1256",
    "mac_roman": "Mac Roman", "utf-8": "UTF-8", "utf-16": "UTF-16",
}  # fmt: skip
