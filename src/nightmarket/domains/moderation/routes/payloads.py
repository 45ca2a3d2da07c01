"""The shapes moderation answers and reads."""

from collections.abc import Mapping
from typing import Annotated

import msgspec

from nightmarket.domains.moderation.actions.see_work import SeenCase, SeenStatement
from nightmarket.domains.moderation.rules import decisions
from nightmarket.domains.moderation.values import (
    Appeal,
    AppealState,
    CaseState,
    Decision,
    Ref,
    RefKind,
    Report,
    Source,
    Statement,
    StatementState,
)
from nightmarket.infra.http import moment, text_id
from nightmarket.kernel import ids

EVERYWHERE = "everywhere"


class RefPayload(msgspec.Struct, frozen=True):
    """What something is about."""

    kind: RefKind
    id: str

    def ref(self) -> Ref:
        """Return the reference; MalformedId: the id."""
        return Ref(self.kind, ids.from_text(self.id))


def ref_payload(ref: Ref) -> RefPayload:
    """Write a reference."""
    return RefPayload(ref.kind, ids.to_text(ref.id))


class AppealPayload(msgspec.Struct, frozen=True):
    """An appeal as its owner sees it; `outcome` null: nobody answered yet."""

    appeal_id: str
    state: AppealState
    text: str
    outcome: str | None
    opened_at: str | None
    due_at: str | None
    decided_at: str | None


class StatementPayload(msgspec.Struct, frozen=True):
    """The reasons of a decision, with the fields of DSA article 17(3)."""

    statement_id: str
    ref: RefPayload
    decision: Decision
    decision_visibility: str
    policy: str
    policy_title: str
    facts: str
    excerpt: str
    legal_ground: str | None
    terms_ground: str | None
    source: Source
    is_automated: bool
    is_automated_detection: bool
    territorial_scope: tuple[str, ...]
    redress: tuple[str, ...]
    state: StatementState
    decided_at: str | None
    appeal_until: str | None
    appeal: AppealPayload | None


REDRESS = ("internal_appeal", "out_of_court_settlement", "judicial")
"""DSA article 17(3)(f): what may be done against it. The words are the client's."""


def appeal_payload(appeal: Appeal) -> AppealPayload:
    """Write an appeal."""
    return AppealPayload(
        appeal_id=ids.to_text(appeal.appeal_id),
        state=appeal.state,
        text=appeal.text,
        outcome=appeal.words or None,
        opened_at=moment(appeal.opened_at_us),
        due_at=moment(appeal.due_at_us),
        decided_at=moment(appeal.decided_at_us),
    )


def statement_payload(
    statement: Statement, appeal: Appeal | None, language: str
) -> StatementPayload:
    """Write a statement of reasons; the rule it names is said in `language`."""
    return StatementPayload(
        statement_id=ids.to_text(statement.statement_id),
        ref=ref_payload(statement.ref),
        decision=statement.decision,
        decision_visibility=statement.decision_visibility,
        policy=statement.policy,
        policy_title=decisions.policy(statement.policy).title,
        facts=statement.facts,
        excerpt=statement.excerpt,
        legal_ground=statement.legal_ground or None,
        terms_ground=decisions.terms_ground(statement, language) or None,
        source=statement.source,
        is_automated=statement.is_automated_decision,
        is_automated_detection=statement.is_automated_detection,
        territorial_scope=statement.territories or (EVERYWHERE,),
        redress=REDRESS,
        state=statement.state,
        decided_at=moment(statement.decided_at_us),
        appeal_until=moment(statement.decided_at_us + decisions.APPEAL_WINDOW_US),
        appeal=None if appeal is None else appeal_payload(appeal),
    )


class StatementPage(msgspec.Struct, frozen=True):
    """Some statements and where to go on."""

    items: list[StatementPayload]
    next_cursor: str | None


def seen_statement_payload(seen: SeenStatement, language: str) -> StatementPayload:
    """Write a statement with its appeal."""
    return statement_payload(seen.statement, seen.appeal, language)


class ProfilePayload(msgspec.Struct, frozen=True):
    """Whose thing it is, for a moderator."""

    account_id: str
    handle: str
    name: str
    avatar_url: str | None


class ReportPayload(msgspec.Struct, frozen=True):
    """One report, for a moderator."""

    report_id: str
    policy: str
    is_illegal: bool
    explanation: str
    legal_reference: str
    contact: str
    reported_at: str | None


