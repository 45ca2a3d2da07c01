-- name: account_make
-- A new person; the handle's uniqueness is the table's.
INSERT INTO identity_account (account_id, market, handle, name, language, birth_date, is_private, is_personalised, created_at_us)
VALUES (%(account_id)s, %(market)s, %(handle)s, %(name)s, %(language)s, %(birth_date)s, %(is_private)s, %(is_personalised)s, %(now_us)s)
ON CONFLICT (handle) DO NOTHING;

-- name: login_make
-- How the person signs in.
INSERT INTO identity_login (account_id, market, email, email_key, password_hash, password_changed_at_us)
VALUES (%(account_id)s, %(market)s, %(email)s, %(email_key)s, %(password_hash)s, %(now_us)s);

-- name: handle_is_kept
-- Whether somebody else gave the handle up so recently that it is still theirs, or waits for a parent with it.
SELECT EXISTS (SELECT 1 FROM identity_handle_history
WHERE handle = %(handle)s AND account_id <> %(account_id)s AND until_us > %(since_us)s)
OR EXISTS (SELECT 1 FROM identity_awaiting WHERE handle = %(handle)s);

-- name: accounts_by_id
-- Some accounts; unknown ids are simply absent.
SELECT account_id, market, handle, name, bio, links, avatar_key, language, birth_date, is_private,
    is_personalised, is_verified, roles, followers_count, following_count, created_at_us
FROM identity_account WHERE account_id = ANY(%(ids)s);

-- name: accounts_by_handle
-- Accounts by their present handles.
SELECT account_id, market, handle, name, bio, links, avatar_key, language, birth_date, is_private,
    is_personalised, is_verified, roles, followers_count, following_count, created_at_us
FROM identity_account WHERE handle = ANY(%(handles)s);

-- name: accounts_changed_after
-- A page of all accounts by id, for indexes built elsewhere.
SELECT account_id, market, handle, name, bio, links, avatar_key, language, birth_date, is_private,
    is_personalised, is_verified, roles, followers_count, following_count, created_at_us
FROM identity_account WHERE account_id > %(after)s ORDER BY account_id LIMIT %(limit)s;

-- name: handle_moved
-- Who gave this handle up last, so that old links find them until somebody else takes it.
SELECT account_id FROM identity_handle_history WHERE handle = %(handle)s ORDER BY until_us DESC LIMIT 1;

-- name: me
-- One account as its owner sees it.
SELECT a.account_id, a.market, a.handle, a.name, a.bio, a.links, a.avatar_key, a.language, a.birth_date,
    a.is_private, a.is_personalised, a.is_verified, a.roles, a.created_at_us, l.email,
    l.email_verified_at_us IS NOT NULL AS is_email_verified,
    EXISTS (SELECT 1 FROM identity_totp t WHERE t.account_id = a.account_id AND t.confirmed_at_us IS NOT NULL) AS has_totp,
    (SELECT count(*)::integer FROM identity_passkey p WHERE p.account_id = a.account_id) AS passkeys_count
FROM identity_account a JOIN identity_login l ON l.account_id = a.account_id
WHERE a.account_id = %(account_id)s;

-- name: login_by_handle
-- What a sign-in by handle is checked against.
SELECT a.account_id, a.market, l.email, l.email_key, l.email_verified_at_us IS NOT NULL AS is_email_verified, l.password_hash
FROM identity_account a JOIN identity_login l ON l.account_id = a.account_id WHERE a.handle = %(handle)s;

-- name: login_by_email
-- Whoever proved the address, else whoever claimed it last.
SELECT a.account_id, a.market, l.email, l.email_key, l.email_verified_at_us IS NOT NULL AS is_email_verified, l.password_hash
FROM identity_account a JOIN identity_login l ON l.account_id = a.account_id WHERE l.email_key = %(email_key)s
ORDER BY l.email_verified_at_us IS NULL, a.account_id DESC LIMIT 1;

-- name: login_of
-- How one account signs in.
SELECT a.account_id, a.market, l.email, l.email_key, l.email_verified_at_us IS NOT NULL AS is_email_verified, l.password_hash
FROM identity_account a JOIN identity_login l ON l.account_id = a.account_id WHERE a.account_id = %(account_id)s;

-- name: password_set
-- A new password hash.
UPDATE identity_login SET password_hash = %(password_hash)s, password_changed_at_us = %(now_us)s WHERE account_id = %(account_id)s;

-- name: session_make
-- A session; the token itself is never stored.
INSERT INTO identity_session (session_id, account_id, market, token_hash, device, ip_hint, created_at_us, last_seen_at_us, expires_at_us)
VALUES (%(session_id)s, %(account_id)s, %(market)s, %(token_hash)s, %(device)s, %(ip_hint)s, %(now_us)s, %(now_us)s, %(expires_at_us)s);

-- name: session_subject
-- Who a session cookie is; one look-up by unique index.
SELECT s.session_id, s.last_seen_at_us, s.expires_at_us, a.account_id, a.market, a.language, a.roles, a.birth_date,
    a.is_personalised, l.email_verified_at_us IS NOT NULL AS is_email_verified, NULL::text[] AS scopes
FROM identity_session s JOIN identity_account a ON a.account_id = s.account_id
JOIN identity_login l ON l.account_id = a.account_id
WHERE s.token_hash = %(token_hash)s AND s.expires_at_us > %(now_us)s;

-- name: session_seen
-- The session was used; at most every few minutes.
UPDATE identity_session SET last_seen_at_us = %(now_us)s, expires_at_us = %(expires_at_us)s WHERE session_id = %(session_id)s;

-- name: sessions_of
-- Every session of an account, the latest used first; at most 100 are kept.
SELECT session_id, device, ip_hint, created_at_us, last_seen_at_us FROM identity_session
WHERE account_id = %(account_id)s AND expires_at_us > %(now_us)s ORDER BY last_seen_at_us DESC, session_id DESC LIMIT 100;

