"""Cases and the reports they gather; rows never leave this file."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from nightmarket.domains.moderation.values import (
    Case,
    CaseState,
    Decision,
    Notice,
    Ref,
    RefKind,
    Report,
    Source,
)
from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId, CaseId, ReportId, ViewerId

QUERIES = sql.load("nightmarket.domains.moderation")


@dataclass(frozen=True, slots=True)
class ReportRate:
    """How much one reporter reported."""

    last_hour: int
    last_day: int


def _case(row: Case) -> Case:
    return replace(
        row,
        ref_kind=RefKind(row.ref_kind),
        source=Source(row.source),
        state=CaseState(row.state),
        decision=None if row.decision is None else Decision(row.decision),
    )


async def insert_case(tx: Tx, case: Case) -> bool:
    """Open a case; False: the thing has one already."""
    fields = asdict(case)
    wanted = ("case_id", "ref_id", "owner_id", "market", "policy", "note", "is_illegal")
    more = ("is_holding", "priority", "opened_at_us", "due_at_us")
    return bool(
        await tx.run(
            QUERIES["case_insert"],
            ref_kind=case.ref_kind.value,
            source=case.source.value,
            **{name: fields[name] for name in (*wanted, *more)},
        )
    )


async def case_about(tx: Tx, ref: Ref) -> Case | None:
    """Return the case about a thing that is not over, locked."""
    row = await tx.maybe(Case, QUERIES["case_of_ref"], ref_kind=ref.kind.value, ref_id=ref.id)
    return None if row is None else _case(row)


async def case(tx: Tx, case_id: CaseId) -> Case | None:
    """Return one case, locked."""
    row = await tx.maybe(Case, QUERIES["case_of"], case_id=case_id)
    return None if row is None else _case(row)


async def peek(tx: Tx, case_id: CaseId) -> Case | None:
    """Return one case without locking it: to learn what it is about, which is locked first."""
    row = await tx.maybe(Case, QUERIES["case_peek"], case_id=case_id)
    return None if row is None else _case(row)


async def weigh_case(tx: Tx, changed: Case) -> None:
    """Write what a case weighs now."""
    await tx.run(
        QUERIES["case_weigh"],
        case_id=changed.case_id,
        policy=changed.policy,
        note=changed.note,
        is_illegal=changed.is_illegal,
        is_holding=changed.is_holding,
        reports_count=changed.reports_count,
        priority=changed.priority,
        due_at_us=changed.due_at_us,
    )


async def move_case(tx: Tx, moved: Case, *, decided_by: AccountId | None = None) -> None:
    """Write a case's state, claim and decision."""
    await tx.run(
        QUERIES["case_move"],
        case_id=moved.case_id,
        state=moved.state.value,
        claimed_by=moved.claimed_by,
        claim_expires_at_us=moved.claim_expires_at_us,
        decided_at_us=moved.decided_at_us,
        decided_by=decided_by,
        decision=None if moved.decision is None else moved.decision.value,
    )


async def cases_waiting(
    tx: Tx, market: str | None, after: tuple[int, ...], limit: int
) -> list[Case]:
    """Return the queue; `after` is (priority, case id) of the last one seen."""
    priority, case_id = after or (None, None)
    rows = await tx.rows(
        Case,
        QUERIES["cases_waiting"],
        market=market,
        priority=priority,
        case_id=case_id,
        limit=limit,
    )
    return [_case(row) for row in rows]


async def cases_over(tx: Tx, market: str | None, before: int | None, limit: int) -> list[Case]:
    """Return decided cases, newest first."""
    rows = await tx.rows(Case, QUERIES["cases_over"], market=market, case_id=before, limit=limit)
    return [_case(row) for row in rows]


async def insert_report(tx: Tx, report: Report, notice: Notice, market: str) -> bool:
    """Keep a report; False: this reporter made the same before."""
    return bool(
        await tx.run(
            QUERIES["report_insert"],
            ref_kind=notice.ref.kind.value,
            ref_id=notice.ref.id,
            report_id=report.report_id,
            case_id=report.case_id,
            reporter_id=report.reporter_id,
            market=market,
            policy=report.policy,
            is_illegal=report.is_illegal,
            is_good_faith=notice.is_good_faith,
            explanation=report.explanation,
            legal_reference=report.legal_reference,
            contact=report.contact,
            language=report.language,
            reported_at_us=report.reported_at_us,
        )
    )


async def same_report(tx: Tx, notice: Notice, reporter_id: ViewerId) -> ReportId | None:
    """Return the equal report this reporter made before."""
    found = await tx.value(
        int,
        QUERIES["report_same"],
        ref_kind=notice.ref.kind.value,
        ref_id=notice.ref.id,
        reporter_id=reporter_id,
        policy=notice.policy,
    )
    return None if found is None else ReportId(found)


async def report_rate(tx: Tx, reporter_id: ViewerId, *, hour_us: int, day_us: int) -> ReportRate:
    """Count one reporter's reports since two instants."""
    return await tx.one(
        ReportRate, QUERIES["report_rate"], reporter_id=reporter_id, hour_us=hour_us, day_us=day_us
    )


async def reporters_of(tx: Tx, case_id: CaseId) -> int:
    """Count the different people who reported."""
    return await tx.value(int, QUERIES["reporters_of_case"], case_id=case_id) or 0


async def report(tx: Tx, report_id: ReportId) -> Report | None:
    """Return one report."""
    return await tx.maybe(Report, QUERIES["report_of"], report_id=report_id)


async def notices_of(tx: Tx, case_id: CaseId) -> list[ReportId]:
    """Return which reports of a case are notices of illegal content."""
    found = await tx.column(int, QUERIES["notices_of"], case_id=case_id)
    return [ReportId(number) for number in found]


async def forget_contacts(tx: Tx, before_us: int) -> int:
    """Forget the addresses left with notices older than an instant; returns how many."""
    return await tx.run(QUERIES["contacts_forget"], before_us=before_us)


async def reports_of(tx: Tx, case_ids: Sequence[CaseId]) -> dict[CaseId, list[Report]]:
    """Return the first twenty reports of each case."""
    found: dict[CaseId, list[Report]] = {case_id: [] for case_id in case_ids}
    for row in await tx.rows(Report, QUERIES["reports_of"], case_ids=list(case_ids)):
        found[row.case_id].append(row)
    return found
