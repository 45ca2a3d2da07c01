-- name: item_put
-- A thing handed in, or handed in again with other words; how it stands is kept.
INSERT INTO moderation_item
    (ref_kind, ref_id, owner_id, market, language, text, text_print, asset_keys, submitted_at_us,
    within_id)
VALUES (%(ref_kind)s, %(ref_id)s, %(owner_id)s, %(market)s, %(language)s, %(text)s, %(text_print)s,
    %(asset_keys)s, %(submitted_at_us)s, %(within_id)s)
ON CONFLICT (ref_kind, ref_id) DO UPDATE SET owner_id = EXCLUDED.owner_id, market = EXCLUDED.market,
    language = EXCLUDED.language, text = EXCLUDED.text, text_print = EXCLUDED.text_print,
    asset_keys = EXCLUDED.asset_keys, submitted_at_us = EXCLUDED.submitted_at_us;

-- name: item_of
-- One thing and how it stands.
SELECT ref_kind, ref_id, owner_id, market, language, text, asset_keys, decision, policy, territories,
    is_held
FROM moderation_item WHERE ref_kind = %(ref_kind)s AND ref_id = %(ref_id)s;

-- name: item_lock
-- One thing, locked: whoever changes how it stands takes it first, before its case.
SELECT ref_kind, ref_id, owner_id, market, language, text, asset_keys, decision, policy, territories,
    is_held
FROM moderation_item WHERE ref_kind = %(ref_kind)s AND ref_id = %(ref_id)s FOR UPDATE;

-- name: items_of
-- Many things of one kind and how they stand, for moderators' lists.
SELECT ref_kind, ref_id, owner_id, market, language, text, asset_keys, decision, policy, territories,
    is_held
FROM moderation_item WHERE ref_kind = %(ref_kind)s AND ref_id = ANY(%(ref_ids)s);

-- name: items_standing
-- Of many things of one kind, those that are not simply visible. Hot: asked last by every list.
SELECT ref_id, decision, policy, territories, is_held FROM moderation_item
WHERE ref_kind = %(ref_kind)s AND ref_id = ANY(%(ref_ids)s) AND (decision <> 'none' OR is_held);

-- name: item_stand
-- How a thing stands after a decision.
UPDATE moderation_item SET decision = %(decision)s, policy = %(policy)s,
    territories = %(territories)s, statement_id = %(statement_id)s, is_held = false
WHERE ref_kind = %(ref_kind)s AND ref_id = %(ref_id)s;

-- name: item_lift
-- A withdrawn statement takes its measure back, unless a later one replaced it.
UPDATE moderation_item SET decision = 'none', policy = '', territories = '{}', statement_id = NULL
WHERE ref_kind = %(ref_kind)s AND ref_id = %(ref_id)s AND statement_id = %(statement_id)s;

-- name: item_hold
-- Kept back, or let go.
UPDATE moderation_item SET is_held = %(is_held)s
WHERE ref_kind = %(ref_kind)s AND ref_id = %(ref_id)s;

-- name: item_delete
-- Its owner deleted the thing.
DELETE FROM moderation_item WHERE ref_kind = %(ref_kind)s AND ref_id = %(ref_id)s;

-- name: items_within_delete
-- What was said under a thing goes with it: words nobody can see any more.
DELETE FROM moderation_item WHERE within_id = %(within_id)s AND within_id <> 0;

-- name: cases_within_vanish
-- Open cases about what was said under a thing end with it.
UPDATE moderation_case SET state = 'gone', claimed_by = NULL, claim_expires_at_us = NULL
WHERE state IN ('open', 'claimed') AND (ref_kind, ref_id) IN
    (SELECT ref_kind, ref_id FROM moderation_item WHERE within_id = %(within_id)s AND within_id <> 0);

-- name: same_texts
-- How often equal words were handed in lately, by this owner and by anybody, other things only.
SELECT count(*) FILTER (WHERE owner_id = %(owner_id)s) AS by_owner, count(*) AS by_anyone
FROM moderation_item WHERE text_print = %(text_print)s AND text_print <> 0
AND submitted_at_us >= %(since_us)s AND ref_kind = %(ref_kind)s AND ref_id <> %(ref_id)s;

