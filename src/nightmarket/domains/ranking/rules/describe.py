"""What a video's words are to the ranker: numbers that mean the same everywhere. Pure."""

import hashlib

from nightmarket.domains.ranking.values.batches import CONTENT, TAGS_MAX, WORDS_MAX
from nightmarket.kernel.folding import fold

GRAM = 3
"""Letters in a row: enough for scripts without spaces, and for the stems of the others."""


def tags(hashtags: tuple[str, ...]) -> list[int]:
    """Return the numbers of the first hashtags, folded, each once."""
    folded = dict.fromkeys(fold(tag) for tag in hashtags)
    return [number(f"#{tag}") for tag in folded if tag][:TAGS_MAX]


def words(caption: str) -> list[int]:
    """Return the numbers of `WORDS_MAX` n-grams of a caption, in any script.

    Of all its n-grams those with the smallest numbers: two captions that share much of their text
    share these too (min-wise sampling, Broder 1997).
    """
    text = fold(caption)
    grams = {text[place : place + GRAM] for place in range(max(1, len(text) - GRAM + 1))}
    return sorted(number(gram) for gram in grams if gram.strip())[:WORDS_MAX]


def content(figures: tuple[float, ...]) -> list[float]:
    """Return `CONTENT` figures, or none when another version of Nightmarket took them."""
    return list(figures) if len(figures) == CONTENT else []


def number(text: str) -> int:
    """Return 1..2^63-1 for a text, the same on every machine."""
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return max(1, int.from_bytes(digest) >> 1)
