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

-- name: shown_pages
-- Pages of a market in a stretch of time, the newest first. Uses feed_record_by_market.
SELECT request_id, viewer_id, market, tab, made_at_us, layout_id, snapshot, trust, video_ids,
    sources, ways, rivals, matches
FROM feed_record, LATERAL (
    SELECT count(*) AS matches
    FROM unnest(video_ids, sources, ways) AS shown (video_id, source, way)
    LEFT JOIN feed_item ON %(has_marks)s AND feed_item.video_id = shown.video_id
    WHERE (%(source)s::smallint IS NULL OR shown.source = %(source)s)
        AND (%(way)s::smallint IS NULL OR shown.way = %(way)s)
        AND (%(video_id)s::bigint IS NULL OR shown.video_id = %(video_id)s)
        AND (%(video_among)s::bigint[] IS NULL OR shown.video_id = ANY (%(video_among)s))
        AND (%(language)s::text IS NULL OR coalesce(language, '') = %(language)s)
        AND (%(is_ai)s::boolean IS NULL OR is_ai = %(is_ai)s)
        AND (%(is_mature)s::boolean IS NULL OR is_mature = %(is_mature)s)
        AND (%(creator_id)s::bigint IS NULL OR creator_id = %(creator_id)s)
        AND (%(hashtag)s::text IS NULL OR (audience = 'everyone' AND %(hashtag)s = ANY (hashtags)))
        AND (%(age_least_us)s::bigint IS NULL OR made_at_us - published_at_us >= %(age_least_us)s)
        AND (%(age_below_us)s::bigint IS NULL OR made_at_us - published_at_us < %(age_below_us)s)
        AND (%(is_unknown)s::boolean IS NULL OR (published_at_us IS NULL) = %(is_unknown)s)
) AS counted
WHERE feed_record.market = %(market)s AND day BETWEEN %(first_day)s AND %(last_day)s
    AND request_id >= %(from_id)s AND request_id < %(before_id)s
    AND (%(tab)s::text IS NULL OR tab = %(tab)s)
    AND (%(snapshot)s::text IS NULL OR snapshot = %(snapshot)s)
    AND (%(is_personal)s::boolean IS NULL OR (viewer_id <> 0) = %(is_personal)s)
    AND matches > 0
ORDER BY request_id DESC LIMIT %(limit)s;

-- name: shown_pages_of
-- Pages of a market that had one video on them, the newest first. Uses feed_record_by_video.
WITH found AS MATERIALIZED (
    SELECT day, request_id, market, tab FROM feed_record
    WHERE video_ids @> ARRAY[%(video_id)s::bigint]
), wanted AS (
    SELECT day, request_id FROM found
    WHERE day BETWEEN %(first_day)s AND %(last_day)s AND market = %(market)s AND (%(tab)s::text IS NULL OR tab = %(tab)s)
        AND request_id >= %(from_id)s AND request_id < %(before_id)s
    ORDER BY request_id DESC LIMIT %(limit)s
)
SELECT r.request_id, r.viewer_id, r.market, r.tab, r.made_at_us, r.layout_id, r.snapshot, r.trust,
    r.video_ids, r.sources, r.ways, r.rivals,
    cardinality(array_positions(r.video_ids, %(video_id)s::bigint)) AS matches
FROM wanted JOIN feed_record AS r ON r.day = wanted.day AND r.request_id = wanted.request_id
ORDER BY r.request_id DESC;

-- name: shown_bulk
-- Whole records of a market in a stretch of time, the oldest first. Uses feed_record_by_market.
SELECT request_id, viewer_id, market, tab, made_at_us, layout_id, snapshot, trust, video_ids,
    sources, ways, scores, probabilities, propensities, features, heads, rival_ids, rival_features,
    rival_heads
FROM feed_record
WHERE market = %(market)s AND day BETWEEN %(first_day)s AND %(last_day)s
    AND request_id >= %(from_id)s AND request_id < %(before_id)s AND request_id > %(after_id)s
    AND (%(tab)s::text IS NULL OR tab = %(tab)s)
ORDER BY request_id LIMIT %(limit)s;

-- name: shown_count
-- How many pages a stretch of time has, counted up to a bound. Uses feed_record_by_market.
SELECT count(*) FROM (
    SELECT request_id FROM feed_record
    WHERE market = %(market)s AND day BETWEEN %(first_day)s AND %(last_day)s
        AND request_id >= %(from_id)s AND request_id < %(before_id)s
    LIMIT %(limit)s
) AS bounded;

-- name: shown_days
-- Pages and items by day.
SELECT day, count(*) AS pages, sum(cardinality(video_ids))::bigint AS items,
    count(*) FILTER (WHERE rivals > 0) AS pages_with_rivals
FROM feed_record
WHERE market = %(market)s AND day BETWEEN %(first_day)s AND %(last_day)s
    AND request_id >= %(from_id)s AND request_id < %(before_id)s
    AND (%(tab)s::text IS NULL OR tab = %(tab)s)
GROUP BY day ORDER BY day;

-- name: shown_tabs
-- Items by day, tab, and whether the page was personal.
SELECT r.day, r.tab, r.viewer_id <> 0 AS is_personal,
    sum(cardinality(r.video_ids))::bigint AS items
FROM feed_record AS r
WHERE r.market = %(market)s AND r.day BETWEEN %(first_day)s AND %(last_day)s
    AND r.request_id >= %(from_id)s AND r.request_id < %(before_id)s
    AND (%(tab)s::text IS NULL OR r.tab = %(tab)s)
GROUP BY r.day, r.tab, is_personal;

