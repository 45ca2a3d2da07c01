"""Appends what somebody did to the log, in the transaction of the deed itself."""

import secrets
from dataclasses import replace
from datetime import datetime

from nightmarket.domains.audit import rules, store
from nightmarket.domains.audit.values import Actor, Deed, Entry
from nightmarket.infra.db import Tx
from nightmarket.kernel.clock import microseconds


async def record(tx: Tx, now: datetime, who: Actor, deed: Deed) -> int:
    """Append an entry; returns its number.

    Holds the chain until the transaction ends, so call it last: other recorders wait.
    """
    end = await store.lock(tx)
    seq, hash_before = (end.seq + 1, end.hash) if end else (1, rules.GENESIS)
    salt = secrets.token_bytes(rules.SALT_BYTES)
    facts = rules.canonical(deed.facts)
    entry = Entry(
        seq=seq,
        occurred_at_us=microseconds(now),
        market=who.market,
        actor_kind=who.kind.value,
        actor_id=who.actor_id,
        action=deed.action,
        object_kind=deed.object_kind,
        object_id=deed.object_id,
        facts_digest=rules.facts_digest(salt, facts),
        hash_before=hash_before,
        hash=b"",
        salt=salt,
        facts=facts,
    )
    await store.append(tx, replace(entry, hash=rules.linked(entry)))
    return seq
