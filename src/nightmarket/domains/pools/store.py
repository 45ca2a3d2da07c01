"""Typed functions over queries.sql: the race in the database. Rows never leave this file."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg.rows import dict_row, tuple_row

from nightmarket.domains.pools.rules.rates import SIGNALS
from nightmarket.domains.pools.values.items import (
    Counts,
    Evidence,
    Floats,
    ItemKind,
    ItemRef,
    State,
)
from nightmarket.domains.pools.values.standing import Deal, Racing, Standing, Trust
from nightmarket.domains.pools.values.traits import Traits, Unproved
from nightmarket.infra import arrays, sql
from nightmarket.infra.db import Tx
from nightmarket.infra.media.content import FIGURES as CONTENT
from nightmarket.kernel.ids import AccountId

QUERIES = sql.load("nightmarket.domains.pools")
RACING_MAX = 100_000
"""More than this many at once do not race; the newest wait."""
MILLI, STEP_MILLI = 1_000, 20
"""Expected lifts are kept in thousandths; a row is written when they move by twenty."""
FIGURES = ("exposures", "long_views", "likes", "comments", "shares", "saves")
"""What is kept of each item, in the order of `SIGNALS` after the exposures; follows are not."""


@dataclass(frozen=True, slots=True)
class _Item:
    kind: str
    item_id: int
    owner_id: AccountId
    market: str
    level: int
    state: str
    published_at_us: int
    exposures: int
    long_views: int
    likes: int
    comments: int
    shares: int
    saves: int
    fresh_exposures: int
    fresh_long_views: int
    fresh_likes: int
    fresh_comments: int
    fresh_shares: int
    fresh_saves: int
    expected_milli: int


@dataclass(frozen=True, slots=True)
class _Field:
    market: str
    level: int
    exposures: int
    long_views: int
    likes: int
    comments: int
    shares: int
    saves: int


@dataclass(frozen=True, slots=True)
class _Deal:
    made_at_us: int
    impressions: int
    shown_total: int
    shortfall: int
    late: int
    unused: int
    item_ids: list[int]
    dealt: list[int]


async def enrol(
    tx: Tx, ref: ItemRef, *, owner_id: AccountId, market: str, published_at_us: int, now_us: int
) -> None:
    """Let something race; what races already stays as it is."""
    await tx.run(
        QUERIES["item_enrol"],
        kind=ref.kind.value,
        item_id=ref.id,
        owner_id=owner_id,
        market=market,
        published_at_us=published_at_us,
        now_us=now_us,
    )


async def move(tx: Tx, was: Standing, state: State, level: int, now_us: int) -> bool:
    """Give an item another state or level; False: somebody else moved it first."""
    moved = await tx.run(
        QUERIES["item_move"],
        kind=was.ref.kind.value,
        item_id=was.ref.id,
        state=state.value,
        level=level,
        was_state=was.state.value,
        was_level=was.level,
        now_us=now_us,
    )
    return moved > 0


async def close(tx: Tx, ref: ItemRef, now_us: int) -> None:
    """Take something out of the race."""
    await tx.run(QUERIES["item_close"], kind=ref.kind.value, item_id=ref.id, now_us=now_us)


async def measure(tx: Tx, kind: ItemKind, ids: Sequence[int], figures: Floats) -> None:
    """Write what showings led to: figures float[n, 2 x FIGURES], grown viewers' first."""
    names = [*FIGURES, *(f"fresh_{name}" for name in FIGURES)]
    whole = figures.astype(np.int64)
    columns: dict[str, Any] = {name: arrays.big(whole[:, at]) for at, name in enumerate(names)}
    await tx.run(
        QUERIES["items_measure"],
        kind=kind.value,
        item_ids=arrays.big(np.array(ids, dtype=np.int64)),
        **columns,
    )


async def describe(tx: Tx, ref: ItemRef, *, duration_ms: int, content: Sequence[float]) -> None:
    """Write what is known of an item unseen; nothing when it never raced."""
    await tx.run(
        QUERIES["item_describe"],
        kind=ref.kind.value,
        item_id=ref.id,
        duration_ms=duration_ms,
        content=list(content),
    )