-- name: session_end
-- One session of this account.
DELETE FROM identity_session WHERE account_id = %(account_id)s AND session_id = %(session_id)s;

-- name: sessions_end
-- Every session of this account but one; none is kept for id 0.
DELETE FROM identity_session WHERE account_id = %(account_id)s AND session_id <> %(kept_id)s;

-- name: sessions_end_oldest
-- Keep the 50 latest used sessions.
DELETE FROM identity_session WHERE session_id IN (SELECT session_id FROM identity_session
WHERE account_id = %(account_id)s ORDER BY last_seen_at_us DESC, session_id DESC OFFSET %(kept)s);

-- name: api_token_subject
-- Who a bearer token is.
SELECT t.token_id AS session_id, COALESCE(t.last_used_at_us, 0) AS last_seen_at_us,
    COALESCE(t.expires_at_us, 9223372036854775807) AS expires_at_us, a.account_id, a.market, a.language, a.roles, a.birth_date,
    a.is_personalised, l.email_verified_at_us IS NOT NULL AS is_email_verified, t.scopes
FROM identity_api_token t JOIN identity_account a ON a.account_id = t.account_id
JOIN identity_login l ON l.account_id = a.account_id
WHERE t.token_hash = %(token_hash)s AND COALESCE(t.expires_at_us, 9223372036854775807) > %(now_us)s;

-- name: api_token_seen
-- The token was used; at most every few minutes.
UPDATE identity_api_token SET last_used_at_us = %(now_us)s WHERE token_id = %(session_id)s;

-- name: attempt_count
-- One more attempt in the window, or the first of a new one. Locks the row until the end.
INSERT INTO identity_throttle (key, attempts, window_ends_at_us) VALUES (%(key)s, %(weight)s, %(window_ends_at_us)s)
ON CONFLICT (key) DO UPDATE SET
    attempts = CASE WHEN identity_throttle.window_ends_at_us <= %(now_us)s THEN %(weight)s
        ELSE identity_throttle.attempts + %(weight)s END,
    window_ends_at_us = CASE WHEN identity_throttle.window_ends_at_us <= %(now_us)s
        THEN excluded.window_ends_at_us ELSE identity_throttle.window_ends_at_us END
RETURNING attempts, window_ends_at_us;

-- name: attempts_forget
-- A success wipes what was counted before.
DELETE FROM identity_throttle WHERE key = %(key)s;

-- name: attempts_trim
-- Windows that are over.
DELETE FROM identity_throttle WHERE window_ends_at_us <= %(now_us)s;

-- name: ties
-- How a viewer stands to some others: one row per other that any tie exists with.
SELECT o.id AS other_id,
    COALESCE((SELECT f.state FROM identity_follow f WHERE f.follower_id = %(viewer)s AND f.followee_id = o.id), '') AS you_follow,
    EXISTS (SELECT 1 FROM identity_follow f WHERE f.follower_id = o.id AND f.followee_id = %(viewer)s AND f.state = 'accepted') AS follows_you,
    EXISTS (SELECT 1 FROM identity_block b WHERE b.blocker_id = %(viewer)s AND b.blocked_id = o.id) AS you_block,
    EXISTS (SELECT 1 FROM identity_block b WHERE b.blocker_id = o.id AND b.blocked_id = %(viewer)s) AS blocks_you,
    EXISTS (SELECT 1 FROM identity_mute m WHERE m.muter_id = %(viewer)s AND m.muted_id = o.id) AS you_mute
FROM unnest(%(others)s::bigint[]) AS o (id);

-- name: neighbours
-- Some accounts as lists show them, and how a viewer stands to each; unknown ids are simply absent.
SELECT a.account_id, a.handle, a.name, a.avatar_key, a.is_private, a.is_verified,
    COALESCE((SELECT f.state FROM identity_follow f WHERE f.follower_id = %(viewer)s AND f.followee_id = a.account_id), '') AS you_follow,
    EXISTS (SELECT 1 FROM identity_follow f WHERE f.follower_id = a.account_id AND f.followee_id = %(viewer)s AND f.state = 'accepted') AS follows_you,
    EXISTS (SELECT 1 FROM identity_block b WHERE b.blocker_id = %(viewer)s AND b.blocked_id = a.account_id) AS you_block,
    EXISTS (SELECT 1 FROM identity_block b WHERE b.blocker_id = a.account_id AND b.blocked_id = %(viewer)s) AS blocks_you,
    EXISTS (SELECT 1 FROM identity_mute m WHERE m.muter_id = %(viewer)s AND m.muted_id = a.account_id) AS you_mute
FROM identity_account a WHERE a.account_id = ANY(%(ids)s::bigint[]);

-- name: follow_make
-- A follow or a request; the first one wins.
INSERT INTO identity_follow (follower_id, followee_id, market, state, since_us)
VALUES (%(follower_id)s, %(followee_id)s, %(market)s, %(state)s, %(now_us)s)
ON CONFLICT (follower_id, followee_id) DO NOTHING;

-- name: follow_accept
-- A request becomes a follow.
UPDATE identity_follow SET state = 'accepted', since_us = %(now_us)s
WHERE follower_id = %(follower_id)s AND followee_id = %(followee_id)s AND state = 'requested';

-- name: follow_end
-- A follow or request ends; tells which it was.
DELETE FROM identity_follow WHERE follower_id = %(follower_id)s AND followee_id = %(followee_id)s RETURNING state;

-- name: follow_count
-- Both counters, rows locked in the order of ids.
UPDATE identity_account a SET
    followers_count = a.followers_count + CASE WHEN a.account_id = %(followee_id)s THEN %(change)s ELSE 0 END,
    following_count = a.following_count + CASE WHEN a.account_id = %(follower_id)s THEN %(change)s ELSE 0 END
