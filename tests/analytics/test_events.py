"""What players report is believed, appended once, and counted the same however it arrives."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from psycopg.sql import SQL, Identifier

from nightmarket.domains.analytics import face
from nightmarket.domains.analytics.actions.fold_log import fold_log
from nightmarket.domains.analytics.actions.take_events import Taken, take_events
from nightmarket.domains.analytics.actions.trim_log import trim_log
from nightmarket.domains.analytics.errors import MalformedBatch, TooManyEvents
from nightmarket.domains.analytics.rules.pace import Pace
from nightmarket.infra import eventlog
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import GuestId, VideoId, ViewerId
from tests.builders.analytics import Player, uuid7
from tests.fakes.clock import HandClock

HELD_BACK = "SELECT count(*) FROM infra_event WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())"
VIDEO = VideoId(500)
OTHER = VideoId(501)
NOON = HandClock().instant
TAMPERED = "one letter was changed"


def viewer(number: int = 7, **more: Any) -> Subject:
    """A viewer of market us."""
    return Subject(viewer_id=ViewerId(number), guest_id=GuestId(number), **more)


async def send(services: Services, events: list[Any], subject: Subject | None = None) -> Taken:
    """Report events in a transaction of their own."""
    async with services.database.transaction() as tx:
        return await take_events(
            tx, json.dumps({"events": events}).encode(), subject or viewer(), services, Pace()
        )


async def fold(services: Services) -> int:
    """Fold what is there, once older transactions on the shared server have ended."""
    for _ in range(500):
        async with services.database.transaction() as tx:
            if not await tx.value(int, HELD_BACK):
                return await fold_log(tx, services)
        await asyncio.sleep(0.01)
    raise AssertionError("an older transaction does not end")


async def figures(services: Services, video_id: VideoId = VIDEO) -> tuple[int, int, int]:
    """Views, watch time and finishes of a video."""
    async with services.database.transaction() as tx:
        found = (await face.counters(tx, [video_id]))[video_id]
    return found.views, found.watch_ms, found.finishes


async def test_a_batch_is_taken_once(services: Services, clock: HandClock) -> None:
    """The same batch again, or one event twice in a batch, is counted as repeated."""
    player = Player(7)
    shown = player.shows(VIDEO, clock())
    clock.move(seconds=10)
    events = [player.event(shown, clock(), watch_ms=ms) for ms in (1000, 2000, 3000)]

    assert await send(services, [*events, events[0]]) == Taken(3, 1, ())
    assert await send(services, events) == Taken(0, 3, ())
    assert await fold(services) == 3
    assert await fold(services) == 0
    assert await figures(services) == (1, 6000, 0)


async def test_repeats_are_known_across_days(services: Services, clock: HandClock) -> None:
    """An event belongs to the day in its own id, so it meets its first copy a day later."""
    player = Player(7)
    clock.move(hours=11, minutes=59)
    shown = player.shows(VIDEO, clock())
    event = player.event(shown, clock(), watch_ms=500)

    assert (await send(services, [event])).accepted == 1
    clock.move(hours=20)
    assert await send(services, [event]) == Taken(0, 1, ())


async def test_samples_of_one_impression_add_up(services: Services, clock: HandClock) -> None:
    """One view and all the time, in whatever order and batches they come, but no more than passed."""
    player = Player(7)
    shown = player.shows(VIDEO, clock())
    clock.move(seconds=11)
    first, second, third = (
        player.event(shown, clock(), watch_ms=watch_ms, position_ms=at, duration_ms=10_000)
        for watch_ms, at in ((400, 400), (5000, 5400), (4200, 9600))
    )

    await send(services, [first])
    await fold(services)
    assert await figures(services) == (0, 400, 0)
    await send(services, [third, second])
    await fold(services)
    assert await figures(services) == (1, 9600, 1)

    await send(services, [player.event(shown, clock(), watch_ms=9000, duration_ms=10_000)])
    await fold(services)
    assert await figures(services) == (1, 13_000, 1)


async def test_seeking_to_the_end_is_no_finish(services: Services, clock: HandClock) -> None:
    """Nor is a loop that nobody had the time to play; the retention curve shows how far it went."""
    player = Player(7)
    clock.move(seconds=1)
    for more in ({"position_ms": 9_900}, {"loops": 3}):
        shown = player.shows(VIDEO, clock())
        clock.move(seconds=5)
        await send(
            services, [player.event(shown, clock(), watch_ms=2000, duration_ms=10_000, **more)]
        )
    await fold(services)

    assert await figures(services) == (2, 4000, 0)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "like"}, "analytics.kind_not_taken"),
        ({"kind": "levitate"}, "analytics.unknown_kind"),
        ({"impression_id": "A" * 64}, "analytics.unknown_impression"),
        ({"watch_ms": 12_001 + 10}, "analytics.implausible_watch"),
        ({"watch_ms": None}, "analytics.implausible_watch"),
        ({"watch_ms": -1}, "analytics.malformed"),
        ({"watch_ms": "long"}, "analytics.malformed"),
        ({"watch_ms": 10**30}, "analytics.malformed"),
        ({"event_id": "x"}, "analytics.malformed"),
        ({"event_id": "6f9619ff-8b86-4011-b42d-00c04fc964ff"}, "analytics.event_id_not_v7"),
        ({"occurred_at_ms": 0}, "analytics.implausible_time"),
        ({"occurred_at_ms": 2**53}, "analytics.implausible_time"),
        ({"event_id": uuid7(NOON + timedelta(days=1), 1)}, "analytics.implausible_time"),
        ({"event_id": uuid7(NOON - timedelta(days=3), 1)}, "analytics.implausible_time"),
        ({"kind": "profile_visit", "impression_id": TAMPERED}, "analytics.unknown_impression"),
        ({"kind": "profile_visit", "occurred_at_ms": 0}, "analytics.implausible_time"),
        ({"kind": "profile_visit", "watch_ms": 10**7}, "analytics.implausible_watch"),
        ({"kind": "follow"}, "analytics.kind_not_taken"),
        ({"kind": "not_interested"}, "analytics.kind_not_taken"),
    ],
)
async def test_an_impossible_event_is_refused_by_name(
    services: Services, clock: HandClock, change: dict[str, Any], code: str
) -> None:
    """Only it: its neighbours are taken, nothing of it is in a figure, and it is counted by name."""
    player = Player(7)
    shown = player.shows(VIDEO, clock())
    clock.move(seconds=10)
    good = [player.event(shown, clock(), watch_ms=5000) for _ in range(2)]
    bad = {**player.event(shown, clock(), watch_ms=5000), **change}
    if change.get("impression_id") == TAMPERED:
        bad["impression_id"] = ("A" if shown[20] != "A" else "B").join((shown[:20], shown[21:]))
    refused = eventlog.EVENTS.labels(code)
    before = refused._value.get()

    taken = await send(services, [good[0], bad, good[1]])
    assert refused._value.get() == before + 1

    assert taken.accepted == 2
    assert [(one.index, one.code) for one in taken.refused] == [(1, code)]
    await fold(services)
    assert await figures(services) == (1, 10_000, 0)


async def test_the_wall_clock_bounds_watching(services: Services, clock: HandClock) -> None:
    """Exactly the passed time plus two seconds is possible, one millisecond more is not."""
    player = Player(7)
    shown = player.shows(VIDEO, clock())
    clock.move(seconds=10)

    taken = await send(
        services, [player.event(shown, clock(), watch_ms=ms) for ms in (12_000, 12_001)]
    )

    assert taken.accepted == 1
    assert [one.index for one in taken.refused] == [1]


async def test_nobody_reports_for_another(services: Services, clock: HandClock) -> None:
    """An impression belongs to the viewer it was served to, or to the guest they were."""
    shown = Player(8).shows(VIDEO, clock())
    event = Player(7).event(shown, clock(), watch_ms=10)

    taken = await send(services, [event])
    assert [one.code for one in taken.refused] == ["analytics.impression_of_another"]

    was_guest = Subject(viewer_id=ViewerId(9), guest_id=GuestId(8))
    assert (await send(services, [event], was_guest)).accepted == 1


async def test_old_and_future_events_are_refused(services: Services, clock: HandClock) -> None:
    """A phone may keep events for two days, and its clock may be five minutes ahead."""
    player = Player(7)
    shown = player.shows(VIDEO, clock())
    at = clock()
    clock.move(hours=47)
    assert (await send(services, [player.event(shown, at, watch_ms=1)])).accepted == 1
    clock.move(hours=2)
    taken = await send(services, [player.event(shown, at, watch_ms=1)])
    assert [one.code for one in taken.refused] == ["analytics.implausible_time"]

    fresh = player.shows(VIDEO, clock())
    ahead = [player.event(fresh, clock() + timedelta(minutes=m), watch_ms=1) for m in (4, 6)]
    taken = await send(services, ahead)
    assert (taken.accepted, [one.index for one in taken.refused]) == (1, [1])


async def test_the_body_must_be_a_batch(services: Services) -> None:
    """Not a list, or more than 500, is refused as a whole."""
    async with services.database.transaction() as tx:
        for body in (b"", b"[]", b'{"events": 1}', b"\xff"):
            with pytest.raises(MalformedBatch):
                await take_events(tx, body, viewer(), services, Pace())
    with pytest.raises(TooManyEvents):
        await send(services, [{}] * 501)
    assert len((await send(services, [{}] * 500)).refused) == 500


async def test_too_many_events_of_one_viewer_are_refused() -> None:
    """The allowance is a burst that fills again with time; others have their own."""
    pace = Pace(burst=10, per_second=1)

    assert [pace.take(7, 6, 0), pace.take(7, 6, 0), pace.take(7, 6, 0)] == [6, 4, 0]
    assert pace.take(8, 6, 0) == 6
    assert pace.take(7, 6, 3000) == 3
    assert pace.take(7, 100, 10**9) == 10


@pytest.mark.feature("V8")
@pytest.mark.parametrize(
    "subject",
    [viewer(is_personalised=False), viewer(market="de", is_minor=True)],
    ids=["switched off", "minor where the market forbids it"],
)
async def test_whoever_may_not_be_profiled_is_counted_without_a_name(
    services: Services, clock: HandClock, subject: Subject
) -> None:
    """The view counts; no row says whose it was."""
    player = Player(7)
    shown = player.shows(VIDEO, clock())
    clock.move(seconds=10)

    assert (await send(services, [player.event(shown, clock(), watch_ms=5000)], subject)).accepted
    await fold(services)

    assert await figures(services) == (1, 5000, 0)
    async with services.database.transaction() as tx:
        assert await face.recent_watches(tx, ViewerId(7), clock()) == []
        assert await eventlog.of_viewer(tx, 7) == []


async def test_what_was_watched_is_known_newest_first(services: Services, clock: HandClock) -> None:
    """The feed learns from it within the same session."""
    player = Player(7)
    for video_id, watch_ms in ((VIDEO, 9900), (OTHER, 300)):
        shown = player.shows(video_id, clock())
        clock.move(seconds=11)
        event = player.event(shown, clock(), watch_ms=watch_ms, duration_ms=10_000)
        await send(services, [event])
    await fold(services)

    async with services.database.transaction() as tx:
        found = await face.recent_watches(tx, ViewerId(7), clock())
    assert [(one.video_id, one.watch_ms, one.is_finish) for one in found] == [
        (OTHER, 300, False),
        (VIDEO, 9900, True),
    ]


async def test_a_rebuild_gives_the_same_figures(services: Services, clock: HandClock) -> None:
    """Counters, days, retention and watches come out of the log again, to the last digit."""
    players = [Player(number) for number in range(20, 30)]
    for step in range(12):
        for player in players:
            shown = player.shows(VIDEO if step % 2 else OTHER, clock())
            watches = [
                player.event(
                    shown, clock(), watch_ms=part * step * 90, duration_ms=3000, loops=step // 9
                )
                for part in (1, 2)
            ]
            clock.move(seconds=4)
            await send(services, watches, viewer(player.viewer_id))
        await fold(services)
        clock.move(hours=3)

    async with services.database.transaction() as tx:
        before = await everything(tx)
        assert len(before["daily"]) == 4
        assert await face.rebuild_counters(tx) == 240
        assert await everything(tx) == before
        assert await fold_log(tx, services) == 0


async def test_the_log_is_dropped_by_days_and_counters_stay(
    services: Services, clock: HandClock
) -> None:
    """What is older than the retention goes as whole partitions; a rebuild keeps its figures."""
    player = Player(7)
    for _ in range(2):
        shown = player.shows(VIDEO, clock())
        clock.move(seconds=10)
        await send(services, [player.event(shown, clock(), watch_ms=5000)])
        await fold(services)
        clock.move(days=40)
    clock.move(days=-40)

    async with services.database.transaction() as tx:
        assert await tx.value(int, "SELECT count(*) FROM infra_event") == 2
        gone = await trim_log(tx, clock(), 30)
        assert len(gone) == 1
        assert await tx.value(int, "SELECT count(*) FROM infra_event") == 1
        await face.rebuild_counters(tx)
    assert await figures(services) == (2, 10_000, 0)


async def everything(tx: Tx) -> dict[str, list[Any]]:
    """Every row the folds keep."""
    found = {}
    for table in ("counter", "daily", "retention", "watch", "exposure"):
        every = SQL("SELECT * FROM {} ORDER BY 1, 2, 3").format(Identifier(f"analytics_{table}"))
        cursor = await tx.connection.execute(every)
        rows = await cursor.fetchall()
        found[table] = [row for row in rows if table != "retention" or row[3] != 0]
    return found


async def test_ids_of_all_sizes_survive_the_columns(services: Services, clock: HandClock) -> None:
    """The binary arrays carry the largest ids there are."""
    largest = 2**63 - 1
    player = Player(1)
    shown = player.shows(largest, clock())
    clock.move(seconds=1)
    event = {**player.event(shown, clock(), watch_ms=1), "event_id": uuid7(clock(), 2**62 - 1)}

    assert (await send(services, [event], viewer(1))).accepted == 1
    async with services.database.transaction() as tx:
        (row,) = await eventlog.of_viewer(tx, 1)
    assert row["item_id"] == largest
    assert row["event_id"] == event["event_id"]
