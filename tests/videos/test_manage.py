"""Managing one's videos: edits with history, pins, audience, schedule, labels, deletion."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.assets import face as assets
from nightmarket.domains.videos import face as videos
from nightmarket.domains.videos.jobs import each_minute
from nightmarket.domains.videos.values import VideoState
from nightmarket.entry.drain import drain
from nightmarket.events.videos import VideoChanged, VideoPublished, VideoRemoved
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, from_text, to_text
from tests.builders.accounts import sign_up
from tests.builders.app import visit
from tests.builders.videos import Clip, publish, video
from tests.fakes.clock import HandClock

Browser = AsyncTestClient[Any]
FACTS = (VideoPublished, VideoChanged, VideoRemoved)


@dataclass(frozen=True, slots=True)
class Line:
    """A published fact as it is written."""

    name: str
    payload: bytes


async def facts(services: Services) -> list[Any]:
    """Return every fact about videos so far, in order, as the outbox keeps them."""
    kinds = {kind.name: kind for kind in FACTS}
    async with services.database.transaction() as tx:
        lines = await tx.rows(Line, "SELECT name, payload FROM infra_outbox ORDER BY seq")
    return [
        msgspec.json.decode(line.payload, type=kinds[line.name])
        for line in lines
        if line.name in kinds
    ]


@pytest.fixture
async def other(services: Services) -> AsyncIterator[Browser]:
    """Somebody else's browser."""
    async with visit(services) as browser:
        yield browser


@pytest.fixture
async def me(client: Browser) -> AccountId:
    """The signed-in creator."""
    return AccountId(from_text((await sign_up(client, handle="mia"))["account_id"]))


async def built(services: Services, creator: AccountId, **given: Any) -> str:
    """Write a video without bytes; returns its address."""
    async with services.database.transaction() as tx:
        number = await video(tx, services, creator, Clip(**given))
    return f"/api/v1/videos/{to_text(number)}"


@pytest.mark.feature("V70")
async def test_an_edited_caption_keeps_its_history(
    client: Browser, services: Services, me: AccountId, clock: HandClock
) -> None:
    """Tags follow the new words; earlier words are listed newest first; listeners are told."""
    place = await built(services, me, caption="first #one")
    clock.move(minutes=1)
    await client.patch(place, json={"caption": "second #two"})
    clock.move(minutes=1)
    changed = await client.patch(place, json={"caption": "third #two #three"})
    assert (changed.status_code, changed.json()["hashtags"]) == (200, ["two", "three"])
    history = (await client.get(f"{place}/caption-history")).json()["items"]
    assert [edit["caption"] for edit in history] == ["second #two", "first #one"]
    counts = [
        (await client.get(f"/api/v1/hashtags/{tag}")).json()["videos_count"]
        for tag in ("one", "two")
    ]
    assert counts == [0, 1]
    told = [fact.caption for fact in await facts(services) if isinstance(fact, VideoChanged)]
    assert told == ["second #two", "third #two #three"]


@pytest.mark.feature("V71")
async def test_three_videos_can_be_pinned(
    client: Browser, services: Services, me: AccountId, clock: HandClock
) -> None:
    """Pinned ones lead the profile; a fourth is refused until one is unpinned."""
    places = []
    for _ in range(4):
        clock.move(minutes=1)
        places.append(await built(services, me))
    for place in places[:3]:
        assert (await client.patch(place, json={"is_pinned": True})).json()["is_pinned"]
    refused = await client.patch(places[3], json={"is_pinned": True})
    assert (refused.status_code, refused.json()["code"]) == (409, "videos.too_many_pins")
    await client.patch(places[0], json={"is_pinned": False})
    assert (await client.patch(places[3], json={"is_pinned": True})).status_code == 200


@pytest.mark.feature("V52", "V73", "V77", "V54")
async def test_choices_stay_as_they_were_made(
    client: Browser, services: Services, me: AccountId
) -> None:
    """Description, comments, downloads, advertising and level are kept; what was not named stays."""
    place = await built(services, me)
    wish = {"alt_text": "A bowl of noodles", "allow_comments": "followers", "can_download": True,
            "ad_label": True, "content_level": "mature", "ai_label": "creator"}  # fmt: skip
    assert (await client.patch(place, json=wish)).status_code == 200
    after = (await client.patch(place, json={"language": "de"})).json()
    assert {name: after[name] for name in wish} == wish
    assert after["language"] == "de"


@pytest.mark.feature("V54")
async def test_a_video_is_given_away_by_its_creator_only(
    client: Browser, services: Services, me: AccountId, other: Browser
) -> None:
    """Refused until the creator allows it; then the best file comes as an attachment."""
    place = await built(services, me) + "/download"
    refused = await other.get(place, follow_redirects=False)
    assert (refused.status_code, refused.json()["code"]) == (403, "videos.no_download")
    await client.patch(place.removesuffix("/download"), json={"can_download": True})
    answer = await other.get(place, follow_redirects=False)
    assert answer.status_code == 303
    await services.storage.put_bytes(
        answer.headers["location"].split("/media/")[1].split("?")[0], b"film", ""
    )
    kept = await other.get(answer.headers["location"])
    assert kept.headers["content-disposition"] == 'attachment; filename="360.mp4"'


