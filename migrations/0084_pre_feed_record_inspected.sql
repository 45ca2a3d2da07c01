-- Inspections read pages by market and time, and by a video that was on them.
CREATE INDEX feed_record_by_market ON feed_record (market, request_id);
CREATE INDEX feed_record_by_video ON feed_record USING gin (video_ids);
