-- Videos: what people decided about a clip, what the machine made of it, tags, captions, sounds, playlists.
CREATE TABLE videos_sound (
    sound_id bigint PRIMARY KEY,
    creator_id bigint NOT NULL,
    market text NOT NULL,
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 150),
    original_video_id bigint NOT NULL,
    media_key text NOT NULL UNIQUE,
    media_key_next text,
    duration_ms integer NOT NULL CHECK (duration_ms >= 0),
    is_public boolean NOT NULL DEFAULT false,
    uses_count integer NOT NULL DEFAULT 0 CHECK (uses_count >= 0),
    created_at_us bigint NOT NULL
);
CREATE INDEX videos_sound_by_use ON videos_sound (uses_count DESC, sound_id DESC) WHERE is_public;
CREATE INDEX videos_sound_by_creator ON videos_sound (creator_id);
CREATE UNIQUE INDEX videos_sound_by_video ON videos_sound (original_video_id);

CREATE TABLE videos_video (
    video_id bigint PRIMARY KEY,
    creator_id bigint NOT NULL,
    market text NOT NULL,
    state text NOT NULL CHECK (state IN ('draft', 'processing', 'scheduled', 'live', 'refused', 'removed')),
    intent text NOT NULL CHECK (intent IN ('draft', 'now', 'schedule')),
    caption text NOT NULL CHECK (length(caption) <= 2200),
    hashtags text[] NOT NULL,
    mention_ids bigint[] NOT NULL,
    mention_handles text[] NOT NULL,
    language text NOT NULL,
    audience text NOT NULL CHECK (audience IN ('everyone', 'followers', 'friends', 'only_me')),
    allow_comments text NOT NULL CHECK (allow_comments IN ('everyone', 'followers', 'friends', 'nobody')),
    is_ai_by_creator boolean NOT NULL,
    is_ai_by_credentials boolean NOT NULL,
    ad_label boolean NOT NULL,
    alt_text text NOT NULL CHECK (length(alt_text) <= 2000),
    content_level text NOT NULL CHECK (content_level IN ('general', 'mature')),
    can_download boolean NOT NULL,
    restriction text NOT NULL CHECK (restriction IN ('none', 'label', 'limit', 'age_gate', 'demote', 'remove')),
    is_held boolean NOT NULL DEFAULT false,
    pinned_at_us bigint NOT NULL DEFAULT 0,
    sound_id bigint,
    created_at_us bigint NOT NULL,
    changed_at_us bigint NOT NULL,
    published_at_us bigint,
    scheduled_at_us bigint,
    CHECK (state <> 'live' OR published_at_us IS NOT NULL),
    CHECK (cardinality(mention_ids) = cardinality(mention_handles))
);
CREATE INDEX videos_video_by_creator ON videos_video (creator_id, pinned_at_us DESC, published_at_us DESC, video_id DESC)
    WHERE state = 'live';
CREATE INDEX videos_video_of_creator ON videos_video (creator_id, video_id DESC);
CREATE INDEX videos_video_by_age ON videos_video (published_at_us DESC, video_id DESC) WHERE state = 'live' AND audience = 'everyone';
CREATE INDEX videos_video_by_sound ON videos_video (sound_id, published_at_us DESC, video_id DESC)
    WHERE state = 'live' AND audience = 'everyone' AND sound_id IS NOT NULL;
CREATE INDEX videos_video_of_sound ON videos_video (sound_id) WHERE sound_id IS NOT NULL;
CREATE INDEX videos_video_due ON videos_video (scheduled_at_us) WHERE state = 'scheduled';
CREATE INDEX videos_video_by_change ON videos_video (changed_at_us, video_id);
CREATE INDEX videos_video_mentions ON videos_video USING gin (mention_ids) WHERE cardinality(mention_ids) > 0;

CREATE TABLE videos_media (
    video_id bigint PRIMARY KEY REFERENCES videos_video ON DELETE CASCADE,
    media_key text NOT NULL UNIQUE,
    media_key_next text,
    upload_id bigint,
    state text NOT NULL CHECK (state IN ('received', 'probing', 'playable', 'rendering', 'done', 'refused')),
    fraction real NOT NULL DEFAULT 0 CHECK (fraction BETWEEN 0 AND 1),
    attempt integer NOT NULL DEFAULT 0,
    refusal_code text,
    refusal_words text,
    trim_start_ms integer NOT NULL DEFAULT 0 CHECK (trim_start_ms >= 0),
    trim_end_ms integer,
    cover_at_ms integer,
    sound_mode text NOT NULL CHECK (sound_mode IN ('keep', 'mute', 'use')),
    original_volume_pct smallint NOT NULL CHECK (original_volume_pct BETWEEN 0 AND 200),
    sound_volume_pct smallint NOT NULL CHECK (sound_volume_pct BETWEEN 0 AND 200),
    document bytea NOT NULL,
    credentials bytea,
    statistics real[] NOT NULL DEFAULT '{}',
    frame_hashes text[] NOT NULL DEFAULT '{}',
    beat_at_us bigint NOT NULL DEFAULT 0,
    leftovers text[] NOT NULL DEFAULT '{}',
    source_kept_at_us bigint NOT NULL DEFAULT 0,
    received_at_us bigint NOT NULL,
    playable_at_us bigint,
    done_at_us bigint
);
CREATE UNIQUE INDEX videos_media_by_upload ON videos_media (upload_id) WHERE upload_id IS NOT NULL;

CREATE INDEX videos_media_at_work ON videos_media (beat_at_us) WHERE state IN ('received', 'probing', 'playable', 'rendering');
CREATE INDEX videos_media_with_source ON videos_media (video_id) WHERE source_kept_at_us > 0;
CREATE INDEX videos_media_moving ON videos_media (video_id) WHERE media_key_next IS NOT NULL;

CREATE TABLE videos_hashtag (
    tag text NOT NULL,
    published_at_us bigint NOT NULL,
    video_id bigint NOT NULL REFERENCES videos_video ON DELETE CASCADE,
    PRIMARY KEY (tag, published_at_us, video_id)
);
CREATE INDEX videos_hashtag_of_video ON videos_hashtag (video_id);

CREATE TABLE videos_caption_edit (
    video_id bigint NOT NULL REFERENCES videos_video ON DELETE CASCADE,
    edited_at_us bigint NOT NULL,
    caption text NOT NULL,
    PRIMARY KEY (video_id, edited_at_us)
);

CREATE TABLE videos_track (
    video_id bigint NOT NULL REFERENCES videos_video ON DELETE CASCADE,
    language text NOT NULL,
    content text NOT NULL CHECK (octet_length(content) <= 600000),
    changed_at_us bigint NOT NULL,
    PRIMARY KEY (video_id, language)
);

CREATE TABLE videos_playlist (
    playlist_id bigint PRIMARY KEY,
    owner_id bigint NOT NULL,
    market text NOT NULL,
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 100),
    created_at_us bigint NOT NULL,
    changed_at_us bigint NOT NULL
);
CREATE INDEX videos_playlist_by_owner ON videos_playlist (owner_id, playlist_id DESC);

CREATE TABLE videos_playlist_item (
    playlist_id bigint NOT NULL REFERENCES videos_playlist ON DELETE CASCADE,
    video_id bigint NOT NULL REFERENCES videos_video ON DELETE CASCADE,
    position integer NOT NULL,
    PRIMARY KEY (playlist_id, video_id)
);
CREATE INDEX videos_playlist_item_of_video ON videos_playlist_item (video_id);