FROM (SELECT account_id FROM identity_account WHERE account_id IN (%(followee_id)s, %(follower_id)s)
    ORDER BY account_id FOR UPDATE) locked
WHERE a.account_id = locked.account_id;

-- name: following_ids
-- Whom somebody follows, the latest first; at most `limit`.
SELECT followee_id FROM identity_follow WHERE follower_id = %(account_id)s AND state = 'accepted'
ORDER BY since_us DESC, followee_id DESC LIMIT %(limit)s;

-- name: friend_ids
-- Who follows back, the latest first; at most `limit`.
SELECT f.followee_id FROM identity_follow f JOIN identity_follow b
    ON b.follower_id = f.followee_id AND b.followee_id = f.follower_id AND b.state = 'accepted'
WHERE f.follower_id = %(account_id)s AND f.state = 'accepted' ORDER BY f.since_us DESC, f.followee_id DESC LIMIT %(limit)s;

-- name: follower_ids
-- Who follows somebody, in the order of ids, after `after`: for work in batches.
SELECT follower_id FROM identity_follow WHERE followee_id = %(account_id)s AND state = 'accepted' AND follower_id > %(after)s
ORDER BY follower_id LIMIT %(limit)s;

-- name: followers_page
-- Who follows somebody, the latest first.
SELECT follower_id AS other_id, since_us FROM identity_follow
WHERE followee_id = %(account_id)s AND state = %(state)s AND (since_us, follower_id) < (%(since_us)s, %(other_id)s)
ORDER BY since_us DESC, follower_id DESC LIMIT %(limit)s;

-- name: surroundings
-- Everything around an account that decides what it is shown, in one row; follows latest first.
SELECT ARRAY(SELECT followee_id FROM identity_follow
        WHERE follower_id = %(account_id)s AND state = 'accepted'
        ORDER BY since_us DESC, followee_id DESC LIMIT %(limit)s) AS follows,
    ARRAY(SELECT f.followee_id FROM identity_follow f JOIN identity_follow b
            ON b.follower_id = f.followee_id AND b.followee_id = f.follower_id
            AND b.state = 'accepted'
        WHERE f.follower_id = %(account_id)s AND f.state = 'accepted'
        ORDER BY f.since_us DESC, f.followee_id DESC LIMIT %(limit)s) AS friends,
    ARRAY(SELECT blocked_id FROM identity_block WHERE blocker_id = %(account_id)s
        UNION SELECT blocker_id FROM identity_block WHERE blocked_id = %(account_id)s) AS blocks,
    ARRAY(SELECT muted_id FROM identity_mute WHERE muter_id = %(account_id)s) AS mutes,
    (SELECT settings FROM identity_account WHERE account_id = %(account_id)s) AS settings;

-- name: following_page
-- Whom somebody follows, the latest first.
SELECT followee_id AS other_id, since_us FROM identity_follow
WHERE follower_id = %(account_id)s AND state = %(state)s AND (since_us, followee_id) < (%(since_us)s, %(other_id)s)
ORDER BY since_us DESC, followee_id DESC LIMIT %(limit)s;

-- name: block_make
-- A block; twice is once.
INSERT INTO identity_block (blocker_id, blocked_id, market, since_us) VALUES (%(account_id)s, %(other_id)s, %(market)s, %(now_us)s)
ON CONFLICT (blocker_id, blocked_id) DO NOTHING;

-- name: block_end
-- A block ends.
DELETE FROM identity_block WHERE blocker_id = %(account_id)s AND blocked_id = %(other_id)s;

-- name: block_ids
-- Everybody on either side of a block with this account.
SELECT blocked_id FROM identity_block WHERE blocker_id = %(account_id)s
UNION SELECT blocker_id FROM identity_block WHERE blocked_id = %(account_id)s;

-- name: blocks_page
-- Whom somebody blocks, the latest first.
SELECT blocked_id AS other_id, since_us FROM identity_block
WHERE blocker_id = %(account_id)s AND (since_us, blocked_id) < (%(since_us)s, %(other_id)s)
ORDER BY since_us DESC, blocked_id DESC LIMIT %(limit)s;

-- name: mute_make
-- A mute; twice is once.
INSERT INTO identity_mute (muter_id, muted_id, market, since_us) VALUES (%(account_id)s, %(other_id)s, %(market)s, %(now_us)s)
ON CONFLICT (muter_id, muted_id) DO NOTHING;

-- name: mute_end
-- A mute ends.
DELETE FROM identity_mute WHERE muter_id = %(account_id)s AND muted_id = %(other_id)s;

-- name: mute_ids
-- Whom somebody mutes.
SELECT muted_id FROM identity_mute WHERE muter_id = %(account_id)s;

-- name: mutes_page
-- Whom somebody mutes, the latest first.
SELECT muted_id AS other_id, since_us FROM identity_mute
WHERE muter_id = %(account_id)s AND (since_us, muted_id) < (%(since_us)s, %(other_id)s)
ORDER BY since_us DESC, muted_id DESC LIMIT %(limit)s;

-- name: limit_make
-- A limit; twice is once.
INSERT INTO identity_limit (limiter_id, limited_id, market, since_us)
VALUES (%(account_id)s, %(other_id)s, %(market)s, %(now_us)s) ON CONFLICT (limiter_id, limited_id) DO NOTHING;

-- name: limit_end
-- A limit ends.
DELETE FROM identity_limit WHERE limiter_id = %(account_id)s AND limited_id = %(other_id)s;

-- name: limit_there
-- Whether one limits the other.
SELECT EXISTS (SELECT 1 FROM identity_limit WHERE limiter_id = %(account_id)s AND limited_id = %(other_id)s);

