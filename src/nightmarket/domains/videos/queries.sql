-- name: video_insert
-- A new video as its creator described it.
INSERT INTO videos_video (video_id, creator_id, market, state, intent, caption, hashtags, mention_ids, mention_handles,
    language, audience, allow_comments, is_ai_by_creator, is_ai_by_credentials, ad_label, alt_text, content_level,
    can_download, restriction, sound_id, created_at_us, changed_at_us, scheduled_at_us)
VALUES (%(video_id)s, %(creator_id)s, %(market)s, %(state)s, %(intent)s, %(caption)s, %(hashtags)s, %(mention_ids)s,
    %(mention_handles)s, %(language)s, %(audience)s, %(allow_comments)s, %(is_ai)s, false, %(ad_label)s, %(alt_text)s,
    %(content_level)s, %(can_download)s, 'none', %(sound_id)s, %(now_us)s, %(now_us)s, %(scheduled_at_us)s);

-- name: media_insert
-- The work that a new video's bytes need.
INSERT INTO videos_media (video_id, media_key, upload_id, state, trim_start_ms, trim_end_ms, cover_at_ms, crop,
    sound_mode, original_volume_pct, sound_volume_pct, sound_title, document, received_at_us)
VALUES (%(video_id)s, %(media_key)s, %(upload_id)s, 'received', %(trim_start_ms)s, %(trim_end_ms)s, %(cover_at_ms)s, %(crop)s,
    %(sound_mode)s, %(original_volume_pct)s, %(sound_volume_pct)s, %(sound_title)s, %(document)s, %(now_us)s);

-- name: cards
-- Everything lists and pages show of these videos, in no order.
SELECT v.video_id, v.creator_id, v.market, v.state, v.caption, v.hashtags, v.mention_ids, v.mention_handles, v.language,
    v.audience, v.allow_comments, v.is_ai_by_creator, v.is_ai_by_credentials, v.ad_label, v.alt_text, v.content_level,
    v.can_download, v.restriction, v.pinned_at_us, v.created_at_us, v.published_at_us, v.scheduled_at_us,
    m.media_key, m.document, m.state AS render_state, m.fraction,
    s.sound_id, s.creator_id AS sound_creator_id, s.title AS sound_title, s.original_video_id AS sound_video_id,
    s.media_key AS sound_key, s.duration_ms AS sound_ms, s.is_public AS sound_is_public, s.uses_count AS sound_uses,
    ARRAY(SELECT t.language FROM videos_track t WHERE t.video_id = v.video_id ORDER BY t.language) AS tracks
FROM videos_video v JOIN videos_media m ON m.video_id = v.video_id
LEFT JOIN videos_sound s ON s.sound_id = v.sound_id
WHERE v.video_id = ANY(%(ids)s::bigint[]);

-- name: standings
-- What decides who may see these videos; small, for the last check of a feed.
SELECT video_id, creator_id, state, audience, content_level, restriction, market
FROM videos_video WHERE video_id = ANY(%(ids)s::bigint[]);

-- name: video_lock
-- Take a video for a change; lock order: one video per transaction, or by video_id.
SELECT v.video_id, v.creator_id, v.market, v.state, v.intent, v.caption, v.audience, v.is_ai_by_creator,
    v.is_ai_by_credentials, v.pinned_at_us, v.published_at_us, v.scheduled_at_us, v.restriction, v.sound_id,
    m.media_key, m.upload_id, m.state AS render_state, m.attempt, m.sound_mode, m.sound_title, v.is_held
FROM videos_video v JOIN videos_media m ON m.video_id = v.video_id
WHERE v.video_id = %(video_id)s FOR UPDATE;

-- name: ids_by_creator
-- Pinned first, then newest first. Uses videos_video_by_creator.
SELECT video_id FROM videos_video
WHERE creator_id = %(creator_id)s AND state = 'live' AND audience = ANY(%(audiences)s::text[])
AND (pinned_at_us, published_at_us, video_id) < (%(pinned_at_us)s, %(published_at_us)s, %(video_id)s)
ORDER BY pinned_at_us DESC, published_at_us DESC, video_id DESC LIMIT %(limit)s;

