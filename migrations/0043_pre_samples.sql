-- What an impression's samples claim in all and how long it lasted by the latest of them: their
-- bound must not depend on the order in which they arrive.
ALTER TABLE analytics_exposure
    ADD COLUMN claimed_ms bigint NOT NULL DEFAULT 0,
    ADD COLUMN passed_ms bigint NOT NULL DEFAULT 0;
UPDATE analytics_exposure SET claimed_ms = watch_ms, passed_ms = watch_ms;
