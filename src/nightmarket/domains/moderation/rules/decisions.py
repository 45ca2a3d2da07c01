"""Pure decisions of moderation: policies, legal moves, priorities, what a notice must say."""

import functools
import re
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from importlib import resources

from nightmarket.domains.moderation import errors
from nightmarket.domains.moderation.values import (
    AppealState,
    Case,
    CaseState,
    Decision,
    Notice,
    Policy,
    RefKind,
    Ruling,
    Source,
    Statement,
    Strike,
    Verdict,
)
from nightmarket.kernel.words import Words

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
CLAIM_US = 15 * 60 * 1_000_000
"""A claim nobody finishes lets go after a quarter of an hour."""
APPEAL_WINDOW_US = 183 * DAY_US
"""DSA article 20(1): at least six months."""
APPEAL_DUE_US = 72 * HOUR_US
"""Our own target: 95 of 100 appeals are answered within 72 hours."""
STRIKE_US = 90 * DAY_US
STRIKE_POINTS_HELD = 3
"""From this many active points on, whatever an account hands in waits for a person."""
REPORTS_HOUR_MAX = 20
REPORTS_DAY_MAX = 60
EXPLANATION_MAX = 4000
EXPLANATION_MIN = 20
FACTS_MAX = 4000
FACTS_MIN = 10
APPEAL_MAX = 4000
CONTACT_MAX = 254
EXCERPT_MAX = 280
PRIORITY_ILLEGAL = 30
PRIORITY_HELD = 15
PRIORITY_REPORTS_MAX = 20
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,185}\.[^@\s.]{2,}")

VISIBILITY: dict[Decision, str] = {
    Decision.LABEL: "DECISION_VISIBILITY_CONTENT_LABELLED",
    Decision.LIMIT: "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED",
    Decision.AGE_GATE: "DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED",
    Decision.DEMOTE: "DECISION_VISIBILITY_CONTENT_DEMOTED",
    Decision.REMOVE: "DECISION_VISIBILITY_CONTENT_REMOVED",
}
"""`decision_visibility` of the DSA transparency database, statement schema v2; NONE has none."""

CASE_MOVES: dict[CaseState, dict[str, CaseState]] = {
    CaseState.OPEN: {
        "claim": CaseState.CLAIMED,
        "decide": CaseState.DECIDED,
        "vanish": CaseState.GONE,
    },
    CaseState.CLAIMED: {
        "claim": CaseState.CLAIMED,
        "release": CaseState.OPEN,
        "decide": CaseState.DECIDED,
        "vanish": CaseState.GONE,
    },
    CaseState.DECIDED: {},
    CaseState.GONE: {},
}
APPEAL_MOVES: dict[AppealState, dict[str, AppealState]] = {
    AppealState.OPEN: {"uphold": AppealState.UPHELD, "overturn": AppealState.OVERTURNED},
    AppealState.UPHELD: {},
    AppealState.OVERTURNED: {},
}


@functools.cache
def policies() -> tuple[Policy, ...]:
    """Return the rules of the house, in the order people see them."""
    text = resources.files("nightmarket.domains.moderation") / "words" / "policies.toml"
    listed = tomllib.loads(text.read_text(encoding="utf-8"))["policy"]
    found = tuple(
        Policy(**{"is_anonymous": False, **entry, "terms_ground": Words.of(entry["terms_ground"])})
        for entry in listed
    )
    assert len({policy.code for policy in found}) == len(found)
    return found


def policy(code: str) -> Policy:
    """Return one rule of the house.

    Raises:
        UnknownPolicy: not in the list.
    """
    for one in policies():
        if one.code == code:
            return one
    raise errors.UnknownPolicy("this reason is not in the list", policy=code[:60])


def terms_ground(statement: Statement, language: str) -> str:
    """Return the rule of the house that a statement names; "" where it names a law.

    A rule that is worded otherwise since then stays as it was written down.
    """
    ground = policy(statement.policy).terms_ground
    is_current = statement.terms_ground == ground.said()
    return ground.said(language) if is_current else statement.terms_ground


def priority(policy_code: str, *, is_illegal: bool, is_holding: bool, reports_count: int) -> int:
    """Return the place in the queue, 0..105, highest first.

    Severity of the policy, plus notices of illegal content first, plus people kept waiting, plus
    two for each reporter up to ten: many reports are a reason to look, not to decide.
    """
    return (
        policy(policy_code).severity
        + (PRIORITY_ILLEGAL if is_illegal else 0)
        + (PRIORITY_HELD if is_holding else 0)
        + min(2 * reports_count, PRIORITY_REPORTS_MAX)
    )


def due_at_us(policy_code: str, opened_at_us: int) -> int:
    """Return until when the case is due."""
    return opened_at_us + policy(policy_code).due_hours * HOUR_US


