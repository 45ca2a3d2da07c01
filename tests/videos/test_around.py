"""What surrounds a video: captions, sounds, playlists, embeds, decisions, and its creator's rights."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.assets import face as assets
from nightmarket.domains.videos import face
from nightmarket.domains.videos.actions.hear_decision import hear_decision
from nightmarket.domains.videos.rules.head import HeadFacts, head_html
from nightmarket.domains.videos.store import prints
from nightmarket.domains.videos.store.persons import EXPORTS
from nightmarket.domains.videos.values import Audience, Mention
from nightmarket.entry.drain import drain
from nightmarket.events.moderation import ContentDecided
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, SoundId, from_text, to_text
from tests.builders.accounts import account, sign_up
from tests.builders.app import visit
from tests.builders.videos import Clip, publish, video

Browser = AsyncTestClient[Any]


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
    """Write a video without bytes; returns its id as text."""
    async with services.database.transaction() as tx:
        return to_text(await video(tx, services, creator, Clip(**given)))


@pytest.mark.feature("V43", "V45")
async def test_captions_are_uploaded_served_and_removed(
    client: Browser, services: Services, me: AccountId, other: Browser
) -> None:
    """SubRip in, WebVTT out, one file a language, the creator's only to change."""
    place = f"/api/v1/videos/{await built(services, me)}/captions/zh_hans"
    srt = "1\n00:00:01,000 --> 00:00:02,000\n<b>夜市</b>\n".encode()
    put = await client.put(place, content=srt, headers={"Content-Type": "application/x-subrip"})
    assert (put.status_code, put.json()["language"]) == (200, "zh-Hans")
    served = await other.get(put.json()["url"])
    assert served.headers["content-type"] == "text/vtt; charset=utf-8"
    assert served.text == "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<b>夜市</b>\n"
    refused = await client.put(place, content=b"no captions")
    assert (refused.status_code, refused.json()["code"]) == (422, "videos.bad_captions")
    await sign_up(other)
    assert (await other.put(place, content=srt)).status_code == 404
    assert (await client.delete(place)).status_code == 204
    assert (await other.get(put.json()["url"])).status_code == 404


@pytest.mark.feature("V19", "V60")
async def test_a_sound_is_found_and_used_by_others(
    client: Browser, services: Services, me: AccountId, other: Browser
) -> None:
    """The second film carries the first one's sound, whose page counts both; muted ones have none."""
    first = await publish(client, services, seconds=1.0, hue=0.2)
    sound_id = first["sound"]["sound_id"]
    await sign_up(other, handle="leo")
    wish = {"mode": "use", "sound_id": sound_id, "original_volume_pct": 0}
    second = await publish(other, services, seconds=0.8, hue=0.9, sound=wish)
    assert second["sound"]["sound_id"] == sound_id
    shown = (await client.get(f"/api/v1/sounds/{sound_id}")).json()
    assert (shown["uses_count"], shown["by"]["handle"]) == (2, "mia")
    assert shown["original_video_id"] == first["video_id"]
    found = (await other.get("/api/v1/sounds?query=mi")).json()["items"]
    assert [one["sound_id"] for one in found] == [sound_id]
    assert (await other.get("/api/v1/sounds?query=%25")).json()["items"] == []
    mute = await publish(other, services, sound={"mode": "mute"})
    assert mute["sound"] is None
    await client.delete(f"/api/v1/videos/{first['video_id']}")
    await drain(services)
    assert (await other.get(f"/api/v1/sounds/{sound_id}")).status_code == 404
    left = (await other.get("/api/v1/me/videos")).json()["items"]
    assert [one["sound"] for one in left] == [None, None]
    assert (await other.get(left[1]["renditions"][0]["url"])).status_code == 200


