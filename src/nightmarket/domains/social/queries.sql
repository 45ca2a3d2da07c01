-- name: like_add
-- One account's like; a second time touches no row.
INSERT INTO social_like (account_id, video_id, creator_id, market, at_us)
VALUES (%(account_id)s, %(video_id)s, %(creator_id)s, %(market)s, %(at_us)s) ON CONFLICT DO NOTHING;

-- name: like_drop
-- Take a like back; returns the creator when there was one.
DELETE FROM social_like WHERE account_id = %(account_id)s AND video_id = %(video_id)s RETURNING creator_id;

-- name: save_add
-- One account keeps a video; a second time touches no row.
INSERT INTO social_save (account_id, video_id, creator_id, market, at_us)
VALUES (%(account_id)s, %(video_id)s, %(creator_id)s, %(market)s, %(at_us)s) ON CONFLICT DO NOTHING;

-- name: save_drop
-- Keep a video no more; it leaves every collection with it.
DELETE FROM social_save WHERE account_id = %(account_id)s AND video_id = %(video_id)s RETURNING creator_id;

-- name: repost_add
-- One account's repost; a second time touches no row.
INSERT INTO social_repost (account_id, video_id, creator_id, market, at_us)
VALUES (%(account_id)s, %(video_id)s, %(creator_id)s, %(market)s, %(at_us)s) ON CONFLICT DO NOTHING;

-- name: repost_drop
-- Take a repost back; returns the creator when there was one.
DELETE FROM social_repost WHERE account_id = %(account_id)s AND video_id = %(video_id)s RETURNING creator_id;

-- name: share_add
-- Somebody sent a video on.
INSERT INTO social_share (share_id, video_id, viewer_id, market, channel, at_us)
VALUES (%(share_id)s, %(video_id)s, %(viewer_id)s, %(market)s, %(channel)s, %(at_us)s);

-- name: shares_since
-- How much one viewer shared lately, and whether this very share was counted a moment ago.
SELECT count(*) AS in_hour,
    count(*) FILTER (WHERE video_id = %(video_id)s AND channel = %(channel)s AND at_us > %(moment_us)s) AS same
FROM social_share WHERE viewer_id = %(viewer_id)s AND at_us > %(since_us)s;

-- name: count_add
-- Move one video's counts, making its row on first use.
INSERT INTO social_count AS c (video_id, likes, saves, reposts, shares, comments)
VALUES (%(video_id)s, %(likes)s, %(saves)s, %(reposts)s, %(shares)s, %(comments)s)
ON CONFLICT (video_id) DO UPDATE SET likes = c.likes + EXCLUDED.likes, saves = c.saves + EXCLUDED.saves,
    reposts = c.reposts + EXCLUDED.reposts, shares = c.shares + EXCLUDED.shares, comments = c.comments + EXCLUDED.comments;

-- name: count_take
-- Move one video's counts down; its row exists because something was counted before.
UPDATE social_count SET likes = likes - %(likes)s, saves = saves - %(saves)s, reposts = reposts - %(reposts)s,
    shares = shares - %(shares)s, comments = comments - %(comments)s
WHERE video_id = %(video_id)s;

-- name: counts
-- Exact counts of several videos; those nobody touched are absent.
SELECT video_id, likes, saves, reposts, shares, comments FROM social_count WHERE video_id = ANY(%(ids)s);

-- name: reactions
-- What one account did with several videos.
SELECT v.id AS video_id,
    EXISTS (SELECT 1 FROM social_like l WHERE l.account_id = %(account_id)s AND l.video_id = v.id) AS has_liked,
    EXISTS (SELECT 1 FROM social_save s WHERE s.account_id = %(account_id)s AND s.video_id = v.id) AS has_saved,
    EXISTS (SELECT 1 FROM social_repost r WHERE r.account_id = %(account_id)s AND r.video_id = v.id) AS has_reposted
FROM unnest(%(ids)s::bigint[]) AS v(id);

