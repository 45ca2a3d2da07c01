-- name: item_open_lock
-- The unread line of a group, if there is one; locked, so that its count stays exact.
SELECT notification_id, actors_count FROM notifications_item
WHERE account_id = %(account_id)s AND group_key = %(group_key)s AND read_at_us IS NULL FOR UPDATE;

-- name: item_add
-- A new line.
INSERT INTO notifications_item (
    notification_id, account_id, market, kind, group_key, video_id, comment_id, text_preview,
    created_at_us, updated_at_us
) VALUES (
    %(notification_id)s, %(account_id)s, %(market)s, %(kind)s, %(group_key)s, %(video_id)s, %(comment_id)s,
    %(text_preview)s, %(at_us)s, %(at_us)s
);

-- name: cause_add
-- One reason more; the same reason a second time changes nothing.
INSERT INTO notifications_cause (notification_id, actor_id, comment_id, text_preview, at_us)
VALUES (%(notification_id)s, %(actor_id)s, %(comment_id)s, %(text_preview)s, %(at_us)s)
ON CONFLICT (notification_id, actor_id, comment_id) DO UPDATE SET is_withdrawn = false, at_us = EXCLUDED.at_us;

-- name: cause_restore
-- A reason that was taken back a short while ago counts again; nobody is told twice.
UPDATE notifications_cause c SET is_withdrawn = false FROM notifications_item i
WHERE i.notification_id = c.notification_id AND i.account_id = %(account_id)s AND i.group_key = %(group_key)s
AND c.actor_id = %(actor_id)s AND c.comment_id = %(comment_id)s AND c.at_us > %(since_us)s
RETURNING c.notification_id;

-- name: item_bump
-- One person more on an open line, which moves to the top.
UPDATE notifications_item SET actors_count = actors_count + %(more)s, updated_at_us = GREATEST(updated_at_us, %(at_us)s)
WHERE notification_id = %(notification_id)s;

-- name: cause_has_actor
-- Whether this person stands on the line already, for whatever reason.
SELECT EXISTS (
    SELECT 1 FROM notifications_cause
    WHERE notification_id = %(notification_id)s AND actor_id = %(actor_id)s AND NOT is_withdrawn
);

-- name: cause_withdraw_group
-- Somebody took back what a group told of them; returns the lines to count again.
UPDATE notifications_cause c SET is_withdrawn = true FROM notifications_item i
WHERE i.notification_id = c.notification_id AND i.account_id = %(account_id)s AND i.group_key = %(group_key)s
AND c.actor_id = %(actor_id)s AND NOT c.is_withdrawn
RETURNING c.notification_id;

-- name: cause_withdraw_between
-- Two people part: neither stands in the other's inbox any more; returns the lines to count again.
DELETE FROM notifications_cause c USING notifications_item i
WHERE i.notification_id = c.notification_id
AND ((i.account_id = %(one)s AND c.actor_id = %(other)s) OR (i.account_id = %(other)s AND c.actor_id = %(one)s))
RETURNING c.notification_id;

-- name: cause_withdraw_comment
-- A comment is gone: what was told because of it goes; returns the lines to count again.
DELETE FROM notifications_cause WHERE comment_id = %(comment_id)s RETURNING notification_id;

-- name: cause_withdraw_actor
-- An account is gone: it stands in no inbox any more; returns the lines to count again.
DELETE FROM notifications_cause WHERE actor_id = %(actor_id)s RETURNING notification_id;

-- name: items_recount
-- Bring several lines in step with their causes.
UPDATE notifications_item i SET actors_count = (
    SELECT count(DISTINCT c.actor_id) FROM notifications_cause c
    WHERE c.notification_id = i.notification_id AND NOT c.is_withdrawn
)
WHERE i.notification_id = ANY(%(notification_ids)s) RETURNING i.account_id;

-- name: items_drop_comment
-- A comment is gone: lines about it go.
DELETE FROM notifications_item WHERE comment_id = %(comment_id)s AND kind <> 'moderation' RETURNING account_id;

-- name: items_drop_video
-- A video is gone: lines about it go, except what was decided about it.
DELETE FROM notifications_item WHERE video_id = %(video_id)s AND kind <> 'moderation' RETURNING account_id;

-- name: inbox
-- One account's lines, the newest change first. Uses index notifications_item_by_account.
SELECT i.notification_id, i.kind, i.video_id,
    COALESCE(NULLIF(n.comment_id, 0), i.comment_id) AS comment_id,
    COALESCE(NULLIF(n.text_preview, ''), i.text_preview) AS text_preview,
    COALESCE(n.actors, '{}') AS actors, i.actors_count, i.updated_at_us, i.read_at_us IS NOT NULL AS is_read
