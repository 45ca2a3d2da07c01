"""What people searched for, and what many of them did; rows never leave this file."""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg.rows import dict_row

from nightmarket.domains.search.rules import ranking
from nightmarket.domains.search.store.index import QUERIES
from nightmarket.domains.search.values import Suggestion
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId, ViewerId

DAY_US = 86_400_000_000
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody's search."""

    asker_id: ViewerId
    phrase: str
    market: str
    at_us: int


async def put(tx: Tx, asked: Asked) -> None:
    """Keep a search."""
    await tx.run(
        QUERIES["ask_put"],
        asker_id=asked.asker_id,
        phrase=asked.phrase,
        day=asked.at_us // DAY_US,
        market=asked.market,
        asked_at_us=asked.at_us,
    )


async def lately(tx: Tx, asker_id: ViewerId, text: str, limit: int) -> list[Suggestion]:
    """Return a person's own last searches that begin so (folded), the latest first."""
    return await tx.rows(
        Suggestion,
        QUERIES["asked_lately"],
        asker_id=asker_id,
        bare=text,
        after=text + _LAST,
        limit=limit,
    )


async def popular(tx: Tx, market: str, text: str, limit: int) -> list[Suggestion]:
    """Return what many people of a market searched for that begins so (folded)."""
    return await tx.rows(
        Suggestion,
        QUERIES["suggest_queries"],
        market=market,
        bare=text,
        after=text + _LAST,
        limit=limit,
    )


async def trending(tx: Tx, market: str, kind: str, limit: int) -> list[Suggestion]:
    """Return what rises in a market; kind is query or hashtag."""
    return await tx.rows(Suggestion, QUERIES["trending"], market=market, kind=kind, limit=limit)


async def make_trends(tx: Tx, now_us: int) -> None:
    """Make the trends anew and forget searches older than a month."""
    day = now_us // DAY_US
    await tx.run(QUERIES["asks_trim"], day=day - ranking.KEPT_DAYS)
    await tx.run(QUERIES["trend_clear"])
    await tx.run(
        QUERIES["trend_queries"],
        day=day - ranking.TREND_DAYS,
        rising_day=day - ranking.RISING_DAYS,
        people_min=ranking.PEOPLE_MIN,
    )
    await tx.run(QUERIES["trend_hashtags"], since_us=now_us - ranking.TREND_DAYS * DAY_US)


async def forget(tx: Tx, asker_id: ViewerId, phrase: str | None) -> None:
    """Forget one search, or all of a person's; phrase is folded."""
    if phrase is None:
        await tx.run(QUERIES["asks_delete"], asker_id=asker_id)
    else:
        await tx.run(QUERIES["ask_delete"], asker_id=asker_id, phrase=phrase)


async def forget_phrases(tx: Tx, phrases: Sequence[str]) -> None:
    """Forget who searched for these words, and that they are popular."""
    await tx.run(QUERIES["phrases_delete"], phrases=list(phrases))


async def merge(tx: Tx, guest_id: int, account_id: AccountId) -> None:
    """Give a guest's searches to the account."""
    await tx.run(QUERIES["asks_merge"], guest_id=guest_id, account_id=account_id)
    await tx.run(QUERIES["asks_delete"], asker_id=guest_id)


async def export(tx: Tx, account_id: AccountId) -> dict[str, list[dict[str, object]]]:
    """Return table → rows about one person."""
    async with tx.connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(QUERIES["export_asks"], {"account_id": account_id})
        return {"search_asks": list(await cursor.fetchall())}
