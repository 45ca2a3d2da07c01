-- Who did what: written once, chained by hash, never changed.
CREATE TABLE audit_entry (
    seq bigint PRIMARY KEY CHECK (seq > 0),
    occurred_at_us bigint NOT NULL CHECK (occurred_at_us > 0),
    market text NOT NULL,
    actor_kind text NOT NULL CHECK (actor_kind IN ('account', 'guest', 'operator', 'system')),
    actor_id bigint,
    action text NOT NULL CHECK (action ~ '^[a-z_]+\.[a-z_]+$'),
    object_kind text NOT NULL DEFAULT '',
    object_id bigint,
    facts_digest bytea NOT NULL CHECK (length(facts_digest) = 32),
    hash_before bytea NOT NULL CHECK (length(hash_before) = 32),
    hash bytea NOT NULL UNIQUE CHECK (length(hash) = 32)
);
CREATE INDEX audit_entry_by_object ON audit_entry (object_kind, object_id, seq);
CREATE INDEX audit_entry_by_actor ON audit_entry (actor_id, seq);

-- What an entry was about, in words: apart from the chain, which keeps only its digest, so that
-- a person's facts can be erased and the chain still proves that nothing else was touched.
CREATE TABLE audit_facts (
    seq bigint PRIMARY KEY REFERENCES audit_entry (seq),
    market text NOT NULL,
    salt bytea NOT NULL CHECK (length(salt) = 16),
    facts bytea NOT NULL
);

CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is only ever appended to' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER audit_entry_is_kept BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_entry_is_not_emptied BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_facts_are_kept BEFORE UPDATE ON audit_facts
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
