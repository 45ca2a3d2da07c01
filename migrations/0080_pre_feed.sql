-- The feed's own index of videos, what viewers hid, and what was served with its report.
CREATE SEQUENCE feed_item_change AS bigint;

CREATE TABLE feed_item (
    video_id bigint PRIMARY KEY,
    creator_id bigint NOT NULL,
    market text NOT NULL,
    language text NOT NULL,
    sound_id bigint NOT NULL DEFAULT 0,
    duration_ms integer NOT NULL CHECK (duration_ms >= 0),
    audience text NOT NULL,
    is_ai boolean NOT NULL,
    is_mature boolean NOT NULL,
    is_open boolean NOT NULL,
    is_demoted boolean NOT NULL DEFAULT false,
    hashtags text[] NOT NULL,
    words text NOT NULL,
    published_at_us bigint NOT NULL,
    views bigint NOT NULL DEFAULT 0,
    watch_ms bigint NOT NULL DEFAULT 0,
    finishes bigint NOT NULL DEFAULT 0,
    likes bigint NOT NULL DEFAULT 0,
    comments bigint NOT NULL DEFAULT 0,
    shares bigint NOT NULL DEFAULT 0,
    saves bigint NOT NULL DEFAULT 0,
    changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    changed_seq bigint NOT NULL DEFAULT nextval('feed_item_change')
);
CREATE INDEX feed_item_by_change ON feed_item (changed_xid, changed_seq);
CREATE INDEX feed_item_by_creator ON feed_item (creator_id);

CREATE TABLE feed_viewer (
    viewer_id bigint PRIMARY KEY,
    market text NOT NULL,
    started_over_at_us bigint NOT NULL
);

CREATE TABLE feed_hidden (
    viewer_id bigint NOT NULL,
    scope text NOT NULL CHECK (scope IN ('video', 'creator', 'sound', 'hashtag')),
    value text NOT NULL,
    market text NOT NULL,
    created_at_us bigint NOT NULL,
    PRIMARY KEY (viewer_id, scope, value)
);

CREATE TABLE feed_request (
    request_id bigint PRIMARY KEY,
    viewer_id bigint NOT NULL,
    market text NOT NULL,
    tab text NOT NULL,
    made_at_us bigint NOT NULL,
    video_ids bigint[] NOT NULL,
    items bytea NOT NULL,
    report bytea NOT NULL,
    scorer text NOT NULL
);
CREATE INDEX feed_request_by_viewer ON feed_request (viewer_id, request_id DESC) WHERE viewer_id <> 0;