FROM notifications_item i
LEFT JOIN LATERAL (
    SELECT array_agg(t.actor_id ORDER BY t.at_us DESC) AS actors,
        (array_agg(t.comment_id ORDER BY t.at_us DESC))[1] AS comment_id,
        (array_agg(t.text_preview ORDER BY t.at_us DESC))[1] AS text_preview
    FROM (
        SELECT c.actor_id, c.comment_id, c.text_preview, c.at_us FROM notifications_cause c
        WHERE c.notification_id = i.notification_id AND NOT c.is_withdrawn AND c.actor_id <> ALL(%(hidden)s)
        ORDER BY c.at_us DESC LIMIT %(causes_max)s
    ) t
) n ON true
WHERE i.account_id = %(account_id)s AND i.is_shown AND (i.updated_at_us, i.notification_id) < (%(before_us)s, %(before_id)s)
ORDER BY i.updated_at_us DESC, i.notification_id DESC LIMIT %(limit)s;

-- name: unread_count
-- How many lines one account has not read.
SELECT count(*) FROM notifications_item WHERE account_id = %(account_id)s AND read_at_us IS NULL AND is_shown;

-- name: item_updated_at
-- When a line of this account last changed.
SELECT updated_at_us FROM notifications_item WHERE account_id = %(account_id)s AND notification_id = %(notification_id)s;

-- name: items_read
-- Everything up to an instant is read.
UPDATE notifications_item SET read_at_us = %(at_us)s
WHERE account_id = %(account_id)s AND read_at_us IS NULL AND updated_at_us <= %(up_to_us)s;

-- name: preferences
-- What one account chose, by kind.
SELECT kind, has_inbox, has_mail FROM notifications_preference WHERE account_id = %(account_id)s;

-- name: preference_set
-- One kind's choice.
INSERT INTO notifications_preference (account_id, kind, market, has_inbox, has_mail)
VALUES (%(account_id)s, %(kind)s, %(market)s, %(has_inbox)s, %(has_mail)s)
ON CONFLICT (account_id, kind) DO UPDATE SET has_inbox = EXCLUDED.has_inbox, has_mail = EXCLUDED.has_mail;

-- name: rhythm
-- Quiet hours and the last mail of one account.
SELECT quiet_from_minute, quiet_to_minute, timezone, mailed_at_us, mail_due_at_us FROM notifications_rhythm WHERE account_id = %(account_id)s;

-- name: rhythm_set_quiet
-- Quiet hours, or none.
INSERT INTO notifications_rhythm (account_id, market, quiet_from_minute, quiet_to_minute, timezone)
VALUES (%(account_id)s, %(market)s, %(quiet_from_minute)s, %(quiet_to_minute)s, %(timezone)s)
ON CONFLICT (account_id) DO UPDATE SET quiet_from_minute = EXCLUDED.quiet_from_minute,
    quiet_to_minute = EXCLUDED.quiet_to_minute, timezone = EXCLUDED.timezone;

-- name: rhythm_set_due
-- A mail may go at an instant; an earlier wish stands.
INSERT INTO notifications_rhythm AS r (account_id, market, mail_due_at_us) VALUES (%(account_id)s, %(market)s, %(at_us)s)
ON CONFLICT (account_id) DO UPDATE SET mail_due_at_us = LEAST(r.mail_due_at_us, EXCLUDED.mail_due_at_us);

-- name: rhythm_put_off
-- The mail that was due goes later, or not at all.
UPDATE notifications_rhythm SET mail_due_at_us = %(at_us)s WHERE account_id = %(account_id)s;

-- name: rhythm_set_mailed
-- A mail went.
UPDATE notifications_rhythm SET mailed_at_us = %(at_us)s, mail_due_at_us = NULL WHERE account_id = %(account_id)s;

-- name: mails_due
-- Whose mail may go now, the longest waiting first.
SELECT account_id FROM notifications_rhythm WHERE mail_due_at_us <= %(now_us)s ORDER BY mail_due_at_us LIMIT %(limit)s;

-- name: unmailed
-- What a mail would tell: unread and not mailed since it last changed, the newest first.
SELECT i.notification_id, i.kind, COALESCE(NULLIF((
        SELECT c.text_preview FROM notifications_cause c
        WHERE c.notification_id = i.notification_id AND NOT c.is_withdrawn ORDER BY c.at_us DESC LIMIT 1
    ), ''), i.text_preview) AS text_preview, i.actors_count, i.updated_at_us
