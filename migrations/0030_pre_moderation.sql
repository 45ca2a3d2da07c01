-- What may be looked at, what was reported, what was decided and why, and what was said against it.
CREATE TABLE moderation_item (
    ref_kind text NOT NULL CHECK (ref_kind IN ('video', 'comment', 'profile')),
    ref_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    market text NOT NULL,
    language text NOT NULL,
    text text NOT NULL,
    text_print bigint NOT NULL,
    asset_keys text[] NOT NULL DEFAULT '{}',
    submitted_at_us bigint NOT NULL,
    decision text NOT NULL DEFAULT 'none'
        CHECK (decision IN ('none', 'label', 'limit', 'age_gate', 'demote', 'remove')),
    policy text NOT NULL DEFAULT '',
    territories text[] NOT NULL DEFAULT '{}',
    is_held boolean NOT NULL DEFAULT false,
    statement_id bigint,
    within_id bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (ref_kind, ref_id)
);
CREATE INDEX moderation_item_within ON moderation_item (within_id) WHERE within_id <> 0;
CREATE INDEX moderation_item_by_owner ON moderation_item (owner_id, submitted_at_us);
CREATE INDEX moderation_item_by_print ON moderation_item (text_print, submitted_at_us);

CREATE TABLE moderation_case (
    case_id bigint PRIMARY KEY,
    ref_kind text NOT NULL,
    ref_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    market text NOT NULL,
    source text NOT NULL CHECK (source IN ('report', 'rule', 'moderator')),
    policy text NOT NULL,
    note text NOT NULL DEFAULT '',
    is_illegal boolean NOT NULL DEFAULT false,
    is_holding boolean NOT NULL DEFAULT false,
    reports_count integer NOT NULL DEFAULT 0 CHECK (reports_count >= 0),
    priority integer NOT NULL CHECK (priority >= 0),
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'claimed', 'decided', 'gone')),
    claimed_by bigint,
    claim_expires_at_us bigint,
    opened_at_us bigint NOT NULL,
    due_at_us bigint NOT NULL,
    decided_at_us bigint,
    decided_by bigint,
    decision text,
    CHECK ((state = 'claimed') = (claimed_by IS NOT NULL AND claim_expires_at_us IS NOT NULL)),
    CHECK ((state = 'decided') = (decision IS NOT NULL))
);
CREATE UNIQUE INDEX moderation_case_one_open ON moderation_case (ref_kind, ref_id)
    WHERE state IN ('open', 'claimed');
CREATE INDEX moderation_case_queue ON moderation_case (priority DESC, case_id)
    WHERE state IN ('open', 'claimed');
CREATE INDEX moderation_case_by_owner ON moderation_case (owner_id);

CREATE TABLE moderation_report (
    report_id bigint PRIMARY KEY,
    case_id bigint NOT NULL REFERENCES moderation_case,
    ref_kind text NOT NULL,
    ref_id bigint NOT NULL,
    reporter_id bigint NOT NULL,
    market text NOT NULL,
    policy text NOT NULL,
    is_illegal boolean NOT NULL,
    is_good_faith boolean NOT NULL,
    explanation text NOT NULL,
    legal_reference text NOT NULL,
    contact text NOT NULL,
    language text NOT NULL,
    reported_at_us bigint NOT NULL,
    UNIQUE (ref_kind, ref_id, reporter_id, policy)
);
CREATE INDEX moderation_report_by_reporter ON moderation_report (reporter_id, reported_at_us);
CREATE INDEX moderation_report_by_case ON moderation_report (case_id);

CREATE TABLE moderation_statement (
    statement_id bigint PRIMARY KEY,
    case_id bigint REFERENCES moderation_case,
    ref_kind text NOT NULL,
    ref_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    market text NOT NULL,
    decision text NOT NULL,
    decision_visibility text NOT NULL,
    policy text NOT NULL,
    ground text NOT NULL CHECK (ground IN ('illegal', 'terms')),
    legal_ground text NOT NULL,
    terms_ground text NOT NULL,
    facts text NOT NULL CHECK (facts <> ''),
    excerpt text NOT NULL,
    source text NOT NULL CHECK (source IN ('report', 'rule', 'moderator')),
    is_automated_detection boolean NOT NULL,
    is_automated_decision boolean NOT NULL,
    territories text[] NOT NULL,
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'withdrawn')),
    decided_at_us bigint NOT NULL,
    CHECK ((ground = 'illegal') = (legal_ground <> '')),
    CHECK ((ground = 'terms') = (terms_ground <> ''))
);
CREATE INDEX moderation_statement_by_owner ON moderation_statement (owner_id, statement_id DESC);

CREATE TABLE moderation_appeal (
    appeal_id bigint PRIMARY KEY,
    statement_id bigint NOT NULL UNIQUE REFERENCES moderation_statement,
    owner_id bigint NOT NULL,
    market text NOT NULL,
    text text NOT NULL CHECK (text <> ''),
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'upheld', 'overturned')),
    opened_at_us bigint NOT NULL,
    due_at_us bigint NOT NULL,
    decided_at_us bigint,
    decided_by bigint,
    words text NOT NULL DEFAULT '',
    CHECK ((state = 'open') = (decided_at_us IS NULL))
);
CREATE INDEX moderation_appeal_open ON moderation_appeal (due_at_us) WHERE state = 'open';
CREATE INDEX moderation_appeal_by_owner ON moderation_appeal (owner_id);

CREATE TABLE moderation_strike (
    statement_id bigint PRIMARY KEY REFERENCES moderation_statement,
    account_id bigint NOT NULL,
    market text NOT NULL,
    points integer NOT NULL CHECK (points > 0),
    given_at_us bigint NOT NULL,
    expires_at_us bigint NOT NULL
);
CREATE INDEX moderation_strike_by_account ON moderation_strike (account_id, expires_at_us);
