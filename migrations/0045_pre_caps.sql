-- Who sends a hundred times as much as is usual: its lines stay in the log and no fold reads them.
ALTER TABLE infra_event ADD COLUMN is_counted boolean NOT NULL DEFAULT true;
DROP INDEX infra_event_by_order;
CREATE INDEX infra_event_by_order ON infra_event (xid, seq) WHERE is_counted;

-- How many lines each viewer sent in a slot of ten minutes, for a day: what usual is made of.
CREATE TABLE analytics_pace (
    slot bigint NOT NULL,
    viewer_id bigint NOT NULL,
    market text NOT NULL,
    lines bigint NOT NULL CHECK (lines >= 0),
    PRIMARY KEY (slot, viewer_id)
);
CREATE INDEX analytics_pace_by_viewer ON analytics_pace (viewer_id);

-- What a viewer of a market usually sends in a slot: the median.
CREATE TABLE analytics_usual (
    market text PRIMARY KEY,
    lines bigint NOT NULL CHECK (lines >= 0),
    viewers bigint NOT NULL CHECK (viewers >= 0),
    made_at_us bigint NOT NULL
);

-- Who is not counted, until when, and what they sent in the slot that capped them last.
CREATE TABLE analytics_cap (
    viewer_id bigint PRIMARY KEY,
    market text NOT NULL,
    lines bigint NOT NULL CHECK (lines >= 0),
    usual bigint NOT NULL CHECK (usual >= 0),
    since_at_us bigint NOT NULL,
    until_at_us bigint NOT NULL
);
CREATE INDEX analytics_cap_by_end ON analytics_cap (until_at_us DESC);
