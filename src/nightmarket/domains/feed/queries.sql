-- name: item_put
-- A video as it was published or changed; its counters stay.
INSERT INTO feed_item (video_id, creator_id, market, language, sound_id, duration_ms, audience,
    is_ai, is_mature, is_open, hashtags, words, published_at_us)
VALUES (%(video_id)s, %(creator_id)s, %(market)s, %(language)s, %(sound_id)s, %(duration_ms)s,
    %(audience)s, %(is_ai)s, %(is_mature)s, %(is_reopened)s, %(hashtags)s, %(words)s, %(published_at_us)s)
ON CONFLICT (video_id) DO UPDATE
SET language = EXCLUDED.language, sound_id = EXCLUDED.sound_id,
    duration_ms = EXCLUDED.duration_ms, audience = EXCLUDED.audience, is_ai = EXCLUDED.is_ai,
    is_mature = EXCLUDED.is_mature, is_open = feed_item.is_open OR %(is_reopened)s,
    hashtags = EXCLUDED.hashtags, words = EXCLUDED.words,
    published_at_us = EXCLUDED.published_at_us, changed_xid = pg_current_xact_id(),
    changed_seq = nextval('feed_item_change');

-- name: item_close
-- Removed or hidden: never proposed again until it is published anew.
UPDATE feed_item SET is_open = false, changed_xid = pg_current_xact_id(),
    changed_seq = nextval('feed_item_change') WHERE video_id = %(video_id)s;

-- name: item_decide
-- What moderation decided about a video.
UPDATE feed_item SET is_open = %(is_open)s, is_demoted = %(is_demoted)s,
    is_mature = is_mature OR %(is_mature)s, changed_xid = pg_current_xact_id(),
    changed_seq = nextval('feed_item_change') WHERE video_id = %(video_id)s;

-- name: items_of_creator_touch
-- A creator's profile changed: what is cached of their videos is out of date.
UPDATE feed_item SET changed_xid = pg_current_xact_id(), changed_seq = nextval('feed_item_change')
WHERE creator_id = %(creator_id)s;

-- name: items_of_creator_drop
-- An erased account leaves nothing to recommend.
UPDATE feed_item SET is_open = false, creator_id = 0, words = '', hashtags = '{}',
    changed_xid = pg_current_xact_id(), changed_seq = nextval('feed_item_change')
WHERE creator_id = %(creator_id)s;

-- name: items_count
-- New figures from the folds; a video the feed does not know is passed over.
UPDATE feed_item SET views = batch.views, watch_ms = batch.watch_ms, finishes = batch.finishes,
    likes = batch.likes, comments = batch.comments, shares = batch.shares, saves = batch.saves,
    changed_xid = pg_current_xact_id(), changed_seq = nextval('feed_item_change')
FROM unnest(%(video_ids)s::bigint[], %(views)s::bigint[], %(watch_ms)s::bigint[],
    %(finishes)s::bigint[], %(likes)s::bigint[], %(comments)s::bigint[], %(shares)s::bigint[],
    %(saves)s::bigint[])
    AS batch (video_id, views, watch_ms, finishes, likes, comments, shares, saves)
WHERE feed_item.video_id = batch.video_id;

-- name: items_changed
-- Changes after a cursor. `is_settled`: no older transaction can bring more before this one, so a
-- cursor may stand here; the others are read again next time.
SELECT video_id, creator_id, market, language, sound_id, duration_ms, audience, is_ai, is_mature,
    is_open, is_demoted, hashtags, words, published_at_us, views, watch_ms, finishes, likes,
    comments, shares, saves, changed_xid::text AS xid, changed_seq AS seq,
    changed_xid < pg_snapshot_xmin(pg_current_snapshot()) AS is_settled
FROM feed_item
WHERE (changed_xid, changed_seq) > (%(after_xid)s::xid8, %(after_seq)s)
ORDER BY feed_item.changed_xid, changed_seq LIMIT %(limit)s;

