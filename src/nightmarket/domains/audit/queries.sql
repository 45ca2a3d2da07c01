-- name: chain_lock
-- One writer at a time until its transaction ends: the chain has no forks and no gaps.
SELECT pg_advisory_xact_lock(7310417223);

-- name: chain_end
-- The newest entry; none in an empty log.
SELECT seq, hash FROM audit_entry ORDER BY seq DESC LIMIT 1;

-- name: entry_append
-- One more link.
INSERT INTO audit_entry (seq, occurred_at_us, market, actor_kind, actor_id, action, object_kind, object_id, facts_digest, hash_before, hash)
VALUES (%(seq)s, %(occurred_at_us)s, %(market)s, %(actor_kind)s, %(actor_id)s, %(action)s, %(object_kind)s, %(object_id)s,
    %(facts_digest)s, %(hash_before)s, %(hash)s);

-- name: facts_append
-- What the link is about, in words.
INSERT INTO audit_facts (seq, market, salt, facts) VALUES (%(seq)s, %(market)s, %(salt)s, %(facts)s);

-- name: entries_before
-- A page of the log, the newest first.
SELECT e.seq, e.occurred_at_us, e.market, e.actor_kind, e.actor_id, e.action, e.object_kind, e.object_id, e.facts_digest,
    e.hash_before, e.hash, f.salt, f.facts
FROM audit_entry e LEFT JOIN audit_facts f ON f.seq = e.seq
WHERE e.seq < %(before)s AND (%(object_kind)s = '' OR (e.object_kind = %(object_kind)s AND e.object_id = %(object_id)s))
ORDER BY e.seq DESC LIMIT %(limit)s;

-- name: entries_after
-- A stretch of the log in its own order, to check the chain.
SELECT e.seq, e.occurred_at_us, e.market, e.actor_kind, e.actor_id, e.action, e.object_kind, e.object_id, e.facts_digest,
    e.hash_before, e.hash, f.salt, f.facts
FROM audit_entry e LEFT JOIN audit_facts f ON f.seq = e.seq
WHERE e.seq > %(after)s ORDER BY e.seq LIMIT %(limit)s;

-- name: entries_of_person
-- Everything somebody did or that was done to them.
SELECT e.seq, e.occurred_at_us, e.market, e.actor_kind, e.actor_id, e.action, e.object_kind, e.object_id, e.facts_digest,
    e.hash_before, e.hash, f.salt, f.facts
FROM audit_entry e LEFT JOIN audit_facts f ON f.seq = e.seq
WHERE e.actor_id = %(person_id)s OR (e.object_kind = 'account' AND e.object_id = %(person_id)s) ORDER BY e.seq;

-- name: facts_erase
-- The words about a person; the chain keeps their digests.
DELETE FROM audit_facts WHERE seq IN (SELECT seq FROM audit_entry
WHERE actor_id = %(person_id)s OR (object_kind = 'account' AND object_id = %(person_id)s));
