-- name: cursor_lock
-- Only one process folds; the others skip.
SELECT after_xid::text AS after_xid, after_seq, day_floor FROM analytics_cursor
WHERE name = 'counters' FOR UPDATE SKIP LOCKED;

-- name: cursor_wait
-- A rebuild waits for the fold that is under way.
SELECT after_xid::text AS after_xid, after_seq, day_floor FROM analytics_cursor
WHERE name = 'counters' FOR UPDATE;

-- name: cursor_move
-- What is folded, in the transaction of the fold itself.
UPDATE analytics_cursor
SET after_xid = %(after_xid)s::xid8, after_seq = %(after_seq)s, day_floor = %(day_floor)s
WHERE name = 'counters';

-- name: item_put
-- What analytics needs to know of a video: its creator and its length.
INSERT INTO analytics_item (video_id, creator_id, duration_ms, market)
VALUES (%(video_id)s, %(creator_id)s, %(duration_ms)s, %(market)s)
ON CONFLICT (video_id) DO UPDATE
SET creator_id = EXCLUDED.creator_id, duration_ms = EXCLUDED.duration_ms, market = EXCLUDED.market;

-- name: item_durations
-- Lengths of the videos of a batch.
SELECT video_id, duration_ms FROM analytics_item WHERE video_id = ANY(%(video_ids)s::bigint[]);

-- name: item_creator
-- Whose video it is.
SELECT creator_id FROM analytics_item WHERE video_id = %(video_id)s;

-- name: exposures_of
-- What is known of the impressions of a batch.
SELECT known.day, known.request_id, known.position, known.video_id, known.watch_ms, known.reach,
    known.is_view, known.is_finish, known.claimed_ms, known.passed_ms
FROM unnest(%(days)s::integer[], %(request_ids)s::bigint[], %(positions)s::smallint[])
    AS wanted (day, request_id, position)
JOIN analytics_exposure known ON known.day = wanted.day
    AND known.request_id = wanted.request_id AND known.position = wanted.position;

-- name: exposures_put
-- The newest state of each impression; one folder at a time, so nothing is overtaken.
INSERT INTO analytics_exposure
    (day, request_id, position, video_id, watch_ms, reach, is_view, is_finish, claimed_ms,
    passed_ms)
SELECT batch.day, batch.request_id, batch.position, batch.video_id, batch.watch_ms, batch.reach,
    batch.is_view, batch.is_finish, batch.claimed_ms, batch.passed_ms
FROM unnest(%(days)s::integer[], %(request_ids)s::bigint[], %(positions)s::smallint[],
    %(video_ids)s::bigint[], %(watch_ms)s::integer[], %(reaches)s::smallint[],
    %(are_views)s::boolean[], %(are_finishes)s::boolean[], %(claimed_ms)s::bigint[],
    %(passed_ms)s::bigint[])
    AS batch (day, request_id, position, video_id, watch_ms, reach, is_view, is_finish,
    claimed_ms, passed_ms)
ON CONFLICT (day, request_id, position) DO UPDATE
SET watch_ms = EXCLUDED.watch_ms, reach = EXCLUDED.reach, is_view = EXCLUDED.is_view,
    is_finish = EXCLUDED.is_finish, claimed_ms = EXCLUDED.claimed_ms,
    passed_ms = EXCLUDED.passed_ms;

-- name: watches_put
-- What viewers did with videos: the most they watched, the newest like, the latest moment.
INSERT INTO analytics_watch
    (viewer_id, video_id, market, watch_ms, duration_ms, is_finish, is_liked, at_us)
SELECT batch.viewer_id, batch.video_id, batch.market, batch.watch_ms, batch.duration_ms,
    batch.is_finish, batch.liking > 0, batch.at_us
FROM unnest(%(viewer_ids)s::bigint[], %(video_ids)s::bigint[], %(markets)s::text[],
    %(watch_ms)s::integer[], %(duration_ms)s::integer[], %(are_finishes)s::boolean[],
    %(likings)s::smallint[], %(at_us)s::bigint[])
    AS batch (viewer_id, video_id, market, watch_ms, duration_ms, is_finish, liking, at_us)
ON CONFLICT (viewer_id, video_id) DO UPDATE
SET watch_ms = GREATEST(analytics_watch.watch_ms, EXCLUDED.watch_ms),
    duration_ms = GREATEST(analytics_watch.duration_ms, EXCLUDED.duration_ms),
    is_finish = analytics_watch.is_finish OR EXCLUDED.is_finish,
    is_liked = EXCLUDED.is_liked,
    at_us = GREATEST(analytics_watch.at_us, EXCLUDED.at_us);

