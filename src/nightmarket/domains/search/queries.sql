-- name: video_put
-- A video enters the index, or enters anew; its points stay.
INSERT INTO search_video (video_id, creator_id, market, language, audience, sound_id, hashtags, words,
    document, published_at_us)
VALUES (%(video_id)s, %(creator_id)s, %(market)s, %(language)s, %(audience)s, %(sound_id)s,
    %(hashtags)s, %(words)s, %(document)s::tsvector, %(published_at_us)s)
ON CONFLICT (video_id) DO UPDATE SET audience = EXCLUDED.audience, language = EXCLUDED.language,
    sound_id = EXCLUDED.sound_id, hashtags = EXCLUDED.hashtags, words = EXCLUDED.words,
    document = EXCLUDED.document, published_at_us = EXCLUDED.published_at_us;

-- name: video_of
-- What the index holds of a video, locked, so that its words are counted down once.
SELECT sound_id, hashtags, words FROM search_video WHERE video_id = %(video_id)s FOR UPDATE;

-- name: video_delete
-- A video leaves the index.
DELETE FROM search_video WHERE video_id = %(video_id)s;

-- name: video_list
-- Whether strangers may find a video.
UPDATE search_video SET is_listed = %(is_listed)s WHERE video_id = %(video_id)s;

-- name: video_points
-- Reactions and views move a video's points; they never fall below zero.
UPDATE search_video SET points = greatest(0, points + %(points)s) WHERE video_id = %(video_id)s;

-- name: videos_of_creator
-- Which videos of one creator are in the index.
SELECT video_id FROM search_video WHERE creator_id = %(creator_id)s ORDER BY video_id;

-- name: hashtags_count
-- Tags gain or lose a video; rows in the order of tags, so that two writers never deadlock.
INSERT INTO search_hashtag (tag, bare, document, videos_count)
SELECT tag, bare, document::tsvector, greatest(0, %(change)s::integer)
FROM unnest(%(tags)s::text[], %(bares)s::text[], %(documents)s::text[]) AS given (tag, bare, document)
ORDER BY tag
ON CONFLICT (tag) DO UPDATE SET videos_count = greatest(0, search_hashtag.videos_count + %(change)s);

-- name: words_count
-- Words gain or lose a text; rows in the order of words.
INSERT INTO search_word (word, uses_count, cuts)
SELECT word, greatest(0, %(change)s::integer), string_to_array(cuts, ' ')
FROM unnest(%(words)s::text[], %(cuts)s::text[]) AS given (word, cuts) ORDER BY word
ON CONFLICT (word) DO UPDATE SET uses_count = greatest(0, search_word.uses_count + %(change)s);

-- name: words_trim
-- Words and tags nobody uses any more.
WITH gone AS (DELETE FROM search_hashtag WHERE videos_count = 0)
DELETE FROM search_word WHERE uses_count = 0;

-- name: sound_put
-- A sound some video uses.
INSERT INTO search_sound (sound_id, creator_id, market, document, uses_count)
VALUES (%(sound_id)s, %(creator_id)s, %(market)s, %(document)s::tsvector, 1)
ON CONFLICT (sound_id) DO UPDATE SET document = EXCLUDED.document,
    uses_count = search_sound.uses_count + 1;

-- name: sound_drop
-- A video stopped using a sound; a sound nobody uses is not found.
WITH lowered AS (UPDATE search_sound SET uses_count = greatest(0, uses_count - 1)
    WHERE sound_id = %(sound_id)s AND uses_count > 1 RETURNING sound_id)
DELETE FROM search_sound WHERE sound_id = %(sound_id)s AND NOT EXISTS (SELECT 1 FROM lowered);

-- name: sounds_of_creator_delete
-- A person leaves: sounds.
DELETE FROM search_sound WHERE creator_id = %(account_id)s;

-- name: person_put
-- A person's public profile.
INSERT INTO search_person (account_id, market, handle, handle_bare, name, document)
VALUES (%(account_id)s, %(market)s, %(handle)s, %(handle_bare)s, %(name)s, %(document)s::tsvector)
ON CONFLICT (account_id) DO UPDATE SET handle = EXCLUDED.handle, market = EXCLUDED.market,
    handle_bare = EXCLUDED.handle_bare, name = EXCLUDED.name, document = EXCLUDED.document;

