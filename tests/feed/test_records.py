"""The served record: what a page was made of, equal to what was served, kept and erased as said."""

import asyncio
import io
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from nightmarket.domains.feed import assembly, face
from nightmarket.domains.feed.actions.after_serving import after_serving
from nightmarket.domains.feed.actions.serve_page import Asked, serve_page
from nightmarket.domains.feed.jobs import SCHEDULES
from nightmarket.domains.feed.rules.weights import BY_CODE, RANDOM_CODE, RANDOM_SHARE, WEIGHTS
from nightmarket.domains.feed.selectors.at_random import AtRandom
from nightmarket.domains.feed.store import records, viewers
from nightmarket.domains.feed.store.records import Record
from nightmarket.domains.feed.values.query import Tab
from nightmarket.domains.feed.values.records import Way, as_bytes, from_bytes
from nightmarket.domains.ranking.values import heads
from nightmarket.entry import served
from nightmarket.entry.supervise import CannotStart
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, GuestId, RequestId, ViewerId, from_text
from tests.builders import accounts
from tests.builders.feed import Film, Viewer, makers, show
from tests.fakes.ranker import SNAPSHOT, by_id, ranker


async def record_of(services: Services, page: dict[str, Any]) -> Record:
    """What was kept of a page that was answered."""
    async with services.database.transaction() as tx:
        found = await records.read(tx, RequestId(from_text(page["request_id"])))
    assert found is not None
    return found


async def a_world(services: Services, films: int = 24) -> None:
    """Films of six creators and two kinds."""
    creators = await makers(services, 6)
    made = [Film(maker=n % 6, tags=("fractal" if n % 2 else "song",)) for n in range(films)]
    await show(services, creators, made)


async def test_the_record_is_the_page_that_was_served(services: Services, viewer: Viewer) -> None:
    """Videos in order, source, probability, and features that add up to the score."""
    await a_world(services)
    for item in await viewer.page():
        await viewer.watch(item, 10_000 if "fractal" in item["video"]["hashtags"] else 700)
    await viewer.settle()
    items = await viewer.page()
    why = f"/api/v1/feed/why/{items[0]['impression_id']}"
    told = (await viewer.client.get(why)).json()

    record = await record_of(services, viewer.pages[-1])

    numbers = record.numbers
    assert numbers.ids.tolist() == [from_text(item["video"]["video_id"]) for item in items]
    assert [way != Way.CHOSEN for way in numbers.ways.tolist()] == [
        item["is_exploration"] for item in items
    ]
    assert numbers.layout.features == tuple(weight.code for weight in WEIGHTS)
    assert numbers.features.shape == (8, len(WEIGHTS))
    added = numbers.features @ np.array([BY_CODE[code].value for code in numbers.layout.features])
    assert numbers.scores == pytest.approx(added, abs=0.01)
    assert np.ptp(numbers.features[:, numbers.layout.features.index("hashtag_affinity")]) > 0.3
    assert numbers.heads.shape[1] == 0  # No ranker runs here.
    assert (numbers.snapshot, numbers.trust) == ("", 0.0)
    assert ((numbers.propensities > 0) & (numbers.propensities <= 1)).all()
    named = records.as_named(record)
    assert named["items"][0]["source"] == told["source"]
    assert named["items"][0]["score"] == pytest.approx(told["score"], abs=1e-4)
    assert named["items"][0]["probability"] == pytest.approx(told["probability"])
    assert (record.tab, record.market) == ("for_you", "us")
    assert record.viewer_id != 0


async def test_pages_on_their_way_are_written_before_a_process_ends(
    services: Services, viewer: Viewer
) -> None:
    """One writer waits for the database, others left their pages to it: none is lost."""
    await a_world(services)
    await viewer.page()
    known = await record_of(services, viewer.pages[-1])
    subject = Subject(viewer_id=ViewerId(known.viewer_id), market="us", language="en")
    pages = []
    for _ in range(3):
        async with services.database.transaction() as tx:
            page = await serve_page(tx, subject, services, Asked(Tab.FOR_YOU, 2))
            pages.append(page.record)

    async with asyncio.TaskGroup() as tasks, services.database.transaction() as held:
        await held.run("LOCK TABLE feed_record")
        stopped = asyncio.Event()

        async def end() -> None:
            async with face.warmed_up(services):
                for page in pages:
                    tasks.create_task(after_serving(services, page))
                await asyncio.sleep(0.1)
            stopped.set()

        tasks.create_task(end())
        await asyncio.sleep(0.3)
        assert not stopped.is_set()

    async with services.database.transaction() as tx:
        kept = [await records.read(tx, page.request_id) for page in pages]
    assert None not in kept


