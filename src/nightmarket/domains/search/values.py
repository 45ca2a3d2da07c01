"""What search speaks of: terms of a query, hits, suggestions."""

from dataclasses import dataclass
from enum import StrEnum

from nightmarket.kernel.ids import AccountId, SoundId, VideoId


class Kind(StrEnum):
    """What is looked for."""

    ALL = "all"
    VIDEOS = "videos"
    PEOPLE = "people"
    HASHTAGS = "hashtags"
    SOUNDS = "sounds"


class SuggestionKind(StrEnum):
    """What a suggestion came from."""

    QUERY = "query"
    HASHTAG = "hashtag"
    PERSON = "person"
    WORD = "word"
    RECENT = "recent"


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that must be found: any of `forms`.

    `is_prefix`: a form may go on (somebody is still typing it); `is_tag`: as a hashtag only.
    A run of letters without spaces (Chinese, Japanese, Thai …) is a term a pair of letters.
    """

    forms: tuple[str, ...]
    is_prefix: bool = False
    is_tag: bool = False

    @property
    def text(self) -> str:
        """The form that was written."""
        return self.forms[0]


@dataclass(frozen=True, slots=True)
class Query:
    """A search as it is understood. `text` is folded; no terms: nothing to look for."""

    text: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class TagHit:
    """A hashtag and how many videos carry it."""

    tag: str
    videos_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found, best first. `corrected`: what was looked for when that helped."""

    videos: tuple[VideoId, ...] = ()
    people: tuple[AccountId, ...] = ()
    hashtags: tuple[TagHit, ...] = ()
    sounds: tuple[SoundId, ...] = ()
    corrected: str | None = None
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to search for; `kind` is query, hashtag, person, word or recent."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """A video as the index keeps it."""

    video_id: VideoId
    creator_id: AccountId
    market: str
    language: str
    audience: str
    sound_id: SoundId | None
    hashtags: tuple[str, ...]
    words: tuple[str, ...]
    document: str
    published_at_us: int