-- name: person_list
-- Whether a profile may be found.
UPDATE search_person SET is_listed = %(is_listed)s WHERE account_id = %(account_id)s;

-- name: person_followers
-- Somebody is followed, or no longer.
UPDATE search_person SET followers_count = greatest(0, followers_count + %(change)s)
WHERE account_id = %(account_id)s;

-- name: person_delete
-- A person leaves: profile.
DELETE FROM search_person WHERE account_id = %(account_id)s;

-- name: find_videos
-- Hot. Videos by words, or by creators whose names were meant; the formula is in rules/ranking.py.
SELECT video_id FROM (
    SELECT video_id, creator_id,
        (CASE WHEN document @@ %(query)s::tsquery
            THEN ts_rank(%(weights)s::float4[], document, %(query)s::tsquery) + 0.01 ELSE %(creator_match)s::float8 END)
        * (1 + %(popularity)s::float8 * ln(1 + points))
        * (%(ageless)s::float8 + (1 - %(ageless)s::float8) * power(0.5, greatest(0, %(now_us)s::bigint - published_at_us) / %(half_life_us)s::float8))
        * (CASE WHEN language = %(language)s THEN %(language_bonus)s::float8 ELSE 1 END) AS score
    FROM search_video
    WHERE (document @@ %(query)s::tsquery OR creator_id = ANY(%(creators)s))
    AND (is_listed OR creator_id = ANY(%(follows)s))
    AND (audience = 'everyone' OR creator_id = ANY(%(follows)s))
) AS found WHERE NOT creator_id = ANY(%(hidden)s)
ORDER BY score DESC, video_id DESC LIMIT %(limit)s OFFSET %(offset)s;

-- name: find_people
-- People by handle, its beginning, or words of handle and name; the exact handle first.
SELECT account_id FROM (
    SELECT account_id, followers_count,
        CASE WHEN handle = %(text)s THEN 4 WHEN handle_bare = %(bare)s THEN 3
            WHEN handle_bare >= %(bare)s AND handle_bare < %(after)s THEN 2 ELSE 1 END AS nearness
    FROM search_person
    WHERE is_listed AND NOT account_id = ANY(%(hidden)s)
    AND ((handle_bare >= %(bare)s AND handle_bare < %(after)s) OR document @@ %(query)s::tsquery)
) AS found ORDER BY nearness DESC, followers_count DESC, account_id LIMIT %(limit)s OFFSET %(offset)s;

-- name: find_hashtags
-- Hashtags by their beginning, or by words in them; the exact one first.
SELECT tag, videos_count FROM search_hashtag
WHERE videos_count > 0 AND ((bare >= %(bare)s AND bare < %(after)s) OR document @@ %(query)s::tsquery)
ORDER BY bare = %(bare)s DESC, videos_count DESC, tag LIMIT %(limit)s OFFSET %(offset)s;

-- name: find_sounds
-- Sounds by words of their titles.
SELECT sound_id FROM search_sound
WHERE document @@ %(query)s::tsquery AND NOT creator_id = ANY(%(hidden)s)
ORDER BY uses_count DESC, sound_id DESC LIMIT %(limit)s OFFSET %(offset)s;

-- name: words_near
-- Known words that share a form with letters left out; the pure rule measures them.
SELECT word, uses_count FROM search_word WHERE cuts && %(cuts)s::text[] AND uses_count > 0
ORDER BY uses_count DESC LIMIT 200;

-- name: words_known
-- Which of these words somebody used.
SELECT word FROM search_word WHERE word = ANY(%(words)s) AND uses_count > 0;

-- name: suggest_hashtags
-- Hashtags that begin so.
SELECT tag AS text, 'hashtag' AS kind FROM search_hashtag
WHERE bare >= %(bare)s AND bare < %(after)s AND videos_count > 0
ORDER BY videos_count DESC, tag LIMIT %(limit)s;

