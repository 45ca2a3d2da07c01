-- What viewers turned up or down themselves, and what the feed was told to forget.
CREATE TABLE feed_interest (
    viewer_id bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('hashtag', 'creator', 'sound', 'language')),
    value text NOT NULL,
    market text NOT NULL,
    level smallint NOT NULL CHECK (level BETWEEN -2 AND 2),
    forgotten_at_us bigint NOT NULL DEFAULT 0,
    changed_at_us bigint NOT NULL,
    PRIMARY KEY (viewer_id, kind, value)
);
