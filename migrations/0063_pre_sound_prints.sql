-- What films' own sounds sound like: 32 bits every 64 ms, and parts of them to find candidates by.
CREATE TABLE videos_sound_print (
    sound_id bigint PRIMARY KEY REFERENCES videos_sound ON DELETE CASCADE,
    words bytea NOT NULL CHECK (octet_length(words) <= 12000),
    keys integer[] NOT NULL
);
CREATE INDEX videos_sound_print_by_key ON videos_sound_print USING gin (keys);