-- name: items_of_creator
-- What the feed keeps of an account's videos, for export.
SELECT video_id, market, language, sound_id, duration_ms, audience, is_ai, is_mature, is_open,
    is_demoted, hashtags, words, published_at_us
FROM feed_item WHERE creator_id = %(creator_id)s ORDER BY video_id;

-- name: viewer_state
-- Everything of its own the feed knows of a viewer, in one row. What was served is in the order it
-- was shown, the latest last: taken apart page by page it needs no sorting item by item.
SELECT COALESCE((SELECT started_over_at_us FROM feed_viewer WHERE viewer_id = %(viewer_id)s), 0)
        AS started_over_at_us,
    ARRAY(SELECT scope || ':' || value FROM feed_hidden WHERE viewer_id = %(viewer_id)s)
        AS hidden,
    ARRAY(SELECT kind || ':' || level || ':' || forgotten_at_us || ':' || value FROM (
        SELECT kind, level, forgotten_at_us, value FROM feed_interest
        WHERE viewer_id = %(viewer_id)s
        ORDER BY changed_at_us DESC LIMIT %(interests)s) told) AS interest_lines,
    ARRAY(SELECT unnest(video_ids) FROM (SELECT video_ids FROM (
        SELECT request_id, video_ids FROM feed_request
        WHERE viewer_id = %(viewer_id)s AND viewer_id <> 0 AND request_id > %(since_id)s
        ORDER BY request_id DESC LIMIT %(pages)s) latest ORDER BY request_id) page) AS served,
    ARRAY(SELECT unnest(video_ids) FROM (SELECT video_ids FROM (
        SELECT request_id, video_ids FROM feed_request
        WHERE viewer_id = %(viewer_id)s AND viewer_id <> 0 AND request_id > %(round_id)s
            AND tab = 'for_you'
        ORDER BY request_id DESC LIMIT %(pages)s) latest ORDER BY request_id) page)
        AS served_in_round;

-- name: viewer_start_over
-- What was watched before this moment teaches nothing any more.
INSERT INTO feed_viewer (viewer_id, market, started_over_at_us)
VALUES (%(viewer_id)s, %(market)s, %(at_us)s)
ON CONFLICT (viewer_id) DO UPDATE SET started_over_at_us = EXCLUDED.started_over_at_us;

-- name: hidden_put
-- One more thing not to show; again changes nothing.
INSERT INTO feed_hidden (viewer_id, scope, value, market, created_at_us)
VALUES (%(viewer_id)s, %(scope)s, %(value)s, %(market)s, %(created_at_us)s)
ON CONFLICT (viewer_id, scope, value) DO NOTHING;

-- name: hidden_drop
-- Show it again.
DELETE FROM feed_hidden
WHERE viewer_id = %(viewer_id)s AND scope = %(scope)s AND value = %(value)s;

-- name: hidden_of
-- What a viewer hid, newest first.
SELECT scope, value, created_at_us FROM feed_hidden WHERE viewer_id = %(viewer_id)s
ORDER BY created_at_us DESC, scope, value LIMIT %(limit)s;

-- name: hidden_count
-- How many things a viewer hid.
SELECT count(*) FROM feed_hidden WHERE viewer_id = %(viewer_id)s;

-- name: interest_level
-- How far a viewer turned one thing up or down; no row: never.
SELECT level::integer FROM feed_interest
WHERE viewer_id = %(viewer_id)s AND kind = %(scope)s AND value = %(value)s;

-- name: interest_turn
-- Turn one thing up or down; what was forgotten of it stays forgotten.
INSERT INTO feed_interest (viewer_id, kind, value, market, level, changed_at_us)
VALUES (%(viewer_id)s, %(kind)s, %(value)s, %(market)s, %(level)s, %(at_us)s)
ON CONFLICT (viewer_id, kind, value) DO UPDATE
SET level = EXCLUDED.level, changed_at_us = EXCLUDED.changed_at_us;

