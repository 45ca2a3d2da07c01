"""Checks that nothing in the log was changed, left out or put in."""

from nightmarket.domains.audit import rules, store
from nightmarket.domains.audit.values import Proof
from nightmarket.infra.db import Tx

BATCH = 1000


async def prove(tx: Tx) -> Proof:
    """Walk the whole chain in batches and stop at the first link that does not hold."""
    seq, hash_before, erased = 0, rules.GENESIS, 0
    while batch := await store.after(tx, seq, BATCH):
        for entry in batch:
            if not rules.is_linked(entry, hash_before, seq=seq + 1):
                return Proof(entries=seq, erased=erased, broken_at=seq + 1)
            erased += entry.facts is None
            seq, hash_before = entry.seq, entry.hash
    return Proof(entries=seq, erased=erased, broken_at=None)