-- name: limits_page
-- Whom somebody limits, the latest first.
SELECT limited_id AS other_id, since_us FROM identity_limit
WHERE limiter_id = %(account_id)s AND (since_us, limited_id) < (%(since_us)s, %(other_id)s)
ORDER BY since_us DESC, limited_id DESC LIMIT %(limit)s;

-- name: requests_accept_all
-- Everybody who asked follows from now on: the account has opened.
UPDATE identity_follow SET state = 'accepted', since_us = %(now_us)s
WHERE followee_id = %(account_id)s AND state = 'requested' RETURNING follower_id;

-- name: settings_of
-- The settings document.
SELECT settings FROM identity_account WHERE account_id = %(account_id)s;

-- name: settings_set
-- A new settings document.
UPDATE identity_account SET settings = %(settings)s::jsonb WHERE account_id = %(account_id)s;

-- name: account_lock
-- The account's row, held until the end: changes of one person happen one after another.
SELECT account_id FROM identity_account WHERE account_id = %(account_id)s FOR UPDATE;

-- name: profile_set
-- Everything a person may change about themselves, at once.
UPDATE identity_account SET name = %(name)s, bio = %(bio)s, links = %(links)s, language = %(language)s, market = %(market)s,
    is_private = %(is_private)s, is_personalised = %(is_personalised)s
WHERE account_id = %(account_id)s;

-- name: handle_set
-- A new handle; refused by the table when somebody has it.
UPDATE identity_account SET handle = %(handle)s WHERE account_id = %(account_id)s
AND NOT EXISTS (SELECT 1 FROM identity_account WHERE handle = %(handle)s AND account_id <> %(account_id)s);

-- name: handle_remember
-- The handle somebody gives up.
INSERT INTO identity_handle_history (account_id, market, handle, until_us) VALUES (%(account_id)s, %(market)s, %(handle)s, %(now_us)s);

-- name: handle_changed_at
-- When the handle was changed last.
SELECT max(until_us) FROM identity_handle_history WHERE account_id = %(account_id)s;

-- name: avatar_set
-- A new avatar, or none.
UPDATE identity_account SET avatar_key = %(avatar_key)s WHERE account_id = %(account_id)s;

-- name: roles_set
-- What an account may do for the house.
UPDATE identity_account SET roles = %(roles)s WHERE account_id = %(account_id)s;

-- name: verified_set
-- The badge.
UPDATE identity_account SET is_verified = %(is_verified)s WHERE account_id = %(account_id)s;

-- name: accounts_with_roles
-- Everybody with a role, in order of ids.
SELECT account_id, market, handle, name, bio, links, avatar_key, language, birth_date, is_private,
    is_personalised, is_verified, roles, followers_count, following_count, created_at_us
FROM identity_account WHERE roles <> '{}' ORDER BY account_id LIMIT 1000;

-- name: tally_of
-- What a profile counts that happens elsewhere.
SELECT videos_count, likes_count FROM identity_tally WHERE account_id = %(account_id)s;

-- name: tally_add
-- Fold one fact into a profile's counts; nothing happens for an erased account.
INSERT INTO identity_tally (account_id, market, videos_count, likes_count)
SELECT a.account_id, a.market, %(videos)s, %(likes)s FROM identity_account a WHERE a.account_id = %(account_id)s
ON CONFLICT (account_id) DO UPDATE SET
    videos_count = identity_tally.videos_count + excluded.videos_count,
    likes_count = identity_tally.likes_count + excluded.likes_count;

-- name: tally_video_make
-- A published video, once.
INSERT INTO identity_tally_video (video_id, account_id, market)
SELECT %(video_id)s, a.account_id, a.market FROM identity_account a WHERE a.account_id = %(account_id)s
ON CONFLICT (video_id) DO NOTHING;

-- name: tally_video_like
-- A like came or went.
UPDATE identity_tally_video SET likes_count = likes_count + %(likes)s WHERE video_id = %(video_id)s;

-- name: tally_video_end
-- A video is gone, and its likes with it.
DELETE FROM identity_tally_video WHERE video_id = %(video_id)s RETURNING account_id, likes_count;

-- name: move_login
-- The account has moved to another market.
UPDATE identity_login SET market = %(market)s WHERE account_id = %(account_id)s;

-- name: move_session
-- The account has moved to another market.
UPDATE identity_session SET market = %(market)s WHERE account_id = %(account_id)s;

-- name: move_api_token
-- The account has moved to another market.
UPDATE identity_api_token SET market = %(market)s WHERE account_id = %(account_id)s;

-- name: move_mail_token
-- The account has moved to another market.
UPDATE identity_mail_token SET market = %(market)s WHERE account_id = %(account_id)s;

-- name: move_totp
-- The account has moved to another market.
UPDATE identity_totp SET market = %(market)s WHERE account_id = %(account_id)s;

-- name: move_recovery_code
-- The account has moved to another market.
UPDATE identity_recovery_code SET market = %(market)s WHERE account_id = %(account_id)s;

-- name: move_passkey
-- The account has moved to another market.
UPDATE identity_passkey SET market = %(market)s WHERE account_id = %(account_id)s;

-- name: move_handle_history
-- The account has moved to another market.
UPDATE identity_handle_history SET market = %(market)s WHERE account_id = %(account_id)s;

-- name: move_tally
-- The account has moved to another market.
UPDATE identity_tally SET market = %(market)s WHERE account_id = %(account_id)s;

-- name: move_tally_video
-- The account has moved to another market.
UPDATE identity_tally_video SET market = %(market)s WHERE account_id = %(account_id)s;

