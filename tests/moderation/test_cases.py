"""Promises of reports, the queue, decisions, statements and appeals."""

from dataclasses import replace
from typing import Any

import pytest

from nightmarket.domains.audit import face as audit
from nightmarket.domains.moderation import errors, face
from nightmarket.domains.moderation.actions import see_work
from nightmarket.domains.moderation.actions.appeal import answer_appeal, appeal
from nightmarket.domains.moderation.actions.claim_case import claim_case, release_case
from nightmarket.domains.moderation.actions.decide_case import decide_case
from nightmarket.domains.moderation.actions.follow_content import forget_content, merge_guest
from nightmarket.domains.moderation.actions.report import report
from nightmarket.domains.moderation.rules import decisions
from nightmarket.domains.moderation.values import (
    Answer,
    CaseState,
    Decision,
    Notice,
    Ref,
    RefKind,
    Ruling,
    Statement,
    Verdict,
    Visibility,
)
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.errors import Refused
from nightmarket.kernel.ids import AccountId, GuestId, StatementId, ViewerId
from nightmarket.kernel.pages import PageRequest
from tests.builders import moderation as build
from tests.fakes.clock import HandClock

GUEST = ViewerId(9001)
REMOVAL = Ruling(decision=Decision.REMOVE, policy="hate", facts="The caption insults people.")

STAYS = Answer(is_upheld=True, words="It stays.")


async def published(tx: Tx) -> list[str]:
    """The names and decisions of the facts told so far, in order."""
    return await tx.column(
        str,
        "SELECT name || coalesce(':' || (convert_from(payload, 'UTF8')::json ->> 'decision'), '') "
        "FROM infra_outbox ORDER BY xid, seq",
    )


async def queue(tx: Tx, services: Services) -> list[see_work.SeenCase]:
    """The open cases."""
    page = await see_work.waiting_cases(tx, PageRequest(limit=100), services.clock(), market=None)
    return list(page.items)


async def reported_case(tx: Tx, services: Services) -> see_work.SeenCase:
    """A video somebody reported."""
    await build.handed_in(tx, services)
    await report(tx, services, GUEST, build.notice(), is_guest=True)
    return (await queue(tx, services))[0]


async def removed(tx: Tx, services: Services) -> Statement:
    """A video that was removed for a reason."""
    seen = await reported_case(tx, services)
    statement = await decide_case(tx, services, build.MODERATOR, seen.case.case_id, REMOVAL)
    assert statement is not None
    return statement


@pytest.mark.feature("V118")
async def test_harmless_things_are_shown_at_once(tx: Tx, services: Services) -> None:
    """A video that nothing speaks against is allowed, and everybody is told."""
    assert await build.handed_in(tx, services) is Verdict.ALLOWED

    seen = await face.visibility(tx, {build.VIDEO})
    assert seen == {build.VIDEO: Visibility()}
    assert await published(tx) == ["moderation.decided:none"]
    assert await queue(tx, services) == []


@pytest.mark.feature("V131")
async def test_listed_words_wait_for_a_person(tx: Tx, services: Services) -> None:
    """What is held is invisible until somebody lets it go, whatever its owner edits meanwhile."""
    assert await build.handed_in(tx, services, text="kill yourself") is Verdict.HELD
    assert await build.handed_in(tx, services, text="a nice walk") is Verdict.HELD
    assert not (await face.visibility(tx, {build.VIDEO}))[build.VIDEO].is_shown
    [seen] = await queue(tx, services)
    assert (seen.case.policy, seen.case.is_holding) == ("self_harm", True)

    ruling = Ruling(decision=Decision.NONE, policy="self_harm", facts="")
    assert await decide_case(tx, services, build.MODERATOR, seen.case.case_id, ruling) is None

    assert (await face.visibility(tx, {build.VIDEO}))[build.VIDEO].is_shown
    assert await published(tx) == ["moderation.decided:none"]


@pytest.mark.feature("V131")
async def test_the_fourth_equal_comment_in_an_hour_waits(
    tx: Tx, services: Services, clock: HandClock
) -> None:
    """Repetition is counted by owner, and forgotten after an hour."""
    same = [
        await build.handed_in(tx, services, Ref(RefKind.COMMENT, 70 + n), "come and see my page")
        for n in range(4)
    ]
    clock.move(hours=1, seconds=1)
    later = await build.handed_in(tx, services, Ref(RefKind.COMMENT, 80), "come and see my page")

    assert same == [Verdict.ALLOWED] * 3 + [Verdict.HELD]
    assert later is Verdict.ALLOWED


