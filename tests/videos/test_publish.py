"""From an upload to a video that plays, through HTTP with the jobs run."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import AsyncTestClient
from moto.server import ThreadedMotoServer

from nightmarket.domains.videos.actions.hear_decision import hear_decision
from nightmarket.domains.videos.actions.heighten_video import choose_taller
from nightmarket.domains.videos.jobs import each_minute
from nightmarket.domains.videos.store import work
from nightmarket.entry.drain import drain
from nightmarket.events.moderation import ContentDecided
from nightmarket.infra import s3
from nightmarket.infra.services import Services
from nightmarket.infra.settings import Settings
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, VideoId, from_text
from tests.builders.accounts import sign_up
from tests.builders.app import visit
from tests.builders.clips import make_clip
from tests.builders.videos import hand_in, publish, upload
from tests.fakes.clock import HandClock

Browser = AsyncTestClient[Any]


@pytest.mark.feature("V56")
async def test_a_film_is_live_and_plays_once_the_jobs_ran(
    client: Browser, services: Services, tmp_path: Path
) -> None:
    """tus, POST, work: then guests get renditions, posters and a sound, and every file is served."""
    await sign_up(client, handle="mia")
    video = await publish(
        client, services, caption="Noodles at night #food #夜市 @mia", seconds=1.0
    )
    assert video["state"] == "live"
    assert video["hashtags"] == ["food", "夜市"]
    assert [mention["handle"] for mention in video["mentions"]] == ["mia"]
    assert [one["name"] for one in video["renditions"]] == ["360"]
    assert video["sound"]["title"] == "@mia"
    assert video["duration_ms"] == pytest.approx(1000, abs=60)
    addresses = [
        video["poster_url"], video["cover_url"], video["hls_url"], video["sound"]["audio_url"],
        video["storyboard"]["url"], *(one["url"] for one in video["renditions"]),
    ]  # fmt: skip
    for address in addresses:
        assert (await client.get(address)).status_code == 200, address
    progress = (await client.get(f"/api/v1/videos/{video['video_id']}/progress")).json()
    assert (progress["state"], progress["fraction"]) == ("done", 1)
    assert progress["refusal"] is None


async def test_a_file_that_is_no_film_is_refused_with_words(
    client: Browser, services: Services
) -> None:
    """The creator is told why; nothing of it is left on the disk."""
    await sign_up(client)
    video = await hand_in(client, await upload(client, b"this is a text, not a film" * 100))
    await drain(services)
    progress = (await client.get(f"/api/v1/videos/{video['video_id']}/progress")).json()
    assert progress["state"] == "refused"
    assert progress["refusal"]["code"] == "media.unknown_type"
    assert "no film" in progress["refusal"]["words"]
    root = services.settings.data_directory
    assert [path for path in root.rglob("*") if path.is_file() and path.suffix != ".eml"] == []


async def test_a_draft_may_come_before_its_upload_is_whole(
    client: Browser, services: Services, tmp_path: Path
) -> None:
    """The work begins with the last byte, and the draft waits for its creator's word."""
    await sign_up(client)
    film = make_clip(tmp_path / "clip.mp4", seconds=0.6).read_bytes()
    place = await upload(client, film, bytes_sent=1000)
    video = await hand_in(client, place, publish="draft")
    assert video["state"] == "draft"
    await drain(services)
    await upload(client, film, place=place, bytes_sent=len(film), offset=1000)
    await drain(services)
    (draft,) = (await client.get("/api/v1/me/videos?state=draft")).json()["items"]
    assert draft["renditions"][0]["name"] == "360"
    answer = await client.patch(f"/api/v1/videos/{draft['video_id']}", json={"publish": "now"})
    assert answer.json()["state"] == "live"


