"""Pure decisions about comments: words, filters, who may write, and how fast."""

import hashlib
import re
from collections.abc import Iterable

from nightmarket.domains.social.errors import (
    CommentRepeated,
    CommentsClosed,
    KeywordsOutOfBounds,
    TextOutOfBounds,
    TitleOutOfBounds,
    TooFast,
)
from nightmarket.domains.social.values import Filters, Pace
from nightmarket.domains.videos.rules.words import clean
from nightmarket.domains.videos.values import Commenters
from nightmarket.kernel.folding import fold

TEXT_LENGTH_MAX = 500
TITLE_LENGTH_MAX = 60
PREVIEW_LENGTH_MAX = 100
MENTIONS_MAX = 10
LINES_MAX = 12
KEYWORDS_MAX = 200
KEYWORD_LENGTH_MAX = 60
COLLECTIONS_MAX = 200
MINUTE_MAX = 12
"""Comments of one author in a minute; people in a hurry write eight."""
HOUR_MAX = 120
SHARES_HOUR_MAX = 200
SAME_ON_VIDEO_MAX = 1
"""The same words under the same video within a day: once."""
SAME_IN_HOUR_MAX = 5
"""The same words under different videos within an hour; “so cute!” is fine, a campaign is not."""
_BLANK_LINES = re.compile(r"\n{3,}")
_LINK = re.compile(
    # A handle may have a dot: "@juno.draws" is a person, not an address.
    r"https?://|www\.|(?<![@\w.-])[a-z0-9-]{2,}\.[a-z]{2,12}(?:/|\b)",
    re.IGNORECASE,
)
_NO_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]")
"""Scripts that do not part words by spaces: Kana, Han, Thai."""


def text(raw: str) -> str:
    """Return a comment's words as they are kept: composed, without control characters.

    Raises:
        TextOutOfBounds: nothing left, more than 500 letters, or a column of empty lines.
    """
    cleaned = _BLANK_LINES.sub("\n\n", clean(raw))
    is_seen = bool(fold(cleaned))  # Letters without ink fold away.
    if not is_seen or len(cleaned) > TEXT_LENGTH_MAX or cleaned.count("\n") >= LINES_MAX:
        raise TextOutOfBounds(
            "a comment has 1 to 500 letters", length=len(cleaned), length_max=TEXT_LENGTH_MAX
        )
    return cleaned


def title(raw: str) -> str:
    """Return a collection's title as it is kept.

    Raises:
        TitleOutOfBounds: empty, or more than 60 letters.
    """
    cleaned = " ".join(clean(raw).split())
    if not 1 <= len(cleaned) <= TITLE_LENGTH_MAX:
        raise TitleOutOfBounds("a title has 1 to 60 letters", length=len(cleaned))
    return cleaned


def preview(words: str) -> str:
    """Return the beginning of a comment for a list, on one line."""
    line = " ".join(words.split())
    return line if len(line) <= PREVIEW_LENGTH_MAX else line[: PREVIEW_LENGTH_MAX - 1] + "…"


def text_print(words: str) -> int:
    """Return 63 bits that are equal for comments with equal folded words."""
    digest = hashlib.blake2b(fold(words).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def keywords(raw: Iterable[str]) -> tuple[str, ...]:
    """Return a creator's words as they are compared: folded, each once, in order.

    Raises:
        KeywordsOutOfBounds: more than 200, or one of more than 60 letters.
    """
    found = tuple(dict.fromkeys(word for word in (fold(one) for one in raw) if word))
    if len(found) > KEYWORDS_MAX or any(len(word) > KEYWORD_LENGTH_MAX for word in found):
        raise KeywordsOutOfBounds(
            "up to 200 words of up to 60 letters", count=len(found), count_max=KEYWORDS_MAX
        )
    return found


def is_held(words: str, filters: Filters, *, is_unkind: bool = False) -> bool:
    """Whether a comment waits for its creator: all, unkind ones, those with links, or with a word.

    A word of a script with spaces is found as a whole word, one of a script without anywhere.
    """
    if filters.has_all_held or (filters.has_links_held and _LINK.search(words)):
        return True
    if filters.has_unkind_held and is_unkind:
        return True
    folded = fold(words)
    return any(_has_word(folded, word) for word in filters.keywords)


def _has_word(folded: str, word: str) -> bool:
    if _NO_SPACES.search(word):
        return word in folded
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", folded) is not None


def require_may_comment(
    commenters: Commenters, *, is_owner: bool, is_follower: bool, is_friend: bool
) -> None:
    """Refuse whom the creator did not invite; the owner always may.

    Raises:
        CommentsClosed: who may is in the facts.
    """
    open_to = {
        Commenters.EVERYONE: True,
        Commenters.FOLLOWERS: is_follower,
        Commenters.FRIENDS: is_friend,
        Commenters.NOBODY: False,
    }
    if not (is_owner or open_to[commenters]):
        raise CommentsClosed("this video does not take your comment", open_to=commenters.value)


def require_pace(pace: Pace) -> None:
    """Refuse what a person would not do: too much, or the same again.

    Raises:
        TooFast: says when to come back.
        CommentRepeated: these words were written already.
    """
    if pace.in_minute >= MINUTE_MAX:
        raise TooFast("that is a lot of comments; wait a moment", retry_after_s=60)
    if pace.in_hour >= HOUR_MAX:
        raise TooFast("that is a lot of comments; take a break", retry_after_s=3600)
    if pace.same_on_video >= SAME_ON_VIDEO_MAX or pace.same_in_hour >= SAME_IN_HOUR_MAX:
        raise CommentRepeated("you wrote exactly this already")
