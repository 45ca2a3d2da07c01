-- The inbox: grouped notices with their causes, what people want to hear, and spent tickets.
CREATE TABLE notifications_item (
    notification_id bigint PRIMARY KEY,
    account_id bigint NOT NULL,
    market text NOT NULL,
    kind text NOT NULL CHECK (kind IN (
        'like', 'comment', 'mention', 'follow', 'follow_request', 'moderation', 'video_live', 'reply', 'repost'
    )),
    group_key text NOT NULL CHECK (length(group_key) BETWEEN 1 AND 80),
    video_id bigint,
    comment_id bigint,
    text_preview text NOT NULL DEFAULT '',
    actors_count integer NOT NULL DEFAULT 0 CHECK (actors_count >= 0),
    created_at_us bigint NOT NULL,
    updated_at_us bigint NOT NULL CHECK (updated_at_us >= created_at_us),
    read_at_us bigint,
    mailed_at_us bigint,
    -- A line whose people all took back what they did stays for a while, unseen, so that doing it again tells nobody.
    is_shown boolean NOT NULL GENERATED ALWAYS AS (actors_count > 0 OR kind IN ('moderation', 'video_live')) STORED
);
CREATE UNIQUE INDEX notifications_item_open ON notifications_item (account_id, group_key) WHERE read_at_us IS NULL;
CREATE INDEX notifications_item_by_account ON notifications_item (account_id, updated_at_us DESC, notification_id DESC);
CREATE INDEX notifications_item_by_group ON notifications_item (account_id, group_key);
CREATE INDEX notifications_item_by_video ON notifications_item (video_id) WHERE video_id IS NOT NULL;
CREATE INDEX notifications_item_by_comment ON notifications_item (comment_id) WHERE comment_id IS NOT NULL;
CREATE INDEX notifications_item_by_age ON notifications_item (updated_at_us);

CREATE TABLE notifications_cause (
    notification_id bigint NOT NULL REFERENCES notifications_item ON DELETE CASCADE,
    actor_id bigint NOT NULL,
    comment_id bigint NOT NULL DEFAULT 0,
    text_preview text NOT NULL DEFAULT '',
    at_us bigint NOT NULL,
    is_withdrawn boolean NOT NULL DEFAULT false,
    PRIMARY KEY (notification_id, actor_id, comment_id)
);
CREATE INDEX notifications_cause_newest ON notifications_cause (notification_id, at_us DESC) WHERE NOT is_withdrawn;
CREATE INDEX notifications_cause_by_actor ON notifications_cause (actor_id);
CREATE INDEX notifications_cause_by_comment ON notifications_cause (comment_id) WHERE comment_id <> 0;

CREATE TABLE notifications_preference (
    account_id bigint NOT NULL,
    kind text NOT NULL,
    market text NOT NULL,
    has_inbox boolean NOT NULL,
    has_mail boolean NOT NULL,
    PRIMARY KEY (account_id, kind)
);

CREATE TABLE notifications_rhythm (
    account_id bigint PRIMARY KEY,
    market text NOT NULL,
    quiet_from_minute integer CHECK (quiet_from_minute BETWEEN 0 AND 1439),
    quiet_to_minute integer CHECK (quiet_to_minute BETWEEN 0 AND 1439),
    timezone text,
    mailed_at_us bigint,
    mail_due_at_us bigint,
    CHECK ((quiet_from_minute IS NULL) = (quiet_to_minute IS NULL)),
    CHECK (quiet_from_minute IS NULL OR timezone IS NOT NULL)
);
CREATE INDEX notifications_rhythm_due ON notifications_rhythm (mail_due_at_us) WHERE mail_due_at_us IS NOT NULL;

CREATE TABLE notifications_ticket (
    ticket_id bigint PRIMARY KEY,
    expires_at_us bigint NOT NULL
);
CREATE INDEX notifications_ticket_by_age ON notifications_ticket (expires_at_us);
