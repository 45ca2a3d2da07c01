"""Reasons, appeals and strikes; rows never leave this file."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

from nightmarket.domains.moderation.values import (
    Appeal,
    AppealState,
    Decision,
    Figures,
    RefKind,
    Source,
    Statement,
    StatementState,
    Strike,
)
from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId, StatementId

QUERIES = sql.load("nightmarket.domains.moderation")


@dataclass(frozen=True, slots=True)
class _Points:
    account_id: int
    points: int


def _statement(row: Statement) -> Statement:
    return replace(
        row,
        ref_kind=RefKind(row.ref_kind),
        decision=Decision(row.decision),
        source=Source(row.source),
        state=StatementState(row.state),
        territories=tuple(row.territories),
    )


def _appeal(row: Appeal) -> Appeal:
    return replace(row, state=AppealState(row.state))


async def insert_statement(tx: Tx, statement: Statement) -> None:
    """Keep the reasons of a measure."""
    fields = asdict(statement) | {"territories": list(statement.territories)}
    del fields["state"]
    await tx.run(QUERIES["statement_insert"], **fields)


async def statement(tx: Tx, statement_id: StatementId) -> Statement | None:
    """Return one statement."""
    row = await tx.maybe(Statement, QUERIES["statement_of"], statement_id=statement_id)
    return None if row is None else _statement(row)


async def statements_of_owner(
    tx: Tx, owner_id: AccountId, before: int | None, limit: int
) -> list[Statement]:
    """Return what was decided about somebody's things, newest first."""
    rows = await tx.rows(
        Statement, QUERIES["statements_of_owner"], owner_id=owner_id, before=before, limit=limit
    )
    return [_statement(row) for row in rows]


async def statements(tx: Tx, statement_ids: Sequence[StatementId]) -> dict[StatementId, Statement]:
    """Return some statements."""
    rows = await tx.rows(Statement, QUERIES["statements_by_ids"], statement_ids=list(statement_ids))
    return {row.statement_id: _statement(row) for row in rows}


async def withdraw_statement(tx: Tx, statement_id: StatementId) -> None:
    """Mark a statement as taken back."""
    await tx.run(QUERIES["statement_withdraw"], statement_id=statement_id)


async def insert_appeal(tx: Tx, appeal: Appeal) -> bool:
    """Keep an appeal; False: the statement has one."""
    fields = asdict(appeal)
    for name in ("state", "decided_at_us", "words"):
        del fields[name]
    return bool(await tx.run(QUERIES["appeal_insert"], **fields))


async def appeal(tx: Tx, appeal_id: int) -> Appeal | None:
    """Return one appeal, locked."""
    row = await tx.maybe(Appeal, QUERIES["appeal_of"], appeal_id=appeal_id)
    return None if row is None else _appeal(row)


async def appeals_of(tx: Tx, statement_ids: Sequence[StatementId]) -> dict[StatementId, Appeal]:
    """Return the appeals against some statements."""
    rows = await tx.rows(
        Appeal, QUERIES["appeals_of_statements"], statement_ids=list(statement_ids)
    )
    return {row.statement_id: _appeal(row) for row in rows}


async def appeals_waiting(tx: Tx, after: tuple[int, ...], limit: int) -> list[Appeal]:
    """Return open appeals, most urgent first; `after` is (due, appeal id) of the last one seen."""
    due_at_us, appeal_id = after or (None, None)
    rows = await tx.rows(
        Appeal, QUERIES["appeals_waiting"], due_at_us=due_at_us, appeal_id=appeal_id, limit=limit
    )
    return [_appeal(row) for row in rows]


async def decide_appeal(tx: Tx, answered: Appeal, *, decided_by: AccountId) -> None:
    """Write an appeal's answer."""
    await tx.run(
        QUERIES["appeal_decide"],
        appeal_id=answered.appeal_id,
        state=answered.state.value,
        decided_at_us=answered.decided_at_us,
        decided_by=decided_by,
        words=answered.words,
    )


async def give_strike(tx: Tx, statement: Statement, *, points: int, expires_at_us: int) -> None:
    """Keep a strike."""
    await tx.run(
        QUERIES["strike_insert"],
        statement_id=statement.statement_id,
        account_id=statement.owner_id,
        market=statement.market,
        points=points,
        given_at_us=statement.decided_at_us,
        expires_at_us=expires_at_us,
    )


async def take_strike_back(tx: Tx, statement_id: StatementId) -> None:
    """Forget a strike; there may be none."""
    await tx.run(QUERIES["strike_delete"], statement_id=statement_id)


async def strike_points(
    tx: Tx, account_ids: Iterable[AccountId], now_us: int
) -> dict[AccountId, int]:
    """Return active points; accounts without any are left out."""
    rows = await tx.rows(
        _Points, QUERIES["strike_points"], account_ids=list(account_ids), now_us=now_us
    )
    return {AccountId(row.account_id): row.points for row in rows}


async def active_strikes(tx: Tx, account_id: AccountId, now_us: int) -> list[Strike]:
    """Return what still counts, the first to end first."""
    return await tx.rows(Strike, QUERIES["strikes_active"], account_id=account_id, now_us=now_us)


async def figures(tx: Tx, *, now_us: int, day_us: int, month_us: int) -> Figures:
    """Count what waits and what was answered since two instants."""
    return await tx.one(
        Figures, QUERIES["figures"], now_us=now_us, day_us=day_us, month_us=month_us
    )
