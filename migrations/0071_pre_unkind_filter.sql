-- Creators may let comments wait whose words hurt.
ALTER TABLE social_comment_filter ADD COLUMN has_unkind_held boolean NOT NULL DEFAULT false;
