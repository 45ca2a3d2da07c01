"""Who sends a hundred times what is usual stops counting, wherever lines are counted."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import AsyncTestClient

from nightmarket.domains.analytics import face
from nightmarket.domains.analytics.actions.cap_viewers import Sender, is_counted, learn_usual
from nightmarket.domains.analytics.rules import caps
from nightmarket.domains.ranking.rules.closing import Closing
from nightmarket.entry.drain import drain
from nightmarket.events import social
from nightmarket.events.accounts import GuestMerged
from nightmarket.infra import eventlog
from nightmarket.infra.outbox import publish
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, GuestId, VideoId, from_text
from tests.builders import accounts
from tests.builders.analytics import uuid7
from tests.builders.app import visit
from tests.builders.feed import Film, Viewer, makers, show
from tests.fakes.clock import HandClock

BATCH = 500
COUNTS = st.integers(0, 10**6)


@given(lines=COUNTS, usual=COUNTS)
def test_nobody_below_the_floor_is_ever_capped(lines: int, usual: int) -> None:
    """Nor who sends up to a hundred times the usual, short of what no person can send."""
    is_much = caps.is_too_much(lines, usual)
    if lines <= caps.FLOOR or lines <= min(caps.CEILING, caps.TIMES * usual):
        assert not is_much
    if lines > max(caps.FLOOR, caps.TIMES * usual) or lines > caps.CEILING:
        assert is_much


async def sends(services: Services, viewer_id: int, lines: int) -> bool:
    """Let a viewer of market us send lines now; returns whether they count."""
    async with services.database.transaction() as tx:
        sender = Sender(viewer_id, "us")
        return await is_counted(tx, sender, lines, microseconds(services.clock()))


async def test_the_floor_holds_in_every_slot_and_a_cap_lasts_a_day(
    services: Services, clock: HandClock
) -> None:
    """2,000 lines in ten minutes, ten minutes after ten minutes, are fine; one more is not."""
    for _ in range(3):
        for _ in range(4):
            assert await sends(services, 7, caps.FLOOR // 4)
        clock.move(minutes=10)
    assert await sends(services, 7, caps.FLOOR)
    assert not await sends(services, 7, 1)
    assert await sends(services, 8, 1)
    clock.move(hours=23)
    assert not await sends(services, 7, 1)
    clock.move(hours=1, seconds=1)
    assert await sends(services, 7, 1)


async def test_what_is_usual_is_the_median_of_the_market(
    services: Services, clock: HandClock
) -> None:
    """With twenty viewers; one of them sending a thousand times as much moves nothing."""
    for viewer_id in range(100, 119):
        await sends(services, viewer_id, 40)
    await sends(services, 119, 1_900)
    clock.move(minutes=10)
    async with services.database.transaction() as tx:
        await learn_usual(tx, microseconds(clock()))
    assert await sends(services, 7, 4_000)
    assert not await sends(services, 7, 1)
    clock.move(hours=25)
    async with services.database.transaction() as tx:
        await learn_usual(tx, microseconds(clock()))
        assert await tx.value(int, "SELECT count(*) FROM analytics_pace") == 0


def storm(viewer: Viewer, item: dict[str, Any], number: int) -> list[dict[str, Any]]:
    """500 events that are each possible: the same showing, watched on and on."""
    now = viewer.clock()
    return [
        {
            "event_id": uuid7(now, number * BATCH + one),
            "kind": "watch",
            "impression_id": item["impression_id"],
            "occurred_at_ms": microseconds(now) // 1000,
            "watch_ms": 1_000,
            "duration_ms": 10_000,
        }
        for one in range(BATCH)
    ]


async def send(client: AsyncTestClient[Any], events: list[dict[str, Any]]) -> None:
    answer = await client.post("/api/v1/events", json={"events": events})
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"accepted": len(events), "repeated": 0, "refused": []}


async def figures(services: Services, video_ids: list[VideoId]) -> tuple[Any, Any]:
    """Everything that scores and pools are made of."""
    await drain(services)
    async with services.database.transaction() as tx:
        outcomes = await face.outcomes(tx, video_ids)
        return await face.counters(tx, video_ids), sorted(outcomes, key=repr)


async def labelled(services: Services) -> list[Any]:
    """What the ranker's student would read of the whole log."""
    async with services.database.transaction() as tx:
        lines, _ = await eventlog.read(tx, eventlog.Cursor(), 100_000)
    return list(Closing().take(lines))