async def test_what_the_ranker_expected_is_kept_by_head(services: Services, viewer: Viewer) -> None:
    """All thirteen probabilities of each item, the state that said so, and how far it counted."""
    await a_world(services)
    with ranker(services.settings.data_directory):
        items = await viewer.page()
    record = await record_of(services, viewer.pages[-1])
    await viewer.page()
    without = await record_of(services, viewer.pages[-1])

    ids = np.array([from_text(item["video"]["video_id"]) for item in items])
    why = f"/api/v1/feed/why/{items[3]['impression_id']}"
    told = (await viewer.client.get(why)).json()
    assert {one["code"]: one["chance"] for one in told["chances"]} == pytest.approx(
        dict(zip(heads.CODES, by_id(ids)[3].tolist(), strict=True)), abs=5e-4
    )
    assert all(one["words"] and one["words"] != one["code"] for one in told["chances"][:4])
    score = sum(one["value"] * one["weight"] for one in told["features"])
    assert score == pytest.approx(told["score"], abs=0.01)
    assert 0 < told["propensity"] <= 1

    numbers = record.numbers
    assert numbers.layout.heads == heads.CODES
    assert numbers.heads.shape == (8, heads.COUNT)
    assert numbers.heads == pytest.approx(by_id(ids), abs=5e-4)
    assert (numbers.snapshot, numbers.trust) == (SNAPSHOT, 1.0)
    assert numbers.features[:, numbers.layout.features.index("expected")].any()
    assert (without.numbers.heads.shape, without.numbers.snapshot) == ((8, 0), "")


async def test_every_tab_is_recorded_and_impersonal_pages_name_nobody(
    services: Services, viewer: Viewer
) -> None:
    """Following is by time: no features. Explore is scored, for everybody alike."""
    await a_world(services, 12)
    creators = await makers(services, 1)
    await show(services, creators, [Film()])
    await accounts.sign_up(viewer.client)
    from_one = {"account_id": creators[0]}
    async with services.database.transaction() as tx:
        handle = await tx.value(
            str, "SELECT handle FROM identity_account WHERE account_id = %(account_id)s", **from_one
        )
    assert handle is not None
    profile = (await viewer.client.get(f"/api/v1/profiles/{handle}")).json()
    followed = await viewer.client.put(f"/api/v1/follows/{profile['account_id']}")
    assert followed.status_code == 200, followed.text
    await viewer.settle()

    assert len(await viewer.page(tab="following")) == 1
    await viewer.client.get("/api/v1/explore", params={"limit": 5})

    async with services.database.transaction() as tx:
        ids = await tx.column(int, "SELECT request_id FROM feed_record ORDER BY request_id")
        following, explore = [await records.read(tx, RequestId(one)) for one in ids]
    assert following is not None
    assert explore is not None
    assert following.numbers.features.shape == (1, 0)
    assert (explore.viewer_id, len(explore.numbers)) == (0, 5)
    assert explore.numbers.features.shape == (5, len(WEIGHTS))
    personal = [n for n, weight in enumerate(WEIGHTS) if weight.is_personal]
    assert not explore.numbers.features[:, personal].any()


async def pages_with_a_random_slot(
    services: Services, pages: int, *, is_personalised: bool = True
) -> list[Record]:
    """Serve strangers without HTTP; returns the records of pages that have a random slot."""
    for _ in range(pages):
        subject = Subject(
            viewer_id=ViewerId(services.ids()),
            guest_id=GuestId(1),
            is_personalised=is_personalised,
        )
        async with services.database.transaction() as tx:
            page = await serve_page(tx, subject, services, Asked(Tab.FOR_YOU, 8))
        await after_serving(services, page.record)
    async with services.database.transaction() as tx:
        days = await records.days_kept(tx)
        return [record async for record in records.with_rivals(tx, days)]


async def test_a_random_slot_keeps_its_rivals(services: Services) -> None:
    """Among them what was drawn; each with the features it would be scored by."""
    await a_world(services, 40)
    services.chance.seed(11)
    found = await pages_with_a_random_slot(services, 120)

    assert 1 <= len(found) <= 20
    for record in found:
        numbers, rivals = record.numbers, record.numbers.rivals
        assert rivals is not None
        (slot,) = np.flatnonzero(numbers.ways == Way.RANDOM).tolist()
        assert numbers.ids[slot] in rivals.ids
        assert not set(rivals.ids.tolist()) & set(numbers.ids[:slot].tolist())
        assert len(rivals) > 8
        assert numbers.probabilities[slot] == pytest.approx(RANDOM_SHARE / len(rivals), rel=1e-3)
        same = rivals.ids.tolist().index(int(numbers.ids[slot]))
        np.testing.assert_array_equal(rivals.features[same], numbers.features[slot])
        assert record.numbers.probabilities[slot] < numbers.propensities[slot] + 1e-9


