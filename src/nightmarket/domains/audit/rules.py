"""The chain: each entry's hash covers its content and the hash before it."""

import hashlib
import json

from nightmarket.domains.audit.values import Entry

GENESIS = bytes(32)
"""What the first entry follows."""
SALT_BYTES = 16


def canonical(facts: dict[str, str | int | bool | None]) -> bytes:
    """Write facts in one form whatever order they came in."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def facts_digest(salt: bytes, facts: bytes) -> bytes:
    """Return what the chain keeps of the facts: they can be erased, the salt with them."""
    assert len(salt) == SALT_BYTES
    return hashlib.sha256(salt + facts).digest()


def linked(entry: Entry) -> bytes:
    """Return the hash an entry must have: over its content and the hash before it."""
    content = [
        entry.seq,
        entry.occurred_at_us,
        entry.market,
        entry.actor_kind,
        entry.actor_id,
        entry.action,
        entry.object_kind,
        entry.object_id,
        entry.facts_digest.hex(),
    ]
    return hashlib.sha256(entry.hash_before + json.dumps(content).encode()).digest()


def is_linked(entry: Entry, hash_before: bytes, *, seq: int) -> bool:
    """Whether an entry is the one that was written after `hash_before` as number `seq`."""
    if (entry.seq, entry.hash_before, entry.hash) != (seq, hash_before, linked(entry)):
        return False
    if entry.facts is None or entry.salt is None:
        return True
    return facts_digest(entry.salt, entry.facts) == entry.facts_digest
