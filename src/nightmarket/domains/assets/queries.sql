-- name: upload_insert
-- An upload that was announced.
INSERT INTO assets_upload (upload_id, owner_id, market, size_bytes, filename, filetype, metadata, created_at_us, expires_at_us)
VALUES (%(upload_id)s, %(owner_id)s, %(market)s, %(size_bytes)s, %(filename)s, %(filetype)s, %(metadata)s,
    %(created_at_us)s, %(expires_at_us)s);

-- name: upload
-- One upload of one owner.
SELECT upload_id, owner_id, market, size_bytes, filename, filetype, metadata, is_complete, sha256, purpose,
    created_at_us, expires_at_us
FROM assets_upload WHERE upload_id = %(upload_id)s AND owner_id = %(owner_id)s;

-- name: upload_lock
-- One upload of one owner, taken for a change.
SELECT upload_id, owner_id, market, size_bytes, filename, filetype, metadata, is_complete, sha256, purpose,
    created_at_us, expires_at_us
FROM assets_upload WHERE upload_id = %(upload_id)s AND owner_id = %(owner_id)s FOR UPDATE;

-- name: held_lock
-- Two announcements of one account are counted one after the other.
SELECT pg_advisory_xact_lock(7201, hashint8(%(owner_id)s));

-- name: held
-- What an account has waiting, announced sizes included.
SELECT count(*)::int AS uploads_count, COALESCE(sum(size_bytes), 0)::bigint AS bytes_total
FROM assets_upload WHERE owner_id = %(owner_id)s AND length(purpose) = 0;

-- name: upload_touch
-- Somebody goes on with it: it is kept longer.
UPDATE assets_upload SET expires_at_us = %(expires_at_us)s WHERE upload_id = %(upload_id)s;

-- name: upload_complete
-- The last byte arrived; touches no row when that was noted before.
UPDATE assets_upload SET is_complete = true, sha256 = %(sha256)s, completed_at_us = %(now_us)s,
    expires_at_us = %(expires_at_us)s
WHERE upload_id = %(upload_id)s AND NOT is_complete;

-- name: upload_take
-- Somebody uses it; it expires no more once it is whole.
UPDATE assets_upload SET purpose = %(purpose)s WHERE upload_id = %(upload_id)s;

-- name: uploads_delete
-- Forget uploads.
DELETE FROM assets_upload WHERE upload_id = ANY(%(ids)s::bigint[]);

-- name: expired
-- Uploads whose time is over: unfinished, or finished and used by nobody. By id, others' locks are skipped.
SELECT upload_id, owner_id, market, size_bytes, filename, filetype, metadata, is_complete, sha256, purpose,
    created_at_us, expires_at_us
FROM assets_upload WHERE expires_at_us <= %(now_us)s AND (purpose = '' OR NOT is_complete)
ORDER BY upload_id LIMIT 200 FOR UPDATE SKIP LOCKED;

-- name: known
-- Which of these uploads exist.
SELECT upload_id FROM assets_upload WHERE upload_id = ANY(%(ids)s::bigint[]);

-- name: uploads_of
-- Everything one account has here, oldest first.
SELECT upload_id, owner_id, market, size_bytes, filename, filetype, metadata, is_complete, sha256, purpose,
    created_at_us, expires_at_us
FROM assets_upload WHERE owner_id = %(owner_id)s ORDER BY upload_id;
