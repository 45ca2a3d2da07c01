"""What is watched outside the feed counts there and teaches it: every list mints impressions."""

from typing import Any

import pytest

from nightmarket.domains.analytics.face import key_of, verify_impression
from nightmarket.domains.analytics.values import Surface
from nightmarket.domains.videos.values import VideoState
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, VideoId, from_text, to_text
from tests.builders import accounts
from tests.builders.analytics import uuid7
from tests.builders.app import visit
from tests.builders.feed import Film, Viewer, makers, show
from tests.builders.videos import Clip, video
from tests.fakes.clock import HandClock

SOUND = 900


async def sing(services: Services, video_ids: list[VideoId]) -> None:
    """Give videos one public sound."""
    async with services.database.transaction() as tx:
        await tx.run(
            "INSERT INTO videos_sound (sound_id, creator_id, market, title, duration_ms, "
            "media_key, original_video_id, is_public, uses_count, created_at_us) "
            "SELECT %(sound)s, creator_id, market, 'a tune', 1000, 'tune', video_id, true, 2, 1 "
            "FROM videos_video WHERE video_id = %(first)s",
            sound=SOUND,
            first=video_ids[0],
        )
        await tx.run(
            "UPDATE videos_video SET sound_id = %(sound)s WHERE video_id = ANY(%(ids)s)",
            sound=SOUND,
            ids=video_ids,
        )


async def handle_of(viewer: Viewer, video_id: VideoId) -> str:
    """Whose video it is."""
    found = (await viewer.client.get(f"/api/v1/videos/{to_text(video_id)}")).json()
    return str(found["creator"]["handle"])


async def listed(viewer: Viewer, path: str, items: str = "items") -> list[dict[str, Any]]:
    """A list's videos, each with its impression as the feed's items have it."""
    answer = await viewer.client.get("/api/v1" + path)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert len(found["impressions"]) == len(found[items]) > 0
    return [
        {"impression_id": impression_id, "video": one}
        for one, impression_id in zip(found[items], found["impressions"], strict=True)
    ]


@pytest.mark.feature("V1")
@pytest.mark.parametrize(
    ("path", "surface"),
    [
        ("/hashtags/market/videos", Surface.HASHTAG),
        ("/profiles/{handle}/videos", Surface.PROFILE),
        ("/sounds/{sound}/videos", Surface.SOUND),
        ("/search?q=film", Surface.SEARCH),
    ],
)
async def test_a_list_mints_an_impression_for_each_video(
    services: Services, viewer: Viewer, path: str, surface: Surface
) -> None:
    """In the order of the videos, for this viewer and this surface; watching it is counted."""
    creators = await makers(services, 1)
    made = await show(services, creators, [Film(), Film()])
    await sing(services, made)
    handle = await handle_of(viewer, made[0])
    place = path.format(handle=handle, sound=to_text(SOUND))

    items = await listed(viewer, place, "videos" if surface is Surface.SEARCH else "items")
    key = key_of(services.secret)
    read = [verify_impression(one["impression_id"], key) for one in items]
    assert [to_text(one.video_id) for one in read] == [one["video"]["video_id"] for one in items]
    assert [(one.surface, one.position) for one in read] == [(surface, 0), (surface, 1)]
    assert len({one.request_id for one in read}) == 1

    await viewer.watch(items[0], 9_900)
    await viewer.settle()
    first = items[0]["video"]["video_id"]
    assert (await viewer.client.get(f"/api/v1/videos/{first}")).json()["counts"]["views"] == 1


@pytest.mark.feature("V81")
async def test_what_one_kept_mints_impressions_too(services: Services, viewer: Viewer) -> None:
    """Likes, saves and a collection: coming back to a film is a watch like any other."""
    creators = await makers(services, 1)
    (made,) = await show(services, creators, [Film()])
    await accounts.sign_up(viewer.client)
    await viewer.client.put(f"/api/v1/videos/{to_text(made)}/like")
    collection = (await viewer.client.post("/api/v1/collections", json={"title": "x"})).json()
    body = {"collection_id": collection["collection_id"]}
    await viewer.client.put(f"/api/v1/videos/{to_text(made)}/save", json=body)

    for path in ("/me/likes", "/me/saves", f"/collections/{body['collection_id']}/videos"):
        (item,) = await listed(viewer, path)
        read = verify_impression(item["impression_id"], key_of(services.secret))
        assert (read.surface, read.video_id) == (Surface.COLLECTION, made)