@pytest.mark.feature("V117")
async def test_reports_gather_in_one_case(tx: Tx, services: Services) -> None:
    """Many reporters are one case that rises; one reporter counts once."""
    await build.handed_in(tx, services)
    first = await report(tx, services, GUEST, build.notice(), is_guest=True)
    again = await report(tx, services, GUEST, build.notice(), is_guest=True)
    await report(tx, services, ViewerId(9002), build.illegal_notice(), is_guest=True)

    [seen] = await queue(tx, services)
    assert again == first
    assert (seen.case.reports_count, seen.case.is_illegal) == (2, True)
    assert seen.case.policy == "hate"
    assert seen.case.priority == 28 + 30 + 4
    assert [one.contact for one in seen.reports] == ["", "ada@example.org"]


@pytest.mark.feature("V117")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"explanation": "bad"}, "explanation"),
        ({"contact": "nobody"}, "contact"),
        ({"is_good_faith": False}, "good_faith"),
        ({"policy": "spam"}, "policy"),
    ],
)
async def test_an_illegal_content_notice_says_what_the_law_asks(
    tx: Tx, services: Services, change: dict[str, Any], field: str
) -> None:
    """DSA article 16(2): explanation, name and address, good faith; else nothing is kept."""
    await build.handed_in(tx, services)

    with pytest.raises(errors.IncompleteNotice) as refused:
        await report(tx, services, GUEST, build.illegal_notice(**change), is_guest=True)

    assert refused.value.facts == {"field": field}
    assert await queue(tx, services) == []


@pytest.mark.feature("V117")
async def test_offences_against_children_need_no_name(tx: Tx, services: Services) -> None:
    """DSA article 16(2)(c) excepts them."""
    await build.handed_in(tx, services)
    notice = build.illegal_notice(policy="child_safety", contact="")

    await report(tx, services, GUEST, notice, is_guest=True)

    [seen] = await queue(tx, services)
    assert seen.case.due_at_us - seen.case.opened_at_us == 4 * decisions.HOUR_US


@pytest.mark.feature("V131")
async def test_one_reporter_may_report_only_so_often(
    tx: Tx, services: Services, clock: HandClock
) -> None:
    """Twenty an hour; then the answer says when to come back."""
    refs = [Ref(RefKind.COMMENT, 100 + n) for n in range(21)]
    for ref in refs:
        await build.handed_in(tx, services, ref, f"comment {ref.id}")
    for ref in refs[:20]:
        await report(tx, services, GUEST, build.notice(ref), is_guest=True)

    with pytest.raises(errors.ReportsTooMany) as refused:
        await report(tx, services, GUEST, build.notice(refs[20]), is_guest=True)
    clock.move(hours=1, seconds=1)
    await report(tx, services, GUEST, build.notice(refs[20]), is_guest=True)

    assert refused.value.facts == {"retry_after_s": 3600}
    assert len(await queue(tx, services)) == 21


@pytest.mark.parametrize(
    ("notice", "error"),
    [
        (build.notice(Ref(RefKind.VIDEO, 404)), errors.NoSuchContent),
        (build.notice(policy="taste"), errors.UnknownPolicy),
    ],
)
async def test_reports_about_nothing_are_refused(
    tx: Tx, services: Services, notice: Notice, error: type[Refused]
) -> None:
    """The thing must exist and the reason be in the list."""
    await build.handed_in(tx, services)

    with pytest.raises(error):
        await report(tx, services, GUEST, notice, is_guest=True)