-- name: liked_ids
-- What one account likes, the newest first.
SELECT video_id, at_us FROM social_like
WHERE account_id = %(account_id)s AND (at_us, video_id) < (%(before_us)s, %(before_id)s)
ORDER BY at_us DESC, video_id DESC LIMIT %(limit)s;

-- name: saved_ids
-- What one account keeps, the newest first.
SELECT video_id, at_us FROM social_save
WHERE account_id = %(account_id)s AND (at_us, video_id) < (%(before_us)s, %(before_id)s)
ORDER BY at_us DESC, video_id DESC LIMIT %(limit)s;

-- name: reposted_ids
-- What one account reposted, the newest first.
SELECT video_id, at_us FROM social_repost
WHERE account_id = %(account_id)s AND (at_us, video_id) < (%(before_us)s, %(before_id)s)
ORDER BY at_us DESC, video_id DESC LIMIT %(limit)s;

-- name: reposts_of
-- What several accounts reposted, each video once, by its newest repost, for the feed of who follows them.
SELECT (array_agg(account_id ORDER BY at_us DESC, account_id))[1] AS account_id, video_id, max(at_us) AS at_us
FROM social_repost
WHERE account_id = ANY(%(account_ids)s) AND at_us > %(since_us)s
GROUP BY video_id HAVING %(before_us)s = 0 OR max(at_us) < %(before_us)s
ORDER BY max(at_us) DESC, video_id DESC LIMIT %(limit)s;

-- name: likes_received
-- How often the videos of several creators are liked.
SELECT creator_id, count(*) AS likes FROM social_like WHERE creator_id = ANY(%(creator_ids)s) GROUP BY creator_id;

-- name: collection_add
-- A new collection.
INSERT INTO social_collection (collection_id, account_id, market, title, created_at_us)
VALUES (%(collection_id)s, %(account_id)s, %(market)s, %(title)s, %(created_at_us)s);

-- name: collections_count
-- How many collections one account has.
SELECT count(*) FROM social_collection WHERE account_id = %(account_id)s;

-- name: collections
-- One account's collections, the newest first.
SELECT c.collection_id, c.account_id, c.title,
    (SELECT count(*) FROM social_collection_video v WHERE v.collection_id = c.collection_id) AS videos_count,
    (SELECT v.video_id FROM social_collection_video v WHERE v.collection_id = c.collection_id
        ORDER BY v.at_us DESC, v.video_id DESC LIMIT 1) AS cover_video_id
FROM social_collection c
WHERE c.account_id = %(account_id)s AND c.collection_id < %(before_id)s
ORDER BY c.collection_id DESC LIMIT %(limit)s;

-- name: collection
-- One collection of its owner.
SELECT c.collection_id, c.account_id, c.title,
    (SELECT count(*) FROM social_collection_video v WHERE v.collection_id = c.collection_id) AS videos_count,
    (SELECT v.video_id FROM social_collection_video v WHERE v.collection_id = c.collection_id
        ORDER BY v.at_us DESC, v.video_id DESC LIMIT 1) AS cover_video_id
FROM social_collection c WHERE c.collection_id = %(collection_id)s AND c.account_id = %(account_id)s;

-- name: collection_rename
-- Another title.
UPDATE social_collection SET title = %(title)s
WHERE collection_id = %(collection_id)s AND account_id = %(account_id)s;

-- name: collection_drop
-- A collection goes; what is in it stays saved.
DELETE FROM social_collection WHERE collection_id = %(collection_id)s AND account_id = %(account_id)s;

-- name: collection_video_add
-- A saved video goes into a collection; a second time changes nothing.
INSERT INTO social_collection_video (collection_id, account_id, video_id, at_us)
VALUES (%(collection_id)s, %(account_id)s, %(video_id)s, %(at_us)s) ON CONFLICT DO NOTHING;

-- name: collection_video_drop
-- A video leaves a collection and stays saved.
DELETE FROM social_collection_video
WHERE collection_id = %(collection_id)s AND account_id = %(account_id)s AND video_id = %(video_id)s;