-- name: ids_of_creator
-- The creator's own list in the studio, newest first; an empty state means all.
SELECT video_id FROM videos_video
WHERE creator_id = %(creator_id)s AND video_id < %(before)s AND (%(state)s = '' OR state = %(state)s)
ORDER BY video_id DESC LIMIT %(limit)s;

-- name: ids_by_hashtag
-- Live videos for everyone with a tag, newest first.
SELECT video_id FROM videos_hashtag
WHERE tag = %(tag)s AND (published_at_us, video_id) < (%(published_at_us)s, %(video_id)s)
ORDER BY published_at_us DESC, video_id DESC LIMIT %(limit)s;

-- name: ids_by_sound
-- Live videos for everyone with a sound, newest first. Uses videos_video_by_sound.
SELECT video_id FROM videos_video
WHERE sound_id = %(sound_id)s AND state = 'live' AND audience = 'everyone'
AND (published_at_us, video_id) < (%(published_at_us)s, %(video_id)s)
ORDER BY published_at_us DESC, video_id DESC LIMIT %(limit)s;

-- name: ids_latest
-- Live videos for everyone, newest first. Uses videos_video_by_age.
SELECT video_id FROM videos_video
WHERE state = 'live' AND audience = 'everyone'
AND (published_at_us, video_id) < (%(published_at_us)s, %(video_id)s)
ORDER BY published_at_us DESC, video_id DESC LIMIT %(limit)s;

-- name: changes_since
-- Videos in the order they last changed, for indexes that are built anew. Uses videos_video_by_change.
SELECT video_id, changed_at_us FROM videos_video
WHERE (changed_at_us, video_id) > (%(changed_at_us)s, %(video_id)s)
ORDER BY changed_at_us, video_id LIMIT %(limit)s;

-- name: statistics_of
-- The machine's description of pictures and sound, for rankers.
SELECT video_id, statistics FROM videos_media WHERE video_id = ANY(%(ids)s::bigint[]);

-- name: hashtag_count
-- How many live videos for everyone carry each tag.
SELECT tag, count(*) AS videos_count FROM videos_hashtag WHERE tag = ANY(%(tags)s::text[]) GROUP BY tag;

-- name: hashtags_clear
-- Take a video off its tags' pages.
DELETE FROM videos_hashtag WHERE video_id = %(video_id)s;

-- name: hashtags_set
-- Put a live video for everyone on its tags' pages.
INSERT INTO videos_hashtag (tag, published_at_us, video_id)
SELECT tag, %(published_at_us)s, %(video_id)s FROM unnest(%(tags)s::text[]) AS given(tag) ON CONFLICT DO NOTHING;

-- name: state_set
-- Move a video; publishing sets its time once.
UPDATE videos_video SET state = %(state)s, changed_at_us = %(now_us)s,
    published_at_us = CASE WHEN %(state)s = 'live' THEN COALESCE(published_at_us, %(now_us)s) ELSE published_at_us END
WHERE video_id = %(video_id)s;

-- name: words_set
-- A new caption with the tags and people it names.
UPDATE videos_video SET caption = %(caption)s, hashtags = %(hashtags)s, mention_ids = %(mention_ids)s,
    mention_handles = %(mention_handles)s WHERE video_id = %(video_id)s;

-- name: choices_set
-- What the creator may change at any time.
UPDATE videos_video SET audience = %(audience)s, allow_comments = %(allow_comments)s, is_ai_by_creator = %(is_ai)s,
    ad_label = %(ad_label)s, alt_text = %(alt_text)s, content_level = %(content_level)s, can_download = %(can_download)s,
    language = %(language)s, intent = %(intent)s, scheduled_at_us = %(scheduled_at_us)s, pinned_at_us = %(pinned_at_us)s,
    changed_at_us = %(now_us)s
