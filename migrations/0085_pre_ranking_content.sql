-- What a video's pictures and sound are like, as figures of about -1..1; empty: not known.
ALTER TABLE ranking_video ADD COLUMN content real[] NOT NULL DEFAULT '{}';