async def racing(tx: Tx, kind: ItemKind, ids: Sequence[int] | None = None) -> Racing:
    """Return what races; `ids`: only those of it."""
    async with tx.connection.cursor(row_factory=tuple_row) as reading:
        await reading.execute(
            QUERIES["items_racing"],
            {
                "kind": kind.value,
                "item_ids": None if ids is None else list(ids),
                "limit": RACING_MAX,
            },
        )
        rows = await reading.fetchall()
    heads = np.array([row[:3] for row in rows], dtype=np.int64).reshape(len(rows), 3)
    figures = np.array([row[4:] for row in rows], dtype=np.float64)
    figures = figures.reshape(len(rows), 2 * len(FIGURES) + 1)
    grown, fresh = _evidence(figures[:, :-1])
    return Racing(
        ids=heads[:, 0],
        levels=heads[:, 1],
        published_us=heads[:, 2],
        markets=np.array([row[3] for row in rows], dtype=np.str_),
        grown=grown,
        fresh=fresh,
        expected=figures[:, -1] / MILLI,
    )


async def settled(
    tx: Tx, kind: ItemKind, since_us: int, exposures_min: int, limit: int
) -> tuple[Traits, Counts, NDArray[np.str_], tuple[Evidence, Evidence]]:
    """Return what was shown to grown viewers so often, newest first, each in columns.

    Traits, when published, markets, and evidence of grown and of fresh viewers.
    """
    async with tx.connection.cursor(row_factory=tuple_row) as reading:
        await reading.execute(
            QUERIES["items_settled"],
            {
                "kind": kind.value,
                "since_us": since_us,
                "exposures_min": exposures_min,
                "limit": limit,
            },
        )
        rows = await reading.fetchall()
    heads = np.array([row[:4] for row in rows], dtype=np.int64).reshape(len(rows), 4)
    figures = np.array([row[6:] for row in rows], dtype=np.float64)
    traits = Traits(_content([row[5] for row in rows]), heads[:, 3], heads[:, 1])
    markets = np.array([row[4] for row in rows], dtype=np.str_)
    evidence = _evidence(figures.reshape(len(rows), 2 * len(FIGURES)))
    return traits, heads[:, 2], markets, evidence


async def unproved(tx: Tx, kind: ItemKind) -> Unproved:
    """Return what races on the first level."""
    async with tx.connection.cursor(row_factory=tuple_row) as reading:
        await reading.execute(QUERIES["items_unproved"], {"kind": kind.value, "limit": RACING_MAX})
        rows = await reading.fetchall()
    heads = np.array([row[:3] for row in rows], dtype=np.int64).reshape(len(rows), 3)
    content = _content([row[3] for row in rows])
    return Unproved(heads[:, 0], Traits(content, heads[:, 2], heads[:, 1]))


async def expect(tx: Tx, kind: ItemKind, ids: Counts, lifts: Floats) -> None:
    """Write what each is expected to do, as a lift; to the nearest fiftieth."""
    millis = np.maximum(1, np.round(lifts * MILLI / STEP_MILLI) * STEP_MILLI)
    await tx.run(
        QUERIES["items_expect"],
        kind=kind.value,
        item_ids=arrays.big(ids),
        millis=arrays.integer(millis),
    )


async def put_trust(tx: Tx, kind: ItemKind, trust: Trust | None, now_us: int) -> None:
    """Keep how far expectations are believed; None: there are none."""
    if trust is None:
        await tx.run(QUERIES["expectation_drop"], kind=kind.value)
    else:
        await tx.run(
            QUERIES["expectation_put"], kind=kind.value, made_at_us=now_us, **asdict(trust)
        )


async def trust(tx: Tx, kind: ItemKind) -> Trust | None:
    """Return how far expectations are believed; None: nothing is expected of anything."""
    return await tx.maybe(Trust, QUERIES["expectation_read"], kind=kind.value)