-- name: mail_token_make
-- What the link of a mail carries, as a digest.
INSERT INTO identity_mail_token (token_hash, account_id, market, purpose, email_key, created_at_us, expires_at_us)
VALUES (%(token_hash)s, %(account_id)s, %(market)s, %(purpose)s, %(email_key)s, %(now_us)s, %(expires_at_us)s);

-- name: mail_token_take
-- Use a link: it is gone whatever happens next.
DELETE FROM identity_mail_token WHERE token_hash = %(token_hash)s AND purpose = %(purpose)s AND expires_at_us > %(now_us)s
RETURNING account_id, email_key;

-- name: mail_tokens_drop
-- Every open link of one purpose of an account.
DELETE FROM identity_mail_token WHERE account_id = %(account_id)s AND purpose = %(purpose)s;

-- name: email_claimants
-- Who would get a reset mail for an address: its owner, else the five latest who claim it.
SELECT a.account_id, a.market, l.email, l.email_key, l.email_verified_at_us IS NOT NULL AS is_email_verified, l.password_hash
FROM identity_account a JOIN identity_login l ON l.account_id = a.account_id WHERE l.email_key = %(email_key)s
ORDER BY l.email_verified_at_us IS NULL, a.account_id DESC LIMIT 5;

-- name: email_claims_drop
-- The address was proved by one account: others that claimed it have none any more.
UPDATE identity_login SET email = NULL, email_key = NULL
WHERE email_key = %(email_key)s AND account_id <> %(account_id)s AND email_verified_at_us IS NULL;

-- name: email_verify
-- The address is the account's, if it still claims that one and nobody else proved it.
UPDATE identity_login SET email_verified_at_us = %(now_us)s
WHERE account_id = %(account_id)s AND email_key = %(email_key)s AND email_verified_at_us IS NULL
AND NOT EXISTS (SELECT 1 FROM identity_login o WHERE o.email_key = %(email_key)s AND o.email_verified_at_us IS NOT NULL);

-- name: email_set
-- A new address, unproved.
UPDATE identity_login SET email = %(email)s, email_key = %(email_key)s, email_verified_at_us = NULL WHERE account_id = %(account_id)s;

-- name: mail_tokens_trim
-- Links that have expired.
DELETE FROM identity_mail_token WHERE expires_at_us <= %(now_us)s;

-- name: sessions_trim
-- Sessions that have expired.
DELETE FROM identity_session WHERE expires_at_us <= %(now_us)s;

-- name: challenges_trim
-- Challenges nobody answered.
DELETE FROM identity_challenge WHERE expires_at_us <= %(now_us)s;

-- name: totp_begin
-- A secret not yet confirmed; a confirmed one is left alone.
INSERT INTO identity_totp (account_id, market, secret) VALUES (%(account_id)s, %(market)s, %(secret)s)
ON CONFLICT (account_id) DO UPDATE SET secret = excluded.secret, last_step = 0 WHERE identity_totp.confirmed_at_us IS NULL;

-- name: totp_of
-- The authenticator of an account, locked: two codes are never checked side by side.
SELECT secret, confirmed_at_us, last_step FROM identity_totp WHERE account_id = %(account_id)s FOR UPDATE;

-- name: totp_step
-- A code was used: it and older ones are worthless from now on.
UPDATE identity_totp SET last_step = %(step)s WHERE account_id = %(account_id)s AND last_step < %(step)s;

-- name: totp_confirm
-- From now on signing in asks for a code.
UPDATE identity_totp SET confirmed_at_us = %(now_us)s WHERE account_id = %(account_id)s AND confirmed_at_us IS NULL;

-- name: totp_end
-- No authenticator any more.
DELETE FROM identity_totp WHERE account_id = %(account_id)s;

-- name: recovery_make
-- One recovery code, as a digest.
INSERT INTO identity_recovery_code (account_id, market, code_hash) VALUES (%(account_id)s, %(market)s, %(code_hash)s);

-- name: recovery_use
-- Use a recovery code, once.
UPDATE identity_recovery_code SET used_at_us = %(now_us)s
WHERE account_id = %(account_id)s AND code_hash = %(code_hash)s AND used_at_us IS NULL;

-- name: recovery_end
-- All recovery codes of an account.
DELETE FROM identity_recovery_code WHERE account_id = %(account_id)s;

-- name: challenge_make
-- A challenge handed out.
INSERT INTO identity_challenge (challenge, account_id, purpose, expires_at_us)
VALUES (%(challenge)s, %(account_id)s, %(purpose)s, %(expires_at_us)s);

-- name: challenge_take
-- A challenge is answered: it is gone whatever the answer is worth.
DELETE FROM identity_challenge WHERE challenge = %(challenge)s AND purpose = %(purpose)s AND expires_at_us > %(now_us)s
AND account_id IS NOT DISTINCT FROM %(account_id)s RETURNING true;

-- name: passkey_make
-- A passkey; the same credential twice is refused by the table.
INSERT INTO identity_passkey (passkey_id, account_id, market, credential_id, public_key, sign_count, name, created_at_us)
VALUES (%(passkey_id)s, %(account_id)s, %(market)s, %(credential_id)s, %(public_key)s, %(sign_count)s, %(name)s, %(now_us)s)
ON CONFLICT (credential_id) DO NOTHING;

-- name: passkeys_of
-- The passkeys of an account, the oldest first.
SELECT passkey_id, account_id, market, credential_id, public_key, sign_count, name, created_at_us, last_used_at_us
FROM identity_passkey WHERE account_id = %(account_id)s ORDER BY passkey_id;

-- name: passkey_by_credential
-- Whose passkey this is; locked until its counter is written.
SELECT passkey_id, account_id, market, credential_id, public_key, sign_count, name, created_at_us, last_used_at_us
FROM identity_passkey WHERE credential_id = %(credential_id)s FOR UPDATE;