class CasePayload(msgspec.Struct, frozen=True):
    """One case, for a moderator. `text` null: the thing is gone."""

    case_id: str
    ref: RefPayload
    state: CaseState
    source: Source
    policy: str
    note: str
    priority: int
    market: str
    is_illegal: bool
    is_held: bool
    reports_count: int
    reports: list[ReportPayload]
    owner: ProfilePayload | None
    owner_strike_points: int
    text: str | None
    language: str | None
    asset_urls: list[str]
    standing: Decision
    opened_at: str | None
    due_at: str | None
    claimed_by: str | None
    claim_expires_at: str | None
    decided_at: str | None
    decision: Decision | None


class CasePage(msgspec.Struct, frozen=True):
    """Some cases and where to go on."""

    items: list[CasePayload]
    next_cursor: str | None


class AppealCasePayload(msgspec.Struct, frozen=True):
    """An appeal with what it is against, for a moderator."""

    appeal: AppealPayload
    statement: StatementPayload
    owner: ProfilePayload | None


class AppealCasePage(msgspec.Struct, frozen=True):
    """Some appeals and where to go on."""

    items: list[AppealCasePayload]
    next_cursor: str | None


def case_payload(seen: SeenCase, owners: Mapping[int, ProfilePayload]) -> CasePayload:
    """Write a case."""
    case, item = seen.case, seen.item
    return CasePayload(
        case_id=ids.to_text(case.case_id),
        ref=ref_payload(case.ref),
        state=case.state,
        source=case.source,
        policy=case.policy,
        note=case.note,
        priority=case.priority,
        market=case.market,
        is_illegal=case.is_illegal,
        is_held=item is not None and item.is_held,
        reports_count=case.reports_count,
        reports=[report_payload(report) for report in seen.reports],
        owner=owners.get(case.owner_id),
        owner_strike_points=seen.owner_points,
        text=None if item is None else item.text,
        language=None if item is None else item.language,
        asset_urls=[] if item is None else [f"/media/{key}" for key in item.asset_keys],
        standing=Decision.NONE if item is None else item.decision,
        opened_at=moment(case.opened_at_us),
        due_at=moment(case.due_at_us),
        claimed_by=text_id(case.claimed_by),
        claim_expires_at=moment(case.claim_expires_at_us),
        decided_at=moment(case.decided_at_us),
        decision=case.decision,
    )


def report_payload(report: Report) -> ReportPayload:
    """Write a report without saying who made it; the contact of a notice is for the answer."""
    return ReportPayload(
        report_id=ids.to_text(report.report_id),
        policy=report.policy,
        is_illegal=report.is_illegal,
        explanation=report.explanation,
        legal_reference=report.legal_reference,
        contact=report.contact,
        reported_at=moment(report.reported_at_us),
    )


Words = Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]


class ReportBody(msgspec.Struct, frozen=True):
    """A notice; see `decisions.check_notice` for what an illegal one must say."""

    ref: RefPayload
    policy: str
    is_illegal: bool = False
    explanation: str = ""
    legal_reference: str = ""
    good_faith: bool = False
    contact: str = ""


class ReportMade(msgspec.Struct, frozen=True):
    """The receipt."""

    report_id: str


class AppealBody(msgspec.Struct, frozen=True):
    """What the owner says."""

    text: Words


class OpenCaseBody(msgspec.Struct, frozen=True):
    """A moderator's own finding."""

    ref: RefPayload
    policy: str
    note: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class RulingBody(msgspec.Struct, frozen=True):
    """A decision with its reasons; `territorial_scope` empty: everywhere."""

    decision: Decision
    policy: str
    facts: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    legal_ground: Annotated[str, msgspec.Meta(max_length=500)] = ""
    territorial_scope: tuple[str, ...] = ()


class RulingMade(msgspec.Struct, frozen=True):
    """What came of it; `statement` null: no measure was taken."""

    case_id: str
    decision: Decision
    statement: StatementPayload | None


class AnswerBody(msgspec.Struct, frozen=True):
    """The answer to an appeal."""

    uphold: bool
    words: Words


class FiguresPayload(msgspec.Struct, frozen=True):
    """How the work goes; the share is null while no appeal was answered in 30 days."""

    cases_waiting: int
    cases_overdue: int
    reports_last_day: int
    appeals_waiting: int
    appeals_overdue: int
    appeals_answered: int
    appeals_answered_in_time: int
    appeals_overturned: int
    appeals_in_time_share: float | None
    appeals_in_time_target: float
    appeals_target_hours: int
