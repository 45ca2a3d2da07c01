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
-- Ordered by the table's own xid: the bare name is the text beside it, where 1000 comes before 999.
SELECT xid::text AS xid, seq, name, payload FROM infra_outbox
WHERE (xid, seq) > (%(after_xid)s::xid8, %(after_seq)s) AND xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY infra_outbox.xid, seq LIMIT %(limit)s;

-- name: outbox_held_back
-- Committed facts that may not be read yet, because a transaction older than they has not ended.
SELECT count(*) FROM infra_outbox WHERE xid >= pg_snapshot_xmin(pg_current_snapshot());

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

-- name: partitions_missing
-- Which days of a table have no partition yet.
SELECT day FROM unnest(%(days)s::integer[]) AS wanted (day)
WHERE to_regclass(%(table)s || '_d' || day) IS NULL ORDER BY day;

-- name: partitions_lock
-- Two makers of one partition take turns.
SELECT pg_advisory_xact_lock(hashtext('partitions'), hashtext(%(table)s));

-- name: partitions_kept
-- The days of a table that have a partition.
SELECT split_part(child.relname, '_d', -1)::integer AS day
FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
WHERE inhparent = to_regclass(%(table)s) ORDER BY day;

-- name: event_append
-- One batch of the interaction log; an id that is there already is passed over.
INSERT INTO infra_event (day, event_id, kind, surface, position, viewer_id, item_id, request_id,
    shown_at_us, occurred_at_us, received_at_us, watch_ms, position_ms, duration_ms, amount, market,
    is_counted)
SELECT batch.day, batch.event_id, batch.kind, batch.surface, batch.position, batch.viewer_id,
    batch.item_id, batch.request_id, batch.shown_at_us, batch.occurred_at_us, %(received_at_us)s,
    batch.watch_ms, batch.position_ms, batch.duration_ms, batch.amount, %(market)s, %(is_counted)s
FROM unnest(%(days)s::integer[], %(event_ids)s::uuid[], %(kinds)s::smallint[],
    %(surfaces)s::smallint[], %(positions)s::smallint[], %(viewer_ids)s::bigint[],
    %(item_ids)s::bigint[], %(request_ids)s::bigint[], %(shown_at_us)s::bigint[],
    %(occurred_at_us)s::bigint[], %(watch_ms)s::integer[], %(position_ms)s::integer[],
    %(duration_ms)s::integer[], %(amounts)s::integer[])
    AS batch (day, event_id, kind, surface, position, viewer_id, item_id, request_id, shown_at_us,
    occurred_at_us, watch_ms, position_ms, duration_ms, amount)
ON CONFLICT (day, event_id) DO NOTHING;

-- name: event_read
-- The log after a cursor, whose transactions and all older ones have ended, so none is skipped.
-- Lines of who is capped are not in it, whoever reads. Uses index infra_event_by_order.
SELECT xid::text AS xid, seq, received_at_us, day, kind, surface, position, viewer_id, item_id,
    request_id, shown_at_us, occurred_at_us, watch_ms, position_ms, duration_ms, amount, market
FROM infra_event
WHERE is_counted AND day >= %(day_floor)s AND (xid, seq) > (%(after_xid)s::xid8, %(after_seq)s)
AND xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY infra_event.xid, seq LIMIT %(limit)s;

-- name: event_of_viewer
-- Everything one viewer did, for export. Uses index infra_event_by_viewer.
SELECT event_id::text AS event_id, kind, surface, position, item_id, request_id, shown_at_us,
    occurred_at_us, received_at_us, watch_ms, position_ms, duration_ms, amount, market, is_counted
FROM infra_event WHERE viewer_id = %(viewer_id)s AND viewer_id <> 0 ORDER BY occurred_at_us;