-- name: shown_snapshots
-- Items by state of the ranker and day, the states with the most items.
WITH counted AS MATERIALIZED (
    SELECT r.day, r.snapshot, sum(cardinality(r.video_ids))::bigint AS items FROM feed_record AS r
    WHERE r.market = %(market)s AND r.day BETWEEN %(first_day)s AND %(last_day)s
        AND r.request_id >= %(from_id)s AND r.request_id < %(before_id)s
        AND (%(tab)s::text IS NULL OR r.tab = %(tab)s)
    GROUP BY r.day, r.snapshot
), most AS (
    SELECT snapshot FROM counted GROUP BY snapshot ORDER BY sum(items) DESC, snapshot LIMIT %(most)s
)
SELECT 'snapshot' AS kind, day, snapshot AS value, items FROM counted
WHERE snapshot IN (SELECT snapshot FROM most);

-- name: shown_slots
-- Items by day, source and way.
SELECT r.day, s.source, s.way, count(*) AS items
FROM feed_record AS r, LATERAL unnest(r.sources, r.ways) AS s (source, way)
WHERE r.market = %(market)s AND r.day BETWEEN %(first_day)s AND %(last_day)s
    AND r.request_id >= %(from_id)s AND r.request_id < %(before_id)s
    AND (%(tab)s::text IS NULL OR r.tab = %(tab)s)
GROUP BY r.day, s.source, s.way;

-- name: shown_ages
-- Items by day and by how old the video was just then; null: the index no longer knows it.
SELECT r.day, width_bucket(r.made_at_us - i.published_at_us, %(ages_us)s::bigint[]) AS age,
    count(*) AS items
FROM feed_record AS r CROSS JOIN LATERAL unnest(r.video_ids) AS s (video_id)
    LEFT JOIN feed_item AS i ON i.video_id = s.video_id
WHERE r.market = %(market)s AND r.day BETWEEN %(first_day)s AND %(last_day)s
    AND r.request_id >= %(from_id)s AND r.request_id < %(before_id)s
    AND (%(tab)s::text IS NULL OR r.tab = %(tab)s)
GROUP BY r.day, age;

-- name: shown_told
-- Items by day and by what the index says of their videos. Of hashtags (where everybody may see
-- the video) and creators those with the most; `spread`: how many creators had `value` items, in
-- all where the day is null.
WITH shown AS (
    SELECT r.day, s.video_id, count(*) AS items
    FROM feed_record AS r, LATERAL unnest(r.video_ids) AS s (video_id)
    WHERE r.market = %(market)s AND r.day BETWEEN %(first_day)s AND %(last_day)s
        AND r.request_id >= %(from_id)s AND r.request_id < %(before_id)s
        AND (%(tab)s::text IS NULL OR r.tab = %(tab)s)
    GROUP BY r.day, s.video_id
), told AS MATERIALIZED (
    SELECT s.day, s.items, i.creator_id, coalesce(i.language, '') AS language, i.is_ai,
        i.is_mature, CASE WHEN i.audience = 'everyone' THEN i.hashtags ELSE '{}' END AS hashtags
    FROM shown AS s LEFT JOIN feed_item AS i ON i.video_id = s.video_id
), by_hashtag AS MATERIALIZED (
    SELECT told.day, t.hashtag, sum(told.items)::bigint AS items
    FROM told, LATERAL (SELECT DISTINCT hashtag FROM unnest(told.hashtags) AS h (hashtag)) AS t
    GROUP BY told.day, t.hashtag
), by_creator AS MATERIALIZED (
    SELECT day, creator_id, sum(items)::bigint AS items FROM told
    WHERE creator_id IS NOT NULL GROUP BY day, creator_id
)
SELECT 'language' AS kind, day, language AS value, sum(items)::bigint AS items
FROM told GROUP BY day, language
UNION ALL
SELECT 'is_ai', day, coalesce(is_ai::text, 'unknown'), sum(items)::bigint FROM told GROUP BY 2, 3
UNION ALL
SELECT 'is_mature', day, coalesce(is_mature::text, 'unknown'), sum(items)::bigint
FROM told GROUP BY 2, 3
UNION ALL
SELECT 'hashtag', day, hashtag, items FROM by_hashtag WHERE hashtag IN (
    SELECT hashtag FROM by_hashtag GROUP BY hashtag ORDER BY sum(items) DESC, hashtag
    LIMIT %(most)s)
UNION ALL
SELECT 'creator_id', day, creator_id::text, items FROM by_creator WHERE creator_id IN (
    SELECT creator_id FROM by_creator GROUP BY creator_id ORDER BY sum(items) DESC, creator_id
    LIMIT %(most)s)
UNION ALL
SELECT 'spread', day, items::text, count(*) FROM by_creator GROUP BY day, items
UNION ALL
SELECT 'spread', NULL, whole.items::text, count(*) FROM (
    SELECT sum(items)::bigint AS items FROM by_creator GROUP BY creator_id) AS whole
GROUP BY whole.items;

-- name: shown_videos
-- How often each video was shown, the most shown first.
SELECT s.video_id, count(*) AS items
FROM feed_record AS r, LATERAL unnest(r.video_ids) AS s (video_id)
WHERE r.market = %(market)s AND r.day BETWEEN %(first_day)s AND %(last_day)s
    AND r.request_id >= %(from_id)s AND r.request_id < %(before_id)s
    AND (%(tab)s::text IS NULL OR r.tab = %(tab)s)
GROUP BY s.video_id ORDER BY items DESC, s.video_id LIMIT %(limit)s;

-- name: items_told
-- What the index says of some videos today; words of those that not everybody may see are left out.
SELECT video_id, creator_id, language, is_ai, is_mature, is_open, published_at_us,
    audience = 'everyone' AS is_public,
    CASE WHEN audience = 'everyone' THEN hashtags ELSE '{}' END AS hashtags
FROM feed_item WHERE video_id = ANY (%(video_ids)s);
