-- What the feed's own showings led to, apart for accounts younger than a day: what races is judged by it.
CREATE TABLE analytics_outcome (
    video_id bigint NOT NULL,
    is_fresh boolean NOT NULL,
    day integer NOT NULL,
    exposures bigint NOT NULL DEFAULT 0,
    long_views bigint NOT NULL DEFAULT 0,
    likes bigint NOT NULL DEFAULT 0,
    comments bigint NOT NULL DEFAULT 0,
    shares bigint NOT NULL DEFAULT 0,
    saves bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (video_id, is_fresh, day)
);
CREATE INDEX analytics_outcome_by_day ON analytics_outcome (day);
