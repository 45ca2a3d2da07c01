"""See how the work goes: the queue, appeals, and figures against the targets."""

from dataclasses import dataclass
from datetime import datetime

from nightmarket.domains.moderation.rules import decisions
from nightmarket.domains.moderation.store import cases, items, statements
from nightmarket.domains.moderation.values import Appeal, Case, Figures, Item, Report, Statement
from nightmarket.infra.db import Tx
from nightmarket.kernel import pages
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId
from nightmarket.kernel.pages import Page, PageRequest


@dataclass(frozen=True, slots=True)
class SeenCase:
    """A case with all that a moderator needs; `item` None: the thing is gone."""

    case: Case
    item: Item | None
    reports: list[Report]
    owner_points: int


@dataclass(frozen=True, slots=True)
class SeenStatement:
    """A statement with its appeal, when there is one."""

    statement: Statement
    appeal: Appeal | None


async def figures(tx: Tx, now: datetime) -> Figures:
    """Count what waits, what is late, and how appeals of the last 30 days were answered."""
    now_us = microseconds(now)
    return await statements.figures(
        tx,
        now_us=now_us,
        day_us=now_us - decisions.DAY_US,
        month_us=now_us - 30 * decisions.DAY_US,
    )


async def waiting_cases(
    tx: Tx, asked: PageRequest, now: datetime, *, market: str | None
) -> Page[SeenCase]:
    """List the queue, most pressing first; an expired claim shows as open."""
    found = await cases.cases_waiting(tx, market, asked.after, asked.limit + 1)
    listed = pages.page(found, asked.limit, lambda case: (case.priority, case.case_id))
    return await _seen(tx, listed, now)


async def closed_cases(
    tx: Tx, asked: PageRequest, now: datetime, *, market: str | None
) -> Page[SeenCase]:
    """List what was decided, newest first."""
    before = asked.after[0] if asked.after else None
    found = await cases.cases_over(tx, market, before, asked.limit + 1)
    return await _seen(tx, pages.page(found, asked.limit, lambda case: (case.case_id,)), now)


async def see_case(tx: Tx, case: Case, now: datetime) -> SeenCase:
    """Return one case with all that belongs to it."""
    return (await _seen(tx, Page([case], None), now)).items[0]


async def _seen(tx: Tx, listed: Page[Case], now: datetime) -> Page[SeenCase]:
    reports = await cases.reports_of(tx, [case.case_id for case in listed.items])
    owners = {case.owner_id for case in listed.items}
    points = await statements.strike_points(tx, owners, microseconds(now))
    about = {item.ref: item for item in await items.items(tx, {case.ref for case in listed.items})}
    now_us = microseconds(now)
    return listed.map(
        lambda case: SeenCase(
            decisions.as_of(case, now_us),
            about.get(case.ref),
            reports[case.case_id],
            points.get(case.owner_id, 0),
        )
    )


async def statements_of(tx: Tx, owner_id: AccountId, asked: PageRequest) -> Page[SeenStatement]:
    """List what was decided about somebody's things, newest first."""
    before = asked.after[0] if asked.after else None
    found = await statements.statements_of_owner(tx, owner_id, before, asked.limit + 1)
    listed = pages.page(found, asked.limit, lambda one: (one.statement_id,))
    appeals = await statements.appeals_of(tx, [one.statement_id for one in listed.items])
    return listed.map(lambda one: SeenStatement(one, appeals.get(one.statement_id)))


async def waiting_appeals(tx: Tx, asked: PageRequest) -> Page[SeenStatement]:
    """List appeals nobody answered, the most urgent first."""
    found = await statements.appeals_waiting(tx, asked.after, asked.limit + 1)
    listed = pages.page(found, asked.limit, lambda one: (one.due_at_us, one.appeal_id))
    about = await statements.statements(tx, [one.statement_id for one in listed.items])
    return listed.map(lambda one: SeenStatement(about[one.statement_id], one))