-- name: interest_delete
-- Forget what was learned of one thing so far, and how far it was turned.
INSERT INTO feed_interest
    (viewer_id, kind, value, market, level, forgotten_at_us, changed_at_us)
VALUES (%(viewer_id)s, %(kind)s, %(value)s, %(market)s, 0, %(at_us)s, %(at_us)s)
ON CONFLICT (viewer_id, kind, value) DO UPDATE
SET level = 0, forgotten_at_us = EXCLUDED.forgotten_at_us,
    changed_at_us = EXCLUDED.changed_at_us;

-- name: interests_trim
-- What says nothing any more: not turned, and forgotten longer ago than anything learns from.
DELETE FROM feed_interest
WHERE viewer_id = %(viewer_id)s AND level = 0 AND forgotten_at_us < %(before_us)s;

-- name: interests_count
-- About how many things a viewer said something.
SELECT count(*) FROM feed_interest WHERE viewer_id = %(viewer_id)s;

-- name: interests_forget
-- Erasure: what was turned up or down, and what was deleted.
DELETE FROM feed_interest WHERE viewer_id = %(viewer_id)s;

-- name: interests_merge
-- What a guest said becomes the account's; of two levels the later one holds, and what either
-- deleted stays deleted.
INSERT INTO feed_interest AS told
    (viewer_id, kind, value, market, level, forgotten_at_us, changed_at_us)
SELECT %(account_id)s, kind, value, market, level, forgotten_at_us, changed_at_us
FROM feed_interest WHERE viewer_id = %(guest_id)s
ON CONFLICT (viewer_id, kind, value) DO UPDATE
SET level = CASE WHEN EXCLUDED.changed_at_us > told.changed_at_us
        THEN EXCLUDED.level ELSE told.level END,
    forgotten_at_us = GREATEST(EXCLUDED.forgotten_at_us, told.forgotten_at_us),
    changed_at_us = GREATEST(EXCLUDED.changed_at_us, told.changed_at_us);

-- name: interests_of
-- Everything a viewer said about what they like, for export.
SELECT kind, value, market, level, forgotten_at_us, changed_at_us FROM feed_interest
WHERE viewer_id = %(viewer_id)s ORDER BY changed_at_us, kind, value;

-- name: request_put
-- One served page with its report.
INSERT INTO feed_request
    (request_id, viewer_id, market, tab, made_at_us, video_ids, items, report, scorer)
VALUES (%(request_id)s, %(viewer_id)s, %(market)s, %(tab)s, %(made_at_us)s, %(video_ids)s,
    %(items)s, %(report)s, %(scorer)s)
ON CONFLICT (request_id) DO NOTHING;

-- name: request_read
-- One served page.
SELECT request_id, viewer_id, market, tab, made_at_us, items, report, scorer FROM feed_request
WHERE request_id = %(request_id)s;

-- name: requests_of
-- Every page served to a viewer that is still kept, for export.
SELECT request_id, market, tab, made_at_us, video_ids, scorer FROM feed_request
WHERE viewer_id = %(viewer_id)s AND viewer_id <> 0 ORDER BY request_id;

-- name: requests_trim
-- Pages older than the retention; ids grow with time, so this is a range of the primary key.
DELETE FROM feed_request WHERE request_id < %(before_id)s;

-- name: viewer_forget
-- Erasure: the moment of starting over.
DELETE FROM feed_viewer WHERE viewer_id = %(viewer_id)s;

-- name: hidden_forget
-- Erasure: what was hidden.
DELETE FROM feed_hidden WHERE viewer_id = %(viewer_id)s;

-- name: requests_forget
-- Erasure: the pages that were served.
DELETE FROM feed_request WHERE viewer_id = %(viewer_id)s AND viewer_id <> 0;

-- name: hidden_merge
-- A guest's hidden things become the account's.
INSERT INTO feed_hidden (viewer_id, scope, value, market, created_at_us)
SELECT %(account_id)s, scope, value, market, created_at_us FROM feed_hidden
WHERE viewer_id = %(guest_id)s
ON CONFLICT (viewer_id, scope, value) DO NOTHING;

