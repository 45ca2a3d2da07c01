-- The search index: plain PostgreSQL, no extension. Words are cut by domains/search/rules/words.py.
CREATE TABLE search_video (
    video_id bigint PRIMARY KEY,
    creator_id bigint NOT NULL,
    market text NOT NULL,
    language text NOT NULL,
    audience text NOT NULL,
    sound_id bigint,
    hashtags text[] NOT NULL,
    words text[] NOT NULL,
    document tsvector NOT NULL,
    is_listed boolean NOT NULL DEFAULT true,
    points integer NOT NULL DEFAULT 0,
    published_at_us bigint NOT NULL
) WITH (fillfactor = 85);
CREATE INDEX search_video_by_document ON search_video USING gin (document);
CREATE INDEX search_video_by_creator ON search_video (creator_id, published_at_us DESC);
CREATE INDEX search_video_by_age ON search_video (published_at_us);

CREATE TABLE search_person (
    account_id bigint PRIMARY KEY,
    market text NOT NULL,
    handle text COLLATE "C" NOT NULL,
    handle_bare text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    document tsvector NOT NULL,
    is_listed boolean NOT NULL DEFAULT true,
    followers_count integer NOT NULL DEFAULT 0
) WITH (fillfactor = 85);
CREATE INDEX search_person_by_document ON search_person USING gin (document);
CREATE INDEX search_person_by_handle ON search_person (handle_bare);

CREATE TABLE search_sound (
    sound_id bigint PRIMARY KEY,
    creator_id bigint NOT NULL,
    market text NOT NULL,
    document tsvector NOT NULL,
    uses_count integer NOT NULL DEFAULT 0
);
CREATE INDEX search_sound_by_document ON search_sound USING gin (document);

CREATE TABLE search_hashtag (
    tag text COLLATE "C" PRIMARY KEY,
    bare text COLLATE "C" NOT NULL,
    document tsvector NOT NULL,
    videos_count integer NOT NULL DEFAULT 0
);
CREATE INDEX search_hashtag_by_bare ON search_hashtag (bare);
CREATE INDEX search_hashtag_by_document ON search_hashtag USING gin (document);

CREATE TABLE search_word (
    word text COLLATE "C" PRIMARY KEY,
    uses_count integer NOT NULL DEFAULT 0,
    cuts text[] NOT NULL
);
CREATE INDEX search_word_by_cuts ON search_word USING gin (cuts);

-- Who searched for what: kept for a month, for the person's own list and for what is popular.
CREATE TABLE search_ask (
    asker_id bigint NOT NULL,
    phrase text COLLATE "C" NOT NULL,
    day integer NOT NULL,
    market text NOT NULL,
    asked_at_us bigint NOT NULL,
    PRIMARY KEY (asker_id, phrase)
);
CREATE INDEX search_ask_by_day ON search_ask (day);

-- Phrases and hashtags many people use: made anew every few minutes, names nobody.
CREATE TABLE search_trend (
    market text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('query', 'hashtag')),
    text text COLLATE "C" NOT NULL,
    people_count integer NOT NULL,
    is_rising boolean NOT NULL,
    PRIMARY KEY (market, kind, text)
);