async def test_films_can_live_in_an_object_store(services: Services, tmp_path: Path) -> None:
    """With S3 every file is there and served, its addresses move, and nothing stays on the disk."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        settings = Settings(
            storage="s3",
            s3_endpoint_url=f"http://{host}:{port}",
            s3_bucket="films",
            s3_access_key="test",
            s3_secret_key="test",
        )
        storage = s3.from_settings(settings)
        storage._client.create_bucket(Bucket="films")
        afar = replace(services, storage=storage)
        async with visit(afar) as browser:
            await sign_up(browser)
            made = await publish(browser, afar, seconds=0.6)
            addresses = [
                made["poster_url"],
                made["hls_url"],
                made["sound"]["audio_url"],
                made["renditions"][0]["url"],
            ]
            for address in addresses:
                assert (await browser.get(address)).status_code == 200, address
            part = await browser.get(addresses[3], headers={"Range": "bytes=4-7"})
            assert (part.status_code, part.content) == (206, b"ftyp")
            place = f"/api/v1/videos/{made['video_id']}"
            await browser.patch(place, json={"audience": "only_me"})
            await drain(afar)
            assert (await browser.get(addresses[3])).status_code == 404
            await browser.delete(place)
            await drain(afar)
        assert storage._client.list_objects_v2(Bucket="films")["KeyCount"] == 0
        root = services.settings.data_directory
        assert [path for path in root.rglob("*") if path.is_file() and path.suffix != ".eml"] == []
    finally:
        server.stop()


@pytest.mark.feature("V57")
async def test_a_film_that_is_too_long_is_refused(services: Services, tmp_path: Path) -> None:
    """The limit is a setting; the creator is told both figures."""
    short = replace(services, settings=replace(services.settings, upload_duration_ms_max=500))
    film = make_clip(tmp_path / "clip.mp4", seconds=1.0).read_bytes()
    async with visit(short) as browser:
        await sign_up(browser)
        video = await hand_in(browser, await upload(browser, film))
        await drain(short)
        progress = (await browser.get(f"/api/v1/videos/{video['video_id']}/progress")).json()
    assert progress["refusal"]["code"] == "media.too_long"


async def test_work_whose_worker_died_begins_anew(
    client: Browser, services: Services, tmp_path: Path, clock: HandClock
) -> None:
    """A worker that is gone for two minutes is replaced; until then nobody else starts."""
    await sign_up(client)
    film = make_clip(tmp_path / "clip.mp4", seconds=0.6).read_bytes()
    video = await hand_in(client, await upload(client, film))
    video_id = VideoId(from_text(video["video_id"]))
    async with services.database.transaction() as tx:
        await work.begin(tx, video_id, microseconds(clock()))
    await drain(services)
    place = f"/api/v1/videos/{video['video_id']}/progress"
    assert (await client.get(place)).json()["state"] == "probing"
    clock.move(minutes=3)
    await each_minute(services, clock())
    await drain(services)
    done = (await client.get(place)).json()
    assert (done["state"], done["is_held"]) == ("done", False)


async def test_held_words_wait_for_a_person(
    client: Browser, services: Services, tmp_path: Path
) -> None:
    """The film is made meanwhile, seen by nobody else, and live once a moderator lets it go."""
    me = await sign_up(client)
    made = await publish(client, services, caption="i will kill you, joking", audience="only_me")
    assert made["state"] == "processing"
    progress = (await client.get(f"/api/v1/videos/{made['video_id']}/progress")).json()
    assert progress["is_held"] is True
    fact = ContentDecided(
        event_id=services.ids(),
        occurred_at=services.clock(),
        market="us",
        ref_kind="video",
        ref_id=from_text(made["video_id"]),
        owner_id=AccountId(from_text(me["account_id"])),
        decision="none",
        policy="",
        statement_id=None,
    )
    async with services.database.transaction() as tx:
        await hear_decision(tx, fact, services)
    (now,) = (await client.get("/api/v1/me/videos")).json()["items"]
    assert now["state"] == "live"


async def test_a_film_watched_enough_gets_a_taller_rendition(
    client: Browser, services: Services, tmp_path: Path, clock: HandClock
) -> None:
    """At 300 views 1,080 lines are added under a new address, and the kept upload goes."""
    await sign_up(client)
    film = make_clip(tmp_path / "tall.mp4", seconds=0.4, width=1080, height=1920).read_bytes()
    await hand_in(client, await upload(client, film))
    await drain(services)
    (before,) = (await client.get("/api/v1/me/videos")).json()["items"]
    assert [one["name"] for one in before["renditions"]] == ["360", "540", "720"]
    await choose_taller(services, clock())
    await drain(services)
    async with services.database.transaction() as tx:
        await tx.run(
            "INSERT INTO analytics_counter (video_id, views) VALUES (%(video_id)s, 300)",
            video_id=from_text(before["video_id"]),
        )
    await choose_taller(services, clock())
    await drain(services)
    (after,) = (await client.get("/api/v1/me/videos")).json()["items"]
    assert [one["name"] for one in after["renditions"]] == ["360", "540", "720", "1080"]
    assert before["hls_url"] != after["hls_url"]
    assert (await client.get(after["renditions"][3]["url"])).status_code == 200
    source = services.storage.local_path(f"src{before['video_id']}/source.bin")
    assert source is not None
    assert not source.exists()
