-- Consent of a parent: sign-ups that wait for it, and what was agreed, when, and how it is taken back.
CREATE TABLE identity_awaiting (
    awaiting_id bigint PRIMARY KEY,
    market text NOT NULL,
    handle text NOT NULL UNIQUE,
    name text NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL,
    password_hash text NOT NULL,
    language text NOT NULL,
    birth_date date NOT NULL,
    parent_email text NOT NULL CHECK (parent_email LIKE '%@%'),
    rule text NOT NULL,
    authority text NOT NULL,
    token_hash bytea UNIQUE CHECK (length(token_hash) = 32),
    asked_at_us bigint NOT NULL,
    expires_at_us bigint NOT NULL
);
CREATE INDEX identity_awaiting_by_email ON identity_awaiting (email_key);
CREATE INDEX identity_awaiting_by_end ON identity_awaiting (expires_at_us);

CREATE TABLE identity_parental_consent (
    account_id bigint PRIMARY KEY REFERENCES identity_account (account_id) ON DELETE CASCADE,
    market text NOT NULL,
    parent_email text NOT NULL CHECK (parent_email LIKE '%@%'),
    rule text NOT NULL,
    authority text NOT NULL,
    token_hash bytea UNIQUE CHECK (length(token_hash) = 32),
    asked_at_us bigint NOT NULL,
    agreed_at_us bigint NOT NULL,
    withdrawn_at_us bigint
);