-- name: passkey_used
-- The counter that shows clones.
UPDATE identity_passkey SET sign_count = %(sign_count)s, last_used_at_us = %(now_us)s WHERE passkey_id = %(passkey_id)s;

-- name: passkey_end
-- One passkey of this account.
DELETE FROM identity_passkey WHERE account_id = %(account_id)s AND passkey_id = %(passkey_id)s;

-- name: api_token_make
-- An API token, as a digest.
INSERT INTO identity_api_token (token_id, account_id, market, token_hash, name, scopes, created_at_us, expires_at_us)
VALUES (%(token_id)s, %(account_id)s, %(market)s, %(token_hash)s, %(name)s, %(scopes)s, %(now_us)s, %(expires_at_us)s);

-- name: api_tokens_of
-- The API tokens of an account, the latest made first.
SELECT token_id, name, scopes, created_at_us, last_used_at_us, expires_at_us FROM identity_api_token
WHERE account_id = %(account_id)s AND grant_id IS NULL ORDER BY token_id DESC LIMIT 100;

-- name: api_token_end
-- One API token of this account.
DELETE FROM identity_api_token WHERE account_id = %(account_id)s AND token_id = %(token_id)s;

-- name: export_account
-- Everything on the account's own row.
SELECT account_id, market, handle, name, bio, links, avatar_key, language, birth_date, is_private, is_personalised,
    is_verified, roles, settings, followers_count, following_count, created_at_us
FROM identity_account WHERE account_id = %(account_id)s;

-- name: export_login
-- The address; the hash of the password stays here.
SELECT market, email, email_verified_at_us, password_changed_at_us FROM identity_login WHERE account_id = %(account_id)s;

-- name: export_session
-- Where the person is signed in.
SELECT session_id, market, device, ip_hint, created_at_us, last_seen_at_us, expires_at_us
FROM identity_session WHERE account_id = %(account_id)s ORDER BY session_id;

-- name: export_api_token
-- The person's API tokens, without what opens anything.
SELECT token_id, market, name, scopes, created_at_us, last_used_at_us, expires_at_us
FROM identity_api_token WHERE account_id = %(account_id)s ORDER BY token_id;

-- name: export_mail_token
-- Links that were mailed and not used yet.
SELECT market, purpose, email_key, created_at_us, expires_at_us FROM identity_mail_token
WHERE account_id = %(account_id)s ORDER BY created_at_us;

-- name: export_parental_consent
-- What a parent agreed to.
SELECT market, parent_email, rule, authority, asked_at_us, agreed_at_us, withdrawn_at_us FROM identity_parental_consent
WHERE account_id = %(account_id)s;

-- name: export_guest
-- Which guests an account was until lately.
SELECT guest_id, market, merged_at_us FROM identity_guest WHERE account_id = %(account_id)s ORDER BY merged_at_us;

-- name: export_totp
-- Whether there is an authenticator; its secret stays here.
SELECT market, confirmed_at_us FROM identity_totp WHERE account_id = %(account_id)s;

-- name: export_recovery_code
-- When recovery codes were used.
SELECT market, used_at_us FROM identity_recovery_code WHERE account_id = %(account_id)s ORDER BY used_at_us;

-- name: export_passkey
-- The person's passkeys.
SELECT passkey_id, market, name, encode(credential_id, 'hex') AS credential_id, sign_count, created_at_us, last_used_at_us
FROM identity_passkey WHERE account_id = %(account_id)s ORDER BY passkey_id;

-- name: export_challenge
-- Passkeys begun and not finished.
SELECT purpose, expires_at_us FROM identity_challenge WHERE account_id = %(account_id)s ORDER BY expires_at_us;

-- name: export_handle_history
-- Handles the person had before.
SELECT market, handle, until_us FROM identity_handle_history WHERE account_id = %(account_id)s ORDER BY until_us;

-- name: export_follow
-- Whom the person follows or asked to, and who follows them.
SELECT follower_id, followee_id, market, state, since_us FROM identity_follow
WHERE follower_id = %(account_id)s OR followee_id = %(account_id)s ORDER BY since_us, follower_id, followee_id;

-- name: export_block
-- Whom the person blocks; who blocks them is others' secret.
SELECT blocked_id, market, since_us FROM identity_block WHERE blocker_id = %(account_id)s ORDER BY since_us, blocked_id;

-- name: export_mute
-- Whom the person mutes.
SELECT muted_id, market, since_us FROM identity_mute WHERE muter_id = %(account_id)s ORDER BY since_us, muted_id;

-- name: export_limit
-- Whom the person limits.
SELECT limited_id, market, since_us FROM identity_limit WHERE limiter_id = %(account_id)s ORDER BY since_us, limited_id;

-- name: export_tally
-- The counts on the profile.
SELECT market, videos_count, likes_count FROM identity_tally WHERE account_id = %(account_id)s;

-- name: export_tally_video
-- The videos that are counted.
SELECT video_id, market, likes_count FROM identity_tally_video WHERE account_id = %(account_id)s ORDER BY video_id;

-- name: erase_counts
-- Others have one follower, or one they follow, less. Rows are locked in the order of ids.
UPDATE identity_account a SET
    followers_count = a.followers_count - gone.followers, following_count = a.following_count - gone.following
FROM (SELECT o.account_id,
        (SELECT count(*) FROM identity_follow f WHERE f.follower_id = %(account_id)s AND f.followee_id = o.account_id AND f.state = 'accepted')::integer AS followers,
        (SELECT count(*) FROM identity_follow f WHERE f.followee_id = %(account_id)s AND f.follower_id = o.account_id AND f.state = 'accepted')::integer AS following
    FROM identity_account o WHERE o.account_id IN (
        SELECT followee_id FROM identity_follow WHERE follower_id = %(account_id)s
        UNION SELECT follower_id FROM identity_follow WHERE followee_id = %(account_id)s)
    ORDER BY o.account_id FOR UPDATE) gone
