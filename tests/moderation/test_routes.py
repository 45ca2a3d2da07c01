"""Promises of moderation over HTTP, from a guest's report to the owner's appeal."""

from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.moderation import face
from nightmarket.domains.moderation.actions.decide_case import decide_case
from nightmarket.domains.moderation.actions.report import report
from nightmarket.domains.moderation.actions.see_work import waiting_cases
from nightmarket.domains.moderation.actions.send_receipt import forget_contacts
from nightmarket.domains.moderation.values import (
    Decision,
    Notice,
    Ref,
    RefKind,
    Ruling,
    Snapshot,
)
from nightmarket.entry.drain import drain
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, ViewerId, from_text, to_text
from nightmarket.kernel.pages import PageRequest
from tests.builders import accounts as people
from tests.builders.app import visit

VIDEO = 5001
Browser = AsyncTestClient[Any]


async def give_role(services: Services, me: dict[str, Any], role: str) -> None:
    """Make somebody a moderator, as `nightmarket admin` does."""
    async with services.database.transaction() as tx:
        await tx.run(
            "UPDATE identity_account SET roles = ARRAY[%(role)s] WHERE account_id = %(account_id)s",
            role=role,
            account_id=from_text(me["account_id"]),
        )


async def owned_video(services: Services, me: dict[str, Any]) -> dict[str, str]:
    """A video somebody handed in; returns its reference."""
    async with services.database.transaction() as tx:
        snapshot = Snapshot(
            owner_id=AccountId(from_text(me["account_id"])),
            market="us",
            language="en",
            text="a doubtful clip",
            asset_keys=("abc/poster.webp",),
        )
        await face.submit(tx, services, Ref(RefKind.VIDEO, VIDEO), snapshot)
    return {"kind": "video", "id": to_text(VIDEO)}


@pytest.mark.feature("V117")
@pytest.mark.feature("V118")
@pytest.mark.feature("V121")
@pytest.mark.feature("V122")
async def test_from_a_guest_s_report_to_an_answered_appeal(
    services: Services, client: Browser
) -> None:
    """Everybody sees their part of the story, and nobody more."""
    async with (
        visit(services) as owner,
        visit(services) as moderator,
    ):
        me = await people.sign_up(owner, handle="ada")
        await give_role(services, await people.sign_up(moderator, handle="judge"), "moderator")
        ref = await owned_video(services, me)

        reported = await client.post("/api/v1/reports", json={"ref": ref, "policy": "misleading"})
        assert reported.status_code == 201, reported.text
        assert (await client.get("/api/v1/moderation/queue")).status_code == 404
        assert (await owner.get("/api/v1/moderation/queue")).status_code == 404

        queue = (await moderator.get("/api/v1/moderation/queue")).json()
        [case] = queue["items"]
        assert case["owner"]["handle"] == "ada"
        assert case["asset_urls"] == ["/media/abc/poster.webp"]
        claimed = await moderator.post(f"/api/v1/moderation/cases/{case['case_id']}/claim")
        assert claimed.json()["state"] == "claimed"
        ruling = {"decision": "demote", "policy": "misleading", "facts": "It shows another year."}
        place = f"/api/v1/moderation/cases/{case['case_id']}/decision"
        decided = await moderator.post(place, json=ruling)
        assert decided.status_code == 201, decided.text

        spoken = {"Accept-Language": "zh-Hans"}
        [statement] = (await owner.get("/api/v1/me/statements", headers=spoken)).json()["items"]
        assert statement["decision_visibility"] == "DECISION_VISIBILITY_CONTENT_DEMOTED"
        assert statement["facts"] == "It shows another year."
        assert statement["terms_ground"].startswith("社区规则第 15 条")
        assert statement["territorial_scope"] == ["everywhere"]
        assert statement["redress"] == [
            "internal_appeal",
            "out_of_court_settlement",
            "judicial",
        ]
        place = f"/api/v1/statements/{statement['statement_id']}/appeal"
        assert (await owner.post(place, json={"text": "It says so."})).status_code == 201
        twice = await owner.post(place, json={"text": "Again."})
        assert (twice.status_code, twice.json()["code"]) == (409, "moderation.appealed_before")

        [waiting] = (await moderator.get("/api/v1/moderation/appeals")).json()["items"]
        place = f"/api/v1/moderation/appeals/{waiting['appeal']['appeal_id']}/decision"
        answered = await moderator.post(place, json={"uphold": False, "words": "Right."})
        assert answered.json()["state"] == "overturned"
        [statement] = (await owner.get("/api/v1/me/statements")).json()["items"]
        assert (statement["state"], statement["appeal"]["outcome"]) == ("withdrawn", "Right.")
        figures = (await moderator.get("/api/v1/moderation/figures")).json()
        assert (figures["appeals_in_time_share"], figures["appeals_in_time_target"]) == (1, 0.95)
        closed = (await moderator.get("/api/v1/moderation/cases")).json()
        assert [one["decision"] for one in closed["items"]] == ["demote"]


