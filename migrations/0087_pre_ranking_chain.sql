-- Steps form a chain: each names the one it follows, which only one can, whoever cuts the log. And each
-- says what was learned before it, as a number, so that whoever repeats it knows whether that is the same.
ALTER TABLE ranking_batch ADD COLUMN after_id bigint;
ALTER TABLE ranking_batch ADD COLUMN state_sum bigint NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX ranking_batch_by_after ON ranking_batch (after_id);
