"""Routes: the log, for operators and auditors."""

from typing import Any

import msgspec
from litestar import get
from litestar.params import FromQuery

from nightmarket.domains.audit.actions.prove import prove
from nightmarket.domains.audit.actions.read_log import read_log
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject, moment, text_id
from nightmarket.kernel import pages
from nightmarket.kernel.ids import from_text

READERS = ("operator", "auditor")


class EntryPayload(msgspec.Struct, kw_only=True):
    """One line of the log; `facts` null: erased on a person's request."""

    seq: int
    occurred_at: str | None
    market: str
    actor_kind: str
    actor_id: str | None
    action: str
    object_kind: str
    object_id: str | None
    facts: dict[str, Any] | None
    hash: str


class EntryPage(msgspec.Struct, kw_only=True):
    """A page of the log, the newest first."""

    items: list[EntryPayload]
    next_cursor: str | None


class ProofPayload(msgspec.Struct, kw_only=True):
    """What checking the chain found."""

    is_intact: bool
    entries: int
    erased: int
    broken_at: int | None


@get("/api/v1/audit")
async def list_entries(
    tx: Tx,
    subject: Subject,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
    object_kind: FromQuery[str | None] = None,
    object_id: FromQuery[str | None] = None,
) -> EntryPage:
    """Who did what, the newest first; with `object_kind` and `object_id` about one thing."""
    subject.require_role(*READERS)
    about = (object_kind, from_text(object_id)) if object_kind and object_id else None
    page = await read_log(tx, pages.request(cursor, limit), about)
    return EntryPage(
        items=[
            EntryPayload(
                seq=entry.seq,
                occurred_at=moment(entry.occurred_at_us),
                market=entry.market,
                actor_kind=entry.actor_kind,
                actor_id=text_id(entry.actor_id),
                action=entry.action,
                object_kind=entry.object_kind,
                object_id=text_id(entry.object_id),
                facts=None if entry.facts is None else msgspec.json.decode(entry.facts),
                hash=entry.hash.hex(),
            )
            for entry in page.items
        ],
        next_cursor=page.next_cursor,
    )


@get("/api/v1/audit/proof")
async def check_chain(tx: Tx, subject: Subject) -> ProofPayload:
    """Check that nothing in the log was changed, left out or put in."""
    subject.require_role(*READERS)
    proof = await prove(tx)
    return ProofPayload(
        is_intact=proof.broken_at is None,
        entries=proof.entries,
        erased=proof.erased,
        broken_at=proof.broken_at,
    )


ROUTES = (list_entries, check_chain)