WHERE video_id = %(video_id)s;

-- name: choices
-- What the creator chose, to change part of it.
SELECT video_id, caption, language, audience, allow_comments, is_ai_by_creator AS is_ai, ad_label, alt_text,
    content_level, can_download, intent, scheduled_at_us, pinned_at_us
FROM videos_video WHERE video_id = %(video_id)s;

-- name: pins_count
-- How many videos a creator has pinned.
SELECT count(*) FROM videos_video WHERE creator_id = %(creator_id)s AND pinned_at_us > 0 AND state = 'live';

-- name: restriction_set
-- What moderation decided.
UPDATE videos_video SET restriction = %(restriction)s, changed_at_us = %(now_us)s WHERE video_id = %(video_id)s;

-- name: edit_insert
-- What the caption said until now.
INSERT INTO videos_caption_edit (video_id, edited_at_us, caption) VALUES (%(video_id)s, %(edited_at_us)s, %(caption)s)
ON CONFLICT (video_id, edited_at_us) DO NOTHING;

-- name: edits
-- Earlier captions, newest first; at most 100.
SELECT edited_at_us, caption FROM videos_caption_edit WHERE video_id = %(video_id)s ORDER BY edited_at_us DESC LIMIT 100;

-- name: video_delete
-- The video and everything that hangs on it.
DELETE FROM videos_video WHERE video_id = %(video_id)s;

-- name: due
-- Scheduled videos whose time has come; locked by id, those taken by another process are skipped.
SELECT video_id FROM videos_video WHERE state = 'scheduled' AND scheduled_at_us <= %(now_us)s
ORDER BY video_id LIMIT 100 FOR UPDATE SKIP LOCKED;

-- name: held_set
-- Whether moderation keeps the video back until a person looked.
UPDATE videos_video SET is_held = %(is_held)s WHERE video_id = %(video_id)s;

-- name: sound_insert
-- The sound a video brought along; a second attempt of the same work finds it there.
INSERT INTO videos_sound (sound_id, creator_id, market, title, original_video_id, media_key, duration_ms, created_at_us)
VALUES (%(sound_id)s, %(creator_id)s, %(market)s, %(title)s, %(original_video_id)s, %(media_key)s, %(duration_ms)s,
    %(created_at_us)s) ON CONFLICT (original_video_id) DO NOTHING;

-- name: sounds
-- Sounds by id, with the picture of the video each comes from.
SELECT s.sound_id, s.creator_id, s.title, s.original_video_id, s.media_key, s.duration_ms, s.is_public, s.uses_count,
    m.media_key AS cover_key, m.document AS cover_document
FROM videos_sound s LEFT JOIN videos_media m ON m.video_id = s.original_video_id
WHERE s.sound_id = ANY(%(ids)s::bigint[]);

-- name: sound_of_video
-- The sound a video brought along.
SELECT sound_id FROM videos_sound WHERE original_video_id = %(video_id)s;

-- name: sound_search
-- Public sounds whose title holds the words, most used first; empty words: all.
SELECT sound_id FROM videos_sound
WHERE is_public AND (%(like)s = '' OR title ILIKE %(like)s)
AND (uses_count, sound_id) < (%(uses_count)s, %(sound_id)s)
ORDER BY uses_count DESC, sound_id DESC LIMIT %(limit)s;

-- name: sound_recount
-- How many live videos for everyone use a sound.
UPDATE videos_sound SET uses_count = (SELECT count(*) FROM videos_video v WHERE v.sound_id = videos_sound.sound_id
    AND v.state = 'live' AND v.audience = 'everyone')
WHERE sound_id = %(sound_id)s;

-- name: sound_public_set
-- Whether others may hear and use a sound.
UPDATE videos_sound SET is_public = %(is_public)s WHERE sound_id = %(sound_id)s;