async def standing(tx: Tx, ref: ItemRef) -> Standing | None:
    """Return one item; None: it never raced."""
    row = await tx.maybe(_Item, QUERIES["item_read"], kind=ref.kind.value, item_id=ref.id)
    if row is None:
        return None
    known = asdict(row)
    names = [*FIGURES, *(f"fresh_{name}" for name in FIGURES)]
    grown, fresh = _evidence(np.array([[known[name] for name in names]], dtype=np.float64))
    return Standing(
        ref=ref,
        owner_id=row.owner_id,
        market=row.market,
        level=row.level,
        state=State(row.state),
        published_at_us=row.published_at_us,
        grown=grown,
        fresh=fresh,
        expected=row.expected_milli / MILLI,
    )


async def levels(tx: Tx, kind: ItemKind, ids: Sequence[int]) -> dict[int, int]:
    """Return the level of each of `ids` that ever raced."""
    async with tx.connection.cursor(row_factory=tuple_row) as reading:
        await reading.execute(QUERIES["levels_of"], {"kind": kind.value, "item_ids": list(ids)})
        return dict(await reading.fetchall())


async def sums(tx: Tx, kind: ItemKind, since_us: int) -> dict[tuple[str, int], Floats]:
    """Return exposures and hits by market and level, of grown viewers only."""
    rows = await tx.rows(_Field, QUERIES["fields"], kind=kind.value, since_us=since_us)
    found = {}
    for row in rows:
        figures = np.zeros(1 + len(SIGNALS))
        figures[: len(FIGURES)] = [getattr(row, name) for name in FIGURES]
        found[row.market, row.level] = figures
    return found


async def expire(tx: Tx, kind: ItemKind, before_us: int, now_us: int) -> int:
    """End the race of what was published before; returns of how many."""
    return await tx.run(
        QUERIES["items_expire"], kind=kind.value, before_us=before_us, now_us=now_us
    )


async def put_deal(tx: Tx, kind: ItemKind, deal: Deal) -> None:
    """Keep the newest deal."""
    facts = {name: getattr(deal, name) for name in _Deal.__slots__}
    facts["item_ids"] = arrays.big(deal.item_ids)
    facts["dealt"] = arrays.big(deal.dealt)
    await tx.run(QUERIES["deal_put"], kind=kind.value, **facts)


async def deal(tx: Tx, kind: ItemKind, after_us: int = 0) -> Deal | None:
    """Return the newest deal; None: there is none newer than `after_us`."""
    row = await tx.maybe(_Deal, QUERIES["deal_read"], kind=kind.value, after_us=after_us)
    if row is None:
        return None
    known = {name: getattr(row, name) for name in _Deal.__slots__}
    known["item_ids"] = np.array(row.item_ids, dtype=np.int64)
    known["dealt"] = np.array(row.dealt, dtype=np.int64)
    return Deal(**known)


async def of_owner(tx: Tx, owner_id: AccountId) -> list[dict[str, Any]]:
    """Return what races of an account."""
    async with tx.connection.cursor(row_factory=dict_row) as reading:
        await reading.execute(QUERIES["items_of_owner"], {"owner_id": owner_id})
        return await reading.fetchall()


async def forget_owner(tx: Tx, owner_id: AccountId) -> None:
    """Take an account's things out of the race, and its name off them."""
    await tx.run(QUERIES["items_forget"], owner_id=owner_id)


def _content(lists: Sequence[Sequence[float]]) -> Floats:
    found = np.zeros((len(lists), len(CONTENT)), dtype=np.float64)
    for place, figures in enumerate(lists):
        if len(figures) == len(CONTENT):  # Another version's figures mean something else.
            found[place] = figures
    return found


def _evidence(figures: Floats) -> tuple[Evidence, Evidence]:
    halves = []
    for half in (figures[:, : len(FIGURES)], figures[:, len(FIGURES) :]):
        hits = np.zeros((len(half), len(SIGNALS)))
        hits[:, : len(FIGURES) - 1] = np.maximum(0.0, half[:, 1:])
        halves.append(Evidence(half[:, 0].copy(), hits))
    return halves[0], halves[1]
