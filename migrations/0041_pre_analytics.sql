-- Folds over the interaction log: exposures, what each viewer watched, counters and daily series.
CREATE TABLE analytics_cursor (
    name text PRIMARY KEY,
    after_xid xid8 NOT NULL DEFAULT '0',
    after_seq bigint NOT NULL DEFAULT 0,
    day_floor integer NOT NULL DEFAULT 0
);
INSERT INTO analytics_cursor (name) VALUES ('counters');

CREATE TABLE analytics_item (
    video_id bigint PRIMARY KEY,
    creator_id bigint NOT NULL,
    duration_ms integer NOT NULL CHECK (duration_ms >= 0),
    market text NOT NULL
);

CREATE TABLE analytics_exposure (
    day integer NOT NULL,
    request_id bigint NOT NULL,
    position smallint NOT NULL,
    video_id bigint NOT NULL,
    watch_ms integer NOT NULL,
    reach smallint NOT NULL,
    is_view boolean NOT NULL,
    is_finish boolean NOT NULL,
    PRIMARY KEY (day, request_id, position)
) PARTITION BY RANGE (day);

CREATE TABLE analytics_watch (
    viewer_id bigint NOT NULL,
    video_id bigint NOT NULL,
    market text NOT NULL,
    watch_ms integer NOT NULL,
    duration_ms integer NOT NULL,
    is_finish boolean NOT NULL,
    is_liked boolean NOT NULL,
    at_us bigint NOT NULL,
    PRIMARY KEY (viewer_id, video_id)
);
CREATE INDEX analytics_watch_recent ON analytics_watch (viewer_id, at_us DESC);
CREATE INDEX analytics_watch_by_age ON analytics_watch USING brin (at_us);

CREATE TABLE analytics_counter (
    video_id bigint PRIMARY KEY,
    views bigint NOT NULL DEFAULT 0,
    watch_ms bigint NOT NULL DEFAULT 0,
    finishes bigint NOT NULL DEFAULT 0,
    likes bigint NOT NULL DEFAULT 0,
    comments bigint NOT NULL DEFAULT 0,
    shares bigint NOT NULL DEFAULT 0,
    saves bigint NOT NULL DEFAULT 0
);

CREATE TABLE analytics_daily (
    video_id bigint NOT NULL,
    day integer NOT NULL,
    views bigint NOT NULL DEFAULT 0,
    watch_ms bigint NOT NULL DEFAULT 0,
    finishes bigint NOT NULL DEFAULT 0,
    likes bigint NOT NULL DEFAULT 0,
    comments bigint NOT NULL DEFAULT 0,
    shares bigint NOT NULL DEFAULT 0,
    saves bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (video_id, day)
);
CREATE INDEX analytics_daily_by_day ON analytics_daily (day);

CREATE TABLE analytics_retention (
    video_id bigint NOT NULL,
    day integer NOT NULL,
    reach smallint NOT NULL CHECK (reach BETWEEN 0 AND 20),
    views bigint NOT NULL,
    PRIMARY KEY (video_id, day, reach)
);