-- name: sound_attach
-- The sound heard in a video.
UPDATE videos_video SET sound_id = %(sound_id)s WHERE video_id = %(video_id)s;

-- name: sound_detach
-- A sound is going: videos that used it keep their bytes and name their own again, if they brought one.
UPDATE videos_video v SET sound_id = (SELECT s.sound_id FROM videos_sound s
    WHERE s.original_video_id = v.video_id AND s.sound_id <> %(sound_id)s)
WHERE v.sound_id = %(sound_id)s RETURNING v.video_id;

-- name: sounds_free
-- Own sounds that their videos name again are on offer where the videos are.
UPDATE videos_sound s SET uses_count = 1, is_public = v.restriction <> 'limit' FROM videos_video v
WHERE v.video_id = ANY(%(video_ids)s::bigint[]) AND s.original_video_id = v.video_id AND v.sound_id = s.sound_id
AND v.state = 'live' AND v.audience = 'everyone' RETURNING v.video_id;

-- name: print_put
-- What a sound is recognised by.
INSERT INTO videos_sound_print (sound_id, words, keys) VALUES (%(sound_id)s, %(words)s, %(keys)s)
ON CONFLICT (sound_id) DO UPDATE SET words = excluded.words, keys = excluded.keys;

-- name: print_candidates
-- Public sounds of other videos that share the most keys. Uses videos_sound_print_by_key.
SELECT p.sound_id, p.words FROM videos_sound_print p JOIN videos_sound s ON s.sound_id = p.sound_id
WHERE p.keys && %(keys)s::integer[] AND s.is_public AND s.original_video_id <> %(video_id)s
ORDER BY (SELECT count(*) FROM unnest(p.keys) k WHERE k = ANY(%(keys)s::integer[])) DESC, p.sound_id LIMIT %(limit)s;

-- name: sound_delete
-- Forget a sound; answers the folders of its bytes.
DELETE FROM videos_sound WHERE sound_id = %(sound_id)s RETURNING media_key, media_key_next;

-- name: sounds_after
-- Public sounds in order of ids, for indexes that are built anew.
SELECT sound_id FROM videos_sound WHERE is_public AND sound_id > %(after)s ORDER BY sound_id LIMIT %(limit)s;

-- name: work_lock
-- The work on a video's bytes, taken for the start or the end of an attempt.
SELECT video_id, media_key, upload_id, state, attempt, trim_start_ms, trim_end_ms, cover_at_ms, crop, sound_mode, sound_title,
    original_volume_pct, sound_volume_pct, beat_at_us, media_key_next, source_kept_at_us
FROM videos_media WHERE video_id = %(video_id)s FOR UPDATE;

-- name: work_by_upload
-- Which video waits for an upload.
SELECT video_id FROM videos_media WHERE upload_id = %(upload_id)s;

-- name: work_begin
-- A new attempt: everything an earlier one made is void.
UPDATE videos_media SET state = 'probing', attempt = attempt + 1, fraction = 0, document = %(document)s, beat_at_us = %(now_us)s
WHERE video_id = %(video_id)s RETURNING attempt;

-- name: work_step
-- How far this attempt is; an attempt that was given up touches no row.
UPDATE videos_media SET state = %(state)s, fraction = GREATEST(fraction, %(fraction)s), document = %(document)s,
    beat_at_us = %(now_us)s,
    playable_at_us = CASE WHEN %(is_playable)s THEN COALESCE(playable_at_us, %(now_us)s) ELSE playable_at_us END
WHERE video_id = %(video_id)s AND attempt = %(attempt)s AND state <> 'refused';

-- name: source_keep
-- The upload itself is kept for a while, should the video be watched enough for a larger rendition.
UPDATE videos_media SET source_kept_at_us = %(now_us)s WHERE video_id = %(video_id)s;

-- name: sources_kept
-- Videos whose upload is kept, in order of ids.
SELECT video_id, source_kept_at_us FROM videos_media WHERE source_kept_at_us > 0 AND video_id > %(after)s
ORDER BY video_id LIMIT %(limit)s;