-- name: watches_liked
-- Which of these viewer and video pairs are liked, for lines that say nothing about it.
SELECT known.viewer_id, known.video_id
FROM unnest(%(viewer_ids)s::bigint[], %(video_ids)s::bigint[]) AS wanted (viewer_id, video_id)
JOIN analytics_watch known ON known.viewer_id = wanted.viewer_id
    AND known.video_id = wanted.video_id
WHERE known.is_liked;

-- name: watches_recent
-- What a viewer watched last, newest first, in columns. Uses index analytics_watch_recent.
SELECT COALESCE(array_agg(video_id), '{}') AS video_ids,
    COALESCE(array_agg(watch_ms), '{}') AS watch_ms,
    COALESCE(array_agg(duration_ms), '{}') AS duration_ms,
    COALESCE(array_agg(is_finish), '{}') AS are_finishes,
    COALESCE(array_agg(is_liked), '{}') AS are_liked, COALESCE(array_agg(at_us), '{}') AS at_us
FROM (SELECT video_id, watch_ms, duration_ms, is_finish, is_liked, at_us FROM analytics_watch
    WHERE viewer_id = %(viewer_id)s AND at_us >= %(since_us)s
    ORDER BY at_us DESC LIMIT %(limit)s) AS recent;

-- name: watches_of
-- Everything kept of what one viewer watched, for export.
SELECT video_id, market, watch_ms, duration_ms, is_finish, is_liked, at_us FROM analytics_watch
WHERE viewer_id = %(viewer_id)s ORDER BY at_us;

-- name: watches_forget
-- One viewer's watches, erased.
DELETE FROM analytics_watch WHERE viewer_id = %(viewer_id)s;

-- name: items_forget
-- What an erased creator made: the figures stay, the name goes.
UPDATE analytics_item SET creator_id = 0 WHERE creator_id = %(creator_id)s;

-- name: watches_merge
-- A guest's watches become the account's; where both watched, the better figures stay.
INSERT INTO analytics_watch
    (viewer_id, video_id, market, watch_ms, duration_ms, is_finish, is_liked, at_us)
SELECT %(account_id)s, guest.video_id, guest.market, guest.watch_ms, guest.duration_ms,
    guest.is_finish, guest.is_liked, guest.at_us
FROM analytics_watch guest WHERE guest.viewer_id = %(guest_id)s
ON CONFLICT (viewer_id, video_id) DO UPDATE
SET watch_ms = GREATEST(analytics_watch.watch_ms, EXCLUDED.watch_ms),
    is_finish = analytics_watch.is_finish OR EXCLUDED.is_finish,
    at_us = GREATEST(analytics_watch.at_us, EXCLUDED.at_us);

-- name: watches_trim
-- Watches older than the interaction log.
DELETE FROM analytics_watch WHERE at_us < %(before_us)s;

-- name: daily_add
-- Figures by day, in key order so that nobody deadlocks.
INSERT INTO analytics_daily
    (video_id, day, views, watch_ms, finishes, likes, comments, shares, saves)
SELECT batch.video_id, batch.day, batch.views, batch.watch_ms, batch.finishes, batch.likes,
    batch.comments, batch.shares, batch.saves
FROM unnest(%(video_ids)s::bigint[], %(days)s::integer[], %(views)s::bigint[],
    %(watch_ms)s::bigint[], %(finishes)s::bigint[], %(likes)s::bigint[], %(comments)s::bigint[],
    %(shares)s::bigint[], %(saves)s::bigint[])
    AS batch (video_id, day, views, watch_ms, finishes, likes, comments, shares, saves)
ORDER BY batch.video_id, batch.day
ON CONFLICT (video_id, day) DO UPDATE
SET views = analytics_daily.views + EXCLUDED.views,
    watch_ms = analytics_daily.watch_ms + EXCLUDED.watch_ms,
    finishes = analytics_daily.finishes + EXCLUDED.finishes,
    likes = analytics_daily.likes + EXCLUDED.likes,
    comments = analytics_daily.comments + EXCLUDED.comments,
    shares = analytics_daily.shares + EXCLUDED.shares,
    saves = analytics_daily.saves + EXCLUDED.saves;

-- name: counters_add
-- Figures over life, in key order so that nobody deadlocks.
INSERT INTO analytics_counter (video_id, views, watch_ms, finishes, likes, comments, shares, saves)
SELECT batch.video_id, sum(batch.views)::bigint, sum(batch.watch_ms)::bigint,
    sum(batch.finishes)::bigint, sum(batch.likes)::bigint, sum(batch.comments)::bigint,
    sum(batch.shares)::bigint, sum(batch.saves)::bigint