-- name: suggest_people
-- Handles that begin so.
SELECT handle AS text, 'person' AS kind FROM search_person
WHERE handle_bare >= %(bare)s AND handle_bare < %(after)s AND is_listed
AND NOT account_id = ANY(%(hidden)s)
ORDER BY followers_count DESC, handle LIMIT %(limit)s;

-- name: suggest_queries
-- What many people of the market searched for that begins so.
SELECT text, 'query' AS kind FROM search_trend
WHERE market = %(market)s AND kind = 'query' AND text >= %(bare)s AND text < %(after)s
ORDER BY people_count DESC, text LIMIT %(limit)s;

-- name: suggest_words
-- Words that begin so, to finish the one being typed.
SELECT word AS text, 'word' AS kind FROM search_word
WHERE word >= %(bare)s AND word < %(after)s AND uses_count >= 2
ORDER BY uses_count DESC, word LIMIT %(limit)s;

-- name: asked_lately
-- A person's own last searches.
SELECT phrase AS text, 'recent' AS kind FROM search_ask
WHERE asker_id = %(asker_id)s AND phrase >= %(bare)s AND phrase < %(after)s
ORDER BY asked_at_us DESC LIMIT %(limit)s;

-- name: ask_put
-- Somebody searched; once a phrase, with the last day.
INSERT INTO search_ask (asker_id, phrase, day, market, asked_at_us)
VALUES (%(asker_id)s, %(phrase)s, %(day)s, %(market)s, %(asked_at_us)s)
ON CONFLICT (asker_id, phrase) DO UPDATE SET day = EXCLUDED.day, asked_at_us = EXCLUDED.asked_at_us;

-- name: asks_delete
-- A person forgets what they searched for, or leaves.
DELETE FROM search_ask WHERE asker_id = %(asker_id)s;

-- name: ask_delete
-- A person forgets one search.
DELETE FROM search_ask WHERE asker_id = %(asker_id)s AND phrase = %(phrase)s;

-- name: asks_trim
-- Searches older than a month.
DELETE FROM search_ask WHERE day < %(day)s;

-- name: asks_merge
-- A guest's searches become the account's.
UPDATE search_ask AS mine SET asker_id = %(account_id)s WHERE asker_id = %(guest_id)s
AND NOT EXISTS (SELECT 1 FROM search_ask AS other
    WHERE other.asker_id = %(account_id)s AND other.phrase = mine.phrase);

-- name: trend_clear
-- The trends are made anew.
DELETE FROM search_trend;

-- name: trend_queries
-- Phrases of a fortnight that enough different people searched for.
INSERT INTO search_trend (market, kind, text, people_count, is_rising)
SELECT market, 'query', phrase, count(*), count(*) FILTER (WHERE day >= %(rising_day)s) * 2 >= count(*)
FROM search_ask WHERE day >= %(day)s GROUP BY market, phrase HAVING count(*) >= %(people_min)s;

-- name: trend_hashtags
-- Hashtags of the last days that several creators used, in their market.
INSERT INTO search_trend (market, kind, text, people_count, is_rising)
SELECT market, 'hashtag', tag, count(DISTINCT creator_id), true
FROM search_video, unnest(hashtags) AS tag
WHERE published_at_us >= %(since_us)s AND audience = 'everyone' AND is_listed
GROUP BY market, tag HAVING count(DISTINCT creator_id) >= 2;

-- name: trending
-- What rises in a market.
SELECT text, kind FROM search_trend WHERE market = %(market)s AND kind = %(kind)s AND is_rising
ORDER BY people_count DESC, text LIMIT %(limit)s;

-- name: export_asks
-- What a person searched for.
SELECT phrase, market, asked_at_us FROM search_ask WHERE asker_id = %(account_id)s
ORDER BY asked_at_us;

-- name: person_handle
-- The handle of a person who leaves.
SELECT handle FROM search_person WHERE account_id = %(account_id)s;

-- name: phrases_delete
-- Searches for the name of a person who leaves.
WITH gone AS (DELETE FROM search_trend WHERE text = ANY(%(phrases)s))
DELETE FROM search_ask WHERE phrase = ANY(%(phrases)s);