-- name: work_replace
-- A larger set of renditions takes the place of the first one, under a new address.
UPDATE videos_media SET media_key = %(media_key)s, document = %(document)s, source_kept_at_us = 0
WHERE video_id = %(video_id)s AND media_key = %(old_key)s AND media_key_next IS NULL AND state = 'done';

-- name: cover_wish
-- Another frame is to stand for the film.
UPDATE videos_media SET cover_at_ms = %(cover_at_ms)s WHERE video_id = %(video_id)s;

-- name: cover_set
-- The new cover's files are in place; those of the old one are left over. Nothing when the bytes moved or the wish changed.
UPDATE videos_media SET document = %(document)s, leftovers = leftovers || %(leftovers)s
WHERE video_id = %(video_id)s AND media_key = %(media_key)s AND media_key_next IS NULL AND state = 'done'
    AND cover_at_ms = %(cover_at_ms)s;

-- name: work_rest
-- The attempt ended without a result; another may begin at once.
UPDATE videos_media SET beat_at_us = 0 WHERE video_id = %(video_id)s AND attempt = %(attempt)s;

-- name: work_done
-- Everything is made.
UPDATE videos_media SET state = 'done', fraction = 1, document = %(document)s, statistics = %(statistics)s,
    frame_hashes = %(frame_hashes)s, leftovers = %(leftovers)s, done_at_us = %(now_us)s, beat_at_us = %(now_us)s,
    content_version = %(content_version)s,
    playable_at_us = COALESCE(playable_at_us, %(now_us)s)
WHERE video_id = %(video_id)s AND attempt = %(attempt)s AND state <> 'refused';

-- name: content_untold
-- Finished videos whose content was told in an older version, or never.
SELECT video_id FROM videos_media WHERE state = 'done' AND content_version < %(content_version)s
ORDER BY content_version, video_id LIMIT %(limit)s;

-- name: content_tell
-- The content is told as it is understood now.
UPDATE videos_media SET content_version = %(content_version)s WHERE video_id = %(video_id)s;

-- name: work_refuse
-- The bytes cannot be published, and why.
UPDATE videos_media SET state = 'refused', refusal_code = %(code)s, refusal_words = %(words)s, document = %(document)s,
    done_at_us = %(now_us)s
WHERE video_id = %(video_id)s;

-- name: work_forget_upload
-- The upload was used up.
UPDATE videos_media SET upload_id = NULL WHERE video_id = %(video_id)s;

-- name: credentials_set
-- What the Content Credentials say; only a claim that validates makes the label.
WITH kept AS (UPDATE videos_media SET credentials = %(credentials)s WHERE video_id = %(video_id)s RETURNING video_id)
UPDATE videos_video v SET is_ai_by_credentials = %(is_ai)s FROM kept WHERE v.video_id = kept.video_id;

-- name: progress
-- How far the work on a video is.
SELECT video_id, media_key, state, fraction, document, refusal_code, refusal_words FROM videos_media
WHERE video_id = %(video_id)s;

-- name: stalled
-- Work whose worker has been silent since a while, and uploads that wait without a job.
SELECT video_id FROM videos_media
WHERE state IN ('received', 'probing', 'playable', 'rendering') AND beat_at_us < %(before_us)s
AND received_at_us < %(before_us)s AND upload_id IS NOT NULL
ORDER BY beat_at_us LIMIT 50;

-- name: leftovers_take
-- Files of a finished video that were only needed while it was made; answered once.
WITH old AS (SELECT video_id, media_key, leftovers FROM videos_media WHERE video_id = %(video_id)s FOR UPDATE)
UPDATE videos_media m SET leftovers = '{}' FROM old WHERE m.video_id = old.video_id
RETURNING old.media_key, old.leftovers;