@pytest.mark.feature("V118")
async def test_a_claim_keeps_others_away_until_it_expires(
    tx: Tx, services: Services, clock: HandClock
) -> None:
    """A quarter of an hour for one moderator, then anybody's."""
    case_id = (await reported_case(tx, services)).case.case_id
    await claim_case(tx, services, build.MODERATOR, case_id)
    for verb in (claim_case, release_case):
        with pytest.raises(errors.CaseTaken):
            await verb(tx, services, build.OTHER_MODERATOR, case_id)
    with pytest.raises(errors.CaseTaken):
        await decide_case(tx, services, build.OTHER_MODERATOR, case_id, REMOVAL)

    clock.move(minutes=15, seconds=1)
    taken = await claim_case(tx, services, build.OTHER_MODERATOR, case_id)
    released = await release_case(tx, services, build.OTHER_MODERATOR, case_id)

    assert taken.claimed_by == build.OTHER_MODERATOR
    assert (released.state, released.claimed_by) == (CaseState.OPEN, None)


@pytest.mark.feature("V118")
async def test_nobody_decides_about_their_own_things(tx: Tx, services: Services) -> None:
    """A moderator who owns the thing is refused, and the case waits on."""
    case_id = (await reported_case(tx, services)).case.case_id

    with pytest.raises(errors.OwnThing):
        await decide_case(tx, services, build.OWNER, case_id, REMOVAL)

    assert [one.case.state for one in await queue(tx, services)] == [CaseState.OPEN]


@pytest.mark.feature("V121")
async def test_a_measure_gives_its_reasons(tx: Tx, services: Services) -> None:
    """The statement has every field of DSA article 17(3), and the owner can list it."""
    statement = await removed(tx, services)

    assert statement.decision_visibility == "DECISION_VISIBILITY_CONTENT_REMOVED"
    assert statement.facts == REMOVAL.facts
    assert statement.terms_ground == decisions.policy("hate").terms_ground.said()
    assert (statement.ground, statement.legal_ground) == ("terms", "")
    assert (statement.is_automated_detection, statement.is_automated_decision) == (False, False)
    assert statement.excerpt == "a walk"
    listed = await see_work.statements_of(tx, build.OWNER, PageRequest())
    assert [one.statement for one in listed.items] == [statement]
    assert await queue(tx, services) == []
    assert await published(tx) == [
        "moderation.decided:none",
        "moderation.reported",
        "moderation.decided:remove",
    ]


@pytest.mark.feature("V118")
async def test_what_moderators_do_is_written_down(tx: Tx, services: Services) -> None:
    """Who decided what about which thing, in a chain that proves itself."""
    statement = await removed(tx, services)
    made = await appeal(tx, services, build.OWNER, statement.statement_id, "No!")
    await answer_appeal(tx, services, build.OTHER_MODERATOR, made.appeal_id, STAYS)

    lines = await tx.column(
        str,
        "SELECT action || ' ' || actor_id || ' ' || object_kind || ' ' || object_id "
        "FROM audit_entry ORDER BY seq",
    )
    assert lines == [
        "moderation.case_decided 2001 video 5001",
        "moderation.appeal_answered 2002 video 5001",
    ]
    assert (await audit.prove(tx)).broken_at is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"facts": " "}, "facts"),
        ({"territories": ("de",)}, "territories"),
        ({"policy": "self_harm", "legal_ground": "§ 1"}, "legal_ground"),
    ],
)
@pytest.mark.feature("V121")
async def test_a_measure_without_reasons_is_refused(
    tx: Tx, services: Services, change: dict[str, Any], field: str
) -> None:
    """No reasons, no measure: the case stays open and the thing visible."""
    case_id = (await reported_case(tx, services)).case.case_id

    with pytest.raises(errors.IncompleteRuling) as refused:
        await decide_case(tx, services, build.MODERATOR, case_id, replace(REMOVAL, **change))

    assert refused.value.facts == {"field": field}
    assert (await face.visibility(tx, {build.VIDEO}))[build.VIDEO].is_shown
    assert len(await queue(tx, services)) == 1