async def test_a_random_slot_says_so(
    services: Services, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First of all reasons, in words, with how likely it was and among how many it was drawn."""
    monkeypatch.setattr(assembly, "AtRandom", partial(AtRandom, share=0.125))
    await a_world(services, 40)
    items = await viewer.page()
    (record,) = await pages_with_a_random_slot(services, 0)
    (slot,) = np.flatnonzero(record.numbers.ways == Way.RANDOM).tolist()
    item, rivals = items[slot], record.numbers.rivals
    assert rivals is not None
    assert item["is_exploration"]
    assert item["reason"]["code"] == RANDOM_CODE
    assert item["reason"]["words"].startswith("Drawn evenly from all that could stand here")

    told = (await viewer.client.get(f"/api/v1/feed/why/{item['impression_id']}")).json()

    assert told["rivals"] == len(rivals) > 10
    assert told["probability"] == pytest.approx(0.125 / len(rivals))
    assert told["propensity"] == pytest.approx(record.numbers.propensities[slot])
    assert told["source"] != "random_slot"
    other = (await viewer.client.get(f"/api/v1/feed/why/{items[slot - 1]['impression_id']}")).json()
    assert other["rivals"] == 0


async def test_nobody_gets_a_random_slot_on_a_common_list(services: Services) -> None:
    """What everybody of a market sees is the same for everybody."""
    await a_world(services, 30)
    assert not await pages_with_a_random_slot(services, 60, is_personalised=False)
    async with services.database.transaction() as tx:
        assert await tx.column(int, "SELECT DISTINCT viewer_id FROM feed_record") == [0]


async def test_a_record_starts_over_leaves_and_is_given_like_the_rest(
    services: Services, viewer: Viewer
) -> None:
    """Starting over empties what was believed, leaving erases the rows, a copy has all columns."""
    await a_world(services, 12)
    me = AccountId(from_text((await accounts.sign_up(viewer.client))["account_id"]))
    await viewer.page()
    async with services.database.transaction() as tx:
        (given,) = (await face.export_person(tx, me))["feed_record"]
    assert len(given["items"]) == 8
    assert set(given["items"][0]["features"]) == set(BY_CODE)

    await viewer.client.post("/api/v1/feed/start-over")
    emptied = await record_of(services, viewer.pages[-1])
    assert len(emptied.numbers) == 8
    assert emptied.numbers.features.shape == emptied.numbers.heads.shape == (8, 0)

    async with services.database.transaction() as tx:
        await face.erase_person(tx, me)
        assert (await face.export_person(tx, me))["feed_record"] == []
        assert await tx.column(int, "SELECT request_id FROM feed_record") == []


async def test_a_guests_records_become_the_accounts(services: Services, viewer: Viewer) -> None:
    """With what is written of them; whoever merged nothing keeps theirs."""
    await a_world(services, 6)
    await viewer.page()
    before = await record_of(services, viewer.pages[-1])
    account_id = AccountId(services.ids())
    async with services.database.transaction() as tx:
        await viewers.merge(tx, before.viewer_id + 1, services.ids())
        assert (await records.of_viewer(tx, before.viewer_id)) != []
        await viewers.merge(tx, before.viewer_id, account_id)
        assert await records.of_viewer(tx, before.viewer_id) == []
        (given,) = (await face.export_person(tx, account_id))["feed_record"]
    assert given["items"] == records.as_named(before)["items"]


async def test_an_operator_can_look_into_a_page(services: Services, viewer: Viewer) -> None:
    """By the name the answer gave it: every item, feature and figure; other names are refused."""
    await a_world(services, 12)
    items = await viewer.page()
    request = viewer.pages[-1]["request_id"]
    out = Console(width=400, record=True, file=io.StringIO())

    found = await served.find(services.settings, request)
    served.show(out, found)

    told = out.export_text()
    assert all(item["video"]["video_id"] in told for item in items)
    assert all(f"{weight.code} × {weight.value:.4g}" in told for weight in WEIGHTS)
    assert "propensity" in told
    assert "ranker not asked" in told
    assert len(found["items"]) == len(items)
    for wrong in ("nothing!", items[0]["video"]["video_id"]):
        with pytest.raises(CannotStart):
            await served.find(services.settings, wrong)


async def test_records_are_dropped_by_days(services: Services, viewer: Viewer) -> None:
    """After `served_record_days` the day goes, and there is room for the next ones."""
    await a_world(services, 3)
    await viewer.page()
    (trim,) = SCHEDULES
    viewer.clock.move(days=services.settings.served_record_days)
    await trim.run(services, services.clock())
    assert len((await record_of(services, viewer.pages[-1])).numbers) == 3

    viewer.clock.move(days=1)
    await trim.run(services, services.clock())

    async with services.database.transaction() as tx:
        assert await tx.column(int, "SELECT request_id FROM feed_record") == []
        today = records.day_of(services.ids())
        assert await records.days_kept(tx) == [today - 1, today, today + 1, today + 2]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 2**31))
def test_a_table_of_figures_survives_its_bytes(rows: int, columns: int, seed: int) -> None:
    """To the precision of sixteen bits."""
    table = np.random.default_rng(seed).random((rows, columns)).astype(np.float32)
    again = from_bytes(as_bytes(table), rows)
    if rows and columns:
        assert again == pytest.approx(table, abs=5e-4)
    else:
        assert again.size == 0
