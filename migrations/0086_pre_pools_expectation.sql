-- What newcomers start from: what is known of them unseen, and what that lets expect.
ALTER TABLE pools_item
    ADD COLUMN duration_ms integer NOT NULL DEFAULT 0 CHECK (duration_ms >= 0),
    ADD COLUMN content real[] NOT NULL DEFAULT '{}',
    ADD COLUMN expected_milli integer NOT NULL DEFAULT 0 CHECK (expected_milli >= 0);

CREATE TABLE pools_expectation (
    kind text PRIMARY KEY,
    made_at_us bigint NOT NULL,
    items bigint NOT NULL,
    mean double precision NOT NULL,
    share double precision NOT NULL CHECK (share BETWEEN 0 AND 1),
    exposures double precision NOT NULL CHECK (exposures > 0)
);