async def test_a_storm_of_possible_events_moves_no_score_and_no_pool(
    services: Services, client: AsyncTestClient[Any], clock: HandClock
) -> None:
    """Once capped: not over a restart, not on another page, not in the ranker; and it is told."""
    made = await show(services, await makers(services, 8), [Film(maker=n) for n in range(8)])
    guest = Viewer(client, services, clock)
    first, second, *_ = await guest.page()
    clock.move(seconds=30)
    for number in range(4):
        await send(client, storm(guest, first, number))
    before, lessons = await figures(services, made), await labelled(services)
    counted = eventlog.EVENTS.labels("capped")._value.get()

    clock.move(seconds=30)
    for number in range(4, 7):
        await send(client, storm(guest, second, number))
    clock.move(hours=1)
    third, *_ = await guest.page()
    clock.move(minutes=1)
    async with visit(services) as restarted:
        restarted.cookies.update(dict(client.cookies))
        await send(restarted, storm(guest, third, 7)[:1])

    assert await figures(services, made) == before
    assert await labelled(services) == lessons
    assert eventlog.EVENTS.labels("capped")._value.get() == counted + 3 * BATCH + 1
    measured = (await client.get("/metrics")).text
    assert f'nightmarket_events_total{{outcome="capped"}} {counted + 3 * BATCH + 1}' in measured
    assert 'nightmarket_business_events_total{event="viewer_capped"}' in measured
    async with services.database.transaction() as tx:
        (capped,) = await face.capped_viewers(tx, clock())
        assert (capped.lines, capped.usual, capped.market) == (7 * BATCH, 0, "us")
        assert await tx.value(int, "SELECT count(*) FROM infra_event") == 7 * BATCH + 1
        await face.rebuild_counters(tx)
    assert await figures(services, made) == before


async def test_an_operator_sees_who_is_capped(
    services: Services, client: AsyncTestClient[Any], clock: HandClock
) -> None:
    """With what they sent and what is usual; others do not."""
    me = await accounts.sign_up(client)
    await sends(services, 77, caps.FLOOR + 5)
    await accounts.with_roles(services, me["handle"], "operator")

    house = (await client.get("/api/v1/console/overview")).json()

    (capped,) = house["capped"]
    assert (from_text(capped["viewer_id"]), capped["market"]) == (77, "us")
    assert (capped["lines"], capped["usual"]) == (caps.FLOOR + 5, 0)
    assert capped["until_at"] == "2026-03-03T12:00:00.000Z"


async def test_signing_in_does_not_shake_a_cap_off(services: Services, clock: HandClock) -> None:
    """The guest's cap is the account's, and is in its copy until the account is erased."""
    async with services.database.transaction() as tx:
        fan = await accounts.account(tx, services)
    await sends(services, 7, caps.FLOOR + 1)
    merged = GuestMerged(
        event_id=services.ids(),
        occurred_at=clock(),
        market="us",
        account_id=fan,
        guest_id=GuestId(7),
    )
    async with services.database.transaction() as tx:
        await publish(tx, merged)
    await drain(services)

    assert not await sends(services, fan, 1)
    async with services.database.transaction() as tx:
        kept = await face.export_person(tx, fan)
        assert len(kept["analytics_cap"]) == len(kept["analytics_pace"]) == 1
        await face.erase_person(tx, fan)
        gone = await face.export_person(tx, fan)
        assert (gone["analytics_cap"], gone["analytics_pace"]) == ([], [])


async def likes(services: Services, fan: AccountId, *facts: type[Any]) -> int:
    """Let an account like, or take it back; returns the video's likes."""
    for fact in facts:
        async with services.database.transaction() as tx:
            await publish(
                tx,
                fact(
                    event_id=services.ids(),
                    occurred_at=services.clock(),
                    market="us",
                    video_id=VideoId(500),
                    creator_id=AccountId(40),
                    account_id=fan,
                ),
            )
        await drain(services)
    async with services.database.transaction() as tx:
        return (await face.counters(tx, [VideoId(500)]))[VideoId(500)].likes


async def test_a_like_that_did_not_count_is_not_taken_back_from_others(
    services: Services, clock: HandClock
) -> None:
    """Liked while capped, unliked a day later: the figure stays; and the other way round."""
    async with services.database.transaction() as tx:
        one, two, three = [await accounts.account(tx, services) for _ in range(3)]
    assert await likes(services, one, social.Liked) == 1
    assert await likes(services, three, social.Liked) == 2
    for fan in (two, three):
        await sends(services, fan, caps.FLOOR + 1)
    assert await likes(services, two, social.Liked) == 2
    clock.move(hours=25)
    assert await likes(services, two, social.Unliked) == 2
    assert await likes(services, three, social.Unliked) == 1
    assert await likes(services, two, social.Liked) == 2