-- name: collected_ids
-- What is in a collection, the newest first.
SELECT video_id, at_us FROM social_collection_video
WHERE collection_id = %(collection_id)s AND (at_us, video_id) < (%(before_us)s, %(before_id)s)
ORDER BY at_us DESC, video_id DESC LIMIT %(limit)s;

-- name: comment_add
-- A new comment.
INSERT INTO social_comment (
    comment_id, video_id, creator_id, author_id, market, parent_id, reply_to_id, text, text_print, created_at_us,
    is_held_by_creator, is_held_by_moderation
) VALUES (
    %(comment_id)s, %(video_id)s, %(creator_id)s, %(author_id)s, %(market)s, %(parent_id)s, %(reply_to_id)s, %(text)s,
    %(text_print)s, %(created_at_us)s, %(is_held_by_creator)s, %(is_held_by_moderation)s
);

-- name: comment_lock
-- One comment, locked. A thread's first comment is locked before any line of the thread.
SELECT comment_id, video_id, creator_id, author_id, market, parent_id, reply_to_id, text, created_at_us, edited_at_us,
    likes_count, replies_count, is_pinned, is_liked_by_creator, is_held_by_creator, is_held_by_moderation, is_removed,
    is_visible, rank
FROM social_comment WHERE comment_id = %(comment_id)s FOR UPDATE;

-- name: comments
-- Several comments by id, in no order.
SELECT comment_id, video_id, creator_id, author_id, market, parent_id, reply_to_id, text, created_at_us, edited_at_us,
    likes_count, replies_count, is_pinned, is_liked_by_creator, is_held_by_creator, is_held_by_moderation, is_removed,
    is_visible, rank
FROM social_comment WHERE comment_id = ANY(%(ids)s);

-- name: comments_top
-- Threads of a video: pinned, then by rank, then newest. The author sees what is held of theirs.
SELECT comment_id, video_id, creator_id, author_id, market, parent_id, reply_to_id, text, created_at_us, edited_at_us,
    likes_count, replies_count, is_pinned, is_liked_by_creator, is_held_by_creator, is_held_by_moderation, is_removed,
    is_visible, rank
FROM social_comment
WHERE video_id = %(video_id)s AND parent_id IS NULL
AND (is_visible OR (author_id = %(viewer_id)s AND NOT is_removed)) AND author_id <> ALL(%(hidden)s)
AND (is_pinned::integer, rank, comment_id) < (%(before_pinned)s, %(before_rank)s, %(before_id)s)
ORDER BY is_pinned::integer DESC, rank DESC, comment_id DESC LIMIT %(limit)s;

-- name: comments_new
-- Threads of a video, the newest first; the pinned one stands in no special place.
SELECT comment_id, video_id, creator_id, author_id, market, parent_id, reply_to_id, text, created_at_us, edited_at_us,
    likes_count, replies_count, is_pinned, is_liked_by_creator, is_held_by_creator, is_held_by_moderation, is_removed,
    is_visible, rank
FROM social_comment
WHERE video_id = %(video_id)s AND parent_id IS NULL
AND (is_visible OR (author_id = %(viewer_id)s AND NOT is_removed)) AND author_id <> ALL(%(hidden)s)
AND comment_id < %(before_id)s
ORDER BY comment_id DESC LIMIT %(limit)s;

-- name: replies
-- A thread's answers, the oldest first.
SELECT comment_id, video_id, creator_id, author_id, market, parent_id, reply_to_id, text, created_at_us, edited_at_us,
    likes_count, replies_count, is_pinned, is_liked_by_creator, is_held_by_creator, is_held_by_moderation, is_removed,
    is_visible, rank
FROM social_comment
WHERE parent_id = %(parent_id)s
AND (is_visible OR (author_id = %(viewer_id)s AND NOT is_removed)) AND author_id <> ALL(%(hidden)s)
AND comment_id > %(after_id)s
ORDER BY comment_id LIMIT %(limit)s;

