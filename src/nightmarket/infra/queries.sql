-- name: outbox_append
-- One published fact, inside the publisher's transaction.
INSERT INTO infra_outbox (event_id, name, version, key, market, occurred_at_us, payload)
VALUES (%(event_id)s, %(name)s, %(version)s, %(key)s, %(market)s, %(occurred_at_us)s, %(payload)s);

-- name: outbox_wake
-- Tell sleeping listeners; delivered by the server at commit, equal texts once.
SELECT pg_notify('infra_outbox', '');

-- name: outbox_cursor_make
-- A listener's first start: from the oldest fact kept.
INSERT INTO infra_outbox_cursor (listener) VALUES (%(listener)s) ON CONFLICT (listener) DO NOTHING;

-- name: outbox_cursor_lock
-- Only one process moves a listener; the others skip it.
SELECT after_xid::text AS after_xid, after_seq FROM infra_outbox_cursor
WHERE listener = %(listener)s FOR UPDATE SKIP LOCKED;

-- name: outbox_read
-- Facts after the cursor whose transactions and all older ones have ended, so none is ever skipped.
SELECT xid::text AS xid, seq, name, payload FROM infra_outbox
WHERE (xid, seq) > (%(after_xid)s::xid8, %(after_seq)s) AND xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY xid, seq LIMIT %(limit)s;

-- name: outbox_cursor_move
-- What the listener has handled, in the transaction of its own work.
UPDATE infra_outbox_cursor SET after_xid = %(after_xid)s::xid8, after_seq = %(after_seq)s, failures = 0
WHERE listener = %(listener)s;

-- name: outbox_cursor_fail
-- One more failed try of the fact next in line.
UPDATE infra_outbox_cursor SET failures = failures + 1 WHERE listener = %(listener)s RETURNING failures;

-- name: outbox_bury
-- A fact that failed too often is set aside with its error, for a person to look at.
INSERT INTO infra_outbox_buried (listener, seq, name, payload, error, buried_at_us)
VALUES (%(listener)s, %(seq)s, %(name)s, %(payload)s, %(error)s, %(buried_at_us)s)
ON CONFLICT (listener, seq) DO NOTHING;

-- name: outbox_lag
-- Facts waiting per listener, for metrics and doctor.
SELECT c.listener AS listener, count(o.seq) AS waiting, COALESCE(min(o.occurred_at_us), 0) AS oldest_at_us
FROM infra_outbox_cursor c LEFT JOIN infra_outbox o ON (o.xid, o.seq) > (c.after_xid, c.after_seq)
GROUP BY c.listener ORDER BY c.listener;

-- name: outbox_trim
-- Facts every listener has passed and that are older than a week.
DELETE FROM infra_outbox WHERE occurred_at_us < %(before_us)s
AND (xid, seq) <= (SELECT after_xid, after_seq FROM infra_outbox_cursor ORDER BY after_xid, after_seq LIMIT 1);

-- name: notify
-- A line to the realtime process, delivered at commit.
SELECT pg_notify(%(channel)s, %(payload)s);

-- name: idempotency_claim
-- First come, first served; a second caller waits for the first one's transaction.
INSERT INTO infra_idempotency (subject, key, fingerprint, created_at_us)
VALUES (%(subject)s, %(key)s, %(fingerprint)s, %(created_at_us)s) ON CONFLICT (subject, key) DO NOTHING;

-- name: idempotency_read
-- What the first call was and what it was answered.
SELECT fingerprint, status, content_type, body FROM infra_idempotency
WHERE subject = %(subject)s AND key = %(key)s;

-- name: idempotency_answer
-- Keep the answer, in the transaction of the change itself.
UPDATE infra_idempotency SET status = %(status)s, content_type = %(content_type)s, body = %(body)s
WHERE subject = %(subject)s AND key = %(key)s;

-- name: idempotency_trim
-- Keys older than a day are forgotten.
DELETE FROM infra_idempotency WHERE created_at_us < %(before_us)s;
