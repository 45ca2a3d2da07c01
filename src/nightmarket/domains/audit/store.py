"""The log in the database: appended to, read, and a person's words erased."""

from dataclasses import dataclass

from nightmarket.domains.audit.values import Entry
from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import ID_MAX

QUERIES = sql.load("nightmarket.domains.audit")


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """The newest entry's number and hash."""

    seq: int
    hash: bytes


async def lock(tx: Tx) -> ChainEnd | None:
    """Hold the chain until the transaction ends; returns its end, None: empty."""
    await tx.run(QUERIES["chain_lock"])
    return await tx.maybe(ChainEnd, QUERIES["chain_end"])


async def append(tx: Tx, entry: Entry) -> None:
    """Write an entry and its facts."""
    await tx.run(
        QUERIES["entry_append"],
        seq=entry.seq,
        occurred_at_us=entry.occurred_at_us,
        market=entry.market,
        actor_kind=entry.actor_kind,
        actor_id=entry.actor_id,
        action=entry.action,
        object_kind=entry.object_kind,
        object_id=entry.object_id,
        facts_digest=entry.facts_digest,
        hash_before=entry.hash_before,
        hash=entry.hash,
    )
    await tx.run(
        QUERIES["facts_append"],
        seq=entry.seq,
        market=entry.market,
        salt=entry.salt,
        facts=entry.facts,
    )


async def before(tx: Tx, seq: int | None, limit: int, about: tuple[str, int] | None) -> list[Entry]:
    """Return entries older than `seq` (None: from the newest), only `about` (kind, id) if given."""
    kind, number = about or ("", 0)
    return await tx.rows(
        Entry,
        QUERIES["entries_before"],
        before=ID_MAX if seq is None else seq,
        limit=limit,
        object_kind=kind,
        object_id=number,
    )


async def after(tx: Tx, seq: int, limit: int) -> list[Entry]:
    """Return entries newer than `seq`, in order."""
    return await tx.rows(Entry, QUERIES["entries_after"], after=seq, limit=limit)


async def of_person(tx: Tx, person_id: int) -> list[Entry]:
    """Return what somebody did and what was done to them, in order."""
    return await tx.rows(Entry, QUERIES["entries_of_person"], person_id=person_id)


async def erase(tx: Tx, person_id: int) -> int:
    """Delete the words of every entry about a person; returns how many."""
    return await tx.run(QUERIES["facts_erase"], person_id=person_id)
