"""Folding: one form for words that people would call the same, for filters and for search.

Case, width, accents, Katakana against Hiragana, invisible letters and doubled spaces are folded
away. It is for comparing, never for showing. `spans` keeps where each folded letter came from.
"""

import functools
import unicodedata
from collections.abc import Iterator

_MARKED_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW")
"""Scripts whose marks fold away; those of kana and Indic scripts make other letters."""
_UNDECOMPOSED = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe"})
_KATAKANA = range(0x30A1, 0x30F7)
_KANA_SHIFT = 0x60
_HALF_WIDTH_MARKS = "\uff9e\uff9f"


def fold(text: str) -> str:
    """Return the folded form; folding it again changes nothing."""
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join("".join(piece for piece, _, _ in spans(text)).split())


def spans(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (folded, start, end) for each letter with its marks, in order; spaces stay as they are.

    `start` and `end` count characters of `text`; `folded` may be empty or several letters.
    """
    start, length = 0, len(text)
    while start < length:
        end = start + 1
        while end < length and _is_mark(text[end]):
            end += 1
        yield _fold_cluster(text[start:end]), start, end
        start = end


def _is_mark(letter: str) -> bool:
    return letter in _HALF_WIDTH_MARKS or unicodedata.category(letter) == "Mn"


@functools.lru_cache(maxsize=16384)
def _fold_cluster(cluster: str) -> str:
    plain = unicodedata.normalize("NFKC", cluster).casefold()
    folded = "".join(_strip(letter) for letter in unicodedata.normalize("NFKC", plain))
    return folded.translate(_UNDECOMPOSED)


def _strip(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in {"Cf", "Cc"} and not letter.isspace():
        return ""
    if ord(letter) in _KATAKANA:
        return chr(ord(letter) - _KANA_SHIFT)
    if not unicodedata.name(letter, "").startswith(_MARKED_SCRIPTS):
        return (
            ""
            if category == "Mn" and letter not in "\u3099\u309a" and _is_loose(letter)
            else letter
        )
    apart = unicodedata.normalize("NFD", letter)
    return "".join(part for part in apart if unicodedata.category(part) != "Mn")


def _is_loose(mark: str) -> bool:
    return unicodedata.name(mark, "").startswith(("COMBINING", "VARIATION SELECTOR"))
