-- Browsers that asked to be told while Nightmarket is closed.
CREATE TABLE notifications_push (
    subscription_id bigint PRIMARY KEY,
    account_id bigint NOT NULL,
    market text NOT NULL,
    endpoint text NOT NULL UNIQUE CHECK (length(endpoint) BETWEEN 10 AND 1000),
    p256dh bytea NOT NULL CHECK (length(p256dh) = 65),
    auth bytea NOT NULL CHECK (length(auth) = 16),
    created_at_us bigint NOT NULL
);
CREATE INDEX notifications_push_by_account ON notifications_push (account_id, subscription_id);
