"""The race on a real database: enrolment, measuring, gates that ask moderation, deals, the feed."""

from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest

from nightmarket.domains.analytics import face as analytics
from nightmarket.domains.analytics import store as figures
from nightmarket.domains.analytics.rules.fold import Folded
from nightmarket.domains.feed.rules.weights import RANDOM_CODE
from nightmarket.domains.moderation import face as moderation
from nightmarket.domains.moderation.actions.decide_case import decide_case
from nightmarket.domains.moderation.store import cases
from nightmarket.domains.moderation.values import Decision, Ref, RefKind, Ruling, Snapshot
from nightmarket.domains.pools import face as pools
from nightmarket.domains.pools import store
from nightmarket.domains.pools.actions.deal import deal
from nightmarket.domains.pools.actions.measure import measure_videos
from nightmarket.domains.pools.actions.show_pool import show_pool
from nightmarket.domains.pools.errors import NoPool
from nightmarket.domains.pools.rules.allocation import FLOOR
from nightmarket.domains.pools.rules.levels import Step
from nightmarket.domains.pools.values.items import ItemKind, ItemRef, State
from nightmarket.domains.pools.values.standing import Standing
from nightmarket.domains.videos.values import Audience
from nightmarket.entry.drain import drain
from nightmarket.events.videos import VideoRemoved
from nightmarket.infra.outbox import publish
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, VideoId, from_text
from tests.builders import accounts
from tests.builders.feed import Film, Viewer, makers, show
from tests.fakes.clock import HandClock


async def films(
    services: Services, count: int, creators_count: int = 1
) -> tuple[AccountId, list[VideoId]]:
    """Publish films that moderation has read; returns the first creator and the films."""
    creators = await makers(services, creators_count)
    wanted = [Film(maker=n % creators_count, words=f"a walk, part {n}") for n in range(count)]
    made = await show(services, creators, wanted)
    async with services.database.transaction() as tx:
        for number, video_id in enumerate(made):
            snapshot = Snapshot(
                owner_id=creators[0], market="us", language="en", text=f"a walk, part {number}"
            )
            await moderation.submit(tx, services, Ref(RefKind.VIDEO, video_id), snapshot)
    await drain(services)
    return creators[0], made


async def showings(
    services: Services, video_id: VideoId, grown: list[int], fresh: list[int] | None = None
) -> None:
    """Add exposures, long views, likes, comments, shares and saves, and let the race measure."""
    outcomes: defaultdict[tuple[int, bool, int], list[int]] = defaultdict(lambda: [0] * 6)
    outcomes[video_id, False, 20_000] = grown
    if fresh is not None:
        outcomes[video_id, True, 20_000] = fresh
    async with services.database.transaction() as tx:
        await figures.put(tx, Folded(outcomes=outcomes))
        await measure_videos(tx, services, [video_id])


async def standing(services: Services, video_id: VideoId) -> Standing:
    """How a video stands."""
    async with services.database.transaction() as tx:
        found = await store.standing(tx, ItemRef(ItemKind.VIDEO, video_id))
    assert found is not None
    return found


async def where(services: Services, video_id: VideoId) -> tuple[int, State]:
    """Its level and state."""
    found = await standing(services, video_id)
    return found.level, found.state


async def test_what_the_feed_shows_is_measured_once_and_apart_for_the_fresh(
    services: Services, viewer: Viewer, clock: HandClock
) -> None:
    _, made = await films(services, 3)
    first = (await viewer.page())[0]
    await viewer.watch(first, 4_000)
    await viewer.watch(first, 6_500)
    await viewer.settle()
    clock.move(days=2)
    second = (await viewer.page())[0]
    await viewer.watch(second, 1_500)
    await viewer.settle()

    async with services.database.transaction() as tx:
        rows = await analytics.outcomes(tx, made)
    found = sorted((row.is_fresh, row.exposures, row.long_views) for row in rows)
    assert found == [(False, 1, 0), (True, 1, 1)]


async def test_a_rebuild_gives_the_same_outcomes(services: Services, viewer: Viewer) -> None:
    _, made = await films(services, 3, 3)
    for item in await viewer.page():
        await viewer.watch(item, 10_000)
    await viewer.settle()
    async with services.database.transaction() as tx:
        before = await analytics.outcomes(tx, made)
        await analytics.rebuild_counters(tx)
        after = await analytics.outcomes(tx, made)
    assert sorted(map(repr, before)) == sorted(map(repr, after))
    assert len(before) == 3


async def test_a_good_video_rises_one_level_at_a_time(services: Services) -> None:
    _, made = await films(services, 2)
    assert await where(services, made[0]) == (0, State.RACING)
    await showings(services, made[0], [100, 60, 10, 0, 0, 0])
    assert await where(services, made[0]) == (1, State.RACING)
    await showings(services, made[1], [100, 10, 0, 0, 0, 0])
    assert await where(services, made[1]) == (0, State.RACING)


