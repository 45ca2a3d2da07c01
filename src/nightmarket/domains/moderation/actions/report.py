"""Report: a person says that something is wrong."""

from nightmarket.domains.moderation import errors
from nightmarket.domains.moderation.actions.open_case import count_report, open_case
from nightmarket.domains.moderation.actions.send_receipt import confirm_later
from nightmarket.domains.moderation.actions.tell import tell_reported
from nightmarket.domains.moderation.rules import decisions
from nightmarket.domains.moderation.store import cases, items
from nightmarket.domains.moderation.values import Notice, Report, Signal, Source, Verdict
from nightmarket.infra import telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import ReportId, ViewerId


async def report(
    tx: Tx, services: Services, reporter_id: ViewerId, notice: Notice, *, is_guest: bool
) -> ReportId:
    """Take in a notice; the same one again answers the first one's id and changes nothing.

    Raises:
        UnknownPolicy, IncompleteNotice: see `decisions.check_notice`.
        NoSuchContent: the reference.
        ReportsTooMany: one reporter may report 20 things an hour, 60 a day.
    """
    decisions.check_notice(notice, is_guest=is_guest)
    item = await items.item(tx, notice.ref, is_locked=True)
    if item is None:
        raise errors.NoSuchContent("no such thing")
    same = await cases.same_report(tx, notice, reporter_id)
    if same is not None:
        return same
    now_us = microseconds(services.clock())
    rate = await cases.report_rate(
        tx, reporter_id, hour_us=now_us - decisions.HOUR_US, day_us=now_us - decisions.DAY_US
    )
    decisions.check_report_rate(last_hour=rate.last_hour, last_day=rate.last_day)
    signal = Signal(Verdict.QUEUED, notice.policy, "")
    case = await open_case(tx, services, item, Source.REPORT, signal)
    made = Report(
        report_id=ReportId(services.ids()),
        case_id=case.case_id,
        reporter_id=reporter_id,
        policy=notice.policy,
        is_illegal=notice.is_illegal,
        explanation=notice.explanation.strip(),
        legal_reference=notice.legal_reference.strip()[:500],
        contact=notice.contact.strip(),
        language=notice.language,
        reported_at_us=now_us,
    )
    is_new = await cases.insert_report(tx, made, notice, item.market)
    assert is_new, "looked for under the item's lock"
    await count_report(tx, case, notice)
    if made.is_illegal:
        await confirm_later(tx, made.report_id)
    await tell_reported(tx, services, notice.ref, made, market=item.market)
    telemetry.happened("content_reported", report_id=made.report_id, policy=notice.policy)
    return made.report_id
