-- name: item_enrol
-- Something new races; what was closed may race again.
INSERT INTO pools_item (kind, item_id, owner_id, market, published_at_us, moved_at_us)
VALUES (%(kind)s, %(item_id)s, %(owner_id)s, %(market)s, %(published_at_us)s, %(now_us)s)
ON CONFLICT (kind, item_id) DO UPDATE
SET state = CASE pools_item.state WHEN 'closed' THEN 'racing' ELSE pools_item.state END;

-- name: item_move
-- Another state or level, unless somebody moved it meanwhile.
UPDATE pools_item SET state = %(state)s, level = %(level)s, moved_at_us = %(now_us)s
WHERE kind = %(kind)s AND item_id = %(item_id)s AND state = %(was_state)s AND level = %(was_level)s;

-- name: item_close
-- It may not be recommended any more.
UPDATE pools_item SET state = 'closed', moved_at_us = %(now_us)s
WHERE kind = %(kind)s AND item_id = %(item_id)s AND state <> 'closed';

-- name: items_measure
-- What showings led to by now, both kinds of viewers; replaces what was known.
UPDATE pools_item SET exposures = batch.exposures, long_views = batch.long_views,
    likes = batch.likes, comments = batch.comments, shares = batch.shares, saves = batch.saves,
    fresh_exposures = batch.fresh_exposures, fresh_long_views = batch.fresh_long_views,
    fresh_likes = batch.fresh_likes, fresh_comments = batch.fresh_comments,
    fresh_shares = batch.fresh_shares, fresh_saves = batch.fresh_saves
FROM unnest(%(item_ids)s::bigint[], %(exposures)s::bigint[], %(long_views)s::bigint[],
    %(likes)s::bigint[], %(comments)s::bigint[], %(shares)s::bigint[], %(saves)s::bigint[],
    %(fresh_exposures)s::bigint[], %(fresh_long_views)s::bigint[], %(fresh_likes)s::bigint[],
    %(fresh_comments)s::bigint[], %(fresh_shares)s::bigint[], %(fresh_saves)s::bigint[])
    AS batch (item_id, exposures, long_views, likes, comments, shares, saves, fresh_exposures,
    fresh_long_views, fresh_likes, fresh_comments, fresh_shares, fresh_saves)
WHERE pools_item.kind = %(kind)s AND pools_item.item_id = batch.item_id;

-- name: item_describe
-- What is known of an item without anybody having seen it.
UPDATE pools_item SET duration_ms = %(duration_ms)s, content = %(content)s
WHERE kind = %(kind)s AND item_id = %(item_id)s;

-- name: items_settled
-- What was shown enough to learn from, newest first.
SELECT item_id, owner_id, published_at_us, duration_ms, market, content, exposures, long_views,
    likes, comments, shares, saves, fresh_exposures, fresh_long_views, fresh_likes,
    fresh_comments, fresh_shares, fresh_saves
FROM pools_item WHERE kind = %(kind)s AND published_at_us >= %(since_us)s AND state <> 'closed'
    AND exposures >= %(exposures_min)s
ORDER BY published_at_us DESC, item_id DESC LIMIT %(limit)s;

-- name: items_unproved
-- What races on the first level.
SELECT item_id, owner_id, duration_ms, content FROM pools_item
WHERE kind = %(kind)s AND state = 'racing' AND level = 0 ORDER BY item_id DESC LIMIT %(limit)s;

-- name: items_expect
-- What is expected of them now; thousandths of what is usual.
UPDATE pools_item SET expected_milli = batch.milli
FROM unnest(%(item_ids)s::bigint[], %(millis)s::integer[]) AS batch (item_id, milli)
WHERE pools_item.kind = %(kind)s AND pools_item.item_id = batch.item_id
    AND pools_item.state = 'racing' AND pools_item.expected_milli <> batch.milli;

