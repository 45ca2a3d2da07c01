"""Follows, profile visits and "not interested" reach the log at the showing they were done at."""

from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.analytics.values import Kind
from nightmarket.entry.drain import drain
from nightmarket.infra import eventlog
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import from_text
from tests.builders import accounts
from tests.builders.analytics import Player, uuid7
from tests.builders.feed import Film, Viewer, makers, show
from tests.fakes.clock import HandClock

Lines = list[tuple[str, int, int, int]]


@pytest.fixture
async def fan(client: AsyncTestClient[Any], services: Services, clock: HandClock) -> Viewer:
    """Somebody signed in, before a feed of one film by each of three creators."""
    creators = await makers(services, 3)
    await show(services, creators, [Film(maker=number) for number in range(3)])
    await accounts.sign_up(client)
    return Viewer(client, services, clock)


async def lines(viewer: Viewer, *kinds: Kind) -> Lines:
    """The viewer's lines of these kinds, oldest first: kind, item, request and position."""
    await drain(viewer.services)
    session = (await viewer.client.get("/api/v1/session")).json()
    who = session["account"]["account_id"]
    async with viewer.services.database.transaction() as tx:
        rows = await eventlog.of_viewer(tx, from_text(who))
    return [
        (Kind(row["kind"]).name, row["item_id"], row["request_id"], row["position"])
        for row in rows
        if row["kind"] in kinds
    ]


def place(viewer: Viewer, item: dict[str, Any]) -> tuple[int, int, int]:
    """Item, request and position of a served item."""
    page = viewer.pages[-1]
    return (
        from_text(item["video"]["video_id"]),
        from_text(page["request_id"]),
        page["items"].index(item),
    )


def refused(code: str) -> float:
    """How many events were refused under a code so far."""
    return float(eventlog.EVENTS.labels(code)._value.get())


async def follow(viewer: Viewer, creator_id: str, impression_id: str | None) -> None:
    params = {} if impression_id is None else {"impression_id": impression_id}
    answer = await viewer.client.put(f"/api/v1/follows/{creator_id}", params=params)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"you_follow": "yes"}


async def test_a_follow_is_written_at_its_showing_and_so_is_its_end(fan: Viewer) -> None:
    """The unfollow comes from anywhere: the log knows which showing it takes back."""
    _, second, _ = await fan.page()
    creator_id = second["video"]["creator"]["account_id"]
    fan.clock.move(seconds=5)

    await follow(fan, creator_id, second["impression_id"])
    assert await lines(fan, Kind.FOLLOW) == [("FOLLOW", *place(fan, second))]
    fan.clock.move(seconds=5)
    answer = await fan.client.delete(f"/api/v1/follows/{creator_id}")
    assert answer.status_code == 204
    assert await lines(fan, Kind.UNFOLLOW) == [("UNFOLLOW", *place(fan, second))]


async def test_a_follow_from_elsewhere_says_nothing_of_a_showing(fan: Viewer) -> None:
    first, *_ = await fan.page()
    await follow(fan, first["video"]["creator"]["account_id"], None)
    await fan.client.delete(f"/api/v1/follows/{first['video']['creator']['account_id']}")
    assert await lines(fan, Kind.FOLLOW, Kind.UNFOLLOW) == []


@pytest.mark.parametrize(
    "code",
    [
        "analytics.unknown_impression",
        "analytics.impression_of_another",
        "analytics.impression_of_other_creator",
        "analytics.implausible_time",
    ],
)
async def test_a_follow_whose_showing_is_not_believed_is_counted_by_name(
    fan: Viewer, code: str
) -> None:
    """The follow itself stands; the label does not."""
    first, second, _ = await fan.page()
    creator_id = first["video"]["creator"]["account_id"]
    video_id = from_text(first["video"]["video_id"])
    stranger = Player(8, secret=fan.services.secret)
    impression_id = {
        "analytics.unknown_impression": "A" * 64,
        "analytics.impression_of_another": stranger.shows(video_id, fan.clock()),
        "analytics.impression_of_other_creator": second["impression_id"],
        "analytics.implausible_time": first["impression_id"],
    }[code]
    if code == "analytics.implausible_time":
        fan.clock.move(hours=49)
    before = refused(code)

    await follow(fan, creator_id, impression_id)

    assert await lines(fan, Kind.FOLLOW) == []
    assert refused(code) == before + 1


