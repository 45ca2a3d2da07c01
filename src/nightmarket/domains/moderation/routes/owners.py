"""HTTP for owners: what was decided about my things, and my objection."""

from litestar import get, post
from litestar.params import FromPath, FromQuery

from nightmarket.domains.moderation.actions.appeal import appeal
from nightmarket.domains.moderation.actions.see_work import statements_of
from nightmarket.domains.moderation.routes.payloads import (
    AppealBody,
    AppealPayload,
    StatementPage,
    appeal_payload,
    seen_statement_payload,
)
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel import pages
from nightmarket.kernel.ids import StatementId, from_text


@get("/api/v1/me/statements", tags=["moderation"])
async def list_statements(
    tx: Tx,
    subject: Subject,
    spoken: str,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> StatementPage:
    """List the decisions about my things, newest first, each with its reasons and my appeal."""
    owner_id = subject.account("videos:read")
    found = await statements_of(tx, owner_id, pages.request(cursor, limit))
    written = [seen_statement_payload(one, spoken) for one in found.items]
    return StatementPage(written, found.next_cursor)


@post("/api/v1/statements/{statement_id:str}/appeal", tags=["moderation"])
async def appeal_statement(
    tx: Tx, subject: Subject, services: Services, statement_id: FromPath[str], data: AppealBody
) -> AppealPayload:
    """Object to a decision, once, within six months."""
    owner_id = subject.account("videos:write")
    about = StatementId(from_text(statement_id))
    return appeal_payload(await appeal(tx, services, owner_id, about, data.text))