-- name: comments_held
-- What waits for a creator, the newest first.
SELECT comment_id, video_id, creator_id, author_id, market, parent_id, reply_to_id, text, created_at_us, edited_at_us,
    likes_count, replies_count, is_pinned, is_liked_by_creator, is_held_by_creator, is_held_by_moderation, is_removed,
    is_visible, rank
FROM social_comment
WHERE creator_id = %(creator_id)s AND is_held_by_creator AND NOT is_removed AND comment_id < %(before_id)s
ORDER BY comment_id DESC LIMIT %(limit)s;

-- name: comment_stand
-- What keeps a comment from being seen.
UPDATE social_comment SET is_held_by_creator = %(is_held_by_creator)s, is_held_by_moderation = %(is_held_by_moderation)s,
    is_removed = %(is_removed)s, is_pinned = is_pinned AND %(is_pinnable)s
WHERE comment_id = %(comment_id)s;

-- name: comment_text
-- Other words.
UPDATE social_comment SET text = %(text)s, text_print = %(text_print)s, edited_at_us = %(edited_at_us)s
WHERE comment_id = %(comment_id)s;

-- name: comment_replies_move
-- One visible answer more or less.
UPDATE social_comment SET replies_count = replies_count + %(by)s WHERE comment_id = %(comment_id)s;

-- name: comment_likes_move
-- One like more or less; the creator's own shows.
UPDATE social_comment SET likes_count = likes_count + %(by)s,
    is_liked_by_creator = CASE WHEN creator_id = %(account_id)s THEN %(by)s > 0 ELSE is_liked_by_creator END
WHERE comment_id = %(comment_id)s;

-- name: comment_unpin
-- No comment of this video is pinned.
UPDATE social_comment SET is_pinned = false WHERE video_id = %(video_id)s AND is_pinned;

-- name: comment_pin
-- This one is pinned; another one must be unpinned before.
UPDATE social_comment SET is_pinned = true WHERE comment_id = %(comment_id)s;

-- name: comment_drop
-- A comment and the answers to it go, with their likes, mentions and edits.
DELETE FROM social_comment WHERE comment_id = %(comment_id)s;

-- name: thread_lines
-- Every answer in a thread, to tell that each is gone.
SELECT comment_id, author_id FROM social_comment WHERE parent_id = %(parent_id)s ORDER BY comment_id LIMIT %(limit)s;

-- name: comment_pace
-- What an author wrote lately. Uses index social_comment_by_author.
SELECT
    count(*) FILTER (WHERE created_at_us > %(minute_us)s) AS in_minute,
    count(*) FILTER (WHERE created_at_us > %(hour_us)s) AS in_hour,
    count(*) FILTER (WHERE text_print = %(text_print)s AND video_id = %(video_id)s) AS same_on_video,
    count(*) FILTER (WHERE text_print = %(text_print)s AND created_at_us > %(hour_us)s) AS same_in_hour
FROM social_comment WHERE author_id = %(author_id)s AND created_at_us > %(day_us)s;

-- name: comment_edit_add
-- What a comment said before.
INSERT INTO social_comment_edit (comment_id, edited_at_us, text_before)
VALUES (%(comment_id)s, %(edited_at_us)s, %(text_before)s) ON CONFLICT DO NOTHING;

-- name: comment_edits
-- What a comment said before, the newest change first.
SELECT edited_at_us, text_before FROM social_comment_edit
WHERE comment_id = %(comment_id)s ORDER BY edited_at_us DESC LIMIT %(limit)s;

-- name: comment_edits_count
-- How often a comment was changed.
SELECT count(*) FROM social_comment_edit WHERE comment_id = %(comment_id)s;

-- name: mentions_drop
-- Nobody is named any more.
DELETE FROM social_mention WHERE comment_id = %(comment_id)s;