-- name: move_wish
-- A new folder for a video's bytes, written down before they move; an unfinished move keeps its wish.
UPDATE videos_media SET media_key_next = COALESCE(media_key_next, %(media_key_next)s)
WHERE video_id = %(video_id)s RETURNING media_key, media_key_next;

-- name: move_done
-- The bytes lie in the new folder.
UPDATE videos_media SET media_key = media_key_next, media_key_next = NULL
WHERE video_id = %(video_id)s AND media_key_next IS NOT NULL;

-- name: sound_move_wish
-- A new folder for a sound's bytes, written down before they move.
UPDATE videos_sound SET media_key_next = COALESCE(media_key_next, %(media_key_next)s)
WHERE original_video_id = %(video_id)s RETURNING media_key, media_key_next;

-- name: sound_move_done
-- The sound's bytes lie in the new folder.
UPDATE videos_sound SET media_key = media_key_next, media_key_next = NULL
WHERE original_video_id = %(video_id)s AND media_key_next IS NOT NULL;

-- name: track_put
-- Captions in one language, new or replaced.
INSERT INTO videos_track (video_id, language, content, changed_at_us)
VALUES (%(video_id)s, %(language)s, %(content)s, %(now_us)s)
ON CONFLICT (video_id, language) DO UPDATE SET content = EXCLUDED.content, changed_at_us = EXCLUDED.changed_at_us;

-- name: tracks_count
-- How many languages a video has captions in.
SELECT count(*) FROM videos_track WHERE video_id = %(video_id)s AND language <> %(language)s;

-- name: track
-- One language's captions.
SELECT content FROM videos_track WHERE video_id = %(video_id)s AND language = %(language)s;

-- name: track_delete
-- Forget one language's captions.
DELETE FROM videos_track WHERE video_id = %(video_id)s AND language = %(language)s;

-- name: playlist_insert
-- A new playlist.
INSERT INTO videos_playlist (playlist_id, owner_id, market, title, created_at_us, changed_at_us)
VALUES (%(playlist_id)s, %(owner_id)s, %(market)s, %(title)s, %(now_us)s, %(now_us)s);

-- name: playlist
-- One playlist.
SELECT p.playlist_id, p.owner_id, p.title, p.created_at_us,
    (SELECT count(*)::int FROM videos_playlist_item i WHERE i.playlist_id = p.playlist_id) AS videos_count
FROM videos_playlist p WHERE p.playlist_id = %(playlist_id)s;

-- name: playlist_lock
-- One playlist, taken for a change.
SELECT p.playlist_id, p.owner_id, p.title, p.created_at_us, 0 AS videos_count
FROM videos_playlist p WHERE p.playlist_id = %(playlist_id)s FOR UPDATE;

-- name: playlists_of
-- An account's playlists, newest first.
SELECT p.playlist_id, p.owner_id, p.title, p.created_at_us,
    (SELECT count(*)::int FROM videos_playlist_item i WHERE i.playlist_id = p.playlist_id) AS videos_count
FROM videos_playlist p WHERE p.owner_id = %(owner_id)s AND p.playlist_id < %(before)s
ORDER BY p.playlist_id DESC LIMIT %(limit)s;

-- name: playlists_count
-- How many playlists an account has.
SELECT count(*) FROM videos_playlist WHERE owner_id = %(owner_id)s;

-- name: playlist_rename
-- A new title.
UPDATE videos_playlist SET title = %(title)s, changed_at_us = %(now_us)s WHERE playlist_id = %(playlist_id)s;

-- name: playlist_delete
-- Forget a playlist; its videos stay.
DELETE FROM videos_playlist WHERE playlist_id = %(playlist_id)s;

-- name: playlist_add
-- A video at the end of a playlist; there already: nothing changes.
INSERT INTO videos_playlist_item (playlist_id, video_id, position)
SELECT %(playlist_id)s, %(video_id)s, COALESCE(max(position), 0) + 1 FROM videos_playlist_item WHERE playlist_id = %(playlist_id)s
ON CONFLICT (playlist_id, video_id) DO NOTHING;

