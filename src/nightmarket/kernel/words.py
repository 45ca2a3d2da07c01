"""One sentence in several languages, as data that carries its words with it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

SOURCE = "en"
"""The language that stands in for one without words."""
TAGS_LOOKED_AT = 10


@dataclass(frozen=True, slots=True)
class Words:
    """Language → text, never empty; a language is written `de`, without a region."""

    texts: Mapping[str, str] = field(hash=False)

    def __post_init__(self) -> None:
        assert self.texts
        assert all(self.texts.values()), self.texts

    @classmethod
    def of(cls, written: str | Mapping[str, str]) -> "Words":
        """Return what a data file says: a text is English, a table is one text per language."""
        texts = {SOURCE: written} if isinstance(written, str) else dict(written)
        return cls(MappingProxyType(texts))

    def said(self, language: str = SOURCE) -> str:
        """Return the text in a language; without one in English, else in the first there is."""
        found = self.texts.get(language) or self.texts.get(SOURCE)
        return found or next(iter(self.texts.values()))


def asked_for(accepted: str, languages: Collection[str]) -> str | None:
    """Return the first of `languages` that an `Accept-Language` names; None: none of them."""
    for part in accepted.split(",")[:TAGS_LOOKED_AT]:
        base = part.partition(";")[0].strip().lower().split("-", 1)[0]
        if base in languages:
            return base
    return None
