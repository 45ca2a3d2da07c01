-- People: who they are here, how they sign in, whom they know.
CREATE TABLE identity_account (
    account_id bigint PRIMARY KEY,
    market text NOT NULL,
    handle text NOT NULL UNIQUE CHECK (handle ~ '^[a-z0-9_][a-z0-9_.]{0,22}[a-z0-9_]$'),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 50),
    bio text NOT NULL DEFAULT '' CHECK (length(bio) <= 300),
    links text[] NOT NULL DEFAULT '{}' CHECK (cardinality(links) <= 5),
    avatar_key text,
    language text NOT NULL,
    birth_date date NOT NULL,
    is_private boolean NOT NULL,
    is_personalised boolean NOT NULL,
    is_verified boolean NOT NULL DEFAULT false,
    roles text[] NOT NULL DEFAULT '{}',
    settings jsonb NOT NULL DEFAULT '{}',
    followers_count integer NOT NULL DEFAULT 0 CHECK (followers_count >= 0),
    following_count integer NOT NULL DEFAULT 0 CHECK (following_count >= 0),
    created_at_us bigint NOT NULL
);
CREATE INDEX identity_account_by_role ON identity_account (account_id) WHERE roles <> '{}';

CREATE TABLE identity_login (
    account_id bigint PRIMARY KEY REFERENCES identity_account (account_id) ON DELETE CASCADE,
    market text NOT NULL,
    email text CHECK (email LIKE '%@%'),
    email_key text CHECK ((email IS NULL) = (email_key IS NULL)),
    email_verified_at_us bigint,
    password_hash text NOT NULL,
    password_changed_at_us bigint NOT NULL,
    CHECK (email_verified_at_us IS NULL OR email IS NOT NULL)
);
-- An address belongs to whoever proved it; until then several may claim it, and none learns of
-- the others: signing up tells nobody which addresses have accounts.
CREATE UNIQUE INDEX identity_login_by_email ON identity_login (email_key)
    WHERE email_verified_at_us IS NOT NULL;
CREATE INDEX identity_login_by_claim ON identity_login (email_key, account_id DESC);

CREATE TABLE identity_session (
    session_id bigint PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES identity_account (account_id) ON DELETE CASCADE,
    market text NOT NULL,
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    device text NOT NULL,
    ip_hint text NOT NULL,
    created_at_us bigint NOT NULL,
    last_seen_at_us bigint NOT NULL,
    expires_at_us bigint NOT NULL
);
CREATE INDEX identity_session_by_account ON identity_session (account_id, last_seen_at_us DESC);
CREATE INDEX identity_session_by_end ON identity_session (expires_at_us);

CREATE TABLE identity_api_token (
    token_id bigint PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES identity_account (account_id) ON DELETE CASCADE,
    market text NOT NULL,
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
    created_at_us bigint NOT NULL,
    last_used_at_us bigint,
    expires_at_us bigint
);
CREATE INDEX identity_api_token_by_account ON identity_api_token (account_id);

CREATE TABLE identity_mail_token (
    token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
    account_id bigint NOT NULL REFERENCES identity_account (account_id) ON DELETE CASCADE,
    market text NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('verify_email', 'reset_password')),
    email_key text NOT NULL,
    created_at_us bigint NOT NULL,
    expires_at_us bigint NOT NULL
);
CREATE INDEX identity_mail_token_by_account ON identity_mail_token (account_id, purpose);
CREATE INDEX identity_mail_token_by_end ON identity_mail_token (expires_at_us);

CREATE TABLE identity_totp (
    account_id bigint PRIMARY KEY REFERENCES identity_account (account_id) ON DELETE CASCADE,
    market text NOT NULL,
    secret text NOT NULL,
    confirmed_at_us bigint,
    last_step bigint NOT NULL DEFAULT 0
);

CREATE TABLE identity_recovery_code (
    account_id bigint NOT NULL REFERENCES identity_account (account_id) ON DELETE CASCADE,
    market text NOT NULL,
    code_hash bytea NOT NULL CHECK (length(code_hash) = 32),
    used_at_us bigint,
    PRIMARY KEY (account_id, code_hash)
);

CREATE TABLE identity_passkey (
    passkey_id bigint PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES identity_account (account_id) ON DELETE CASCADE,
    market text NOT NULL,
    credential_id bytea NOT NULL UNIQUE,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    created_at_us bigint NOT NULL,
    last_used_at_us bigint
);
CREATE INDEX identity_passkey_by_account ON identity_passkey (account_id);

-- Challenges handed out and not yet answered. A row is deleted by the answer: single use.
CREATE TABLE identity_challenge (
    challenge bytea PRIMARY KEY,
    account_id bigint REFERENCES identity_account (account_id) ON DELETE CASCADE,
    purpose text NOT NULL CHECK (purpose IN ('register', 'sign_in')),
    expires_at_us bigint NOT NULL
);
CREATE INDEX identity_challenge_by_end ON identity_challenge (expires_at_us);

-- Names a person had before, so that nobody takes them over at once.
CREATE TABLE identity_handle_history (
    account_id bigint NOT NULL REFERENCES identity_account (account_id) ON DELETE CASCADE,
    market text NOT NULL,
    handle text NOT NULL,
    until_us bigint NOT NULL,
    PRIMARY KEY (account_id, until_us)
);
CREATE INDEX identity_handle_history_by_handle ON identity_handle_history (handle, until_us DESC);

