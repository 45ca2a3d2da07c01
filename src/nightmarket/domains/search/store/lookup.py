"""Asking the index; rows never leave this file."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from nightmarket.domains.search.rules import ranking
from nightmarket.domains.search.store.index import QUERIES, bare
from nightmarket.domains.search.values import Suggestion, TagHit
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId, SoundId, VideoId

DAY_US = 86_400_000_000
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One question to the index.

    `tsquery`: a literal made by the rules; `hidden`: whose things are left out; `follows`: whose
    things for followers may be found, and whose videos that strangers may not find.
    """

    text: str
    tsquery: str
    language: str = ""
    hidden: Collection[AccountId] = ()
    follows: Collection[AccountId] = ()
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True, slots=True)
class _Word:
    word: str
    uses_count: int


def _range(text: str) -> dict[str, object]:
    """A range of beginnings: usable by an index whatever the letters are."""
    return {"bare": bare(text), "after": bare(text) + _LAST}


async def find_videos(
    tx: Tx, ask: Ask, *, creators: Collection[AccountId], now_us: int
) -> list[VideoId]:
    """Return videos, best first; `creators`: people whose names were meant."""
    found = await tx.column(
        int,
        QUERIES["find_videos"],
        query=ask.tsquery,
        weights=list(ranking.WEIGHTS),
        creator_match=ranking.CREATOR_MATCH,
        popularity=ranking.POPULARITY,
        ageless=ranking.AGELESS,
        now_us=now_us,
        half_life_us=float(ranking.HALF_LIFE_DAYS * DAY_US),
        language=ask.language,
        language_bonus=ranking.LANGUAGE,
        creators=list(creators),
        follows=list(ask.follows),
        hidden=list(ask.hidden),
        limit=ask.limit,
        offset=ask.offset,
    )
    return [VideoId(number) for number in found]


async def find_people(tx: Tx, ask: Ask) -> list[AccountId]:
    """Return people, the exact handle first."""
    if not bare(ask.text):
        return []
    found = await tx.column(
        int,
        QUERIES["find_people"],
        text=ask.text.removeprefix("@"),
        query=ask.tsquery,
        hidden=list(ask.hidden),
        limit=ask.limit,
        offset=ask.offset,
        **_range(ask.text),
    )
    return [AccountId(number) for number in found]


async def find_hashtags(tx: Tx, ask: Ask) -> list[TagHit]:
    """Return hashtags, the exact one first."""
    if not bare(ask.text):
        return []
    return await tx.rows(
        TagHit,
        QUERIES["find_hashtags"],
        query=ask.tsquery,
        limit=ask.limit,
        offset=ask.offset,
        **_range(ask.text),
    )


async def find_sounds(tx: Tx, ask: Ask) -> list[SoundId]:
    """Return sounds, the most used first."""
    found = await tx.column(
        int,
        QUERIES["find_sounds"],
        query=ask.tsquery,
        hidden=list(ask.hidden),
        limit=ask.limit,
        offset=ask.offset,
    )
    return [SoundId(number) for number in found]


async def words_near(tx: Tx, cuts: Collection[str]) -> list[tuple[str, int]]:
    """Return known words that share a cut, with how often they are used."""
    found = await tx.rows(_Word, QUERIES["words_near"], cuts=sorted(cuts))
    return [(row.word, row.uses_count) for row in found]


async def words_known(tx: Tx, words: Sequence[str]) -> set[str]:
    """Return which of these words somebody used."""
    return set(await tx.column(str, QUERIES["words_known"], words=list(words)))


async def suggest_hashtags(tx: Tx, text: str, limit: int) -> list[Suggestion]:
    """Return hashtags that begin so."""
    return await tx.rows(Suggestion, QUERIES["suggest_hashtags"], limit=limit, **_range(text))


async def suggest_people(
    tx: Tx, text: str, hidden: Collection[AccountId], limit: int
) -> list[Suggestion]:
    """Return handles that begin so."""
    return await tx.rows(
        Suggestion,
        QUERIES["suggest_people"],
        hidden=list(hidden),
        limit=limit,
        **_range(text),
    )


async def suggest_words(tx: Tx, text: str, limit: int) -> list[Suggestion]:
    """Return words that begin so."""
    return await tx.rows(Suggestion, QUERIES["suggest_words"], limit=limit, **_range(text))