@pytest.mark.feature("V58")
async def test_a_trim_and_a_cover_are_kept(
    client: Browser, services: Services, me: AccountId
) -> None:
    """Only the part asked for is published; nonsense is refused before any work."""
    wish: dict[str, Any] = {"trim": {"start_ms": 500, "end_ms": 1500}, "cover_at_ms": 900}
    made = await publish(client, services, seconds=2.0, **wish)
    assert made["duration_ms"] == pytest.approx(1000, abs=80)
    assert made["cover_url"] != made["poster_url"]
    refused = await client.post(
        "/api/v1/videos", json={"upload_id": "zz", "trim": {"start_ms": 500, "end_ms": 600}}
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "videos.bad_cut")


@pytest.mark.feature("V27")
async def test_a_playlist_keeps_its_order(
    client: Browser, services: Services, me: AccountId, other: Browser
) -> None:
    """Videos play in the order they were put in; strangers miss what is not for them."""
    ids = [await built(services, me), await built(services, me), await built(services, me, audience=Audience.ONLY_ME)]  # fmt: skip
    made = (await client.post("/api/v1/playlists", json={"title": "  Noodle\n series "})).json()
    assert made["title"] == "Noodle series"
    place = f"/api/v1/playlists/{made['playlist_id']}"
    for number in (ids[1], ids[0], ids[2], ids[0]):
        assert (await client.put(f"{place}/videos/{number}")).status_code == 204
    for browser, expected in ((client, [ids[1], ids[0], ids[2]]), (other, [ids[1], ids[0]])):
        shown = (await browser.get(place)).json()
        assert [one["video_id"] for one in shown["videos"]] == expected
    await client.delete(f"{place}/videos/{ids[1]}")
    assert (await client.patch(place, json={"title": "Soup"})).json()["videos_count"] == 2
    listed = (await other.get("/api/v1/profiles/mia/playlists")).json()["items"]
    assert [one["title"] for one in listed] == ["Soup"]
    await sign_up(other)
    assert (await other.delete(place)).status_code == 404
    assert (await other.put(f"{place}/videos/{ids[1]}")).status_code == 404
    assert (await client.delete(place)).status_code == 204
    assert (await client.get(place)).status_code == 404


@pytest.mark.feature("V30")
async def test_other_sites_can_embed_a_public_video(
    client: Browser, services: Services, me: AccountId
) -> None:
    """OEmbed names a frame of a few kilobytes without scripts; private videos are not named."""
    number = await built(services, me, caption='A "night" <b>out</b>')
    page = f"{services.settings.public_url}/@mia/video/{number}"
    answer = await client.get("/api/v1/oembed", params={"url": page, "maxwidth": 360})
    oembed = answer.json()
    assert (oembed["type"], oembed["width"], oembed["height"]) == ("video", 360, 640)
    frame = re.search(r'src="([^"]+)"', oembed["html"])
    assert frame is not None
    shown = await client.get(frame[1].removeprefix(services.settings.public_url))
    assert "<script" not in shown.text
    assert len(shown.content) < 3000
    assert "frame-ancestors *" in shown.headers["content-security-policy"]
    private = await built(services, me, audience=Audience.ONLY_ME)
    for url in (
        page.replace(number, private),
        "https://elsewhere.example/@mia/video/1",
        "x",
        f"{page}/more",
    ):
        missing = await client.get("/api/v1/oembed", params={"url": url})
        assert (missing.status_code, missing.json()["code"]) == (404, "videos.not_an_address")


def test_head_tags_are_escaped() -> None:
    """No caption can leave an attribute, the title or the structured data."""
    evil = '"><script>alert(1)</script>&\u2028'
    html = head_html(
        HeadFacts(
            page_url="https://n.example/@a/video/1", embed_url="https://n.example/e", oembed_url="https://n.example/o",
            site_name="Nightmarket", creator_name=evil, creator_handle="a", creator_url="https://n.example/@a",
            caption=evil, hashtags=(evil,), picture_url=None, film_url=None, width=720, height=1280,
            duration_ms=1500, published_at="2026-03-02T12:00:00.000Z", views=3, likes=2,
        )
    )  # fmt: skip
    assert "<script>alert" not in html
    assert html.count("</script>") == 1
    data = json.loads(html[html.index("{") : html.rindex("}") + 1])
    assert data["description"].startswith('"><script>')
    assert data["duration"] == "PT1.5S"


