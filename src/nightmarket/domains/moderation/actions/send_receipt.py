"""Answer notices of illegal content: that they arrived, and what came of them (DSA article 16)."""

import json
from datetime import datetime
from importlib import resources

import msgspec

from nightmarket.domains.identity import face as identity
from nightmarket.domains.moderation.rules import decisions
from nightmarket.domains.moderation.store import cases, items
from nightmarket.domains.moderation.values import Decision, Report
from nightmarket.infra import jobs
from nightmarket.infra.db import Tx
from nightmarket.infra.providers.mail.mailer import Mail
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, CaseId, ReportId, to_text

JOB = "moderation.send_receipt"
LANGUAGE_DEFAULT = "en"
EXCERPT_MAX = 80


class Receipt(msgspec.Struct, kw_only=True):
    """Which notice to answer; `decision` empty: that it arrived."""

    report_id: int
    decision: str = ""


async def confirm_later(tx: Tx, report_id: ReportId) -> None:
    """Queue the confirmation of receipt."""
    await jobs.defer(tx, JOB, Receipt(report_id=report_id))


async def answer_later(tx: Tx, case_id: CaseId, decision: Decision) -> None:
    """Queue the outcome for everybody who gave notice."""
    for report_id in await cases.notices_of(tx, case_id):
        await jobs.defer(tx, JOB, Receipt(report_id=report_id, decision=decision.value))


async def send_receipt(receipt: Receipt, services: Services) -> None:
    """Send one answer; nobody to send it to is fine. Twice is one mail."""
    async with services.database.transaction() as tx:
        report = await cases.report(tx, ReportId(receipt.report_id))
        address = None if report is None else await _address(tx, report)
        if report is None or not address:
            return
        text = await _excerpt(tx, report.case_id)
    await services.mailer.send(_mail(receipt, report, address, text))


async def forget_contacts(services: Services, now: datetime) -> None:
    """Forget addresses once the window for appeals is over: nobody has to write there any more."""
    async with services.database.transaction() as tx:
        await cases.forget_contacts(tx, microseconds(now) - decisions.APPEAL_WINDOW_US)


async def _address(tx: Tx, report: Report) -> str | None:
    if report.contact:
        return report.contact
    me = await identity.me(tx, AccountId(report.reporter_id))
    return me.email if me is not None and me.is_email_verified else None


async def _excerpt(tx: Tx, case_id: CaseId) -> str:
    case = await cases.peek(tx, case_id)
    item = None if case is None else await items.item(tx, case.ref)
    words = " ".join(item.text.split()) if item is not None else ""
    return decisions.excerpt(words)[:EXCERPT_MAX]


def _mail(receipt: Receipt, report: Report, address: str, text: str) -> Mail:
    words = _words(report.language)
    number = to_text(report.report_id)
    kind = "decided" if receipt.decision else "received"
    outcome = words.get(receipt.decision, "")
    return Mail(
        mail_id=f"notice-{kind}-{number}",
        to=address,
        subject=words[f"{kind}_subject"].format(number=number),
        text=words[f"{kind}_text"].format(number=number, excerpt=text, outcome=outcome),
    )


def _words(language: str) -> dict[str, str]:
    folder = resources.files("nightmarket.domains.moderation") / "words" / "mails"
    file = folder / f"{language.split('-', maxsplit=1)[0]}.json"
    if not file.is_file():
        file = folder / f"{LANGUAGE_DEFAULT}.json"
    found: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return found
