"""What viewers told the feed and what was served to them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from psycopg.rows import dict_row

from nightmarket.domains.feed.values.interests import Interest
from nightmarket.domains.feed.values.steering import (
    HiddenThing,
    Served,
    ServedItem,
    ServedStage,
)
from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import RequestId

QUERIES = sql.load("nightmarket.domains.feed")
_ITEMS = msgspec.msgpack.Decoder(list[ServedItem])
_STAGES = msgspec.msgpack.Decoder(list[ServedStage])


@dataclass(frozen=True, slots=True)
class State:
    """What the feed itself keeps of a viewer. `hidden`: `scope:value`; `served`: newest first.

    `served_in_round`: those of For You since the list or its round began.
    """

    started_over_at_us: int
    hidden: list[str]
    interest_lines: list[str]
    served: list[int]
    served_in_round: list[int]

    @property
    def interests(self) -> list[Interest]:
        """What the viewer said about what they like, the latest first."""
        parts = (line.split(":", 3) for line in self.interest_lines)
        return [
            Interest(kind, value, int(level), int(forgotten))
            for kind, level, forgotten, value in parts
        ]


@dataclass(frozen=True, slots=True)
class _Request:
    request_id: int
    viewer_id: int
    market: str
    tab: str
    made_at_us: int
    items: bytes
    report: bytes
    scorer: str


async def state(
    tx: Tx, viewer_id: int, *, since_id: int = 0, round_id: int = 0, pages: int, interests: int
) -> State:
    """Return a viewer's state; of served pages the newest `pages` after `since_id`, `round_id`.

    Of what they said about their interests the latest `interests`.
    """
    found = await tx.one(
        State,
        QUERIES["viewer_state"],
        viewer_id=viewer_id,
        since_id=since_id,
        round_id=round_id,
        pages=pages,
        interests=interests,
    )
    return replace(found, served=found.served[::-1], served_in_round=found.served_in_round[::-1])


async def start_over(tx: Tx, viewer_id: int, market: str, at_us: int) -> None:
    """Learn only from what is watched after `at_us`; records lose what was believed before."""
    await tx.run(QUERIES["viewer_start_over"], viewer_id=viewer_id, market=market, at_us=at_us)
    await tx.run(QUERIES["records_empty"], viewer_id=viewer_id)


async def hide(tx: Tx, viewer_id: int, market: str, thing: HiddenThing) -> None:
    """Remember one thing not to show."""
    await tx.run(
        QUERIES["hidden_put"],
        viewer_id=viewer_id,
        market=market,
        scope=thing.scope,
        value=thing.value,
        created_at_us=thing.created_at_us,
    )


async def unhide(tx: Tx, viewer_id: int, scope: str, value: str) -> None:
    """Forget one thing not to show."""
    await tx.run(QUERIES["hidden_drop"], viewer_id=viewer_id, scope=scope, value=value)


async def hidden(tx: Tx, viewer_id: int, limit: int) -> list[HiddenThing]:
    """Return what a viewer hid, newest first."""
    return await tx.rows(HiddenThing, QUERIES["hidden_of"], viewer_id=viewer_id, limit=limit)


async def count_hidden(tx: Tx, viewer_id: int) -> int:
    """Return how many things a viewer hid."""
    return await tx.value(int, QUERIES["hidden_count"], viewer_id=viewer_id) or 0


async def put_served(tx: Tx, pages: Sequence[Served]) -> None:
    """Keep pages with their reports; again changes nothing."""
    await tx.run_many(
        QUERIES["request_put"],
        [
            {
                "request_id": page.request_id,
                "viewer_id": page.viewer_id,
                "market": page.market,
                "tab": page.tab,
                "made_at_us": page.made_at_us,
                "video_ids": [item.video_id for item in page.items],
                "items": msgspec.msgpack.encode(page.items),
                "report": msgspec.msgpack.encode(page.report),
                "scorer": page.scorer,
            }
            for page in pages
        ],
    )


async def served(tx: Tx, request_id: RequestId) -> Served | None:
    """Return one page as it was served; None: never was, or no longer kept."""
    row = await tx.maybe(_Request, QUERIES["request_read"], request_id=request_id)
    if row is None:
        return None
    return Served(
        request_id=RequestId(row.request_id),
        viewer_id=row.viewer_id,
        market=row.market,
        tab=row.tab,
        made_at_us=row.made_at_us,
        items=_ITEMS.decode(row.items),
        report=_STAGES.decode(row.report),
        scorer=row.scorer,
    )


async def trim_served(tx: Tx, before_id: int) -> int:
    """Forget pages made before an id; returns how many."""
    return await tx.run(QUERIES["requests_trim"], before_id=before_id)


async def merge(tx: Tx, guest_id: int, account_id: int) -> None:
    """Give a guest's pages, interests and hidden things to an account."""
    await tx.run(QUERIES["interests_merge"], guest_id=guest_id, account_id=account_id)
    await tx.run(QUERIES["interests_forget"], viewer_id=guest_id)
    await tx.run(QUERIES["hidden_merge"], guest_id=guest_id, account_id=account_id)
    await tx.run(QUERIES["hidden_forget"], viewer_id=guest_id)
    await tx.run(QUERIES["requests_merge"], guest_id=guest_id, account_id=account_id)
    await tx.run(QUERIES["records_merge"], guest_id=guest_id, account_id=account_id)
    await tx.run(QUERIES["viewer_forget"], viewer_id=guest_id)


async def forget(tx: Tx, viewer_id: int) -> None:
    """Erase everything of a viewer."""
    for name in (
        "viewer_forget",
        "hidden_forget",
        "interests_forget",
        "requests_forget",
        "records_forget",
    ):
        await tx.run(QUERIES[name], viewer_id=viewer_id)


async def everything(tx: Tx, viewer_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return every row about a viewer, by table."""
    found = {}
    for table, name in (
        ("feed_viewer", "viewer_of"),
        ("feed_hidden", "hidden_all_of"),
        ("feed_interest", "interests_of"),
        ("feed_request", "requests_of"),
    ):
        async with tx.connection.cursor(row_factory=dict_row) as reading:
            await reading.execute(QUERIES[name], {"viewer_id": viewer_id})
            found[table] = await reading.fetchall()
    return found