FROM unnest(%(video_ids)s::bigint[], %(views)s::bigint[], %(watch_ms)s::bigint[],
    %(finishes)s::bigint[], %(likes)s::bigint[], %(comments)s::bigint[], %(shares)s::bigint[],
    %(saves)s::bigint[])
    AS batch (video_id, views, watch_ms, finishes, likes, comments, shares, saves)
GROUP BY batch.video_id ORDER BY batch.video_id
ON CONFLICT (video_id) DO UPDATE
SET views = analytics_counter.views + EXCLUDED.views,
    watch_ms = analytics_counter.watch_ms + EXCLUDED.watch_ms,
    finishes = analytics_counter.finishes + EXCLUDED.finishes,
    likes = analytics_counter.likes + EXCLUDED.likes,
    comments = analytics_counter.comments + EXCLUDED.comments,
    shares = analytics_counter.shares + EXCLUDED.shares,
    saves = analytics_counter.saves + EXCLUDED.saves;

-- name: retention_add
-- How far views got, by day.
INSERT INTO analytics_retention (video_id, day, reach, views)
SELECT batch.video_id, batch.day, batch.reach, batch.views
FROM unnest(%(video_ids)s::bigint[], %(days)s::integer[], %(reaches)s::smallint[],
    %(views)s::bigint[]) AS batch (video_id, day, reach, views)
ORDER BY batch.video_id, batch.day, batch.reach
ON CONFLICT (video_id, day, reach) DO UPDATE
SET views = analytics_retention.views + EXCLUDED.views;

-- name: counters_of
-- Totals of some videos; a video nobody touched has no row.
SELECT video_id, views, watch_ms, finishes, likes, comments, shares, saves FROM analytics_counter
WHERE video_id = ANY(%(video_ids)s::bigint[]);

-- name: daily_of
-- A video's figures by day, oldest first.
SELECT day, views, watch_ms, finishes, likes, comments, shares, saves FROM analytics_daily
WHERE video_id = %(video_id)s AND day >= %(since_day)s ORDER BY day;

-- name: retention_of
-- How far the views of a video got, over its life.
SELECT reach, sum(views)::bigint AS views FROM analytics_retention
WHERE video_id = %(video_id)s GROUP BY reach ORDER BY reach;

-- name: rebuild_exposures
-- Everything the log can tell again is forgotten first: impressions.
DELETE FROM analytics_exposure;

-- name: rebuild_watches
-- Everything the log can tell again is forgotten first: watches.
DELETE FROM analytics_watch;

-- name: rebuild_daily
-- Days the log still holds; older days stay as they were counted.
DELETE FROM analytics_daily WHERE day >= %(since_day)s;

-- name: rebuild_retention
-- Days the log still holds; older days stay as they were counted.
DELETE FROM analytics_retention WHERE day >= %(since_day)s;

-- name: rebuild_counters_clear
-- Totals are made again from the days that stay.
DELETE FROM analytics_counter;

-- name: rebuild_counters
-- Totals of the days the log no longer holds.
INSERT INTO analytics_counter (video_id, views, watch_ms, finishes, likes, comments, shares, saves)
SELECT video_id, sum(views)::bigint, sum(watch_ms)::bigint, sum(finishes)::bigint,
    sum(likes)::bigint, sum(comments)::bigint, sum(shares)::bigint, sum(saves)::bigint
FROM analytics_daily GROUP BY video_id;

-- name: outcomes_add
-- What showings led to, in key order so that nobody deadlocks.
INSERT INTO analytics_outcome
    (video_id, is_fresh, day, exposures, long_views, likes, comments, shares, saves)
SELECT batch.video_id, batch.is_fresh, batch.day, batch.exposures, batch.long_views, batch.likes,
    batch.comments, batch.shares, batch.saves
FROM unnest(%(video_ids)s::bigint[], %(are_fresh)s::boolean[], %(days)s::integer[],
    %(exposures)s::bigint[], %(long_views)s::bigint[], %(likes)s::bigint[],
    %(comments)s::bigint[], %(shares)s::bigint[], %(saves)s::bigint[])
    AS batch (video_id, is_fresh, day, exposures, long_views, likes, comments, shares, saves)
ORDER BY batch.video_id, batch.is_fresh, batch.day
ON CONFLICT (video_id, is_fresh, day) DO UPDATE
SET exposures = analytics_outcome.exposures + EXCLUDED.exposures,
    long_views = analytics_outcome.long_views + EXCLUDED.long_views,
    likes = analytics_outcome.likes + EXCLUDED.likes,
    comments = analytics_outcome.comments + EXCLUDED.comments,
    shares = analytics_outcome.shares + EXCLUDED.shares,
    saves = analytics_outcome.saves + EXCLUDED.saves;