WHERE a.account_id = gone.account_id;

-- name: erase_account
-- The person is gone; every other table of identity follows by its foreign key.
DELETE FROM identity_account WHERE account_id = %(account_id)s;

-- name: oauth_client_make
-- A program is registered.
INSERT INTO identity_oauth_client (client_id, account_id, market, name, redirect_uris, created_at_us)
VALUES (%(client_id)s, %(account_id)s, %(market)s, %(name)s, %(redirect_uris)s, %(now_us)s);

-- name: oauth_client
-- One program.
SELECT client_id, account_id, name, redirect_uris, created_at_us FROM identity_oauth_client WHERE client_id = %(client_id)s;

-- name: oauth_clients_of
-- The programs somebody registered, the oldest first.
SELECT client_id, account_id, name, redirect_uris, created_at_us FROM identity_oauth_client
WHERE account_id = %(account_id)s ORDER BY created_at_us, client_id;

-- name: oauth_client_end
-- A program is gone, with everything anybody allowed it.
DELETE FROM identity_oauth_client WHERE account_id = %(account_id)s AND client_id = %(client_id)s;

-- name: oauth_code_make
-- A person said yes.
INSERT INTO identity_oauth_code (code_hash, client_id, account_id, market, scopes, redirect_uri, challenge, expires_at_us)
VALUES (%(code_hash)s, %(client_id)s, %(account_id)s, %(market)s, %(scopes)s, %(redirect_uri)s, %(challenge)s, %(expires_at_us)s);

-- name: oauth_code_take
-- A code is used: it is gone whatever the rest of the request is worth.
DELETE FROM identity_oauth_code WHERE code_hash = %(code_hash)s
RETURNING client_id, account_id, market, scopes, redirect_uri, challenge, expires_at_us;

-- name: oauth_grant_make
-- What a person allowed one program.
INSERT INTO identity_oauth_grant (grant_id, client_id, account_id, market, scopes, refresh_hash, code_hash, created_at_us, last_used_at_us)
VALUES (%(grant_id)s, %(client_id)s, %(account_id)s, %(market)s, %(scopes)s, %(refresh_hash)s, %(code_hash)s, %(now_us)s, %(now_us)s);

-- name: oauth_grant_by_refresh
-- The grant of a refresh token, present or the one before; locked.
SELECT grant_id, client_id, account_id, market, scopes, refresh_hash FROM identity_oauth_grant
WHERE refresh_hash = %(refresh_hash)s OR refresh_hash_before = %(refresh_hash)s FOR UPDATE;

-- name: oauth_grant_turn
-- The next refresh token; the present one is remembered as used.
UPDATE identity_oauth_grant SET refresh_hash_before = refresh_hash, refresh_hash = %(refresh_hash)s, last_used_at_us = %(now_us)s
WHERE grant_id = %(grant_id)s;

-- name: oauth_grant_end
-- A grant ends, and its tokens with it.
DELETE FROM identity_oauth_grant WHERE grant_id = %(grant_id)s AND account_id = %(account_id)s;

-- name: oauth_grant_end_by_code
-- A code came twice: what it gave is taken back.
DELETE FROM identity_oauth_grant WHERE code_hash = %(code_hash)s RETURNING account_id;

-- name: oauth_grants_of
-- What somebody allowed which programs, the latest first.
SELECT g.grant_id, g.client_id, c.name, g.scopes, g.created_at_us, g.last_used_at_us
FROM identity_oauth_grant g JOIN identity_oauth_client c ON c.client_id = g.client_id
WHERE g.account_id = %(account_id)s ORDER BY g.grant_id DESC LIMIT 200;

-- name: oauth_access_make
-- An access token of a grant.
INSERT INTO identity_api_token (token_id, account_id, market, token_hash, name, scopes, created_at_us, expires_at_us, grant_id)
VALUES (%(token_id)s, %(account_id)s, %(market)s, %(token_hash)s, %(name)s, %(scopes)s, %(now_us)s, %(expires_at_us)s, %(grant_id)s);

-- name: oauth_token_end
-- Revoke the grant behind an access or refresh token; tells whose it was.
DELETE FROM identity_oauth_grant WHERE grant_id IN (
    SELECT grant_id FROM identity_oauth_grant WHERE refresh_hash = %(token_hash)s
    UNION ALL SELECT grant_id FROM identity_api_token WHERE token_hash = %(token_hash)s)
RETURNING account_id;

-- name: oauth_codes_trim
-- Codes nobody used, and access tokens that have expired.
DELETE FROM identity_oauth_code WHERE expires_at_us <= %(now_us)s;

-- name: oauth_access_trim
-- Access tokens of grants that have expired.
DELETE FROM identity_api_token WHERE grant_id IS NOT NULL AND expires_at_us <= %(now_us)s;

-- name: export_oauth_client
-- Programs the person registered.
SELECT client_id, market, name, redirect_uris, created_at_us FROM identity_oauth_client
WHERE account_id = %(account_id)s ORDER BY created_at_us, client_id;

-- name: export_oauth_code
-- Yeses not used yet.
SELECT client_id, market, scopes, redirect_uri, expires_at_us FROM identity_oauth_code
WHERE account_id = %(account_id)s ORDER BY expires_at_us;

-- name: export_oauth_grant
-- What the person allowed which programs.
SELECT grant_id, client_id, market, scopes, created_at_us, last_used_at_us FROM identity_oauth_grant
WHERE account_id = %(account_id)s ORDER BY grant_id;

-- name: move_oauth_client
-- The account has moved to another market.
UPDATE identity_oauth_client SET market = %(market)s WHERE account_id = %(account_id)s;

