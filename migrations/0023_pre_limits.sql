-- Whom somebody limits: what these people say under their videos waits until it is let through.
CREATE TABLE identity_limit (
    limiter_id bigint NOT NULL REFERENCES identity_account (account_id) ON DELETE CASCADE,
    limited_id bigint NOT NULL REFERENCES identity_account (account_id) ON DELETE CASCADE,
    market text NOT NULL,
    since_us bigint NOT NULL,
    PRIMARY KEY (limiter_id, limited_id),
    CHECK (limiter_id <> limited_id)
);
CREATE INDEX identity_limit_by_limited ON identity_limit (limited_id);
