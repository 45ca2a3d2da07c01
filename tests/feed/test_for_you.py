"""The For You tab: it learns within a session, spaces, remembers, and never shows what is gone."""

import itertools

import pytest

from nightmarket.entry.drain import drain
from nightmarket.events.videos import VideoRemoved
from nightmarket.infra.outbox import publish
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import from_text
from tests.builders.feed import Film, Viewer, makers, show


def kinds(items: list[dict[str, object]]) -> list[str]:
    """The first hashtag of each item."""
    return [item["video"]["hashtags"][0] for item in items]  # type: ignore[index]


@pytest.mark.feature("V1")
async def test_the_next_page_follows_what_was_watched(services: Services, viewer: Viewer) -> None:
    """Three fractals to the end and three skipped songs, and the next page is mostly fractals."""
    creators = await makers(services, 5)
    films = [
        Film(maker=number % 5, tags=("fractal" if number % 2 else "song",)) for number in range(60)
    ]
    await show(services, creators, films)

    first = await viewer.page()
    assert len(first) == 8
    watched = {"fractal": 0, "song": 0}
    for item in first:
        kind = item["video"]["hashtags"][0]
        if watched[kind] < 3:
            watched[kind] += 1
            await viewer.watch(item, 10_000 if kind == "fractal" else 700)
    await viewer.settle()
    second = await viewer.page()

    assert watched == {"fractal": 3, "song": 3}
    chosen = [item for item in second if not item["is_exploration"]]
    assert kinds(chosen).count("fractal") >= len(chosen) - 1


@pytest.mark.feature("V16")
async def test_nobody_comes_twice_in_a_row(services: Services, viewer: Viewer) -> None:
    """Not the same creator, not the same sound, over several pages."""
    creators = await makers(services, 3)
    films = [Film(maker=number % 3, sound_id=900 + number % 2) for number in range(40)]
    await show(services, creators, films)

    for _ in range(3):
        items = await viewer.page()
        assert len(items) == 8
        makers_seen = [item["video"]["creator"]["account_id"] for item in items]
        assert all(a != b for a, b in itertools.pairwise(makers_seen))


@pytest.mark.feature("V15")
async def test_nothing_is_served_twice_until_everything_was(
    services: Services, viewer: Viewer
) -> None:
    """Five pages are all different; then the feed goes on with what was seen longest ago."""
    creators = await makers(services, 4)
    made = await show(services, creators, [Film(maker=number % 4) for number in range(40)])

    seen: list[int] = []
    for _ in range(5):
        seen += await viewer.ids()
    assert sorted(seen) == sorted(made)

    again = await viewer.ids()
    assert len(again) == 8
    assert not set(again) & set(seen[-8:])
    assert viewer.cursor is not None


@pytest.mark.feature("V1")
async def test_a_new_video_appears_and_a_removed_one_does_not(
    services: Services, viewer: Viewer
) -> None:
    """Published: on the next page. Removed: gone at once, even before anybody heard of it."""
    creators = await makers(services, 3)
    await show(services, creators, [Film(maker=number % 2) for number in range(4)])
    assert len(await viewer.ids()) == 4

    (fresh,) = await show(services, creators, [Film(maker=2)])
    assert fresh in await viewer.ids()

    (doomed,) = await show(services, creators, [Film(maker=2)])
    async with services.database.transaction() as tx:
        await tx.run(
            "UPDATE videos_video SET state = 'removed' WHERE video_id = %(video_id)s",
            video_id=doomed,
        )
    assert doomed not in await viewer.ids()

    async with services.database.transaction() as tx:
        await publish(
            tx,
            VideoRemoved(
                event_id=services.ids(),
                occurred_at=services.clock(),
                market="us",
                video_id=doomed,
                creator_id=creators[2],
                reason="deleted",
            ),
        )
    await drain(services)
    assert doomed not in await viewer.ids()


@pytest.mark.feature("V1")
async def test_an_item_has_what_a_player_needs(services: Services, viewer: Viewer) -> None:
    """Impression, place, whole video and the reason in words."""
    creators = await makers(services, 2)
    made = await show(services, creators, [Film(maker=0), Film(maker=1)])

    items = await viewer.page()

    assert [item["position"] for item in items] == [0, 1]
    assert {from_text(item["video"]["video_id"]) for item in items} == set(made)
    assert all(len(item["impression_id"]) == 64 for item in items)
    assert all(item["reason"]["words"] for item in items)
    assert all(item["video"]["creator"]["handle"] for item in items)
    assert viewer.pages[0]["is_personalised"] is True
    assert viewer.pages[0]["why_not_personalised"] is None


async def test_an_empty_market_is_an_empty_page(viewer: Viewer) -> None:
    """Not an error."""
    assert await viewer.page() == []
    assert viewer.cursor is None


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"tab": "nonsense"}, "feed.unknown_tab"),
        ({"limit": 0}, "page.limit_out_of_range"),
        ({"cursor": "nonsense"}, "page.malformed_cursor"),
    ],
)
async def test_nonsense_is_refused(viewer: Viewer, params: dict[str, str | int], code: str) -> None:
    """With a stable code."""
    answer = await viewer.client.get("/api/v1/feed", params=params)

    assert answer.status_code == 422
    assert answer.json()["code"] == code
