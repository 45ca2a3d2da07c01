"""The tone of a comment: which of its words hurt, by lists that come with the domain."""

import functools
import re
import tomllib
from importlib import resources

from nightmarket.kernel.folding import fold

_NO_SPACES = re.compile(r"[\u3041-\u30ff\u3400-\u9fff]")


@functools.cache
def _pattern() -> re.Pattern[str]:
    text = resources.files("nightmarket.domains.social") / "words" / "unkind.toml"
    lists = tomllib.loads(text.read_text(encoding="utf-8")).values()
    folded = {fold(word) for one in lists for word in one["words"]}
    longest = sorted(folded, key=lambda word: (-len(word), word))
    spaced = "|".join(re.escape(word) for word in longest if not _NO_SPACES.search(word))
    joined = "|".join(re.escape(word) for word in longest if _NO_SPACES.search(word))
    return re.compile(rf"(?<!\w)(?:{spaced})(?!\w)|{joined}")


def unkind_words(text: str) -> tuple[str, ...]:
    """Return the words of a text that hurt, folded, each once, in order; of any language."""
    return tuple(dict.fromkeys(_pattern().findall(fold(text))))
