-- In which version a finished video's content was told to those who learn from it; 0: never.
ALTER TABLE videos_media ADD COLUMN content_version smallint NOT NULL DEFAULT 0;
CREATE INDEX videos_media_by_content ON videos_media (content_version, video_id) WHERE state = 'done';