@pytest.mark.feature("V117")
async def test_an_illegal_notice_of_a_guest_needs_a_contact(
    services: Services, client: Browser
) -> None:
    """The refusal names the field; with it, the notice is taken."""
    me = await people.sign_up(client)
    ref = await owned_video(services, me)
    await client.delete("/api/v1/session")
    notice = {
        "ref": ref,
        "policy": "fraud",
        "is_illegal": True,
        "explanation": "It sells a passport that is plainly forged.",
        "good_faith": True,
    }

    refused = await client.post("/api/v1/reports", json=notice)
    taken = await client.post("/api/v1/reports", json={**notice, "contact": "ada@example.org"})

    assert (refused.status_code, refused.json()["code"]) == (422, "moderation.incomplete_notice")
    assert refused.json()["facts"] == {"field": "contact"}
    assert taken.status_code == 201


@pytest.mark.feature("V118")
async def test_profiles_are_read_as_they_change(services: Services, client: Browser) -> None:
    """A listed word in a bio opens a case; the profile itself stays."""
    await people.sign_up(client, handle="plain")
    answer = await client.patch("/api/v1/me", json={"bio": "buy followers here"})
    assert answer.status_code == 200, answer.text
    await drain(services)

    async with services.database.transaction() as tx:
        found = await tx.column(str, "SELECT ref_kind || ' ' || policy FROM moderation_case")
        held = await tx.column(bool, "SELECT is_held FROM moderation_item")
    assert found == ["profile spam"]
    assert held == [False]


@pytest.mark.feature("V117")
async def test_who_gives_notice_hears_that_it_arrived_and_what_came_of_it(
    services: Services, client: Browser
) -> None:
    """DSA article 16(4) and (5): two mails in the language of the notice, the outcome named."""
    async with visit(services) as owner:
        ref = await owned_video(services, await people.sign_up(owner))
    judge = await people.sign_up(client, handle="judge")
    await give_role(services, judge, "moderator")
    async with services.database.transaction() as tx:
        notice = Notice(
            ref=Ref(RefKind.VIDEO, from_text(ref["id"])),
            policy="fraud",
            is_illegal=True,
            explanation="It sells a passport that is plainly forged.",
            contact="melder@example.org",
            is_good_faith=True,
            language="de",
        )
        await report(tx, services, ViewerId(9001), notice, is_guest=True)
    await drain(services)
    async with services.database.transaction() as tx:
        [seen] = (await waiting_cases(tx, PageRequest(), services.clock(), market=None)).items
        ruling = Ruling(
            decision=Decision.REMOVE, policy="fraud", facts="A forged passport is offered."
        )
        judge_id = AccountId(from_text(judge["account_id"]))
        await decide_case(tx, services, judge_id, seen.case.case_id, ruling)
    await drain(services)

    mails = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in (services.settings.data_directory / "mails").glob("*.eml")
    ]
    to_reporter = {
        str(mail["Subject"]).rsplit(" ", 1)[0]: str(mail.get_content())
        for mail in mails
        if mail["To"] == "melder@example.org"
    }
    assert len(to_reporter) == 2
    decided = next(text for text in to_reporter.values() if "Ergebnis" in text)
    assert "Der Inhalt wird nicht mehr gezeigt." in decided
    for days, left in ((182, 1), (184, 0)):
        await forget_contacts(services, services.clock() + timedelta(days=days))
        async with services.database.transaction() as tx:
            count = await tx.value(
                int, "SELECT count(*) FROM moderation_report WHERE contact <> ''"
            )
        assert count == left