-- name: case_insert
-- A case opens; two at once for one thing become one by the unique index.
INSERT INTO moderation_case (case_id, ref_kind, ref_id, owner_id, market, source, policy, note,
    is_illegal, is_holding, priority, opened_at_us, due_at_us)
VALUES (%(case_id)s, %(ref_kind)s, %(ref_id)s, %(owner_id)s, %(market)s, %(source)s, %(policy)s,
    %(note)s, %(is_illegal)s, %(is_holding)s, %(priority)s, %(opened_at_us)s, %(due_at_us)s)
ON CONFLICT (ref_kind, ref_id) WHERE state IN ('open', 'claimed') DO NOTHING;

-- name: case_of_ref
-- The one case about a thing that is not over, locked.
SELECT case_id, ref_kind, ref_id, owner_id, market, source, policy, note, is_illegal, is_holding,
    reports_count, priority, state, claimed_by, claim_expires_at_us, opened_at_us, due_at_us,
    decided_at_us, decision
FROM moderation_case WHERE ref_kind = %(ref_kind)s AND ref_id = %(ref_id)s
AND state IN ('open', 'claimed') FOR UPDATE;

-- name: case_of
-- One case, locked.
SELECT case_id, ref_kind, ref_id, owner_id, market, source, policy, note, is_illegal, is_holding,
    reports_count, priority, state, claimed_by, claim_expires_at_us, opened_at_us, due_at_us,
    decided_at_us, decision
FROM moderation_case WHERE case_id = %(case_id)s FOR UPDATE;

-- name: case_peek
-- One case as it was a moment ago.
SELECT case_id, ref_kind, ref_id, owner_id, market, source, policy, note, is_illegal, is_holding,
    reports_count, priority, state, claimed_by, claim_expires_at_us, opened_at_us, due_at_us,
    decided_at_us, decision
FROM moderation_case WHERE case_id = %(case_id)s;

-- name: case_weigh
-- What a case weighs after one more report or signal.
UPDATE moderation_case SET policy = %(policy)s, note = %(note)s, is_illegal = %(is_illegal)s,
    is_holding = %(is_holding)s, reports_count = %(reports_count)s, priority = %(priority)s,
    due_at_us = %(due_at_us)s
WHERE case_id = %(case_id)s;

-- name: case_move
-- Claimed, released, decided or gone.
UPDATE moderation_case SET state = %(state)s, claimed_by = %(claimed_by)s,
    claim_expires_at_us = %(claim_expires_at_us)s, decided_at_us = %(decided_at_us)s,
    decided_by = %(decided_by)s, decision = %(decision)s
WHERE case_id = %(case_id)s;

-- name: cases_waiting
-- The queue, most pressing first, after the cursor (priority, case_id).
SELECT case_id, ref_kind, ref_id, owner_id, market, source, policy, note, is_illegal, is_holding,
    reports_count, priority, state, claimed_by, claim_expires_at_us, opened_at_us, due_at_us,
    decided_at_us, decision
FROM moderation_case WHERE state IN ('open', 'claimed')
AND (%(market)s::text IS NULL OR market = %(market)s)
AND (%(priority)s::integer IS NULL OR priority < %(priority)s
    OR (priority = %(priority)s AND case_id > %(case_id)s))
ORDER BY priority DESC, case_id LIMIT %(limit)s;

-- name: cases_over
-- Decided cases, newest first, after the cursor (case_id).
SELECT case_id, ref_kind, ref_id, owner_id, market, source, policy, note, is_illegal, is_holding,
    reports_count, priority, state, claimed_by, claim_expires_at_us, opened_at_us, due_at_us,
    decided_at_us, decision
FROM moderation_case WHERE state IN ('decided', 'gone')
AND (%(market)s::text IS NULL OR market = %(market)s)
AND (%(case_id)s::bigint IS NULL OR case_id < %(case_id)s)
ORDER BY case_id DESC LIMIT %(limit)s;