-- name: expectation_put
-- How good expectations are now; replaces what was said before.
INSERT INTO pools_expectation (kind, made_at_us, items, mean, share, exposures)
VALUES (%(kind)s, %(made_at_us)s, %(items)s, %(mean)s, %(share)s, %(exposures)s)
ON CONFLICT (kind) DO UPDATE SET made_at_us = EXCLUDED.made_at_us, items = EXCLUDED.items,
    mean = EXCLUDED.mean, share = EXCLUDED.share, exposures = EXCLUDED.exposures;

-- name: expectation_drop
-- Too little was measured to expect anything.
DELETE FROM pools_expectation WHERE kind = %(kind)s;

-- name: expectation_read
-- How good expectations are.
SELECT mean, share, exposures, items FROM pools_expectation WHERE kind = %(kind)s;

-- name: items_racing
-- Everything of a kind that races, or those of it that are asked for.
SELECT item_id, level, published_at_us, market, exposures, long_views, likes, comments, shares,
    saves, fresh_exposures, fresh_long_views, fresh_likes, fresh_comments, fresh_shares,
    fresh_saves, expected_milli
FROM pools_item WHERE kind = %(kind)s AND state = 'racing'
    AND (%(item_ids)s::bigint[] IS NULL OR item_id = ANY(%(item_ids)s::bigint[]))
ORDER BY item_id LIMIT %(limit)s;

-- name: item_read
-- One item.
SELECT kind, item_id, owner_id, market, level, state, published_at_us, exposures, long_views,
    likes, comments, shares, saves, fresh_exposures, fresh_long_views, fresh_likes,
    fresh_comments, fresh_shares, fresh_saves, expected_milli
FROM pools_item WHERE kind = %(kind)s AND item_id = %(item_id)s;

-- name: levels_of
-- The levels that some items have now, raced to its end or not.
SELECT item_id, level FROM pools_item
WHERE kind = %(kind)s AND item_id = ANY (%(item_ids)s::bigint[]);

-- name: fields
-- Sums by market and level over what was published lately and may be shown.
SELECT market, level, sum(exposures)::bigint AS exposures, sum(long_views)::bigint AS long_views,
    sum(likes)::bigint AS likes, sum(comments)::bigint AS comments,
    sum(shares)::bigint AS shares, sum(saves)::bigint AS saves
FROM pools_item WHERE kind = %(kind)s AND published_at_us >= %(since_us)s AND state <> 'closed'
GROUP BY market, level;

-- name: items_expire
-- Their time is over; one that waits for a person's look goes on waiting.
UPDATE pools_item SET state = 'done', moved_at_us = %(now_us)s
WHERE kind = %(kind)s AND state = 'racing' AND published_at_us < %(before_us)s;

-- name: deal_put
-- The newest deal replaces the one before.
INSERT INTO pools_deal
    (kind, made_at_us, impressions, shown_total, shortfall, late, unused, item_ids, dealt)
VALUES (%(kind)s, %(made_at_us)s, %(impressions)s, %(shown_total)s, %(shortfall)s, %(late)s,
    %(unused)s, %(item_ids)s, %(dealt)s)
ON CONFLICT (kind) DO UPDATE
SET made_at_us = EXCLUDED.made_at_us, impressions = EXCLUDED.impressions,
    shown_total = EXCLUDED.shown_total, shortfall = EXCLUDED.shortfall, late = EXCLUDED.late,
    unused = EXCLUDED.unused, item_ids = EXCLUDED.item_ids, dealt = EXCLUDED.dealt;

-- name: deal_read
-- The newest deal, if it is newer than the one that is known.
SELECT made_at_us, impressions, shown_total, shortfall, late, unused, item_ids, dealt
FROM pools_deal WHERE kind = %(kind)s AND made_at_us > %(after_us)s;

-- name: items_of_owner
-- What races of an account, for export.
SELECT kind, item_id, market, level, state, published_at_us, moved_at_us, exposures, long_views,
    likes, comments, shares, saves, duration_ms, content, expected_milli
FROM pools_item WHERE owner_id = %(owner_id)s ORDER BY kind, item_id;

-- name: items_forget
-- An erased account's things race no more and name nobody; the figures stay in the fields.
UPDATE pools_item SET owner_id = 0, state = 'closed', content = '{}', expected_milli = 0
WHERE owner_id = %(owner_id)s;
