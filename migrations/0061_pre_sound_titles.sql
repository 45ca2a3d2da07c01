-- What a creator calls the sound their film brings along; empty: it is called after them.
ALTER TABLE videos_media ADD COLUMN sound_title text NOT NULL DEFAULT '' CHECK (length(sound_title) <= 100);