async def test_fresh_accounts_lift_one_level_and_then_somebody_looks(services: Services) -> None:
    creator, (video_id, ordinary) = await films(services, 2)
    await showings(services, ordinary, [5_000, 700, 100, 0, 0, 0])
    flood = [10_000, 10_000, 10_000, 0, 0, 0]
    await showings(services, video_id, [100, 25, 4, 0, 0, 0], flood)
    await showings(services, video_id, [500, 300, 60, 0, 0, 0], flood)
    assert (await standing(services, video_id)).level == 1
    await showings(services, video_id, [1, 1, 0, 0, 0, 0])
    assert await where(services, video_id) == (1, State.REVIEW)

    async with services.database.transaction() as tx:
        case = await cases.case_about(tx, Ref(RefKind.VIDEO, video_id))
        assert case is not None
        assert "younger than a day" in case.note
        # The same words handed in again are told as decided, and open no gate.
        snapshot = Snapshot(owner_id=creator, market="us", language="en", text="a walk, part 0")
        await moderation.submit(tx, services, Ref(RefKind.VIDEO, video_id), snapshot)
    await drain(services)
    assert await where(services, video_id) == (1, State.REVIEW)

    async with services.database.transaction() as tx:
        moderator = await accounts.account(tx, services)
        fine = Ruling(decision=Decision.NONE, policy="spam", facts="")
        await decide_case(tx, services, moderator, case.case_id, fine)
    await drain(services)
    assert await where(services, video_id) == (2, State.RACING)


async def test_what_may_not_be_recommended_leaves_the_race(services: Services) -> None:
    creator, made = await films(services, 2)
    removed = VideoRemoved(
        event_id=services.ids(),
        occurred_at=services.clock(),
        market="us",
        video_id=made[0],
        creator_id=creator,
        reason="deleted",
    )
    async with services.database.transaction() as tx:
        await publish(tx, removed)
    await drain(services)
    assert await where(services, made[0]) == (0, State.CLOSED)
    async with services.database.transaction() as tx:
        found = await deal(tx, services)
    assert found.item_ids.tolist() == [made[1]]


async def test_videos_for_fewer_people_do_not_race(services: Services) -> None:
    creators = await makers(services, 1)
    (video_id,) = await show(services, creators, [Film(audience=Audience.FOLLOWERS)])
    async with services.database.transaction() as tx:
        assert await store.standing(tx, ItemRef(ItemKind.VIDEO, video_id)) is None


async def test_a_deal_pays_the_floor_first_and_ends_with_the_day(
    services: Services, clock: HandClock
) -> None:
    _, made = await films(services, 30)
    async with services.database.transaction() as tx:
        first = await deal(tx, services)
    owed = 30 * FLOOR
    assert first.dealt.sum() == first.impressions == 200
    assert first.item_ids.tolist() == made[:10], "oldest first"
    assert (first.shortfall, first.late) == (owed - 200, 0)
    clock.move(hours=3)
    async with services.database.transaction() as tx:
        assert (await deal(tx, services)).late == 20
    clock.move(hours=22)
    async with services.database.transaction() as tx:
        last = await deal(tx, services)
        assert last.item_ids.tolist() == []
        newer = await pools.deal_after(tx, last.made_at_us)
    assert newer is None
    assert await where(services, made[0]) == (0, State.DONE)


async def test_exploration_shows_whom_the_deal_names_and_logs_by_which_chance(
    services: Services, viewer: Viewer, clock: HandClock
) -> None:
    _, made = await films(services, 30, 5)
    for video_id in made[5:]:
        await showings(services, video_id, [200, 20, 0, 0, 0, 0])
    async with services.database.transaction() as tx:
        found = await deal(tx, services)
    assert set(found.item_ids.tolist()) == set(made[:5])
    clock.move(seconds=11)

    explored = []
    for _ in range(30):
        viewer.cursor = None
        await viewer.client.post("/api/v1/feed/start-over")
        page = await viewer.page()
        explored += [item for item in page if item["is_exploration"] and not is_random(item)]
        clock.move(minutes=2)
        async with services.database.transaction() as tx:
            await deal(tx, services)
    names = {viewer_id(item) for item in explored}
    assert names
    assert names <= set(made[:5])


def is_random(item: dict[str, Any]) -> bool:
    """Whether the slot was one of the few that are drawn from everything."""
    return bool(item["reason"]["code"] == RANDOM_CODE)


def viewer_id(item: dict[str, object]) -> int:
    """The id of an item's video."""
    from_page = item["video"]
    assert isinstance(from_page, dict)
    return from_text(from_page["video_id"])


async def test_the_creator_sees_rates_against_the_field_and_nobody_else_does(
    services: Services, clock: HandClock
) -> None:
    creator, (video_id, other) = await films(services, 2)
    await showings(services, video_id, [80, 18, 2, 0, 0, 0], [10, 9, 9, 0, 0, 0])
    await showings(services, other, [1_000, 150, 20, 0, 0, 0])
    now_us = microseconds(clock())
    async with services.database.transaction() as tx:
        found = await show_pool(tx, video_id, creator, now_us)
        stranger = await accounts.account(tx, services)
        with pytest.raises(NoPool):
            await show_pool(tx, video_id, stranger, now_us)
        with pytest.raises(NoPool):
            await show_pool(tx, VideoId(1), creator, now_us)
    assert (found.level_name, found.granted, found.used) == ("newcomer", 100, 90)
    assert found.counted == pytest.approx(81.0)
    by_signal = {one.signal: one for one in found.measured}
    long_view = by_signal["long_view"]
    assert long_view.low < long_view.rate < long_view.high
    assert long_view.low < long_view.usual < long_view.high
    assert found.gate.step is Step.STAY
    assert found.gate.lift_missing > 0
    assert found.ends_at_us - now_us <= timedelta(days=1) / timedelta(microseconds=1)


async def test_an_account_takes_its_race_along_and_leaves_nothing(services: Services) -> None:
    creator, made = await films(services, 2)
    async with services.database.transaction() as tx:
        rows = (await pools.export_person(tx, creator))["pools_item"]
        assert [row["item_id"] for row in rows] == made
        await pools.erase_person(tx, creator)
        assert await pools.export_person(tx, creator) == {"pools_item": []}
    assert (await where(services, made[0]))[1] is State.CLOSED