async def test_not_interested_and_its_undo_are_written_at_their_showing(fan: Viewer) -> None:
    """Whatever it was hidden for: it was said at this film."""
    first, second, third = await fan.page()
    fan.clock.move(seconds=2)
    sound = {"scope": "hashtag", "value": "market", "impression_id": first["impression_id"]}
    video = {"scope": "video", "impression_id": second["impression_id"]}
    plain = {"scope": "video", "value": third["video"]["video_id"]}
    for body in (sound, video, plain):
        answer = await fan.client.post("/api/v1/feed/not-interested", json=body)
        assert answer.status_code == 201, answer.text
        fan.clock.move(seconds=1)
    answer = await fan.client.request("DELETE", "/api/v1/feed/not-interested", json=video)
    assert answer.status_code == 204

    assert await lines(fan, Kind.NOT_INTERESTED, Kind.INTERESTED_AGAIN) == [
        ("NOT_INTERESTED", *place(fan, first)),
        ("NOT_INTERESTED", *place(fan, second)),
        ("NOT_INTERESTED", from_text(third["video"]["video_id"]), 0, 0),
        ("INTERESTED_AGAIN", *place(fan, second)),
    ]


async def test_not_interested_in_what_somebody_else_was_shown_is_counted_by_name(
    fan: Viewer,
) -> None:
    """It is hidden all the same; nothing is learned of either."""
    first, *_ = await fan.page()
    video_id = from_text(first["video"]["video_id"])
    foreign = Player(8, secret=fan.services.secret).shows(video_id, fan.clock())
    before = refused("analytics.impression_of_another")

    body = {"scope": "video", "impression_id": foreign}
    answer = await fan.client.post("/api/v1/feed/not-interested", json=body)

    assert answer.status_code == 201
    assert await lines(fan, Kind.NOT_INTERESTED) == []
    assert refused("analytics.impression_of_another") == before + 1


async def test_what_a_guest_was_shown_counts_for_the_account_it_became(
    client: AsyncTestClient[Any], services: Services, clock: HandClock
) -> None:
    """Signing in at "follow" does not lose what the follow came from."""
    await show(services, await makers(services, 1), [Film()])
    viewer = Viewer(client, services, clock)
    (item,) = await viewer.page()
    clock.move(seconds=3)
    await accounts.sign_up(client)
    await drain(services)

    await follow(viewer, item["video"]["creator"]["account_id"], item["impression_id"])
    body = {"scope": "video", "impression_id": item["impression_id"]}
    assert (await client.post("/api/v1/feed/not-interested", json=body)).status_code == 201

    found = await lines(viewer, Kind.FOLLOW, Kind.NOT_INTERESTED)
    assert {name for name, *_ in found} == {"FOLLOW", "NOT_INTERESTED"}


async def test_a_visit_of_the_profile_is_an_event_like_others(fan: Viewer) -> None:
    """With an impression of the viewer's own; the call for deeds does not take it and vice versa."""
    first, *_ = await fan.page()
    fan.clock.move(seconds=4)
    now = fan.clock()
    events = [
        {
            "event_id": uuid7(now, number),
            "kind": kind,
            "impression_id": first["impression_id"],
            "occurred_at_ms": microseconds(now) // 1000,
        }
        for number, kind in enumerate(["profile_visit", "follow", "interested_again"])
    ]

    answer = (await fan.client.post("/api/v1/events", json={"events": events})).json()

    assert answer["accepted"] == 1
    assert [one["code"] for one in answer["refused"]] == ["analytics.kind_not_taken"] * 2
    assert await lines(fan, Kind.PROFILE_VISIT) == [("PROFILE_VISIT", *place(fan, first))]


async def test_whoever_may_not_be_known_leaves_no_name(fan: Viewer) -> None:
    """Switched off: the line is there, and nobody's."""
    await fan.client.put("/api/v1/feed/personalisation", json={"is_personalised": False})
    first, *_ = await fan.page()
    fan.clock.move(seconds=4)
    await follow(fan, first["video"]["creator"]["account_id"], first["impression_id"])
    body = {"scope": "video", "impression_id": first["impression_id"]}
    assert (await fan.client.post("/api/v1/feed/not-interested", json=body)).status_code == 201

    assert await lines(fan, *Kind) == []
    async with fan.services.database.transaction() as tx:
        kinds = await tx.column(int, "SELECT kind FROM infra_event ORDER BY kind")
    assert kinds == [Kind.FOLLOW, Kind.NOT_INTERESTED]