-- name: requests_merge
-- Pages served to the guest were served to the account.
UPDATE feed_request SET viewer_id = %(account_id)s
WHERE viewer_id = %(guest_id)s AND viewer_id <> 0;

-- name: viewer_of
-- When a viewer started over, for export.
SELECT market, started_over_at_us FROM feed_viewer WHERE viewer_id = %(viewer_id)s;

-- name: hidden_all_of
-- Everything a viewer hid, for export.
SELECT scope, value, market, created_at_us FROM feed_hidden WHERE viewer_id = %(viewer_id)s
ORDER BY created_at_us;

-- name: layout_put
-- What the columns of records are; known already changes nothing.
INSERT INTO feed_layout (layout_id, version, features, weights, heads, worths)
VALUES (%(layout_id)s, %(version)s, %(features)s, %(weights)s, %(heads)s, %(worths)s)
ON CONFLICT (layout_id) DO NOTHING;

-- name: layouts_read
-- What the columns of some records are.
SELECT layout_id, version, features, weights, heads, worths FROM feed_layout
WHERE layout_id = ANY (%(layout_ids)s);

-- name: record_put
-- The numbers one page was made of; again changes nothing.
INSERT INTO feed_record (day, request_id, viewer_id, market, tab, made_at_us, layout_id, snapshot,
    trust, video_ids, sources, ways, scores, probabilities, propensities, features, heads, rivals,
    rival_ids, rival_features, rival_heads)
VALUES (%(day)s, %(request_id)s, %(viewer_id)s, %(market)s, %(tab)s, %(made_at_us)s, %(layout_id)s,
    %(snapshot)s, %(trust)s, %(video_ids)s, %(sources)s, %(ways)s, %(scores)s, %(probabilities)s,
    %(propensities)s, %(features)s, %(heads)s, %(rivals)s, %(rival_ids)s, %(rival_features)s,
    %(rival_heads)s)
ON CONFLICT (day, request_id) DO NOTHING;

-- name: record_read
-- The record of one page.
SELECT request_id, viewer_id, market, tab, made_at_us, layout_id, snapshot, trust, video_ids,
    sources, ways, scores, probabilities, propensities, features, heads, rival_ids, rival_features,
    rival_heads
FROM feed_record WHERE day = %(day)s AND request_id = %(request_id)s;

-- name: records_with_rivals
-- Pages of one day that have a random slot, in the order they were made.
SELECT request_id, viewer_id, market, tab, made_at_us, layout_id, snapshot, trust, video_ids,
    sources, ways, scores, probabilities, propensities, features, heads, rival_ids, rival_features,
    rival_heads
FROM feed_record
WHERE day = %(day)s AND request_id > %(after_id)s AND rivals > 0
ORDER BY request_id LIMIT %(limit)s;

-- name: records_of
-- Every record of pages served to a viewer, for export.
SELECT request_id, viewer_id, market, tab, made_at_us, layout_id, snapshot, trust, video_ids,
    sources, ways, scores, probabilities, propensities, features, heads, rival_ids, rival_features,
    rival_heads
FROM feed_record WHERE viewer_id = %(viewer_id)s AND viewer_id <> 0 ORDER BY request_id;

-- name: records_empty
-- Starting over: which videos were served stays, what was believed of the viewer goes.
UPDATE feed_record SET features = '', heads = '', rivals = 0, rival_ids = '{}',
    rival_features = '', rival_heads = ''
WHERE viewer_id = %(viewer_id)s AND viewer_id <> 0;

-- name: records_merge
-- Pages served to the guest were served to the account.
UPDATE feed_record SET viewer_id = %(account_id)s
WHERE viewer_id = %(guest_id)s AND viewer_id <> 0;

-- name: records_forget
-- Erasure: the numbers of the pages that were served.
DELETE FROM feed_record WHERE viewer_id = %(viewer_id)s AND viewer_id <> 0;
