-- What people do with videos: likes, saves, collections, reposts, shares, comments, and exact counts of them.
CREATE TABLE social_count (
    video_id bigint PRIMARY KEY,
    likes bigint NOT NULL DEFAULT 0 CHECK (likes >= 0),
    saves bigint NOT NULL DEFAULT 0 CHECK (saves >= 0),
    reposts bigint NOT NULL DEFAULT 0 CHECK (reposts >= 0),
    shares bigint NOT NULL DEFAULT 0 CHECK (shares >= 0),
    comments bigint NOT NULL DEFAULT 0 CHECK (comments >= 0)
);

CREATE TABLE social_like (
    account_id bigint NOT NULL,
    video_id bigint NOT NULL,
    creator_id bigint NOT NULL,
    market text NOT NULL,
    at_us bigint NOT NULL,
    PRIMARY KEY (account_id, video_id)
);
CREATE INDEX social_like_newest ON social_like (account_id, at_us DESC, video_id DESC);
CREATE INDEX social_like_by_video ON social_like (video_id);
CREATE INDEX social_like_by_creator ON social_like (creator_id);

CREATE TABLE social_save (
    account_id bigint NOT NULL,
    video_id bigint NOT NULL,
    creator_id bigint NOT NULL,
    market text NOT NULL,
    at_us bigint NOT NULL,
    PRIMARY KEY (account_id, video_id)
);
CREATE INDEX social_save_newest ON social_save (account_id, at_us DESC, video_id DESC);
CREATE INDEX social_save_by_video ON social_save (video_id);

CREATE TABLE social_collection (
    collection_id bigint PRIMARY KEY,
    account_id bigint NOT NULL,
    market text NOT NULL,
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 60),
    created_at_us bigint NOT NULL
);
CREATE INDEX social_collection_by_account ON social_collection (account_id, collection_id DESC);

CREATE TABLE social_collection_video (
    collection_id bigint NOT NULL REFERENCES social_collection ON DELETE CASCADE,
    account_id bigint NOT NULL,
    video_id bigint NOT NULL,
    at_us bigint NOT NULL,
    PRIMARY KEY (collection_id, video_id),
    FOREIGN KEY (account_id, video_id) REFERENCES social_save ON DELETE CASCADE
);
CREATE INDEX social_collection_video_newest ON social_collection_video (collection_id, at_us DESC, video_id DESC);
CREATE INDEX social_collection_video_by_save ON social_collection_video (account_id, video_id);

CREATE TABLE social_repost (
    account_id bigint NOT NULL,
    video_id bigint NOT NULL,
    creator_id bigint NOT NULL,
    market text NOT NULL,
    at_us bigint NOT NULL,
    PRIMARY KEY (account_id, video_id)
);
CREATE INDEX social_repost_newest ON social_repost (account_id, at_us DESC, video_id DESC);
CREATE INDEX social_repost_by_video ON social_repost (video_id);

CREATE TABLE social_share (
    share_id bigint PRIMARY KEY,
    video_id bigint NOT NULL,
    viewer_id bigint NOT NULL,
    market text NOT NULL,
    channel text NOT NULL CHECK (channel IN ('link', 'web_share', 'embed', 'qr', 'message', 'download')),
    at_us bigint NOT NULL
);
CREATE INDEX social_share_by_viewer ON social_share (viewer_id, at_us DESC);
CREATE INDEX social_share_by_video ON social_share (video_id);

CREATE TABLE social_comment (
    comment_id bigint PRIMARY KEY,
    video_id bigint NOT NULL,
    creator_id bigint NOT NULL,
    author_id bigint NOT NULL,
    market text NOT NULL,
    parent_id bigint REFERENCES social_comment ON DELETE CASCADE,
    reply_to_id bigint,
    text text NOT NULL CHECK (length(text) BETWEEN 1 AND 500),
    text_print bigint NOT NULL,
    created_at_us bigint NOT NULL,
    edited_at_us bigint,
    likes_count integer NOT NULL DEFAULT 0 CHECK (likes_count >= 0),
    replies_count integer NOT NULL DEFAULT 0 CHECK (replies_count >= 0),
    is_pinned boolean NOT NULL DEFAULT false,
    is_liked_by_creator boolean NOT NULL DEFAULT false,
    is_held_by_creator boolean NOT NULL DEFAULT false,
    is_held_by_moderation boolean NOT NULL DEFAULT false,
    is_removed boolean NOT NULL DEFAULT false,
    is_visible boolean NOT NULL
        GENERATED ALWAYS AS (NOT (is_held_by_creator OR is_held_by_moderation OR is_removed)) STORED,
    -- Steps of two: a place in the list changes seldom, so that pages of it stay in step while people like.
    rank integer NOT NULL GENERATED ALWAYS AS (
        floor(log(2.0, (1 + likes_count + 2 * replies_count)::numeric))::integer
        + CASE WHEN is_liked_by_creator OR author_id = creator_id THEN 1 ELSE 0 END
    ) STORED,
    CHECK (parent_id IS NULL OR replies_count = 0),
    CHECK (parent_id IS NULL OR NOT is_pinned)
);
CREATE INDEX social_comment_top ON social_comment (video_id, (is_pinned::integer) DESC, rank DESC, comment_id DESC)
    WHERE parent_id IS NULL;
CREATE INDEX social_comment_new ON social_comment (video_id, comment_id DESC) WHERE parent_id IS NULL;
CREATE INDEX social_comment_replies ON social_comment (parent_id, comment_id) WHERE parent_id IS NOT NULL;
CREATE INDEX social_comment_by_author ON social_comment (author_id, created_at_us DESC);
CREATE INDEX social_comment_held ON social_comment (creator_id, comment_id DESC) WHERE is_held_by_creator;
CREATE UNIQUE INDEX social_comment_pinned ON social_comment (video_id) WHERE is_pinned;

CREATE TABLE social_mention (
    comment_id bigint NOT NULL REFERENCES social_comment ON DELETE CASCADE,
    account_id bigint NOT NULL,
    handle text NOT NULL,
    PRIMARY KEY (comment_id, account_id)
);
CREATE INDEX social_mention_by_account ON social_mention (account_id);

CREATE TABLE social_comment_edit (
    comment_id bigint NOT NULL REFERENCES social_comment ON DELETE CASCADE,
    edited_at_us bigint NOT NULL,
    text_before text NOT NULL,
    PRIMARY KEY (comment_id, edited_at_us)
);

CREATE TABLE social_comment_like (
    account_id bigint NOT NULL,
    comment_id bigint NOT NULL REFERENCES social_comment ON DELETE CASCADE,
    market text NOT NULL,
    at_us bigint NOT NULL,
    PRIMARY KEY (account_id, comment_id)
);
CREATE INDEX social_comment_like_by_comment ON social_comment_like (comment_id);

CREATE TABLE social_comment_filter (
    account_id bigint PRIMARY KEY,
    market text NOT NULL,
    keywords text[] NOT NULL,
    has_links_held boolean NOT NULL,
    has_all_held boolean NOT NULL
);