-- name: report_insert
-- A report, once per reporter, thing and reason.
INSERT INTO moderation_report (report_id, case_id, ref_kind, ref_id, reporter_id, market, policy,
    is_illegal, is_good_faith, explanation, legal_reference, contact, language, reported_at_us)
VALUES (%(report_id)s, %(case_id)s, %(ref_kind)s, %(ref_id)s, %(reporter_id)s, %(market)s,
    %(policy)s, %(is_illegal)s, %(is_good_faith)s, %(explanation)s, %(legal_reference)s,
    %(contact)s, %(language)s, %(reported_at_us)s)
ON CONFLICT (ref_kind, ref_id, reporter_id, policy) DO NOTHING;

-- name: report_same
-- The report a reporter made before, about the same thing and reason.
SELECT report_id FROM moderation_report WHERE ref_kind = %(ref_kind)s AND ref_id = %(ref_id)s
AND reporter_id = %(reporter_id)s AND policy = %(policy)s;

-- name: report_rate
-- How much one reporter reported in the last hour and day.
SELECT count(*) FILTER (WHERE reported_at_us >= %(hour_us)s) AS last_hour, count(*) AS last_day
FROM moderation_report WHERE reporter_id = %(reporter_id)s AND reported_at_us >= %(day_us)s;

-- name: reporters_of_case
-- How many different people reported.
SELECT count(DISTINCT reporter_id) FROM moderation_report WHERE case_id = %(case_id)s;

-- name: reports_of
-- The reports of some cases, oldest first, at most twenty a case.
SELECT report_id, case_id, reporter_id, policy, is_illegal, explanation, legal_reference, contact,
    language, reported_at_us
FROM (SELECT report_id, case_id, reporter_id, policy, is_illegal, explanation, legal_reference,
        contact, language, reported_at_us, row_number() OVER (PARTITION BY case_id ORDER BY report_id) AS place
    FROM moderation_report WHERE case_id = ANY(%(case_ids)s)) AS listed
WHERE place <= 20 ORDER BY report_id;

-- name: report_of
-- One report.
SELECT report_id, case_id, reporter_id, policy, is_illegal, explanation, legal_reference, contact,
    language, reported_at_us
FROM moderation_report WHERE report_id = %(report_id)s;

-- name: notices_of
-- Reports of a case that are notices of illegal content: their makers are told the outcome.
SELECT report_id FROM moderation_report WHERE case_id = %(case_id)s AND is_illegal
ORDER BY report_id LIMIT 1000;

-- name: contacts_forget
-- Addresses left with notices, once nothing can be asked or appealed any more.
UPDATE moderation_report SET contact = '' WHERE contact <> '' AND reported_at_us < %(before_us)s;

-- name: statement_insert
-- The reasons of a measure.
INSERT INTO moderation_statement (statement_id, case_id, ref_kind, ref_id, owner_id, market,
    decision, decision_visibility, policy, ground, legal_ground, terms_ground, facts, excerpt,
    source, is_automated_detection, is_automated_decision, territories, decided_at_us)
VALUES (%(statement_id)s, %(case_id)s, %(ref_kind)s, %(ref_id)s, %(owner_id)s, %(market)s,
    %(decision)s, %(decision_visibility)s, %(policy)s, %(ground)s, %(legal_ground)s,
    %(terms_ground)s, %(facts)s, %(excerpt)s, %(source)s, %(is_automated_detection)s,
    %(is_automated_decision)s, %(territories)s, %(decided_at_us)s);

-- name: statement_of
-- One statement.
SELECT statement_id, case_id, ref_kind, ref_id, owner_id, market, decision, decision_visibility,
    policy, ground, legal_ground, terms_ground, facts, excerpt, source, is_automated_detection,
    is_automated_decision, territories, state, decided_at_us
FROM moderation_statement WHERE statement_id = %(statement_id)s;

-- name: statements_of_owner
-- What was decided about somebody's things, newest first, after the cursor.
SELECT statement_id, case_id, ref_kind, ref_id, owner_id, market, decision, decision_visibility,
    policy, ground, legal_ground, terms_ground, facts, excerpt, source, is_automated_detection,
    is_automated_decision, territories, state, decided_at_us