async def decide(services: Services, number: str, decision: str) -> None:
    """Let videos hear a decision."""
    fact = ContentDecided(
        event_id=services.ids(), occurred_at=services.clock(), market="us", ref_kind="video",
        ref_id=from_text(number), owner_id=AccountId(1), decision=decision, policy="spam", statement_id=None,
    )  # fmt: skip
    async with services.database.transaction() as tx:
        await hear_decision(tx, fact, services)
    await drain(services)


async def test_a_removed_video_is_gone_until_an_appeal_is_won(
    client: Browser, services: Services, me: AccountId, other: Browser
) -> None:
    """Its addresses die at once; won back, it is live again under new ones."""
    made = await publish(client, services, caption="#odd")
    number, old = made["video_id"], made["renditions"][0]["url"]
    await decide(services, number, "remove")
    assert (await other.get(old)).status_code == 404
    assert (await other.get(f"/api/v1/videos/{number}/caption-history")).status_code == 404
    (mine,) = (await client.get("/api/v1/me/videos")).json()["items"]
    assert (mine["state"], mine["restriction"]) == ("removed", "remove")
    refused = await client.patch(f"/api/v1/videos/{number}", json={"caption": "x"})
    assert (refused.status_code, refused.json()["code"]) == (409, "videos.illegal_move")
    await decide(services, number, "none")
    (mine,) = (await client.get("/api/v1/me/videos")).json()["items"]
    assert mine["state"] == "live"
    assert (await other.get(mine["renditions"][0]["url"])).status_code == 200


async def test_an_age_gate_keeps_guests_out(
    client: Browser, services: Services, me: AccountId, other: Browser
) -> None:
    """Signed-in adults still watch."""
    number = await built(services, me)
    place = f"/api/v1/videos/{number}/caption-history"
    await decide(services, number, "age_gate")
    assert (await other.get(place)).status_code == 404
    await sign_up(other)
    assert (await other.get(place)).status_code == 200


@pytest.mark.feature("V121", "V122")
async def test_export_and_erasure_cover_every_table(
    client: Browser, services: Services, me: AccountId, other: Browser
) -> None:
    """Each table of videos has the account's rows in the export, and none after erasure."""
    made = await publish(client, services, caption="#all")
    place = f"/api/v1/videos/{made['video_id']}"
    await client.patch(place, json={"caption": "all of it #all"})
    await client.put(f"{place}/captions/en", content=b"00:01.000 --> 00:02.000\nHi")
    playlist = (await client.post("/api/v1/playlists", json={"title": "All"})).json()["playlist_id"]
    await client.put(f"/api/v1/playlists/{playlist}/videos/{made['video_id']}")
    async with services.database.transaction() as tx:
        own = SoundId(from_text(made["sound"]["sound_id"]))
        await prints.keep(tx, own, b"\1\0\0\0", [1])  # So short a tone says nothing by itself.
        friend = await account(tx, services)
        mention = await video(
            tx, services, friend, Clip(caption="hi @mia", mentions=(Mention("mia", me),))
        )
        tables = await tx.column(
            str,
            "SELECT table_name::text FROM information_schema.tables WHERE table_name LIKE 'videos\\_%%'",
        )
        assert set(tables) == set(EXPORTS)
        exported = await face.export_person(tx, me)
        json.dumps(exported)
        assert {table for table, rows in exported.items() if not rows} == set()
        for key in await face.export_files(tx, me):
            assert (await services.storage.info(key)).size_bytes > 0
    async with services.database.transaction() as tx:
        assert await face.erase_person(tx, services, me, services.clock()) == 1
        await assets.erase_person(tx, services, me)
        left = await face.export_person(tx, me)
        assert {table: rows for table, rows in left.items() if rows} == {}
        assert (await face.videos(tx, [mention], None))[mention].mentions == ()
    await drain(services)
    root = services.settings.data_directory
    assert [path for path in root.rglob("*") if path.is_file() and path.suffix != ".eml"] == []
