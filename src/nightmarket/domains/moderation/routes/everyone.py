"""HTTP for everyone: report something."""

from litestar import post

from nightmarket.domains.moderation.actions.report import report
from nightmarket.domains.moderation.routes.payloads import ReportBody, ReportMade
from nightmarket.domains.moderation.values import Notice
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import to_text


@post("/api/v1/reports", tags=["moderation"])
async def report_content(
    tx: Tx, subject: Subject, services: Services, data: ReportBody
) -> ReportMade:
    """Report a video, comment or profile; guests may too."""
    notice = Notice(
        ref=data.ref.ref(),
        policy=data.policy,
        is_illegal=data.is_illegal,
        explanation=data.explanation,
        legal_reference=data.legal_reference,
        contact=data.contact,
        is_good_faith=data.good_faith,
        language=subject.language,
    )
    is_guest = subject.account_id is None
    report_id = await report(tx, services, subject.viewer_id, notice, is_guest=is_guest)
    return ReportMade(to_text(report_id))