FROM notifications_item i
WHERE i.account_id = %(account_id)s AND i.read_at_us IS NULL AND i.is_shown AND i.kind = ANY(%(kinds)s)
AND (i.mailed_at_us IS NULL OR i.mailed_at_us < i.updated_at_us)
ORDER BY i.updated_at_us DESC, i.notification_id DESC LIMIT %(limit)s;

-- name: items_mailed
-- These were told by mail.
UPDATE notifications_item SET mailed_at_us = %(at_us)s WHERE notification_id = ANY(%(notification_ids)s);

-- name: ticket_spend
-- A ticket is spent once: no row touched means it was spent before.
INSERT INTO notifications_ticket (ticket_id, expires_at_us) VALUES (%(ticket_id)s, %(expires_at_us)s)
ON CONFLICT (ticket_id) DO NOTHING;

-- name: tickets_trim
-- Spent tickets that could not be used again anyway.
DELETE FROM notifications_ticket WHERE expires_at_us < %(before_us)s;

-- name: items_trim
-- Old lines, a batch at a time; their causes go with them.
DELETE FROM notifications_item WHERE notification_id IN (
    SELECT notification_id FROM notifications_item WHERE updated_at_us < %(before_us)s ORDER BY updated_at_us LIMIT %(limit)s
);

-- name: export_items
-- Every line of one account.
SELECT i.notification_id, i.kind, i.video_id, i.comment_id, i.text_preview, i.actors_count, i.created_at_us,
    i.updated_at_us, i.read_at_us, i.mailed_at_us
FROM notifications_item i WHERE i.account_id = %(account_id)s ORDER BY i.notification_id;

-- name: export_causes
-- Where one account stands in other people's inboxes.
SELECT notification_id, comment_id, text_preview, at_us, is_withdrawn FROM notifications_cause
WHERE actor_id = %(account_id)s ORDER BY notification_id, comment_id;

-- name: erase_items
-- Every line of one account; causes go with them.
DELETE FROM notifications_item WHERE account_id = %(account_id)s;

-- name: erase_preferences
-- What one account chose.
DELETE FROM notifications_preference WHERE account_id = %(account_id)s;

-- name: erase_rhythm
-- Quiet hours of one account.
DELETE FROM notifications_rhythm WHERE account_id = %(account_id)s;

-- name: push_add
-- A browser asks to be told; the same one again belongs to whoever asked last.
INSERT INTO notifications_push (subscription_id, account_id, market, endpoint, p256dh, auth, created_at_us)
VALUES (%(subscription_id)s, %(account_id)s, %(market)s, %(endpoint)s, %(p256dh)s, %(auth)s, %(created_at_us)s)
ON CONFLICT (endpoint) DO UPDATE SET account_id = EXCLUDED.account_id, market = EXCLUDED.market,
    p256dh = EXCLUDED.p256dh, auth = EXCLUDED.auth
RETURNING subscription_id;

-- name: push_trim
-- Only the latest browsers of an account are told.
DELETE FROM notifications_push WHERE subscription_id IN (
    SELECT subscription_id FROM notifications_push WHERE account_id = %(account_id)s
    ORDER BY subscription_id DESC OFFSET %(keep)s
);

-- name: push_drop
-- A browser wants no more.
DELETE FROM notifications_push WHERE account_id = %(account_id)s AND endpoint = %(endpoint)s;

-- name: push_drop_gone
-- A push service says that these browsers are gone.
DELETE FROM notifications_push WHERE subscription_id = ANY(%(subscription_ids)s);

-- name: push_of
-- One account's browsers.
SELECT subscription_id, endpoint, p256dh, auth FROM notifications_push
WHERE account_id = %(account_id)s ORDER BY subscription_id;

-- name: push_exists
-- Whether an account has any browser to tell.
SELECT EXISTS (SELECT 1 FROM notifications_push WHERE account_id = %(account_id)s);

-- name: push_line
-- What a push says: one unread line.
SELECT kind, actors_count, text_preview FROM notifications_item
WHERE account_id = %(account_id)s AND notification_id = %(notification_id)s AND read_at_us IS NULL AND is_shown;

-- name: export_push
-- Every browser of one account, without the secrets.
SELECT subscription_id, endpoint, created_at_us FROM notifications_push WHERE account_id = %(account_id)s
ORDER BY subscription_id;

-- name: erase_push
-- Browsers of one account.
DELETE FROM notifications_push WHERE account_id = %(account_id)s;