-- name: playlist_take_out
-- A video less in a playlist.
DELETE FROM videos_playlist_item WHERE playlist_id = %(playlist_id)s AND video_id = %(video_id)s;

-- name: playlist_ids
-- A playlist's videos in its order; at most 500 fit in one.
SELECT video_id FROM videos_playlist_item WHERE playlist_id = %(playlist_id)s ORDER BY position, video_id LIMIT 500;

-- name: person_videos
-- All video ids of one account, oldest first.
SELECT video_id FROM videos_video WHERE creator_id = %(account_id)s ORDER BY video_id;

-- name: person_export_videos
-- What an account wrote and chose about its videos.
SELECT to_jsonb(v) FROM videos_video v WHERE creator_id = %(account_id)s ORDER BY video_id;

-- name: person_export_media
-- What was made of an account's uploads; credentials and figures as they are kept.
SELECT to_jsonb(m) - 'document' - 'credentials' || jsonb_build_object('document', convert_from(m.document, 'UTF8')::jsonb,
    'credentials', convert_from(m.credentials, 'UTF8')::jsonb)
FROM videos_media m JOIN videos_video v ON v.video_id = m.video_id WHERE v.creator_id = %(account_id)s ORDER BY m.video_id;

-- name: person_export_edits
-- Earlier captions of an account's videos.
SELECT to_jsonb(e) FROM videos_caption_edit e JOIN videos_video v ON v.video_id = e.video_id
WHERE v.creator_id = %(account_id)s ORDER BY e.video_id, e.edited_at_us;

-- name: person_export_tracks
-- Caption files of an account's videos.
SELECT to_jsonb(t) FROM videos_track t JOIN videos_video v ON v.video_id = t.video_id
WHERE v.creator_id = %(account_id)s ORDER BY t.video_id, t.language;

-- name: person_export_hashtags
-- Tag pages an account's videos are on.
SELECT to_jsonb(h) FROM videos_hashtag h JOIN videos_video v ON v.video_id = h.video_id
WHERE v.creator_id = %(account_id)s ORDER BY h.video_id, h.tag;

-- name: person_export_sounds
-- An account's sounds.
SELECT to_jsonb(s) FROM videos_sound s WHERE creator_id = %(account_id)s ORDER BY sound_id;

-- name: person_export_sound_prints
-- What an account's sounds are recognised by.
SELECT to_jsonb(p) - 'keys' FROM videos_sound_print p JOIN videos_sound s ON s.sound_id = p.sound_id
WHERE s.creator_id = %(account_id)s ORDER BY p.sound_id;

-- name: person_export_playlists
-- An account's playlists.
SELECT to_jsonb(p) FROM videos_playlist p WHERE owner_id = %(account_id)s ORDER BY playlist_id;

-- name: person_export_playlist_items
-- What is in an account's playlists.
SELECT to_jsonb(i) FROM videos_playlist_item i JOIN videos_playlist p ON p.playlist_id = i.playlist_id
WHERE p.owner_id = %(account_id)s ORDER BY i.playlist_id, i.position;

-- name: person_delete_playlists
-- Forget an account's playlists.
DELETE FROM videos_playlist WHERE owner_id = %(account_id)s;

-- name: person_unmention
-- Nobody's caption links to the account any more.
UPDATE videos_video v SET
    mention_ids = ARRAY(SELECT u.id FROM unnest(v.mention_ids, v.mention_handles) WITH ORDINALITY AS u(id, handle, at)
        WHERE u.id <> %(account_id)s ORDER BY u.at),
    mention_handles = ARRAY(SELECT u.handle FROM unnest(v.mention_ids, v.mention_handles) WITH ORDINALITY AS u(id, handle, at)
        WHERE u.id <> %(account_id)s ORDER BY u.at)
WHERE v.mention_ids @> ARRAY[%(account_id)s::bigint] AND cardinality(v.mention_ids) > 0;
