-- What races for exposures: its level, what showings led to, and who is dealt how much just now.
CREATE TABLE pools_item (
    kind text NOT NULL CHECK (kind IN ('video', 'product', 'live', 'creator')),
    item_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    market text NOT NULL,
    level smallint NOT NULL DEFAULT 0 CHECK (level BETWEEN 0 AND 15),
    state text NOT NULL DEFAULT 'racing' CHECK (state IN ('racing', 'review', 'closed', 'done')),
    published_at_us bigint NOT NULL,
    moved_at_us bigint NOT NULL,
    exposures bigint NOT NULL DEFAULT 0,
    long_views bigint NOT NULL DEFAULT 0,
    likes bigint NOT NULL DEFAULT 0,
    comments bigint NOT NULL DEFAULT 0,
    shares bigint NOT NULL DEFAULT 0,
    saves bigint NOT NULL DEFAULT 0,
    fresh_exposures bigint NOT NULL DEFAULT 0,
    fresh_long_views bigint NOT NULL DEFAULT 0,
    fresh_likes bigint NOT NULL DEFAULT 0,
    fresh_comments bigint NOT NULL DEFAULT 0,
    fresh_shares bigint NOT NULL DEFAULT 0,
    fresh_saves bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, item_id)
);
CREATE INDEX pools_item_racing ON pools_item (kind, item_id) WHERE state = 'racing';
CREATE INDEX pools_item_by_time ON pools_item (kind, published_at_us);
CREATE INDEX pools_item_by_owner ON pools_item (owner_id);

CREATE TABLE pools_deal (
    kind text PRIMARY KEY,
    made_at_us bigint NOT NULL,
    impressions bigint NOT NULL,
    shown_total bigint NOT NULL,
    shortfall bigint NOT NULL,
    late bigint NOT NULL,
    unused bigint NOT NULL,
    item_ids bigint[] NOT NULL,
    dealt bigint[] NOT NULL
);