-- name: mention_add
-- Somebody is named.
INSERT INTO social_mention (comment_id, account_id, handle) VALUES (%(comment_id)s, %(account_id)s, %(handle)s)
ON CONFLICT DO NOTHING;

-- name: mentions
-- Who is named in several comments.
SELECT comment_id, account_id, handle FROM social_mention WHERE comment_id = ANY(%(ids)s) ORDER BY comment_id, handle;

-- name: comment_like_add
-- One account's like of a comment; a second time touches no row.
INSERT INTO social_comment_like (account_id, comment_id, market, at_us)
VALUES (%(account_id)s, %(comment_id)s, %(market)s, %(at_us)s) ON CONFLICT DO NOTHING;

-- name: comment_like_drop
-- Take a like of a comment back.
DELETE FROM social_comment_like WHERE account_id = %(account_id)s AND comment_id = %(comment_id)s;

-- name: comment_likes_of
-- Which of several comments one account likes.
SELECT comment_id FROM social_comment_like WHERE account_id = %(account_id)s AND comment_id = ANY(%(ids)s);

-- name: filters
-- What a creator wants to see first.
SELECT keywords, has_links_held, has_all_held, has_unkind_held FROM social_comment_filter
WHERE account_id = %(account_id)s;

-- name: filters_set
-- Another wish.
INSERT INTO social_comment_filter (account_id, market, keywords, has_links_held, has_all_held, has_unkind_held)
VALUES (%(account_id)s, %(market)s, %(keywords)s, %(has_links_held)s, %(has_all_held)s, %(has_unkind_held)s)
ON CONFLICT (account_id) DO UPDATE SET keywords = EXCLUDED.keywords, has_links_held = EXCLUDED.has_links_held,
    has_all_held = EXCLUDED.has_all_held, has_unkind_held = EXCLUDED.has_unkind_held;

-- name: forget_likes
-- A deleted video's likes, a batch at a time.
DELETE FROM social_like WHERE (account_id, video_id) IN (
    SELECT account_id, video_id FROM social_like WHERE video_id = %(video_id)s LIMIT %(limit)s
);

-- name: forget_saves
-- A deleted video's saves, a batch at a time.
DELETE FROM social_save WHERE (account_id, video_id) IN (
    SELECT account_id, video_id FROM social_save WHERE video_id = %(video_id)s LIMIT %(limit)s
);

-- name: forget_reposts
-- A deleted video's reposts, a batch at a time.
DELETE FROM social_repost WHERE (account_id, video_id) IN (
    SELECT account_id, video_id FROM social_repost WHERE video_id = %(video_id)s LIMIT %(limit)s
);

-- name: forget_shares
-- A deleted video's shares, a batch at a time.
DELETE FROM social_share WHERE share_id IN (
    SELECT share_id FROM social_share WHERE video_id = %(video_id)s LIMIT %(limit)s
);

-- name: forget_comments
-- A deleted video's threads, a batch at a time; answers go with them.
DELETE FROM social_comment WHERE comment_id IN (
    SELECT comment_id FROM social_comment WHERE video_id = %(video_id)s AND parent_id IS NULL LIMIT %(limit)s
);

-- name: forget_counts
-- A deleted video's counts.
DELETE FROM social_count WHERE video_id = %(video_id)s;

-- name: export_likes
-- Every like of one account.
SELECT video_id, at_us FROM social_like WHERE account_id = %(account_id)s ORDER BY at_us;

-- name: export_saves
-- Every save of one account.
SELECT video_id, at_us FROM social_save WHERE account_id = %(account_id)s ORDER BY at_us;

-- name: export_reposts
-- Every repost of one account.
SELECT video_id, at_us FROM social_repost WHERE account_id = %(account_id)s ORDER BY at_us;

-- name: export_shares
-- Every share of one account.
SELECT share_id, video_id, channel, at_us FROM social_share WHERE viewer_id = %(account_id)s ORDER BY at_us;

