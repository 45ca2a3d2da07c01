-- name: export_insert
-- Somebody asks for a copy.
INSERT INTO console_export (export_id, account_id, market, folder, created_at_us, expires_at_us)
VALUES (%(export_id)s, %(account_id)s, %(market)s, %(folder)s, %(created_at_us)s, %(expires_at_us)s)
ON CONFLICT (account_id) WHERE state = 'pending' DO NOTHING;

-- name: export_rate
-- What one account asked for.
SELECT count(*) FILTER (WHERE state = 'pending') AS pending,
    count(*) FILTER (WHERE created_at_us >= %(since_us)s AND state <> 'failed') AS last_day
FROM console_export WHERE account_id = %(account_id)s;

-- name: export_of
-- One copy, locked.
SELECT export_id, account_id, market, state, folder, size_bytes, created_at_us, finished_at_us,
    expires_at_us
FROM console_export WHERE export_id = %(export_id)s FOR UPDATE;

-- name: exports_of
-- What one account asked for, newest first.
SELECT export_id, account_id, market, state, folder, size_bytes, created_at_us, finished_at_us,
    expires_at_us
FROM console_export WHERE account_id = %(account_id)s ORDER BY export_id DESC LIMIT 50;

-- name: exports_expired
-- Copies whose time is over, or whose making never ended.
SELECT export_id, account_id, market, state, folder, size_bytes, created_at_us, finished_at_us,
    expires_at_us
FROM console_export WHERE (state = 'ready' AND expires_at_us <= %(now_us)s)
OR (state = 'pending' AND created_at_us <= %(begun_us)s)
ORDER BY export_id LIMIT 100;

-- name: export_move
-- Ready, failed or expired.
UPDATE console_export SET state = %(state)s, size_bytes = %(size_bytes)s,
    finished_at_us = %(finished_at_us)s
WHERE export_id = %(export_id)s;

-- name: exports_delete
-- A person leaves: copies.
DELETE FROM console_export WHERE account_id = %(account_id)s;

-- name: inspection_insert
-- An auditor begins to look.
INSERT INTO console_inspection (inspection_id, account_id, market, since_us, until_us, reason, key,
    created_at_us, expires_at_us)
VALUES (%(inspection_id)s, %(account_id)s, %(market)s, %(since_us)s, %(until_us)s, %(reason)s,
    %(key)s, %(created_at_us)s, %(expires_at_us)s);

-- name: inspection_of
-- One inspection of one auditor.
SELECT inspection_id, account_id, market, since_us, until_us, reason, key, created_at_us,
    expires_at_us
FROM console_inspection WHERE inspection_id = %(inspection_id)s AND account_id = %(account_id)s;

-- name: inspections_of
-- An auditor's inspections, the newest first. Uses console_inspection_by_account.
SELECT inspection_id, account_id, market, since_us, until_us, reason, key, created_at_us,
    expires_at_us
FROM console_inspection WHERE account_id = %(account_id)s
ORDER BY inspection_id DESC LIMIT %(limit)s;

-- name: inspections_open
-- How many inspections an auditor has open.
SELECT count(*) FROM console_inspection WHERE account_id = %(account_id)s AND key IS NOT NULL;

-- name: inspection_close
-- The names of viewers are thrown away.
UPDATE console_inspection SET key = NULL WHERE inspection_id = %(inspection_id)s;

-- name: inspections_expire
-- Those whose time is over are closed. Uses console_inspection_open.
UPDATE console_inspection SET key = NULL
WHERE key IS NOT NULL AND expires_at_us <= %(now_us)s;

-- name: inspections_delete
-- An auditor leaves.
DELETE FROM console_inspection WHERE account_id = %(account_id)s;
