-- What auditors look into: which market and time, why, and the key of the names viewers get in it.
-- A closed inspection has no key any more, so nobody can tell again who a name was.
CREATE TABLE console_inspection (
    inspection_id bigint PRIMARY KEY,
    account_id bigint NOT NULL,
    market text NOT NULL,
    since_us bigint NOT NULL,
    until_us bigint NOT NULL CHECK (until_us > since_us),
    reason text NOT NULL CHECK (reason <> ''),
    key bytea CHECK (octet_length(key) = 32),
    created_at_us bigint NOT NULL,
    expires_at_us bigint NOT NULL
);
CREATE INDEX console_inspection_by_account ON console_inspection (account_id, inspection_id DESC);
CREATE INDEX console_inspection_open ON console_inspection (expires_at_us) WHERE key IS NOT NULL;