FROM moderation_statement WHERE owner_id = %(owner_id)s
AND (%(before)s::bigint IS NULL OR statement_id < %(before)s)
ORDER BY statement_id DESC LIMIT %(limit)s;

-- name: statements_by_ids
-- Some statements.
SELECT statement_id, case_id, ref_kind, ref_id, owner_id, market, decision, decision_visibility,
    policy, ground, legal_ground, terms_ground, facts, excerpt, source, is_automated_detection,
    is_automated_decision, territories, state, decided_at_us
FROM moderation_statement WHERE statement_id = ANY(%(statement_ids)s);

-- name: statement_withdraw
-- The measure is taken back.
UPDATE moderation_statement SET state = 'withdrawn' WHERE statement_id = %(statement_id)s;

-- name: appeal_insert
-- One appeal a statement.
INSERT INTO moderation_appeal (appeal_id, statement_id, owner_id, market, text, opened_at_us, due_at_us)
VALUES (%(appeal_id)s, %(statement_id)s, %(owner_id)s, %(market)s, %(text)s, %(opened_at_us)s, %(due_at_us)s)
ON CONFLICT (statement_id) DO NOTHING;

-- name: appeal_of
-- One appeal, locked.
SELECT appeal_id, statement_id, owner_id, market, text, state, opened_at_us, due_at_us,
    decided_at_us, words
FROM moderation_appeal WHERE appeal_id = %(appeal_id)s FOR UPDATE;

-- name: appeals_of_statements
-- The appeals against some statements.
SELECT appeal_id, statement_id, owner_id, market, text, state, opened_at_us, due_at_us,
    decided_at_us, words
FROM moderation_appeal WHERE statement_id = ANY(%(statement_ids)s);

-- name: appeals_waiting
-- Appeals nobody answered yet, the most urgent first, after the cursor (due_at_us, appeal_id).
SELECT appeal_id, statement_id, owner_id, market, text, state, opened_at_us, due_at_us,
    decided_at_us, words
FROM moderation_appeal WHERE state = 'open'
AND (%(due_at_us)s::bigint IS NULL OR (due_at_us, appeal_id) > (%(due_at_us)s, %(appeal_id)s))
ORDER BY due_at_us, appeal_id LIMIT %(limit)s;

-- name: appeal_decide
-- The answer.
UPDATE moderation_appeal SET state = %(state)s, decided_at_us = %(decided_at_us)s,
    decided_by = %(decided_by)s, words = %(words)s
WHERE appeal_id = %(appeal_id)s;

-- name: strike_insert
-- A strike comes with its statement.
INSERT INTO moderation_strike (statement_id, account_id, market, points, given_at_us, expires_at_us)
VALUES (%(statement_id)s, %(account_id)s, %(market)s, %(points)s, %(given_at_us)s, %(expires_at_us)s);

-- name: strike_delete
-- A strike goes with its statement.
DELETE FROM moderation_strike WHERE statement_id = %(statement_id)s;

-- name: strike_points
-- Active points of some accounts.
SELECT account_id, sum(points)::integer AS points FROM moderation_strike
WHERE account_id = ANY(%(account_ids)s) AND expires_at_us > %(now_us)s GROUP BY account_id;

-- name: strikes_active
-- Active strikes of one account, the first to end first.
SELECT points, expires_at_us FROM moderation_strike
WHERE account_id = %(account_id)s AND expires_at_us > %(now_us)s
ORDER BY expires_at_us, statement_id LIMIT 1000;

-- name: figures
-- How the work goes.
SELECT
    (SELECT count(*) FROM moderation_case WHERE state IN ('open', 'claimed')) AS cases_waiting,
    (SELECT count(*) FROM moderation_case WHERE state IN ('open', 'claimed') AND due_at_us < %(now_us)s) AS cases_overdue,
    (SELECT count(*) FROM moderation_report WHERE reported_at_us >= %(day_us)s) AS reports_last_day,
    (SELECT count(*) FROM moderation_appeal WHERE state = 'open') AS appeals_waiting,
    (SELECT count(*) FROM moderation_appeal WHERE state = 'open' AND due_at_us < %(now_us)s) AS appeals_overdue,
    count(*) AS appeals_answered,
    count(*) FILTER (WHERE decided_at_us <= due_at_us) AS appeals_answered_in_time,
    count(*) FILTER (WHERE state = 'overturned') AS appeals_overturned
