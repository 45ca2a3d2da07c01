-- name: video_put
-- Add or change what is known of a video.
INSERT INTO ranking_video (video_id, creator_id, market, sound_id, duration_ms, tags, words,
    published_at_us, content)
VALUES (%(video_id)s, %(creator_id)s, %(market)s, %(sound_id)s, %(duration_ms)s, %(tags)s,
    %(words)s, %(published_at_us)s, %(content)s)
ON CONFLICT (video_id) DO UPDATE
SET sound_id = EXCLUDED.sound_id, duration_ms = EXCLUDED.duration_ms, tags = EXCLUDED.tags,
    words = EXCLUDED.words, published_at_us = EXCLUDED.published_at_us, content = EXCLUDED.content,
    changed_xid = pg_current_xact_id(), changed_seq = nextval('ranking_video_change');

-- name: videos_changed
-- Changes after a cursor. `is_settled`: no older transaction can bring more before this one.
SELECT video_id, creator_id, sound_id, duration_ms, tags, words, published_at_us, content,
    changed_xid::text AS xid, changed_seq AS seq,
    changed_xid < pg_snapshot_xmin(pg_current_snapshot()) AS is_settled
FROM ranking_video
WHERE (changed_xid, changed_seq) > (%(after_xid)s::xid8, %(after_seq)s)
ORDER BY ranking_video.changed_xid, changed_seq LIMIT %(limit)s;

-- name: video_drop
-- A removed video leaves nothing.
DELETE FROM ranking_video WHERE video_id = %(video_id)s;

-- name: videos_of_creator_drop
-- An erased account's videos leave nothing.
DELETE FROM ranking_video WHERE creator_id = %(creator_id)s;

-- name: videos_of_creator
-- What the ranker keeps of an account's videos, for export.
SELECT video_id, market, sound_id, duration_ms, tags, words, published_at_us, content
FROM ranking_video WHERE creator_id = %(creator_id)s ORDER BY video_id;

-- name: batch_put
-- One more step: whom it forgets, how many lines it took, where the log stands behind them, and which
-- step it follows. No row: somebody else's step follows that one already.
INSERT INTO ranking_batch (forgotten, lines, to_xid, to_seq, day_floor, made_at_us, after_id, state_sum)
SELECT %(forgotten)s::bigint[], %(lines)s::integer, %(to_xid)s::text, %(to_seq)s::bigint,
    %(day_floor)s::integer, %(made_at_us)s::bigint, %(after_id)s::bigint, %(state_sum)s::bigint
WHERE coalesce((SELECT max(batch_id) FROM ranking_batch), 0) <= %(after_id)s
ON CONFLICT (after_id) DO NOTHING
RETURNING batch_id;

-- name: batches_after
-- The next steps behind a version, in order: what a replay has to repeat.
SELECT batch_id, lines, forgotten, after_id, state_sum FROM ranking_batch
WHERE batch_id > %(batch_id)s ORDER BY batch_id LIMIT %(limit)s;

-- name: batches_behind
-- How many steps were logged behind one, up to a limit.
SELECT count(*) FROM (
    SELECT 1 FROM ranking_batch WHERE batch_id > %(batch_id)s LIMIT %(limit)s
) AS behind;

-- name: batches_drop
-- Steps that every kept version has behind it; the newest stays, to be followed.
DELETE FROM ranking_batch
WHERE made_at_us < %(before_us)s AND batch_id < (SELECT max(batch_id) FROM ranking_batch);

-- name: forgotten_put
-- A viewer whose traces the next step must lose, by the number its own tables know them by.
INSERT INTO ranking_forgotten (viewer_key, forgotten_at_us) VALUES (%(viewer_key)s, %(at_us)s)
ON CONFLICT (viewer_key) DO UPDATE SET forgotten_at_us = EXCLUDED.forgotten_at_us;

-- name: forgotten_take
-- Whom to forget now, in the order they are forgotten in; they stand in the step from here on.
DELETE FROM ranking_forgotten WHERE viewer_key = ANY (ARRAY(
    SELECT viewer_key FROM ranking_forgotten ORDER BY viewer_key LIMIT %(limit)s
)) RETURNING viewer_key;

-- name: forgotten_waiting
-- Somebody who waits to be forgotten, if there is anybody.
SELECT viewer_key FROM ranking_forgotten ORDER BY viewer_key LIMIT 1;