-- name: outcomes_of
-- What showings of some videos led to, over all days.
SELECT video_id, is_fresh, sum(exposures)::bigint AS exposures,
    sum(long_views)::bigint AS long_views, sum(likes)::bigint AS likes,
    sum(comments)::bigint AS comments, sum(shares)::bigint AS shares, sum(saves)::bigint AS saves
FROM analytics_outcome WHERE video_id = ANY(%(video_ids)s::bigint[])
GROUP BY video_id, is_fresh;

-- name: rebuild_outcomes
-- Days the log still holds; older days stay as they were counted.
DELETE FROM analytics_outcome WHERE day >= %(since_day)s;

-- name: pace_note
-- Add what a viewer sends in a slot; returns the sum, what is usual there, and until when it is
-- capped.
WITH sent AS (
    INSERT INTO analytics_pace (slot, viewer_id, market, lines)
    VALUES (%(slot)s, %(viewer_id)s, %(market)s, %(lines)s)
    ON CONFLICT (slot, viewer_id) DO UPDATE SET lines = analytics_pace.lines + EXCLUDED.lines
    RETURNING lines
)
SELECT sent.lines,
    COALESCE((SELECT lines FROM analytics_usual WHERE market = %(market)s), 0) AS usual,
    COALESCE((SELECT until_at_us FROM analytics_cap WHERE viewer_id = %(viewer_id)s), 0)
        AS until_at_us
FROM sent;

-- name: pace_trim
-- Slots that are too old to tell what is usual.
DELETE FROM analytics_pace WHERE slot < %(before_slot)s;

-- name: pace_of
-- What is kept of how much one viewer sends, for export.
SELECT slot, market, lines FROM analytics_pace WHERE viewer_id = %(viewer_id)s ORDER BY slot;

-- name: pace_forget
-- One viewer's slots, erased.
DELETE FROM analytics_pace WHERE viewer_id = %(viewer_id)s;

-- name: usual_make
-- The median viewer's lines in a slot by market, over finished slots; none where few are there.
INSERT INTO analytics_usual (market, lines, viewers, made_at_us)
SELECT market,
    CASE WHEN count(DISTINCT viewer_id) < %(viewers_min)s THEN 0
        ELSE percentile_disc(0.5) WITHIN GROUP (ORDER BY lines) END,
    count(DISTINCT viewer_id), %(now_us)s
FROM analytics_pace WHERE slot >= %(since_slot)s AND slot < %(before_slot)s GROUP BY market
ON CONFLICT (market) DO UPDATE
SET lines = EXCLUDED.lines, viewers = EXCLUDED.viewers, made_at_us = EXCLUDED.made_at_us;

-- name: cap_put
-- Cap a viewer, or for longer; since when stays while it lasts.
INSERT INTO analytics_cap (viewer_id, market, lines, usual, since_at_us, until_at_us)
VALUES (%(viewer_id)s, %(market)s, %(lines)s, %(usual)s, %(since_at_us)s, %(until_at_us)s)
ON CONFLICT (viewer_id) DO UPDATE
SET lines = EXCLUDED.lines, usual = EXCLUDED.usual, until_at_us = EXCLUDED.until_at_us,
    since_at_us = CASE WHEN analytics_cap.until_at_us > EXCLUDED.since_at_us
        THEN analytics_cap.since_at_us ELSE EXCLUDED.since_at_us END;

-- name: caps_now
-- Who is capped, for an operator. Uses index analytics_cap_by_end.
SELECT viewer_id, market, lines, usual, since_at_us, until_at_us FROM analytics_cap
WHERE until_at_us > %(now_us)s ORDER BY until_at_us DESC LIMIT %(limit)s;

-- name: cap_of
-- Whether and why one viewer is or was capped.
SELECT viewer_id, market, lines, usual, since_at_us, until_at_us FROM analytics_cap
WHERE viewer_id = %(viewer_id)s;

-- name: cap_merge
-- Whoever signs in stays capped.
INSERT INTO analytics_cap (viewer_id, market, lines, usual, since_at_us, until_at_us)
SELECT %(account_id)s, market, lines, usual, since_at_us, until_at_us FROM analytics_cap
WHERE viewer_id = %(guest_id)s
ON CONFLICT (viewer_id) DO UPDATE
SET until_at_us = GREATEST(analytics_cap.until_at_us, EXCLUDED.until_at_us);

-- name: cap_forget
-- One viewer's cap, erased.
DELETE FROM analytics_cap WHERE viewer_id = %(viewer_id)s;

-- name: caps_trim
-- Caps that ended before the oldest line of the log.
DELETE FROM analytics_cap WHERE until_at_us < %(before_us)s;