-- name: move_oauth_code
-- The account has moved to another market.
UPDATE identity_oauth_code SET market = %(market)s WHERE account_id = %(account_id)s;

-- name: move_oauth_grant
-- The account has moved to another market.
UPDATE identity_oauth_grant SET market = %(market)s WHERE account_id = %(account_id)s;

-- name: awaiting_make
-- A sign-up that waits for a parent.
INSERT INTO identity_awaiting (awaiting_id, market, handle, name, email, email_key, password_hash, language, birth_date,
    parent_email, rule, authority, asked_at_us, expires_at_us)
VALUES (%(awaiting_id)s, %(market)s, %(handle)s, %(name)s, %(email)s, %(email_key)s, %(password_hash)s, %(language)s,
    %(birth_date)s, %(parent_email)s, %(rule)s, %(authority)s, %(asked_at_us)s, %(expires_at_us)s)
ON CONFLICT (handle) DO NOTHING;

-- name: awaiting_by_id
-- A sign-up that waits, for its mail.
SELECT awaiting_id, market, handle, name, email, email_key, password_hash, language, birth_date, parent_email, rule,
    authority, asked_at_us, expires_at_us
FROM identity_awaiting WHERE awaiting_id = %(awaiting_id)s;

-- name: awaiting_by_token
-- The sign-up a parent's link is about, taken for the answer.
SELECT awaiting_id, market, handle, name, email, email_key, password_hash, language, birth_date, parent_email, rule,
    authority, asked_at_us, expires_at_us
FROM identity_awaiting WHERE token_hash = %(token_hash)s AND expires_at_us > %(now_us)s FOR UPDATE;

-- name: awaiting_by_login
-- A sign-up that waits, by handle or address, for somebody who tries to sign in too early.
SELECT awaiting_id, market, handle, name, email, email_key, password_hash, language, birth_date, parent_email, rule,
    authority, asked_at_us, expires_at_us
FROM identity_awaiting WHERE handle = %(handle)s OR email_key = %(email_key)s ORDER BY awaiting_id DESC LIMIT 1;

-- name: awaiting_token_set
-- The link that was just mailed; one mailed before is worth nothing now.
UPDATE identity_awaiting SET token_hash = %(token_hash)s WHERE awaiting_id = %(awaiting_id)s;

-- name: awaiting_drop
-- The parent answered.
DELETE FROM identity_awaiting WHERE awaiting_id = %(awaiting_id)s;

-- name: awaiting_trim
-- No parent answered in time.
DELETE FROM identity_awaiting WHERE expires_at_us <= %(now_us)s;

-- name: consent_make
-- A parent agreed.
INSERT INTO identity_parental_consent (account_id, market, parent_email, rule, authority, asked_at_us, agreed_at_us)
VALUES (%(account_id)s, %(market)s, %(parent_email)s, %(rule)s, %(authority)s, %(asked_at_us)s, %(agreed_at_us)s);

-- name: consent_of
-- What a parent agreed to, for the mail that says how to take it back.
SELECT account_id, market, parent_email, rule, authority, agreed_at_us, withdrawn_at_us FROM identity_parental_consent
WHERE account_id = %(account_id)s;

-- name: consent_by_token
-- The consent a parent's link is about, taken for the answer.
SELECT account_id, market, parent_email, rule, authority, agreed_at_us, withdrawn_at_us FROM identity_parental_consent
WHERE token_hash = %(token_hash)s FOR UPDATE;

-- name: consent_token_set
-- The link that takes a consent back.
UPDATE identity_parental_consent SET token_hash = %(token_hash)s WHERE account_id = %(account_id)s;

-- name: consent_withdraw
-- A parent took it back; the account is about to be erased.
UPDATE identity_parental_consent SET withdrawn_at_us = %(now_us)s
WHERE account_id = %(account_id)s AND withdrawn_at_us IS NULL;

-- name: login_close
-- Nothing opens this account any more: no password, no passkey, no token of a program.
WITH keys AS (DELETE FROM identity_passkey WHERE account_id = %(account_id)s),
tokens AS (DELETE FROM identity_api_token WHERE account_id = %(account_id)s),
grants AS (DELETE FROM identity_oauth_grant WHERE account_id = %(account_id)s)
UPDATE identity_login SET password_hash = '' WHERE account_id = %(account_id)s;

-- name: guest_merge
-- A guest became an account; one browser signed in to a second account counts for that from now on.
INSERT INTO identity_guest (guest_id, account_id, market, merged_at_us)
VALUES (%(guest_id)s, %(account_id)s, %(market)s, %(now_us)s)
ON CONFLICT (guest_id) DO UPDATE SET account_id = EXCLUDED.account_id, market = EXCLUDED.market,
    merged_at_us = EXCLUDED.merged_at_us;

-- name: guests_of
-- Which of these viewers were this account before it signed in.
SELECT guest_id FROM identity_guest WHERE account_id = %(account_id)s AND guest_id = ANY(%(ids)s);

-- name: guests_trim
-- Nothing that old is reported any more: browsers keep events for two days.
DELETE FROM identity_guest WHERE merged_at_us < %(now_us)s - 259200000000;

-- name: session_ids
-- The open sessions of an account.
SELECT session_id FROM identity_session WHERE account_id = %(account_id)s ORDER BY session_id;

-- name: session_is_open
-- Whether somebody is still signed in by this session.
SELECT EXISTS (SELECT 1 FROM identity_session WHERE session_id = %(session_id)s AND expires_at_us > %(now_us)s);

-- name: addresses_of
-- Where mails about an account went: its own address, and that of a parent who agreed.
SELECT email FROM identity_login WHERE account_id = %(account_id)s AND email IS NOT NULL
UNION SELECT parent_email FROM identity_parental_consent WHERE account_id = %(account_id)s;
