-- The outbox, its listeners' cursors, and remembered answers.
CREATE TABLE infra_outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    event_id bigint NOT NULL,
    name text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    key bigint NOT NULL,
    market text NOT NULL,
    occurred_at_us bigint NOT NULL,
    payload bytea NOT NULL,
    PRIMARY KEY (xid, seq)
);

CREATE TABLE infra_outbox_cursor (
    listener text PRIMARY KEY,
    after_xid xid8 NOT NULL DEFAULT '0',
    after_seq bigint NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0 CHECK (failures >= 0)
);

CREATE TABLE infra_outbox_buried (
    listener text NOT NULL,
    seq bigint NOT NULL,
    name text NOT NULL,
    payload bytea NOT NULL,
    error text NOT NULL,
    buried_at_us bigint NOT NULL,
    PRIMARY KEY (listener, seq)
);

CREATE TABLE infra_idempotency (
    subject text NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 100),
    fingerprint bytea NOT NULL,
    status integer,
    content_type text,
    body bytea,
    created_at_us bigint NOT NULL,
    PRIMARY KEY (subject, key)
);
CREATE INDEX infra_idempotency_by_age ON infra_idempotency (created_at_us);