CREATE TABLE identity_follow (
    follower_id bigint NOT NULL REFERENCES identity_account (account_id) ON DELETE CASCADE,
    followee_id bigint NOT NULL REFERENCES identity_account (account_id) ON DELETE CASCADE,
    market text NOT NULL,
    state text NOT NULL CHECK (state IN ('requested', 'accepted')),
    since_us bigint NOT NULL,
    PRIMARY KEY (follower_id, followee_id),
    CHECK (follower_id <> followee_id)
);
CREATE INDEX identity_follow_by_followee ON identity_follow (followee_id, state, since_us DESC, follower_id DESC);
CREATE INDEX identity_follow_by_follower ON identity_follow (follower_id, state, since_us DESC, followee_id DESC);

CREATE TABLE identity_block (
    blocker_id bigint NOT NULL REFERENCES identity_account (account_id) ON DELETE CASCADE,
    blocked_id bigint NOT NULL REFERENCES identity_account (account_id) ON DELETE CASCADE,
    market text NOT NULL,
    since_us bigint NOT NULL,
    PRIMARY KEY (blocker_id, blocked_id),
    CHECK (blocker_id <> blocked_id)
);
CREATE INDEX identity_block_by_blocked ON identity_block (blocked_id);

CREATE TABLE identity_mute (
    muter_id bigint NOT NULL REFERENCES identity_account (account_id) ON DELETE CASCADE,
    muted_id bigint NOT NULL REFERENCES identity_account (account_id) ON DELETE CASCADE,
    market text NOT NULL,
    since_us bigint NOT NULL,
    PRIMARY KEY (muter_id, muted_id),
    CHECK (muter_id <> muted_id)
);
CREATE INDEX identity_mute_by_muted ON identity_mute (muted_id);

-- What a profile counts that happens elsewhere, folded from events.
CREATE TABLE identity_tally (
    account_id bigint PRIMARY KEY REFERENCES identity_account (account_id) ON DELETE CASCADE,
    market text NOT NULL,
    videos_count integer NOT NULL DEFAULT 0,
    likes_count integer NOT NULL DEFAULT 0
);

CREATE TABLE identity_tally_video (
    video_id bigint PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES identity_account (account_id) ON DELETE CASCADE,
    market text NOT NULL,
    likes_count integer NOT NULL DEFAULT 0
);
CREATE INDEX identity_tally_video_by_account ON identity_tally_video (account_id);

-- Attempts within the current window, by a keyed digest of who or where: no address is kept.
CREATE TABLE identity_throttle (
    key bytea PRIMARY KEY CHECK (length(key) = 32),
    attempts integer NOT NULL CHECK (attempts > 0),
    window_ends_at_us bigint NOT NULL
);
CREATE INDEX identity_throttle_by_end ON identity_throttle (window_ends_at_us);

-- Programs of others that act for people: registered once, without a secret (PKCE takes its place).
CREATE TABLE identity_oauth_client (
    client_id text PRIMARY KEY CHECK (length(client_id) BETWEEN 10 AND 60),
    account_id bigint NOT NULL REFERENCES identity_account (account_id) ON DELETE CASCADE,
    market text NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    redirect_uris text[] NOT NULL CHECK (cardinality(redirect_uris) BETWEEN 1 AND 5),
    created_at_us bigint NOT NULL
);
CREATE INDEX identity_oauth_client_by_account ON identity_oauth_client (account_id);

CREATE TABLE identity_oauth_code (
    code_hash bytea PRIMARY KEY CHECK (length(code_hash) = 32),
    client_id text NOT NULL REFERENCES identity_oauth_client (client_id) ON DELETE CASCADE,
    account_id bigint NOT NULL REFERENCES identity_account (account_id) ON DELETE CASCADE,
    market text NOT NULL,
    scopes text[] NOT NULL,
    redirect_uri text NOT NULL,
    challenge text NOT NULL,
    expires_at_us bigint NOT NULL
);
CREATE INDEX identity_oauth_code_by_account ON identity_oauth_code (account_id);

-- What a person allowed one program, until they take it back. The refresh token changes with every
-- use; an old one that comes back was stolen and ends the grant.
CREATE TABLE identity_oauth_grant (
    grant_id bigint PRIMARY KEY,
    client_id text NOT NULL REFERENCES identity_oauth_client (client_id) ON DELETE CASCADE,
    account_id bigint NOT NULL REFERENCES identity_account (account_id) ON DELETE CASCADE,
    market text NOT NULL,
    scopes text[] NOT NULL,
    refresh_hash bytea NOT NULL UNIQUE CHECK (length(refresh_hash) = 32),
    refresh_hash_before bytea UNIQUE,
    code_hash bytea NOT NULL UNIQUE,
    created_at_us bigint NOT NULL,
    last_used_at_us bigint NOT NULL
);
CREATE INDEX identity_oauth_grant_by_account ON identity_oauth_grant (account_id);
ALTER TABLE identity_api_token ADD COLUMN grant_id bigint
    REFERENCES identity_oauth_grant (grant_id) ON DELETE CASCADE;
CREATE INDEX identity_api_token_by_grant ON identity_api_token (grant_id);
