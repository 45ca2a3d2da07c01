-- Copies people asked for of everything about them.
CREATE TABLE console_export (
    export_id bigint PRIMARY KEY,
    account_id bigint NOT NULL,
    market text NOT NULL,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'ready', 'failed', 'expired')),
    folder text NOT NULL,
    size_bytes bigint NOT NULL DEFAULT 0 CHECK (size_bytes >= 0),
    created_at_us bigint NOT NULL,
    finished_at_us bigint,
    expires_at_us bigint NOT NULL
);
CREATE INDEX console_export_by_account ON console_export (account_id, export_id DESC);
CREATE UNIQUE INDEX console_export_one_pending ON console_export (account_id) WHERE state = 'pending';
CREATE INDEX console_export_by_expiry ON console_export (expires_at_us) WHERE state IN ('pending', 'ready');
