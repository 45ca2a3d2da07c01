"""Words meant alike: whoever filters one is spared the others, in whatever language they come."""

import functools
import re
import tomllib
from collections.abc import Iterable
from importlib import resources

from nightmarket.kernel.folding import fold

_NO_SPACES = re.compile(r"[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ENDS = "(?:e?s|e?n)?"
"""What English and German hang on a word; others have no such ends."""


@functools.cache
def groups() -> tuple[frozenset[str], ...]:
    """Return every group of words/synonyms.toml, folded."""
    text = resources.files("nightmarket.domains.feed") / "words" / "synonyms.toml"
    read = tomllib.loads(text.read_text(encoding="utf-8"))["group"]
    return tuple(frozenset(fold(word) for word in group["words"]) for group in read)


def others(keywords: Iterable[str]) -> frozenset[str]:
    """Return the words that mean the same as these folded ones, without themselves."""
    wanted = frozenset(keywords)
    single = wanted | {word.removesuffix("s") for word in wanted}
    found = (group for group in groups() if group & single)
    return frozenset().union(*found) - wanted


@functools.lru_cache(maxsize=1024)
def pattern(words: frozenset[str]) -> re.Pattern[str] | None:
    """Return what finds any of the words in folded text; None: there are none.

    Words of scripts with spaces are found as whole words: a rat is not in `grateful`.
    """
    if not words:
        return None
    longest = sorted(words, key=lambda word: (-len(word), word))
    spaced = "|".join(re.escape(word) for word in longest if not _NO_SPACES.search(word))
    joined = [re.escape(word) for word in longest if _NO_SPACES.search(word)]
    whole = [rf"(?<!\w)(?:{spaced}){_ENDS}(?!\w)"] if spaced else []
    return re.compile("|".join([*whole, *joined]))