-- name: event_latest
-- One viewer's newest lines of a kind since a moment, newest first; item 0: about whatever. Uses
-- index infra_event_by_viewer.
SELECT item_id, request_id, surface, position, shown_at_us, is_counted FROM infra_event
WHERE viewer_id = %(viewer_id)s AND viewer_id <> 0 AND kind = %(kind)s
    AND day >= %(since_us)s::bigint / 86400000000 AND occurred_at_us >= %(since_us)s AND %(item_id)s::bigint IN (0, item_id)
ORDER BY occurred_at_us DESC LIMIT %(limit)s;

-- name: event_rename_viewer
-- Erasure and the guest's merge: the only change the log knows. Uses index infra_event_by_viewer.
UPDATE infra_event SET viewer_id = %(new_id)s WHERE viewer_id = %(old_id)s AND viewer_id <> 0;

-- name: outbox_buried
-- Facts set aside per listener, with the last error's end, for a person to look at.
SELECT listener, count(*) AS facts, max(buried_at_us) AS last_at_us,
    right((array_agg(error ORDER BY buried_at_us DESC))[1], 300) AS error
FROM infra_outbox_buried GROUP BY listener ORDER BY listener;

-- name: jobs_counted
-- Jobs by queue and state, of those that wait only the due ones, and since when the oldest waits.
SELECT j.queue_name AS queue, j.status::text AS state, count(*) AS jobs,
    COALESCE(floor(extract(epoch FROM now() - min(e.deferred_at))), 0)::bigint AS oldest_s
FROM procrastinate_jobs j
LEFT JOIN LATERAL (SELECT max(at) AS deferred_at FROM procrastinate_events
    WHERE job_id = j.id AND type IN ('deferred', 'deferred_for_retry')) e ON true
WHERE j.status IN ('doing', 'failed')
    OR (j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= now()))
GROUP BY j.queue_name, j.status ORDER BY j.queue_name, j.status;

-- name: jobs_stuck
-- Jobs whose worker has not been heard of for five minutes.
SELECT j.task_name AS task, count(*) AS jobs FROM procrastinate_jobs j
LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
WHERE j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - interval '5 minutes')
GROUP BY j.task_name ORDER BY j.task_name;

-- name: tables_sized
-- Roughly how many rows every table has, and its bytes with indexes; the largest first.
SELECT c.relname AS name, greatest(0, c.reltuples)::bigint AS rows,
    pg_total_relation_size(c.oid) AS bytes
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
ORDER BY bytes DESC, name LIMIT %(limit)s;

-- name: database_bytes
-- The whole database on disk.
SELECT pg_database_size(current_database());

-- name: workers_heard
-- Workers that gave a sign of life in the last two minutes.
SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '2 minutes';

-- name: facts_unheard
-- Facts holding one of some texts that a listener has not passed yet.
SELECT count(*) FROM infra_outbox o
WHERE EXISTS (SELECT 1 FROM unnest(%(texts)s::bytea[]) AS text WHERE position(text IN o.payload) > 0)
AND EXISTS (SELECT 1 FROM infra_outbox_cursor c WHERE (o.xid, o.seq) > (c.after_xid, c.after_seq));

-- name: facts_forget
-- Facts holding one of some texts.
DELETE FROM infra_outbox o
WHERE EXISTS (SELECT 1 FROM unnest(%(texts)s::bytea[]) AS text WHERE position(text IN o.payload) > 0);

-- name: buried_forget
-- Facts set aside holding one of some texts.
DELETE FROM infra_outbox_buried b
WHERE EXISTS (SELECT 1 FROM unnest(%(texts)s::bytea[]) AS text
    WHERE position(text IN b.payload) > 0 OR position(text IN convert_to(b.error, 'UTF8')) > 0);

-- name: answers_forget
-- Kept answers holding one of some texts.
DELETE FROM infra_idempotency i
WHERE EXISTS (SELECT 1 FROM unnest(%(texts)s::bytea[]) AS text WHERE position(text IN i.body) > 0);
