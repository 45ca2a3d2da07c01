-- Guests who became accounts: what their browser still had to report is taken for the account.
CREATE TABLE identity_guest (
    guest_id bigint PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES identity_account (account_id) ON DELETE CASCADE,
    market text NOT NULL,
    merged_at_us bigint NOT NULL
);
CREATE INDEX identity_guest_by_account ON identity_guest (account_id);
CREATE INDEX identity_guest_by_age ON identity_guest (merged_at_us);