@pytest.mark.feature("V91")
async def test_a_video_s_own_page_mints_one(services: Services, viewer: Viewer) -> None:
    """A live film has an impression of its link; a draft has none, for its creator either."""
    creators = await makers(services, 1)
    (made,) = await show(services, creators, [Film()])
    found = (await viewer.client.get(f"/api/v1/videos/{to_text(made)}")).json()
    read = verify_impression(found["impression_id"], key_of(services.secret))
    assert (read.surface, read.position, read.video_id) == (Surface.LINK, 0, made)
    await viewer.watch({"impression_id": found["impression_id"], "video": found}, 5_000)
    await viewer.settle()
    assert (await viewer.client.get(f"/api/v1/videos/{to_text(made)}")).json()["counts"][
        "views"
    ] == 1

    me = await accounts.sign_up(viewer.client)
    async with services.database.transaction() as tx:
        mine = AccountId(from_text(me["account_id"]))
        draft = await video(tx, services, mine, Clip(state=VideoState.DRAFT))
    shown = (await viewer.client.get(f"/api/v1/videos/{to_text(draft)}")).json()
    assert (shown["state"], shown["impression_id"]) == ("draft", None)
    studio = (await viewer.client.get("/api/v1/me/videos")).json()
    assert "impressions" not in studio


@pytest.mark.feature("V1")
async def test_watching_in_a_list_teaches_the_feed(services: Services, viewer: Viewer) -> None:
    """Fractals watched to the end on their hashtag's page: the feed opens with fractals."""
    creators = await makers(services, 5)
    films = [
        Film(maker=number % 5, tags=("fractal" if number % 2 else "song",)) for number in range(60)
    ]
    await show(services, creators, films)
    for item in (await listed(viewer, "/hashtags/fractal/videos?limit=6"))[:5]:
        await viewer.watch(item, 10_000)
    for item in (await listed(viewer, "/hashtags/song/videos?limit=6"))[:5]:
        await viewer.watch(item, 500)
    await viewer.settle()

    page = [item for item in await viewer.page() if not item["is_exploration"]]
    kinds = [item["video"]["hashtags"][0] for item in page]
    assert kinds.count("fractal") >= len(kinds) - 1


@pytest.mark.feature("V9")
async def test_why_says_that_one_opened_it(services: Services, viewer: Viewer) -> None:
    """Nothing ranked a film on a hashtag's page; whose impression it is not learns nothing."""
    creators = await makers(services, 1)
    await show(services, creators, [Film()])
    (item,) = await listed(viewer, "/hashtags/market/videos")

    why = (await viewer.client.get(f"/api/v1/feed/why/{item['impression_id']}")).json()
    assert (why["source"], why["is_personalised"], why["stage_report"]) == ("hashtag", False, [])
    words = "You opened it yourself, in a list or by a link"
    assert why["reasons"] == [{"code": "chosen", "words": words, "weight": 0.0}]

    viewer.client.cookies.clear()
    answer = await viewer.client.get(f"/api/v1/feed/why/{item['impression_id']}")
    assert (answer.status_code, answer.json()["code"]) == (404, "feed.no_such_serving")


@pytest.mark.feature("V1")
async def test_what_a_guest_had_not_sent_is_taken_after_signing_in(
    services: Services, viewer: Viewer, clock: HandClock
) -> None:
    """A page that signs up, or in again, still has watches of the guest: they are the account's."""
    creators = await makers(services, 1)
    await show(services, creators, [Film(), Film()])
    first, second = await listed(viewer, "/hashtags/market/videos")
    me = await accounts.sign_up(viewer.client)
    await viewer.watch(first, 9_900)
    await viewer.client.delete("/api/v1/session")
    (again, _) = await listed(viewer, "/hashtags/market/videos")
    await accounts.sign_in(viewer.client, me["handle"])
    await viewer.watch(again, 9_900)
    await viewer.watch(second, 9_900)
    await viewer.settle()
    async with services.database.transaction() as tx:
        found = await tx.column(
            int,
            "SELECT video_id FROM analytics_watch WHERE viewer_id = %(me)s ORDER BY video_id DESC",
            me=from_text(me["account_id"]),
        )
    assert [to_text(one) for one in found] == [one["video"]["video_id"] for one in (first, second)]

    async with visit(services) as stranger:
        await accounts.sign_up(stranger)
        other = Viewer(stranger, services, clock)
        event = {
            "event_id": uuid7(clock(), 5),
            "kind": "watch",
            "impression_id": first["impression_id"],
            "occurred_at_ms": int(clock().timestamp() * 1000),
            "watch_ms": 1,
        }
        answer = await other.client.post("/api/v1/events", json={"events": [event]})
        assert answer.json()["refused"][0]["code"] == "analytics.impression_of_another"