@pytest.mark.feature("V125")
@pytest.mark.feature("V124")
@pytest.mark.parametrize(
    ("decision", "allowed"),
    [
        (Decision.LABEL, {"guest", "adult", "owner", "recommended", "reactions"}),
        (Decision.LIMIT, {"guest", "adult", "owner", "recommended"}),
        (Decision.AGE_GATE, {"adult", "owner", "recommended", "reactions"}),
        (Decision.DEMOTE, {"guest", "adult", "owner", "reactions"}),
        (Decision.REMOVE, {"owner"}),
    ],
)
async def test_the_ladder_says_who_sees_what(
    tx: Tx, services: Services, decision: Decision, allowed: set[str]
) -> None:
    """Each rung restricts one thing; only removal hides."""
    case_id = (await reported_case(tx, services)).case.case_id

    ruling = replace(REMOVAL, decision=decision)
    statement = await decide_case(tx, services, build.MODERATOR, case_id, ruling)

    seen = (await face.visibility(tx, {build.VIDEO}))[build.VIDEO]
    assert statement is not None
    assert statement.decision_visibility == decisions.VISIBILITY[decision]
    answers = {
        "guest": seen.is_shown_to(),
        "adult": seen.is_shown_to(is_adult=True),
        "owner": seen.is_shown_to(is_owner=True),
        "recommended": seen.is_recommendable,
        "reactions": seen.is_open_to_reactions,
    }
    assert {question for question, answer in answers.items() if answer} == allowed


@pytest.mark.feature("V125")
async def test_a_law_counts_where_it_holds(tx: Tx, services: Services) -> None:
    """A measure for one territory leaves the others alone."""
    case_id = (await reported_case(tx, services)).case.case_id
    ruling = replace(REMOVAL, legal_ground="§ 86a StGB", territories=("de",))

    await decide_case(tx, services, build.MODERATOR, case_id, ruling)

    shown = {
        market: (await face.visibility(tx, {build.VIDEO}, market))[build.VIDEO].is_shown
        for market in ("de", "us", None)
    }
    assert shown == {"de": False, "us": True, None: False}
    told = await tx.column(
        str,
        "SELECT convert_from(payload, 'UTF8')::json ->> 'territories' FROM infra_outbox "
        "WHERE name = 'moderation.decided' ORDER BY xid, seq",
    )
    assert told == ["[]", '["de"]']


@pytest.mark.feature("V131")
async def test_three_strikes_make_everything_wait(
    tx: Tx, services: Services, clock: HandClock
) -> None:
    """Active points hold an owner's new things; after 90 days they are gone."""
    for number in range(3):
        ref = Ref(RefKind.VIDEO, 6000 + number)
        await build.handed_in(tx, services, ref, f"video {number}")
        await report(tx, services, GUEST, build.notice(ref), is_guest=True)
        case_id = (await queue(tx, services))[0].case.case_id
        await decide_case(tx, services, build.MODERATOR, case_id, REMOVAL)
    points = await face.strike_points(tx, [build.OWNER, AccountId(1)], clock())

    held = await build.handed_in(tx, services, Ref(RefKind.VIDEO, 6010), "a new start")
    clock.move(days=91)
    later = await build.handed_in(tx, services, Ref(RefKind.VIDEO, 6011), "a newer start")

    assert points == {build.OWNER: 3, AccountId(1): 0}
    assert (held, later) == (Verdict.HELD, Verdict.ALLOWED)


@pytest.mark.feature("V122")
async def test_an_overturned_appeal_puts_everything_back(tx: Tx, services: Services) -> None:
    """The thing is visible, the statement withdrawn, the strike gone, and all is told."""
    statement = await removed(tx, services)
    made = await appeal(tx, services, build.OWNER, statement.statement_id, "It is a quotation.")
    assert made.due_at_us - made.opened_at_us == 72 * decisions.HOUR_US

    answer = Answer(is_upheld=False, words="You are right, it quotes somebody.")
    await answer_appeal(tx, services, build.OTHER_MODERATOR, made.appeal_id, answer)

    assert (await face.visibility(tx, {build.VIDEO}))[build.VIDEO] == Visibility()
    assert (await face.strike_points(tx, [build.OWNER], services.clock()))[build.OWNER] == 0
    [listed] = (await see_work.statements_of(tx, build.OWNER, PageRequest())).items
    assert listed.statement.state == "withdrawn"
    assert listed.appeal is not None
    assert listed.appeal.words == answer.words
    assert (await published(tx))[-2:] == ["moderation.decided:none", "moderation.appeal_decided"]
    figures = await face.figures(tx, services.clock())
    assert (figures.appeals_answered, figures.appeals_answered_in_time) == (1, 1)