def check_notice(notice: Notice, *, is_guest: bool) -> None:
    """Refuse a notice that cannot be acted on.

    For illegal content DSA article 16(2) asks for a substantiated explanation, a name and e-mail
    address (an account has them; not for offences against children), and a statement of good faith.

    Raises:
        UnknownPolicy: the reason.
        IncompleteNotice: `facts["field"]` says which field.
    """
    kind = policy(notice.policy)
    if len(notice.explanation) > EXPLANATION_MAX:
        raise errors.IncompleteNotice("the explanation is too long", field="explanation")
    if not notice.is_illegal:
        return
    if not kind.has_illegal_route:
        raise errors.IncompleteNotice("this reason is a matter of our rules", field="policy")
    if len(notice.explanation.strip()) < EXPLANATION_MIN:
        raise errors.IncompleteNotice("say why it is illegal", field="explanation")
    if not notice.is_good_faith:
        raise errors.IncompleteNotice("confirm that you believe this is true", field="good_faith")
    needs_contact = is_guest and not kind.is_anonymous
    if needs_contact and not _EMAIL.fullmatch(notice.contact):
        raise errors.IncompleteNotice("leave an e-mail address", field="contact")
    if len(notice.contact) > CONTACT_MAX:
        raise errors.IncompleteNotice("the address is too long", field="contact")


def check_report_rate(*, last_hour: int, last_day: int) -> None:
    """Refuse a reporter that reports too often.

    Raises:
        ReportsTooMany: with `retry_after_s`.
    """
    if last_hour >= REPORTS_HOUR_MAX:
        raise errors.ReportsTooMany("you reported a lot; try again later", retry_after_s=3600)
    if last_day >= REPORTS_DAY_MAX:
        raise errors.ReportsTooMany("you reported a lot; try again tomorrow", retry_after_s=86400)


def check_ruling(ruling: Ruling) -> None:
    """Refuse a measure without its reasons.

    Raises:
        UnknownPolicy: the reason.
        IncompleteRuling: `facts["field"]` says which field.
    """
    policy(ruling.policy)
    if ruling.decision is Decision.NONE:
        return
    if not FACTS_MIN <= len(ruling.facts.strip()) <= FACTS_MAX:
        raise errors.IncompleteRuling("say what the decision rests on", field="facts")
    if ruling.legal_ground and not policy(ruling.policy).has_illegal_route:
        raise errors.IncompleteRuling("this reason is a matter of our rules", field="legal_ground")
    if ruling.territories and not ruling.legal_ground:
        raise errors.IncompleteRuling(
            "our rules hold everywhere; only a law has a territory", field="territories"
        )


def move_case(state: CaseState, verb: str) -> CaseState:
    """Return the state after `verb`.

    Raises:
        CaseClosed: the case is over.
    """
    after = CASE_MOVES[state].get(verb)
    if after is None:
        raise errors.CaseClosed("this case is closed", state=state.value)
    return after


def move_appeal(state: AppealState, verb: str) -> AppealState:
    """Return the state after `verb`.

    Raises:
        AppealClosed: it was answered.
    """
    after = APPEAL_MOVES[state].get(verb)
    if after is None:
        raise errors.AppealClosed("this appeal was answered", state=state.value)
    return after


def is_claimed(claimed_by: int | None, claim_expires_at_us: int | None, now_us: int) -> bool:
    """Whether somebody's claim counts now."""
    return claimed_by is not None and (claim_expires_at_us or 0) > now_us


def as_of(case: Case, now_us: int) -> Case:
    """Return a case as it counts now: an expired claim is none."""
    if case.state is not CaseState.CLAIMED:
        return case
    if is_claimed(case.claimed_by, case.claim_expires_at_us, now_us):
        return case
    return replace(case, state=CaseState.OPEN, claimed_by=None, claim_expires_at_us=None)


def can_hold(kind: RefKind) -> bool:
    """Whether a thing can be kept back; a profile cannot: its account would be locked out."""
    return kind is not RefKind.PROFILE


def strike_points(decision: Decision, policy_code: str) -> int:
    """Return the points a measure costs its owner: only removals do."""
    return policy(policy_code).strike_points if decision is Decision.REMOVE else 0


def held_until_us(strikes: Sequence[Strike]) -> int | None:
    """Return when so many of `strikes` ended that nothing waits any more; None: nothing waits.

    `strikes` count now and are ordered by their end.
    """
    points = sum(strike.points for strike in strikes)
    for strike in strikes:
        if points < STRIKE_POINTS_HELD:
            return None
        points -= strike.points
        if points < STRIKE_POINTS_HELD:
            return strike.expires_at_us
    return None


def verdict_of_strikes(points: int) -> Verdict:
    """Return how things of an owner with this many active points are taken in."""
    return Verdict.HELD if points >= STRIKE_POINTS_HELD else Verdict.ALLOWED


def is_automated_detection(source: Source) -> bool:
    """Whether a machine found it; that a person decided is another field."""
    return source is Source.RULE


def excerpt(text: str) -> str:
    """Return the beginning of a text, for a statement that must say what it is about."""
    return text if len(text) <= EXCERPT_MAX else text[: EXCERPT_MAX - 1] + "…"
