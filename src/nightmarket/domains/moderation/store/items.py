"""Things handed in and how they stand; rows never leave this file."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from nightmarket.domains.moderation.values import (
    Decision,
    Item,
    Ref,
    RefKind,
    Snapshot,
    Statement,
    Visibility,
)
from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId, StatementId

QUERIES = sql.load("nightmarket.domains.moderation")


@dataclass(frozen=True, slots=True)
class _Standing:
    ref_id: int
    decision: str
    policy: str
    territories: list[str]
    is_held: bool


@dataclass(frozen=True, slots=True)
class SameTexts:
    """How often equal words were handed in lately."""

    by_owner: int
    by_anyone: int


def _item(row: Item) -> Item:
    return replace(
        row,
        ref_kind=RefKind(row.ref_kind),
        decision=Decision(row.decision),
        asset_keys=tuple(row.asset_keys),
        territories=tuple(row.territories),
    )


async def put_item(
    tx: Tx, ref: Ref, snapshot: Snapshot, *, text_print: int, submitted_at_us: int
) -> None:
    """Keep what was handed in; how an earlier one stood stays."""
    await tx.run(
        QUERIES["item_put"],
        ref_kind=ref.kind.value,
        ref_id=ref.id,
        owner_id=snapshot.owner_id,
        market=snapshot.market,
        language=snapshot.language,
        text=snapshot.text,
        text_print=text_print,
        asset_keys=list(snapshot.asset_keys),
        submitted_at_us=submitted_at_us,
        within_id=snapshot.within_id,
    )


async def item(tx: Tx, ref: Ref, *, is_locked: bool = False) -> Item | None:
    """Return one thing; locked: nobody else decides about it until this transaction ends."""
    row = await tx.maybe(
        Item,
        QUERIES["item_lock" if is_locked else "item_of"],
        ref_kind=ref.kind.value,
        ref_id=ref.id,
    )
    return None if row is None else _item(row)


async def items(tx: Tx, refs: Iterable[Ref]) -> list[Item]:
    """Return those of `refs` that were handed in."""
    ids: dict[RefKind, list[int]] = {}
    for ref in refs:
        ids.setdefault(ref.kind, []).append(ref.id)
    found: list[Item] = []
    for kind in sorted(ids):
        rows = await tx.rows(Item, QUERIES["items_of"], ref_kind=kind.value, ref_ids=ids[kind])
        found.extend(_item(row) for row in rows)
    return found


async def standing(tx: Tx, refs: Iterable[Ref], market: str | None) -> dict[Ref, Visibility]:
    """Return, of `refs`, those that are not simply visible.

    A measure bound to territories counts there only; market None: it counts everywhere.
    """
    ids: dict[RefKind, list[int]] = {}
    for ref in refs:
        ids.setdefault(ref.kind, []).append(ref.id)
    found: dict[Ref, Visibility] = {}
    for kind in sorted(ids):
        rows = await tx.rows(
            _Standing, QUERIES["items_standing"], ref_kind=kind.value, ref_ids=ids[kind]
        )
        for row in rows:
            is_elsewhere = row.territories and market is not None and market not in row.territories
            decision = Decision.NONE if is_elsewhere else Decision(row.decision)
            policy = "" if is_elsewhere else row.policy
            found[Ref(kind, row.ref_id)] = Visibility(decision, policy, row.is_held)
    return found


async def stand(tx: Tx, ref: Ref, decision: Decision, statement: Statement) -> None:
    """Write how a thing stands after a measure; it is held no longer."""
    await tx.run(
        QUERIES["item_stand"],
        ref_kind=ref.kind.value,
        ref_id=ref.id,
        decision=decision.value,
        policy=statement.policy,
        territories=list(statement.territories),
        statement_id=statement.statement_id,
    )


async def lift(tx: Tx, ref: Ref, statement_id: StatementId) -> bool:
    """Take a measure back; False: a later one stands in its place."""
    return bool(
        await tx.run(
            QUERIES["item_lift"], ref_kind=ref.kind.value, ref_id=ref.id, statement_id=statement_id
        )
    )


async def hold(tx: Tx, ref: Ref, *, is_held: bool) -> None:
    """Keep a thing back or let it go."""
    await tx.run(QUERIES["item_hold"], ref_kind=ref.kind.value, ref_id=ref.id, is_held=is_held)


async def delete_item(tx: Tx, ref: Ref) -> None:
    """Forget a thing that is gone, and what was said under it."""
    await tx.run(QUERIES["item_delete"], ref_kind=ref.kind.value, ref_id=ref.id)
    if ref.kind is RefKind.VIDEO:
        await tx.run(QUERIES["cases_within_vanish"], within_id=ref.id)
        await tx.run(QUERIES["items_within_delete"], within_id=ref.id)


async def same_texts(
    tx: Tx, ref: Ref, owner_id: AccountId, text_print: int, since_us: int
) -> SameTexts:
    """Count equal words of the same kind of thing since an instant."""
    return await tx.one(
        SameTexts,
        QUERIES["same_texts"],
        ref_kind=ref.kind.value,
        ref_id=ref.id,
        owner_id=owner_id,
        text_print=text_print,
        since_us=since_us,
    )