@pytest.mark.feature("V122")
async def test_an_upheld_appeal_changes_nothing_else(
    tx: Tx, services: Services, clock: HandClock
) -> None:
    """The decision stands; an answer after 72 hours counts as late; there is one answer only."""
    statement = await removed(tx, services)
    made = await appeal(tx, services, build.OWNER, statement.statement_id, "No!")
    clock.move(hours=73)
    assert (await face.figures(tx, clock())).appeals_overdue == 1

    await answer_appeal(tx, services, build.MODERATOR, made.appeal_id, STAYS)

    assert not (await face.visibility(tx, {build.VIDEO}))[build.VIDEO].is_shown
    figures = await face.figures(tx, clock())
    assert (figures.appeals_answered, figures.appeals_answered_in_time) == (1, 0)
    with pytest.raises(errors.AppealClosed):
        await answer_appeal(tx, services, build.MODERATOR, made.appeal_id, STAYS)


@pytest.mark.feature("V122")
async def test_appeals_that_cannot_be(tx: Tx, services: Services, clock: HandClock) -> None:
    """Not mine, twice, too late: refused each with its own code."""
    statement_id = (await removed(tx, services)).statement_id
    with pytest.raises(errors.NoSuchStatement):
        await appeal(tx, services, AccountId(7), statement_id, "Not mine.")
    with pytest.raises(errors.NoSuchStatement):
        await appeal(tx, services, build.OWNER, StatementId(404), "Nothing.")
    clock.move(days=184)
    with pytest.raises(errors.AppealTooLate):
        await appeal(tx, services, build.OWNER, statement_id, "Late.")
    clock.move(days=-100)
    await appeal(tx, services, build.OWNER, statement_id, "In time.")
    with pytest.raises(errors.AppealedBefore):
        await appeal(tx, services, build.OWNER, statement_id, "Again.")


@pytest.mark.feature("V118")
async def test_what_its_owner_deletes_leaves_the_queue(tx: Tx, services: Services) -> None:
    """The case ends as gone, and cannot be decided any more."""
    case_id = (await reported_case(tx, services)).case.case_id

    await forget_content(tx, build.VIDEO)

    assert await queue(tx, services) == []
    with pytest.raises(errors.CaseClosed):
        await decide_case(tx, services, build.MODERATOR, case_id, REMOVAL)


async def test_what_was_said_under_a_deleted_video_is_forgotten(tx: Tx, services: Services) -> None:
    """Words nobody can see any more are not kept; cases about them end as gone."""
    await build.handed_in(tx, services)
    comment = Ref(RefKind.COMMENT, 81)
    said = replace(build.snapshot("what a walk", owner=7), within_id=build.VIDEO.id)
    await face.submit(tx, services, comment, said)
    await report(tx, services, GUEST, build.notice(comment), is_guest=True)

    await forget_content(tx, build.VIDEO)

    assert await queue(tx, services) == []
    assert await tx.value(int, "SELECT count(*) FROM moderation_item") == 0


async def test_a_guest_who_signs_in_stays_one_reporter(tx: Tx, services: Services) -> None:
    """The same report of guest and account becomes one."""
    await reported_case(tx, services)
    account = AccountId(3001)
    await report(tx, services, ViewerId(account), build.notice(), is_guest=False)

    await merge_guest(tx, GuestId(GUEST), account)

    exported = await face.export_person(tx, account)
    assert len(exported["moderation_reports"]) == 1
    assert (await face.export_person(tx, AccountId(GUEST)))["moderation_reports"] == []


@pytest.mark.feature("V99")
async def test_a_person_can_take_everything_and_leave(tx: Tx, services: Services) -> None:
    """The copy has every table; afterwards nothing is left of owner or moderator."""
    statement = await removed(tx, services)
    await appeal(tx, services, build.OWNER, statement.statement_id, "It is a quotation.")
    copy = await face.export_person(tx, build.OWNER)

    await face.erase_person(tx, build.OWNER)
    await face.erase_person(tx, build.MODERATOR)

    assert {table: len(rows) for table, rows in copy.items()} == {
        "moderation_items": 1,
        "moderation_reports": 0,
        "moderation_statements": 1,
        "moderation_appeals": 1,
        "moderation_strikes": 1,
    }
    left = await face.export_person(tx, build.OWNER)
    assert all(rows == [] for rows in left.values())
    assert await tx.value(int, "SELECT count(*) FROM moderation_case WHERE decided_by = 2001") == 0