@pytest.mark.feature("V72")
async def test_making_it_private_gives_the_bytes_a_new_address(
    client: Browser, services: Services, me: AccountId, other: Browser
) -> None:
    """Old addresses die, the creator's new ones work, and strangers find nothing."""
    made = await publish(client, services, caption="#gone", seconds=0.6)
    old = [made["renditions"][0]["url"], made["sound"]["audio_url"]]
    place = f"/api/v1/videos/{made['video_id']}"
    assert (await client.patch(place, json={"audience": "only_me"})).status_code == 200
    await drain(services)
    for address in old:
        assert (await other.get(address)).status_code == 404
    (now,) = (await client.get("/api/v1/me/videos")).json()["items"]
    assert (await client.get(now["renditions"][0]["url"])).status_code == 200
    assert (await other.get(f"{place}/caption-history")).status_code == 404
    assert (await client.get("/api/v1/hashtags/gone")).json()["videos_count"] == 0
    assert (await other.get(f"/api/v1/sounds/{made['sound']['sound_id']}")).status_code == 404


@pytest.mark.feature("V69")
async def test_a_scheduled_video_appears_at_its_time(
    client: Browser, services: Services, me: AccountId, clock: HandClock
) -> None:
    """Not a minute before; the past and the far future are refused."""
    made = await publish(client, services, publish="schedule", scheduled_at="2026-03-02T14:00:00Z")
    assert (made["state"], made["scheduled_at"]) == ("scheduled", "2026-03-02T14:00:00.000Z")
    clock.move(minutes=119)
    await each_minute(services, clock())
    assert await states(client) == ["scheduled"]
    clock.move(minutes=1)
    await each_minute(services, clock())
    assert await states(client) == ["live"]
    for at in ("2026-03-02T11:00:00Z", "2027-03-02T11:00:00Z"):
        draft = await built(services, me, state=VideoState.DRAFT)
        refused = await client.patch(draft, json={"publish": "schedule", "scheduled_at": at})
        assert refused.json()["code"] == "videos.bad_schedule"


async def states(client: Browser) -> list[str]:
    """Return the states of one's own videos, newest first."""
    return [one["state"] for one in (await client.get("/api/v1/me/videos")).json()["items"]]


@pytest.mark.feature("V68")
async def test_a_draft_is_seen_by_its_creator_only(
    client: Browser, services: Services, me: AccountId, other: Browser
) -> None:
    """It is listed as a draft, told to nobody, and published when the creator says so."""
    place = await built(services, me, state=VideoState.DRAFT)
    await sign_up(other)
    assert (await other.patch(place, json={"caption": "mine"})).status_code == 404
    assert (await other.delete(place)).status_code == 404
    assert [
        one["state"] for one in (await client.get("/api/v1/me/videos?state=draft")).json()["items"]
    ] == ["draft"]
    assert await facts(services) == []
    assert (await client.patch(place, json={"publish": "now"})).json()["state"] == "live"
    assert [type(fact) for fact in await facts(services)] == [VideoPublished]
    refused = await client.patch(place, json={"publish": "draft"})
    assert (refused.status_code, refused.json()["code"]) == (409, "videos.illegal_move")


@pytest.mark.feature("V74", "V75")
async def test_a_label_by_credentials_cannot_be_taken_away(
    client: Browser, services: Services, me: AccountId
) -> None:
    """The creator may say more, never less, than the film's own valid credentials."""
    place = await built(services, me)
    async with services.database.transaction() as tx:
        await tx.run("UPDATE videos_video SET is_ai_by_credentials = true")
    refused = await client.patch(place, json={"ai_label": "none"})
    assert (refused.status_code, refused.json()["code"]) == (403, "videos.ai_label_stays")
    assert (await client.patch(place, json={"caption": "x"})).json()["ai_label"] == "credentials"


async def test_a_deleted_video_leaves_nothing(
    client: Browser, services: Services, me: AccountId
) -> None:
    """Rows, films, pictures, sound and upload are gone, and listeners are told once."""
    made = await publish(client, services, caption="#bye @mia")
    place = f"/api/v1/videos/{made['video_id']}"
    await client.put(f"{place}/captions/en", content=b"00:01.000 --> 00:02.000\nHi")
    await client.patch(place, json={"caption": "bye"})
    assert (await client.delete(place)).status_code == 204
    await drain(services)
    async with services.database.transaction() as tx:
        rows = await videos.export_person(tx, me)
        uploads = await assets.export_person(tx, services, me)
    assert {table: found for table, found in {**rows, **uploads}.items() if found} == {}
    root = services.settings.data_directory
    assert [path for path in root.rglob("*") if path.is_file() and path.suffix != ".eml"] == []
    told = await facts(services)
    assert [fact.reason for fact in told if isinstance(fact, VideoRemoved)] == ["deleted"]
    assert (await client.delete(place)).status_code == 404