FROM moderation_appeal WHERE decided_at_us >= %(month_us)s;

-- name: guest_merge
-- Reports of a guest who signed in; one that the account made too is dropped below.
UPDATE moderation_report AS mine SET reporter_id = %(account_id)s WHERE reporter_id = %(guest_id)s
AND NOT EXISTS (SELECT 1 FROM moderation_report AS other WHERE other.reporter_id = %(account_id)s
    AND other.ref_kind = mine.ref_kind AND other.ref_id = mine.ref_id AND other.policy = mine.policy);

-- name: guest_forget
-- What is left of a guest.
DELETE FROM moderation_report WHERE reporter_id = %(guest_id)s;

-- name: export_items
-- What a person handed in, and how it stands.
SELECT ref_kind, ref_id::text AS ref_id, text, decision, policy, is_held, submitted_at_us
FROM moderation_item WHERE owner_id = %(account_id)s ORDER BY submitted_at_us;

-- name: export_reports
-- What a person reported.
SELECT report_id::text AS report_id, ref_kind, ref_id::text AS ref_id, policy, is_illegal,
    explanation, legal_reference, contact, reported_at_us
FROM moderation_report WHERE reporter_id = %(account_id)s ORDER BY report_id;

-- name: export_statements
-- What was decided about a person's things.
SELECT statement_id::text AS statement_id, ref_kind, ref_id::text AS ref_id, decision,
    decision_visibility, policy, legal_ground, terms_ground, facts, excerpt, state, decided_at_us
FROM moderation_statement WHERE owner_id = %(account_id)s ORDER BY statement_id;

-- name: export_appeals
-- What a person said against it.
SELECT appeal_id::text AS appeal_id, statement_id::text AS statement_id, text, state, opened_at_us,
    decided_at_us, words
FROM moderation_appeal WHERE owner_id = %(account_id)s ORDER BY appeal_id;

-- name: export_strikes
-- What it cost.
SELECT statement_id::text AS statement_id, points, given_at_us, expires_at_us
FROM moderation_strike WHERE account_id = %(account_id)s ORDER BY statement_id;

-- name: erase_strikes
-- A person leaves: strikes.
DELETE FROM moderation_strike WHERE account_id = %(account_id)s;

-- name: erase_appeals
-- A person leaves: appeals.
DELETE FROM moderation_appeal WHERE owner_id = %(account_id)s;

-- name: erase_statements
-- A person leaves: reasons given to them.
DELETE FROM moderation_statement WHERE owner_id = %(account_id)s;

-- name: erase_reports
-- A person leaves: what they reported, and what others said about their things.
DELETE FROM moderation_report WHERE reporter_id = %(account_id)s
OR case_id IN (SELECT case_id FROM moderation_case WHERE owner_id = %(account_id)s);

-- name: erase_cases
-- A person leaves: cases about their things.
DELETE FROM moderation_case WHERE owner_id = %(account_id)s;

-- name: erase_items
-- A person leaves: what they handed in.
DELETE FROM moderation_item WHERE owner_id = %(account_id)s OR (within_id <> 0 AND within_id IN
    (SELECT ref_id FROM moderation_item WHERE owner_id = %(account_id)s AND ref_kind = 'video'));

-- name: erase_claims
-- A moderator leaves: claims let go.
UPDATE moderation_case SET state = 'open', claimed_by = NULL, claim_expires_at_us = NULL
WHERE claimed_by = %(account_id)s;

-- name: erase_deciders
-- A moderator leaves: decisions stay, the name goes (the audit log keeps the id).
UPDATE moderation_case SET decided_by = NULL WHERE decided_by = %(account_id)s;

-- name: erase_appeal_deciders
-- A moderator leaves: answers stay, the name goes.
UPDATE moderation_appeal SET decided_by = NULL WHERE decided_by = %(account_id)s;
