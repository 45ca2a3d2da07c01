-- What the ranker knows of videos before anybody watched them, and where its learning cut the log.
CREATE SEQUENCE ranking_video_change AS bigint;
CREATE TABLE ranking_video (
    video_id bigint PRIMARY KEY,
    creator_id bigint NOT NULL,
    market text NOT NULL,
    sound_id bigint NOT NULL,
    duration_ms integer NOT NULL CHECK (duration_ms >= 0),
    tags bigint[] NOT NULL,
    words bigint[] NOT NULL,
    published_at_us bigint NOT NULL,
    changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    changed_seq bigint NOT NULL DEFAULT nextval('ranking_video_change')
);
CREATE INDEX ranking_video_by_change ON ranking_video (changed_xid, changed_seq);
CREATE INDEX ranking_video_by_creator ON ranking_video (creator_id);

CREATE TABLE ranking_batch (
    batch_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lines integer NOT NULL CHECK (lines > 0),
    to_xid text NOT NULL,
    to_seq bigint NOT NULL,
    day_floor integer NOT NULL,
    made_at_us bigint NOT NULL
);
CREATE INDEX ranking_batch_by_time ON ranking_batch (made_at_us);

CREATE TABLE ranking_forgotten (
    viewer_key bigint PRIMARY KEY,
    forgotten_at_us bigint NOT NULL
);
CREATE INDEX ranking_forgotten_by_time ON ranking_forgotten (forgotten_at_us);
