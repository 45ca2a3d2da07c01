"""Promises of search over HTTP: what comes, who remembers it, and how it is forgotten."""

from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.moderation import face as moderation
from nightmarket.domains.moderation.actions.decide_case import decide_case
from nightmarket.domains.moderation.actions.open_case import open_own
from nightmarket.domains.moderation.values import Decision, Ref, RefKind, Ruling, Snapshot
from nightmarket.entry.drain import drain
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, from_text, to_text
from tests.builders import accounts as people
from tests.builders import search as build
from tests.builders.app import visit

Browser = AsyncTestClient[Any]


@pytest.mark.feature("V20")
async def test_results_come_with_places_to_highlight(services: Services, client: Browser) -> None:
    """Videos, people and hashtags in one page; positions instead of marked-up text."""
    me = await people.sign_up(client, handle="nachtmensch", name="Nacht Mensch")
    async with services.database.transaction() as tx:
        creator = AccountId(from_text(me["account_id"]))
        video_id = await build.findable(
            tx, services, creator, "Ein <b>Nachtmarkt</b> bei Nacht #nacht", language="de"
        )
    await drain(services)

    found = (await client.get("/api/v1/search", params={"q": "nacht"})).json()

    assert [video["video_id"] for video in found["videos"]] == [to_text(video_id)]
    assert [person["handle"] for person in found["people"]] == ["nachtmensch"]
    assert found["hashtags"] == [{"tag": "nacht", "videos_count": 1}]
    caption = found["videos"][0]["caption"]
    marked = [caption[start:end] for start, end in found["highlights"][to_text(video_id)]]
    assert marked == ["Nacht", "Nacht", "nacht"]
    assert (found["corrected"], found["next_cursor"]) == (None, None)


@pytest.mark.feature("V22")
async def test_own_searches_are_remembered_until_forgotten(
    services: Services, client: Browser
) -> None:
    """Offered first when nothing is typed; forgotten one by one or all at once; nobody else's."""
    me = await people.sign_up(client, handle="ada.l")
    async with services.database.transaction() as tx:
        await build.findable(tx, services, AccountId(from_text(me["account_id"])), "ramen soba")
    for query in ("ramen", "soba", "nothing like it"):
        await client.get("/api/v1/search", params={"q": query})

    async def recent() -> list[str]:
        items = (await client.get("/api/v1/search/suggestions")).json()["items"]
        return [item["text"] for item in items if item["kind"] == "recent"]

    assert set(await recent()) == {"ramen", "soba"}
    await client.delete("/api/v1/search/recent", params={"q": "Ramen"})
    assert await recent() == ["soba"]
    await client.delete("/api/v1/search/recent")
    assert await recent() == []


@pytest.mark.feature("V20")
@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"q": "x" * 201}, 422),
        ({"q": "x", "kind": "films"}, 400),
        ({"q": "x", "limit": "101"}, 422),
        ({"q": "x", "cursor": "!"}, 422),
        ({"q": "", "kind": "all"}, 200),
        ({"q": "' | !(<-> & :*\\", "kind": "all"}, 200),
        ({"q": "\u0000 %_%", "kind": "people"}, 200),
    ],
)
async def test_odd_questions_are_answered_calmly(
    client: Browser, params: dict[str, str], status: int
) -> None:
    """Refused with words, or found nothing; never an error of ours."""
    answer = await client.get("/api/v1/search", params=params)

    assert answer.status_code == status, answer.text


@pytest.mark.feature("V125")
async def test_a_law_of_one_market_hides_there_only(services: Services, client: Browser) -> None:
    """The film plays on elsewhere, its owner sees it, and nobody in that market finds it."""
    async with visit(services) as german:
        me = await people.sign_up(client, handle="ada.l")
        await people.sign_up(german, market="de", language="de")
        creator = AccountId(from_text(me["account_id"]))
        async with services.database.transaction() as tx:
            video_id = await build.findable(tx, services, creator, "forbidden signs")
            ref = Ref(RefKind.VIDEO, video_id)
            owner = Snapshot(owner_id=creator, market="us", language="en", text="forbidden signs")
            await moderation.submit(tx, services, ref, owner)
            case = await open_own(tx, services, ref, "extremism", "seen on patrol")
            ruling = Ruling(
                decision=Decision.REMOVE,
                policy="extremism",
                facts="It shows signs that are forbidden there.",
                legal_ground="§ 86a StGB",
                territories=("de",),
            )
            await decide_case(tx, services, AccountId(1), case.case_id, ruling)
        await drain(services)

        found = {
            market: [
                (await browser.get("/api/v1/search", params={"q": "signs"})).json()["videos"] != [],
                (await browser.get(f"/api/v1/videos/{to_text(video_id)}")).status_code,
            ]
            for market, browser in (("us", client), ("de", german))
        }

    assert found == {"us": [True, 200], "de": [False, 404]}
