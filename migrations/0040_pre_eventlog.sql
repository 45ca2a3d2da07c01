-- The interaction log: what people did, appended once, partitioned by the day in the event's own id.
CREATE SEQUENCE infra_event_seq AS bigint;

CREATE TABLE infra_event (
    day integer NOT NULL,
    event_id uuid NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    seq bigint NOT NULL DEFAULT nextval('infra_event_seq'),
    kind smallint NOT NULL,
    surface smallint NOT NULL,
    position smallint NOT NULL,
    viewer_id bigint NOT NULL,
    item_id bigint NOT NULL,
    request_id bigint NOT NULL,
    shown_at_us bigint NOT NULL,
    occurred_at_us bigint NOT NULL,
    received_at_us bigint NOT NULL,
    watch_ms integer NOT NULL CHECK (watch_ms >= 0),
    position_ms integer NOT NULL CHECK (position_ms >= 0),
    duration_ms integer NOT NULL CHECK (duration_ms >= 0),
    amount integer NOT NULL,
    market text NOT NULL,
    PRIMARY KEY (day, event_id)
) PARTITION BY RANGE (day);
CREATE INDEX infra_event_by_order ON infra_event (xid, seq);
CREATE INDEX infra_event_by_viewer ON infra_event (viewer_id) WHERE viewer_id <> 0;
