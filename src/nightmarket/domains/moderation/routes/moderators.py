"""HTTP for moderators: the queue, claims, decisions, appeals, figures."""

from collections.abc import Collection
from datetime import datetime

from litestar import get, post
from litestar.params import FromPath, FromQuery

from nightmarket.domains.moderation.actions import see_work
from nightmarket.domains.moderation.actions.appeal import answer_appeal
from nightmarket.domains.moderation.actions.claim_case import claim_case, release_case
from nightmarket.domains.moderation.actions.decide_case import decide_case
from nightmarket.domains.moderation.actions.open_case import open_own
from nightmarket.domains.moderation.actions.see_owners import owners_of
from nightmarket.domains.moderation.routes.payloads import (
    AnswerBody,
    AppealCasePage,
    AppealCasePayload,
    AppealPayload,
    CasePage,
    CasePayload,
    FiguresPayload,
    OpenCaseBody,
    ProfilePayload,
    RulingBody,
    RulingMade,
    appeal_payload,
    case_payload,
    seen_statement_payload,
    statement_payload,
)
from nightmarket.domains.moderation.rules import decisions
from nightmarket.domains.moderation.values import Answer, Case, Ruling
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel import pages
from nightmarket.kernel.ids import AccountId, CaseId, from_text, to_text
from nightmarket.kernel.pages import Page

ROLES = ("moderator", "operator")
IN_TIME_TARGET = 0.95


@get("/api/v1/moderation/queue", tags=["moderation"])
async def list_cases(
    tx: Tx,
    subject: Subject,
    now: datetime,
    market: FromQuery[str | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> CasePage:
    """List the cases that wait, most pressing first."""
    subject.require_role(*ROLES)
    asked = pages.request(cursor, limit, keys=2)
    found = await see_work.waiting_cases(tx, asked, now, market=market)
    return await _page(tx, found)


@get("/api/v1/moderation/cases", tags=["moderation"])
async def list_closed_cases(
    tx: Tx,
    subject: Subject,
    now: datetime,
    market: FromQuery[str | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> CasePage:
    """List the cases that are over, newest first."""
    subject.require_role(*ROLES)
    found = await see_work.closed_cases(tx, pages.request(cursor, limit), now, market=market)
    return await _page(tx, found)


@post("/api/v1/moderation/cases", tags=["moderation"])
async def open_own_case(
    tx: Tx, subject: Subject, services: Services, data: OpenCaseBody
) -> CasePayload:
    """Put something into the queue by a moderator's own finding."""
    subject.require_role(*ROLES)
    opened = await open_own(tx, services, data.ref.ref(), data.policy, data.note)
    return await _payload(tx, opened, services.clock())


@post("/api/v1/moderation/cases/{case_id:str}/claim", status_code=200, tags=["moderation"])
async def claim_one_case(
    tx: Tx, subject: Subject, services: Services, case_id: FromPath[str]
) -> CasePayload:
    """Take a case for a quarter of an hour."""
    moderator_id = subject.require_role(*ROLES)
    claimed = await claim_case(tx, services, moderator_id, CaseId(from_text(case_id)))
    return await _payload(tx, claimed, services.clock())


@post("/api/v1/moderation/cases/{case_id:str}/release", status_code=200, tags=["moderation"])
async def release_one_case(
    tx: Tx, subject: Subject, services: Services, case_id: FromPath[str]
) -> CasePayload:
    """Give a case back to the queue."""
    moderator_id = subject.require_role(*ROLES)
    released = await release_case(tx, services, moderator_id, CaseId(from_text(case_id)))
    return await _payload(tx, released, services.clock())


@post("/api/v1/moderation/cases/{case_id:str}/decision", tags=["moderation"])
async def decide_one_case(
    tx: Tx,
    subject: Subject,
    services: Services,
    spoken: str,
    case_id: FromPath[str],
    data: RulingBody,
) -> RulingMade:
    """Decide a case; a measure sends its reasons to the owner."""
    moderator_id = subject.require_role(*ROLES)
    ruling = Ruling(
        decision=data.decision,
        policy=data.policy,
        facts=data.facts,
        legal_ground=data.legal_ground,
        territories=data.territorial_scope,
    )
    about = CaseId(from_text(case_id))
    statement = await decide_case(tx, services, moderator_id, about, ruling)
    reasons = None if statement is None else statement_payload(statement, None, spoken)
    return RulingMade(to_text(about), data.decision, reasons)


@get("/api/v1/moderation/appeals", tags=["moderation"])
async def list_appeals(
    tx: Tx,
    subject: Subject,
    spoken: str,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> AppealCasePage:
    """List appeals nobody answered, the most urgent first."""
    subject.require_role(*ROLES)
    found = await see_work.waiting_appeals(tx, pages.request(cursor, limit, keys=2))
    owners = await _owners(tx, {one.statement.owner_id for one in found.items})
    return AppealCasePage(
        [
            AppealCasePayload(
                appeal_payload(one.appeal),
                seen_statement_payload(one, spoken),
                owners.get(one.statement.owner_id),
            )
            for one in found.items
            if one.appeal is not None
        ],
        found.next_cursor,
    )


@post("/api/v1/moderation/appeals/{appeal_id:str}/decision", tags=["moderation"])
async def answer_one_appeal(
    tx: Tx, subject: Subject, services: Services, appeal_id: FromPath[str], data: AnswerBody
) -> AppealPayload:
    """Answer an appeal: the decision stands, or it is taken back."""
    moderator_id = subject.require_role(*ROLES)
    answer = Answer(data.uphold, data.words)
    answered = await answer_appeal(tx, services, moderator_id, from_text(appeal_id), answer)
    return appeal_payload(answered)


@get("/api/v1/moderation/figures", tags=["moderation"])
async def show_figures(tx: Tx, subject: Subject, now: datetime) -> FiguresPayload:
    """Show what waits and how appeals of the last 30 days were answered."""
    subject.require_role(*ROLES)
    seen = await see_work.figures(tx, now)
    answered = seen.appeals_answered
    return FiguresPayload(
        cases_waiting=seen.cases_waiting,
        cases_overdue=seen.cases_overdue,
        reports_last_day=seen.reports_last_day,
        appeals_waiting=seen.appeals_waiting,
        appeals_overdue=seen.appeals_overdue,
        appeals_answered=answered,
        appeals_answered_in_time=seen.appeals_answered_in_time,
        appeals_overturned=seen.appeals_overturned,
        appeals_in_time_share=seen.appeals_answered_in_time / answered if answered else None,
        appeals_in_time_target=IN_TIME_TARGET,
        appeals_target_hours=decisions.APPEAL_DUE_US // decisions.HOUR_US,
    )


async def _page(tx: Tx, found: Page[see_work.SeenCase]) -> CasePage:
    owners = await _owners(tx, {one.case.owner_id for one in found.items})
    return CasePage([case_payload(one, owners) for one in found.items], found.next_cursor)


async def _payload(tx: Tx, case: Case, now: datetime) -> CasePayload:
    seen = await see_work.see_case(tx, case, now)
    return case_payload(seen, await _owners(tx, {case.owner_id}))


async def _owners(tx: Tx, account_ids: Collection[AccountId]) -> dict[int, ProfilePayload]:
    found = await owners_of(tx, account_ids)
    return {
        account_id: ProfilePayload(
            to_text(account_id), profile.handle, profile.name, profile.avatar_url
        )
        for account_id, profile in found.items()
    }