-- name: export_collections
-- Every collection of one account.
SELECT collection_id, title, created_at_us FROM social_collection WHERE account_id = %(account_id)s ORDER BY collection_id;

-- name: export_collected
-- What is in one account's collections.
SELECT collection_id, video_id, at_us FROM social_collection_video WHERE account_id = %(account_id)s
ORDER BY collection_id, at_us;

-- name: export_comments
-- Every comment of one account.
SELECT comment_id, video_id, parent_id, reply_to_id, text, created_at_us, edited_at_us, likes_count, replies_count,
    is_pinned, is_held_by_creator, is_held_by_moderation, is_removed
FROM social_comment WHERE author_id = %(account_id)s ORDER BY comment_id;

-- name: export_edits
-- What one account's comments said before.
SELECT e.comment_id, e.edited_at_us, e.text_before FROM social_comment_edit e
JOIN social_comment c ON c.comment_id = e.comment_id
WHERE c.author_id = %(account_id)s ORDER BY e.comment_id, e.edited_at_us;

-- name: export_comment_likes
-- Which comments one account likes.
SELECT comment_id, at_us FROM social_comment_like WHERE account_id = %(account_id)s ORDER BY at_us;

-- name: export_mentions
-- Where one account is named.
SELECT comment_id, handle FROM social_mention WHERE account_id = %(account_id)s ORDER BY comment_id;

-- name: export_filters
-- What one account wants to see first.
SELECT keywords, has_links_held, has_all_held, has_unkind_held FROM social_comment_filter
WHERE account_id = %(account_id)s;

-- name: erase_likes
-- An account goes: its likes, and their place in the counts. Counts are locked in order of video.
WITH gone AS (DELETE FROM social_like WHERE account_id = %(account_id)s RETURNING video_id),
locked AS (
    SELECT c.video_id FROM social_count c WHERE c.video_id IN (SELECT video_id FROM gone) ORDER BY c.video_id FOR UPDATE
)
UPDATE social_count SET likes = likes - 1 WHERE video_id IN (SELECT video_id FROM locked);

-- name: erase_saves
-- An account goes: its saves, with what is in its collections.
WITH gone AS (DELETE FROM social_save WHERE account_id = %(account_id)s RETURNING video_id),
locked AS (
    SELECT c.video_id FROM social_count c WHERE c.video_id IN (SELECT video_id FROM gone) ORDER BY c.video_id FOR UPDATE
)
UPDATE social_count SET saves = saves - 1 WHERE video_id IN (SELECT video_id FROM locked);

-- name: erase_reposts
-- An account goes: its reposts.
WITH gone AS (DELETE FROM social_repost WHERE account_id = %(account_id)s RETURNING video_id),
locked AS (
    SELECT c.video_id FROM social_count c WHERE c.video_id IN (SELECT video_id FROM gone) ORDER BY c.video_id FOR UPDATE
)
UPDATE social_count SET reposts = reposts - 1 WHERE video_id IN (SELECT video_id FROM locked);

-- name: erase_shares
-- An account goes: its shares stay counted, without a name.
UPDATE social_share SET viewer_id = 0 WHERE viewer_id = %(account_id)s;

-- name: erase_collections
-- An account goes: its collections.
DELETE FROM social_collection WHERE account_id = %(account_id)s;

-- name: erase_mentions
-- An account goes: nobody's comment names it by id any more.
DELETE FROM social_mention WHERE account_id = %(account_id)s;

-- name: erase_filters
-- An account goes: its filters.
DELETE FROM social_comment_filter WHERE account_id = %(account_id)s;

-- name: own_comment_ids
-- One account's comments, answers before threads.
SELECT comment_id FROM social_comment WHERE author_id = %(account_id)s
ORDER BY parent_id IS NULL, comment_id LIMIT %(limit)s;

-- name: own_liked_comments
-- Which comments one account likes, in order.
SELECT comment_id FROM social_comment_like WHERE account_id = %(account_id)s ORDER BY comment_id LIMIT %(limit)s;
