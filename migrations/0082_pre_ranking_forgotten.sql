-- Forgetting a viewer is part of a step, logged with it, so that repeating the steps repeats it too.
ALTER TABLE ranking_batch ADD COLUMN forgotten bigint[] NOT NULL DEFAULT '{}';
ALTER TABLE ranking_batch DROP CONSTRAINT ranking_batch_lines_check;
ALTER TABLE ranking_batch ADD CONSTRAINT ranking_batch_lines_check CHECK (lines >= 0);
