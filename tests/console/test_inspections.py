"""Auditors inspect what was shown: numbers equal the rows, viewers have names only they can resolve."""

import gzip
import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import AsyncTestClient

from nightmarket.domains.console.actions import read_shown
from nightmarket.domains.console.jobs import SCHEDULES
from nightmarket.domains.console.rules.inspecting import KEPT_OPEN, OPEN_MAX, viewer_name
from nightmarket.domains.feed import face as feed
from nightmarket.domains.feed.actions import inspect_shown, write_shown
from nightmarket.domains.feed.actions.after_serving import after_serving
from nightmarket.domains.feed.actions.serve_page import Asked, serve_page
from nightmarket.domains.feed.rules.concentration import concentration
from nightmarket.domains.feed.rules.weights import WEIGHTS
from nightmarket.domains.feed.store import shown as store
from nightmarket.domains.feed.values.candidates import Origin
from nightmarket.domains.feed.values.query import Tab
from nightmarket.domains.feed.values.records import Way
from nightmarket.domains.feed.values.shown import AGES_US, Age
from nightmarket.domains.videos.values import Audience
from nightmarket.infra.http import Subject
from nightmarket.infra.ratelimit import INSPECT, READ, class_of
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import GuestId, RequestId, ViewerId, from_text, to_text
from tests.builders import accounts
from tests.builders.app import visit
from tests.builders.feed import Film, makers, show
from tests.fakes.clock import HandClock
from tests.fakes.ranker import SNAPSHOT, ranker

Browser = AsyncTestClient[Any]
PLACE = "/api/v1/console/inspections"
WHY = "Is what is labelled as made by AI shown more often?"


@pytest.fixture
async def auditor(services: Services) -> AsyncIterator[Browser]:
    """A signed-in auditor of the market us."""
    async with visit(services) as browser:
        await accounts.sign_up(browser, handle="inspector")
        await accounts.with_roles(services, "inspector", "auditor")
        yield browser


async def films(services: Services) -> None:
    """Films of six creators, of two kinds, some with a label, one for its followers only."""
    creators = await makers(services, 6)
    made = [
        Film(
            maker=n % 6 if n % 4 else 0,
            tags=("fractal", "song") if n % 2 else ("song",),
            language=("en", "de", "")[n % 3],
            ai_label="creator" if n % 5 == 0 else "none",
        )
        for n in range(28)
    ]
    hidden = Film(maker=1, tags=("secret",), audience=Audience.FOLLOWERS)
    await show(services, creators, [*made, hidden])


async def serve(
    services: Services,
    *,
    pages: int = 1,
    market: str = "us",
    tab: Tab = Tab.FOR_YOU,
    viewer_id: int | None = None,
    is_personalised: bool = True,
) -> list[int]:
    """Serve pages and keep their records; returns their ids."""
    made: list[int] = []
    for _ in range(pages):
        subject = Subject(
            viewer_id=ViewerId(viewer_id or services.ids()),
            guest_id=GuestId(1),
            market=market,
            is_personalised=is_personalised,
        )
        async with services.database.transaction() as tx:
            page = await serve_page(tx, subject, services, Asked(tab, 8))
        await after_serving(services, page.record)
        made.append(page.record.request_id)
        clock = services.clock
        assert isinstance(clock, HandClock)
        clock.move(seconds=7)
    return made


async def a_world(services: Services) -> datetime:
    """Two days of pages of every kind, and some of another market; returns when it began."""
    began = services.clock()
    await films(services)
    services.chance.seed(11)
    clock = services.clock
    assert isinstance(clock, HandClock)
    await serve(services, pages=20)
    await serve(services, pages=3, is_personalised=False)
    clock.move(days=1)
    with ranker(services.settings.data_directory):
        await serve(services, pages=4)
    await serve(services, pages=2, tab=Tab.EXPLORE)
    await serve(services, pages=5, market="de")
    return began


def wish(services: Services, began: datetime, **other: Any) -> dict[str, Any]:
    """The body that opens an inspection of all there is."""
    return {
        "market": "us",
        "since": began.isoformat(),
        "until": (services.clock() + timedelta(minutes=1)).isoformat(),
        "reason": WHY,
    } | other


async def opened(browser: Browser, services: Services, began: datetime) -> str:
    """Open an inspection; returns its address."""
    answer = await browser.post(PLACE, json=wish(services, began))
    assert answer.status_code == 201, answer.text
    return f"{PLACE}/{answer.json()['inspection_id']}"


async def ok(browser: Browser, path: str, **params: Any) -> Any:
    """What is answered, which must be no refusal."""
    answer = await browser.get(path, params=params or None)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def all_pages(browser: Browser, path: str) -> list[dict[str, Any]]:
    """Every page of a list, a few at a time, each once."""
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        more = {"limit": "7"} | ({"cursor": cursor} if cursor else {})
        url = path + ("&" if "?" in path else "?") + "&".join(f"{k}={v}" for k, v in more.items())
        page = await ok(browser, url)
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            assert len({one["request_id"] for one in found}) == len(found)
            return found


@dataclass(frozen=True, slots=True)
class Row:
    """One item that was shown, as the tables have it."""

    day: int
    request_id: int
    tab: str
    viewer_id: int
    made_at_us: int
    snapshot: str
    video_id: int
    source: int
    way: int
    language: str
    is_ai: bool
    is_mature: bool
    published_at_us: int
    creator_id: int
    audience: str
    hashtags: list[str]


async def rows(services: Services, market: str = "us") -> list[Row]:
    """Every item that a market was shown, counted by nobody yet."""
    async with services.database.transaction() as tx:
        return await tx.rows(
            Row,
            "SELECT r.day, r.request_id, r.tab, r.viewer_id, r.made_at_us, r.snapshot, s.video_id, "
            "s.source, s.way, i.language, i.is_ai, i.is_mature, i.published_at_us, i.creator_id, "
            "i.audience, i.hashtags FROM feed_record r, LATERAL unnest(r.video_ids, r.sources, "
            "r.ways) s (video_id, source, way) JOIN feed_item i ON i.video_id = s.video_id "
            "WHERE r.market = %(market)s",
            market=market,
        )


def age_of(row: Row) -> str:
    """How old the video was, by hand."""
    passed = row.made_at_us - row.published_at_us
    return list(Age)[sum(passed >= end for end in AGES_US)].value


def counted(found: list[Row]) -> dict[str, Counter[str]]:
    """Items by kind and value, by hand."""
    said = {True: "true", False: "false"}
    return {
        "tab": Counter(row.tab for row in found),
        "is_personal": Counter(said[row.viewer_id != 0] for row in found),
        "source": Counter(Origin(row.source).name.lower() for row in found),
        "way": Counter(Way(row.way).name.lower() for row in found),
        "language": Counter(row.language or "und" for row in found),
        "is_ai": Counter(said[row.is_ai] for row in found),
        "is_mature": Counter(said[row.is_mature] for row in found),
        "age": Counter(age_of(row) for row in found),
        "snapshot": Counter(row.snapshot for row in found),
        "hashtag": Counter(
            tag for row in found if row.audience == "everyone" for tag in row.hashtags
        ),
        "creator_id": Counter(to_text(row.creator_id) for row in found),
        "video_id": Counter(to_text(row.video_id) for row in found),
        "pool_level": Counter("0" for _ in found),
    }


def gini(values: list[int]) -> float:
    """The definition: half the mean difference of two, over the mean."""
    differences = sum(abs(one - other) for one in values for other in values)
    return differences / (2 * len(values) ** 2 * (sum(values) / len(values)))


async def test_every_number_is_the_rows_counted_by_hand(
    services: Services, auditor: Browser
) -> None:
    """By each thing and day; what few are told of are those with the most items."""
    began = await a_world(services)
    place = await opened(auditor, services, began)

    told = await ok(auditor, f"{place}/figures")

    found = await rows(services)
    by_hand = counted(found)
    assert (told["pages"], told["items"]) == (len({row.request_id for row in found}), len(found))
    assert told["pages"] == 29
    assert told["videos"] == len({row.video_id for row in found})
    answered: dict[str, dict[str, int]] = {}
    for part in told["parts"]:
        answered.setdefault(part["kind"], {})[part["value"]] = part["items"]
        assert part["share"] == pytest.approx(part["items"] / len(found))
        if part["by_day"]:
            assert sum(part["by_day"]) == part["items"]
    most = dict(by_hand["video_id"].most_common(20))
    assert sorted(answered.pop("video_id").values()) == sorted(most.values())
    del by_hand["video_id"]
    assert answered == {kind: dict(values) for kind, values in by_hand.items()}
    assert set(answered["tab"]) == {"for_you", "explore"}
    assert set(answered["snapshot"]) == {"", SNAPSHOT}
    assert set(answered["is_ai"]) == set(answered["is_personal"]) == {"true", "false"}
    assert set(answered["way"]) == {"chosen", "explored", "random"}
    assert {"hour", "three_days"} <= set(answered["age"]) | {"three_days"}
    days = sorted({row.day for row in found})
    assert [day["items"] for day in told["days"]] == [
        sum(row.day == day for row in found) for day in days
    ]
    values = list(by_hand["creator_id"].values())
    assert told["concentration"]["creators"] == len(values)
    assert told["concentration"]["gini"] == pytest.approx(gini(values))
    assert told["concentration"]["top_10_share"] == pytest.approx(max(values) / len(found))
    for kind in ("creator_id", "video_id"):
        named = [part for part in told["parts"] if part["kind"] == kind and part["words"]]
        assert named
        assert all(part["words"].startswith(("person", "a film #")) for part in named)
    hidden = {to_text(row.video_id) for row in found if row.audience != "everyone"}
    assert all(not part["words"] for part in told["parts"] if part["value"] in hidden)
    sources = {part["value"]: part["words"] for part in told["parts"] if part["kind"] == "source"}
    assert all(words and words != value for value, words in sources.items())


async def test_each_number_leads_to_its_rows(services: Services, auditor: Browser) -> None:
    """The pages behind a number have as many items that are meant as the number says."""
    began = await a_world(services)
    place = await opened(auditor, services, began)
    told = await ok(auditor, f"{place}/figures")
    kinds = set()
    for part in told["parts"]:
        listed = await all_pages(auditor, part["pages_url"])
        assert sum(one["matches"] for one in listed) == part["items"], part
        assert all(one["matches"] for one in listed)
        kinds.add(part["kind"])
    assert len(kinds) == 13
    for day in told["days"]:
        listed = await all_pages(auditor, day["pages_url"])
        assert (len(listed), sum(len(one["items"]) for one in listed)) == (
            day["pages"],
            day["items"],
        )
        narrow = await ok(auditor, day["figures_url"])
        assert (narrow["pages"], narrow["items"]) == (day["pages"], day["items"])
        assert narrow["concentration"] == day["concentration"]
    explore = await ok(auditor, f"{place}/figures", tab="explore")
    assert explore["pages"] == 2
    both = f"{place}/pages?mark=tab:explore&mark=is_ai:true"
    by_hand = sum(row.tab == "explore" and row.is_ai for row in await rows(services))
    assert sum(one["matches"] for one in await all_pages(auditor, both)) == by_hand


async def test_a_video_that_is_gone_is_counted_as_unknown(
    services: Services, auditor: Browser
) -> None:
    """And leads to its pages like all others."""
    began = await a_world(services)
    place = await opened(auditor, services, began)
    gone = (await rows(services))[0].video_id
    async with services.database.transaction() as tx:
        await tx.run("DELETE FROM feed_item WHERE video_id = %(gone)s", gone=gone)
        wanted = await tx.value(
            int,
            "SELECT count(*) FROM feed_record WHERE market = 'us' AND video_ids @> ARRAY[%(g)s::bigint]",
            g=gone,
        )
    told = await ok(auditor, f"{place}/figures")
    unknown = [part for part in told["parts"] if part["value"] == "unknown"]
    assert {part["kind"]: part["items"] for part in unknown} == dict.fromkeys(
        ("is_ai", "is_mature", "age"), wanted
    )
    listed: list[dict[str, Any]] = []
    for part in unknown:
        listed = await all_pages(auditor, part["pages_url"])
        assert sum(one["matches"] for one in listed) == wanted
    page = await ok(auditor, listed[0]["page_url"])
    (video,) = [
        item["video"] for item in page["items"] if item["video"]["video_id"] == to_text(gone)
    ]
    assert (video["creator_id"], video["is_ai"], video["hashtags"]) == (None, None, [])


async def test_viewers_have_a_name_that_holds_within_one_inspection(
    services: Services, auditor: Browser
) -> None:
    """The same in lists, pages and downloads; another one in the next inspection; never an id."""
    began = services.clock()
    await films(services)
    mine, other = services.ids(), services.ids()
    ids = await serve(services, pages=2, viewer_id=mine)
    ids += await serve(services, viewer_id=other)
    ids += await serve(services, is_personalised=False)
    first, second = [await opened(auditor, services, began) for _ in range(2)]

    names = []
    for place in (first, second):
        answer = await auditor.get(f"{place}/pages")
        listed = {one["request_id"]: one["viewer"] for one in answer.json()["items"]}
        named = [listed[to_text(one)] for one in ids]
        assert named[0] == named[1] != named[2]
        assert named[3] is None
        download = await auditor.get(f"{place}/records")
        for one, name in zip(ids, named, strict=True):
            page = await auditor.get(f"{place}/pages/{to_text(one)}")
            assert page.json()["viewer"] == name
            for text in (answer.text, page.text, download.text):
                for viewer_id in (mine, other):
                    assert str(viewer_id) not in text
                    assert to_text(viewer_id) not in text
        lines = [json.loads(line) for line in download.text.splitlines()]
        assert {line["request_id"]: line["viewer"] for line in lines if line["kind"] == "page"} == (
            listed
        )
        names.append(named)
    assert names[0][0] != names[1][0]
    async with services.database.transaction() as tx:
        keys = await tx.column(bytes, "SELECT key FROM console_inspection")
    assert len(set(keys)) == 2
    assert {viewer_name(bytes(key), mine) for key in keys} == {names[0][0], names[1][0]}


async def test_one_page_says_what_each_score_is_made_of(
    services: Services, auditor: Browser
) -> None:
    """Every parameter with its words, value and weight; they add up to the score."""
    began = await a_world(services)
    place = await opened(auditor, services, began)
    listed = await all_pages(auditor, f"{place}/pages?mark=snapshot:{SNAPSHOT}")
    page = await ok(auditor, listed[0]["page_url"])
    assert page["snapshot"] == SNAPSHOT
    assert [item["video"]["video_id"] for item in page["items"]] == [
        item["video_id"] for item in listed[0]["items"]
    ]
    for item in page["items"]:
        assert [one["code"] for one in item["features"]] == [weight.code for weight in WEIGHTS]
        assert sum(one["adds"] for one in item["features"]) == pytest.approx(item["added_up"])
        assert item["added_up"] == pytest.approx(item["score"], abs=0.01)
        assert len(item["heads"]) == 13
        assert all(one["words"] and one["words"] != one["code"] for one in item["features"])
        assert 0 < item["propensity"] <= 1
        assert item["source_words"] != item["source"]
        assert item["video"]["title"].startswith("a film")
        assert item["video"]["creator_handle"].startswith("person")


async def test_the_rivals_of_a_random_slot_in_few_numbers(
    services: Services, auditor: Browser
) -> None:
    """How many they were and what they scored, from the record itself."""
    began = await a_world(services)
    place = await opened(auditor, services, began)
    (random,) = [one for one in await all_pages(auditor, f"{place}/pages") if one["rivals"]][:1]
    page = await ok(auditor, random["page_url"])
    async with services.database.transaction() as tx:
        record = await feed.record_of(tx, RequestId(from_text(random["request_id"])))
    assert record is not None
    weights = np.array(list(record["weights"].values()))
    scores = [np.dot(list(one["features"].values()), weights) for one in record["rivals"]]
    (drawn,) = [item for item in page["items"] if item["way"] == "random"]
    assert page["rivals"]["count"] == random["rivals"] == len(scores) > 8
    assert page["rivals"]["lowest"] == pytest.approx(min(scores))
    assert page["rivals"]["median"] == pytest.approx(float(np.median(scores)))
    assert page["rivals"]["highest"] == pytest.approx(max(scores))
    assert page["rivals"]["better"] == sum(one > drawn["added_up"] + 1e-9 for one in scores)


async def test_a_download_is_enough_to_estimate_from(
    services: Services, auditor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole records in batches, each layout once, an end; compressed it is the same."""
    monkeypatch.setattr(write_shown, "BATCH", 4)
    began = await a_world(services)
    place = await opened(auditor, services, began)
    answer = await auditor.get(f"{place}/records")
    packed = await auditor.get(f"{place}/records.gz")
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert packed.headers["content-type"] == "application/gzip"
    assert packed.headers["content-disposition"] == 'attachment; filename="shown-us.jsonl.gz"'
    assert gzip.decompress(packed.content) == answer.content
    lines = [json.loads(line) for line in answer.text.splitlines()]
    layouts = {line["layout_id"]: line for line in lines if line["kind"] == "layout"}
    pages = [line for line in lines if line["kind"] == "page"]
    assert lines[-1] == {"kind": "end", "pages": 29}
    assert len(pages) == 29
    assert [one["request_id"] for one in pages] == sorted(one["request_id"] for one in pages)
    assert len(layouts) == sum(line["kind"] == "layout" for line in lines)
    for page in pages:
        layout = layouts[page["layout_id"]]
        scores = np.array(page["features"]) @ np.array(layout["weights"])
        assert scores == pytest.approx(page["scores"], abs=0.01)
        assert all(0 < one <= 1 for one in page["propensities"])
        assert len(page["video_ids"]) == len(page["ways"]) == len(page["propensities"])
    (random,) = [one for one in pages if one["rivals"]][:1]
    chance = random["probabilities"][random["ways"].index("random")]
    assert chance * len(random["rivals"]["video_ids"]) == pytest.approx(0.0075, rel=1e-3)


async def test_only_auditors_of_the_market_may_look(services: Services, auditor: Browser) -> None:
    """Everybody else learns nothing; another market is refused by its own rule, and nothing is kept."""
    began = services.clock()
    async with visit(services) as operator:
        await accounts.sign_up(operator, handle="another")
        await accounts.with_roles(services, "another", "operator", "moderator")
        place = await opened(auditor, services, began)
        for path in ("", "/figures", "/pages", "/pages/zz", "/records"):
            refused = await operator.get(place + path if path else PLACE)
            assert (refused.status_code, refused.json()["code"]) == (404, "http.no_such_thing")
        refused = await operator.post(PLACE, json=wish(services, began))
        assert refused.status_code == 404

        await accounts.with_roles(services, "another", "auditor")
        for path in ("/figures", "/pages", "/pages/zz", "/records"):
            refused = await operator.get(place + path)
            assert (refused.status_code, refused.json()["code"]) == (
                404,
                "console.no_such_inspection",
            )
        assert (await operator.delete(place)).status_code == 404

    refused = await auditor.post(PLACE, json=wish(services, began, market="de"))
    told = refused.json()
    assert (refused.status_code, told["code"]) == (403, "markets.not_allowed")
    assert (told["rule"], told["authority"]) == (
        "de.records_stay",
        "Nightmarket terms, inspections",
    )
    assert "auditors of this market" in told["detail"]
    unknown = await auditor.post(PLACE, json=wish(services, began, market="xx"))
    assert unknown.json()["code"] == "markets.no_such_market"
    assert len((await ok(auditor, PLACE))["items"]) == 1


async def test_an_auditor_does_not_move_to_another_market(
    services: Services, auditor: Browser
) -> None:
    """Else the market's rule would hold for nobody; without the role they move like anybody."""
    refused = await auditor.patch("/api/v1/me", json={"market": "de"})
    assert (refused.status_code, refused.json()["code"]) == (409, "identity.market_bound")
    await accounts.with_roles(services, "inspector")
    assert (await auditor.patch("/api/v1/me", json={"market": "de"})).status_code == 200
    await accounts.with_roles(services, "inspector", "auditor")
    began = services.clock()
    assert (await auditor.post(PLACE, json=wish(services, began))).status_code == 403


async def test_an_inspection_shows_its_own_market_and_time_only(
    services: Services, auditor: Browser
) -> None:
    """Pages of others are not there, whatever names them."""
    began = services.clock()
    await films(services)
    (before,) = await serve(services)
    middle = services.clock()
    (own,) = await serve(services)
    (foreign,) = await serve(services, market="de")
    place = await opened(auditor, services, middle)

    listed = (await ok(auditor, f"{place}/pages"))["items"]
    assert [one["request_id"] for one in listed] == [to_text(own)]
    assert (await ok(auditor, f"{place}/figures"))["pages"] == 1
    assert (await auditor.get(f"{place}/pages/{to_text(own)}")).status_code == 200
    for other in (before, foreign, 17):
        refused = await auditor.get(f"{place}/pages/{to_text(other)}")
        assert (refused.status_code, refused.json()["code"]) == (404, "console.no_such_page")
    refused = await auditor.get(f"{place}/figures", params={"since": began.isoformat()})
    assert (refused.status_code, refused.json()["code"]) == (422, "console.span_refused")


async def test_every_look_is_noted_with_who_what_and_why(
    services: Services, auditor: Browser
) -> None:
    """Opening, figures, lists, pages, downloads, closing; what was refused is not."""
    began = services.clock()
    await films(services)
    (page,) = await serve(services)
    place = await opened(auditor, services, began)
    await ok(auditor, f"{place}/figures", tab="for_you")
    await ok(auditor, f"{place}/pages", mark="source:fresh")
    await ok(auditor, f"{place}/pages/{to_text(page)}")
    assert (await auditor.get(f"{place}/records")).status_code == 200
    assert (await auditor.get(f"{place}/pages", params={"mark": "x:y"})).status_code == 422
    assert (await auditor.delete(place)).status_code == 204
    assert (await auditor.delete(place)).status_code == 204

    noted = (
        await ok(
            auditor,
            "/api/v1/audit",
            object_kind="inspection",
            object_id=place.rsplit("/", 1)[1],
        )
    )["items"]
    me = (await ok(auditor, "/api/v1/session"))["account"]["account_id"]
    assert [one["action"] for one in reversed(noted)] == [
        "inspection.opened",
        "inspection.figures_read",
        "inspection.pages_read",
        "inspection.page_read",
        "inspection.records_read",
        "inspection.closed",
    ]
    assert {one["actor_id"] for one in noted} == {me}
    assert {one["facts"]["reason"] for one in noted} == {WHY}
    assert noted[-2]["facts"]["tab"] == "for_you"
    assert noted[-2]["facts"]["since"].startswith(began.date().isoformat())
    assert "source" in noted[-3]["facts"]["marks"]


async def test_a_closed_inspection_has_no_names_any_more(
    services: Services, auditor: Browser, clock: HandClock
) -> None:
    """By its auditor at once, by itself after ninety days; it stays in the list."""
    began = services.clock()
    closed, expired = [await opened(auditor, services, began) for _ in range(2)]
    assert (await auditor.delete(closed)).status_code == 204
    refused = await auditor.get(f"{closed}/figures")
    assert (refused.status_code, refused.json()["code"]) == (409, "console.inspection_closed")

    clock.move(days=KEPT_OPEN.days - 1)
    await accounts.sign_in(auditor, "inspector")
    assert (await auditor.get(f"{expired}/figures")).status_code == 200
    clock.move(days=1)
    assert (await auditor.get(f"{expired}/figures")).status_code == 409
    (sweep,) = [one for one in SCHEDULES if one.name == "console.close_inspections"]
    await sweep.run(services, services.clock())
    async with services.database.transaction() as tx:
        assert await tx.column(bytes, "SELECT key FROM console_inspection") == [None, None]
    assert [one["is_open"] for one in (await ok(auditor, PLACE))["items"]] == [False, False]


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"reason": "curious"}, "console.reason_needed"),
        ({"reason": " " * 40}, "console.reason_needed"),
        ({"reason": "x" * 501}, "console.reason_needed"),
        ({"since": "2026-03-02T00:00:00"}, "console.span_refused"),
        ({"since": "0001-01-01T00:00:00Z"}, "console.span_refused"),
        ({"until": "9999-12-31T23:59:59Z"}, "console.span_refused"),
        (
            {"since": "2026-03-02T00:00:00Z", "until": "2026-03-02T00:00:00Z"},
            "console.span_refused",
        ),
        ({"since": "yesterday"}, "http.malformed"),
    ],
)
async def test_what_cannot_be_inspected_is_refused(
    services: Services, auditor: Browser, other: dict[str, str], code: str
) -> None:
    """By name; nothing is kept."""
    refused = await auditor.post(PLACE, json=wish(services, services.clock(), **other))
    assert refused.status_code in {400, 422}
    assert refused.json()["code"] == code
    assert (await ok(auditor, PLACE))["items"] == []


@pytest.mark.parametrize(
    "said",
    [
        "x", "x:y", "tab:", "tab:everything", "source:repost'", "way:9", "is_ai:maybe", "age:1",
        "pool_level:99", "pool_level:-1", "pool_level:one", "video_id:!", "creator_id:", "snapshot:" + "x" * 200,
        "hashtag:\0", "is_ai:true&mark=is_ai:false", "tab:for_you&mark=tab:explore",
    ],
)  # fmt: skip
async def test_marks_that_are_none_are_refused(
    services: Services, auditor: Browser, said: str
) -> None:
    """Whatever is written into them, no page is looked for."""
    place = await opened(auditor, services, services.clock())
    refused = await auditor.get(f"{place}/pages?mark={said.replace(chr(0), '%00')}")
    assert (refused.status_code, refused.json()["code"]) == (422, "console.unknown_mark")
    assert (await ok(auditor, f"{place}/pages?mark=hashtag:%27%3B--&mark=language:xx"))[
        "items"
    ] == []


async def test_too_much_is_refused_by_name(
    services: Services, auditor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More pages than are counted while somebody waits, too many inspections, and too long a query."""
    began = services.clock()
    await films(services)
    await serve(services, pages=4)
    place = await opened(auditor, services, began)
    monkeypatch.setattr(inspect_shown, "PAGES_MAX", 3)
    monkeypatch.setattr(read_shown, "RECORDS_MAX", 3)
    for path in ("figures", "records"):
        refused = await auditor.get(f"{place}/{path}")
        assert (refused.status_code, refused.json()["code"]) == (429, "feed.too_much_shown")
        assert refused.json()["facts"] == {"pages_max": 3}
    monkeypatch.setattr(inspect_shown, "PAGES_MAX", 4)
    assert (await ok(auditor, f"{place}/figures"))["pages"] == 4
    monkeypatch.setattr(store, "TIMEOUT", "SET LOCAL statement_timeout = 1")
    async with await psycopg.AsyncConnection.connect(services.database.url) as held:
        await held.execute("LOCK TABLE feed_record IN ACCESS EXCLUSIVE MODE")
        refused = await auditor.get(f"{place}/pages")
    assert (refused.status_code, refused.json()["code"]) == (429, "feed.too_much_shown")
    for _ in range(OPEN_MAX - 1):
        await opened(auditor, services, began)
    refused = await auditor.post(PLACE, json=wish(services, began))
    assert (refused.status_code, refused.json()["code"]) == (429, "console.inspections_too_many")


async def test_what_a_viewer_emptied_stays_empty(services: Services, auditor: Browser) -> None:
    """Starting over keeps which videos were served; there is nothing to add up any more."""
    began = services.clock()
    await films(services)
    await serve(services, pages=1, viewer_id=77)
    async with services.database.transaction() as tx:
        await tx.run("UPDATE feed_record SET features = '', heads = ''")
    place = await opened(auditor, services, began)
    (listed,) = (await ok(auditor, f"{place}/pages"))["items"]
    page = await ok(auditor, listed["page_url"])
    assert [item["added_up"] for item in page["items"]] == [None] * 8
    assert all(item["features"] == [] and item["score"] for item in page["items"])


def test_what_counts_a_market_has_a_bucket_of_its_own() -> None:
    """Figures and downloads are few; lists are read like everything else."""
    place = f"{PLACE}/0abc"
    assert class_of("GET", f"{place}/figures") is class_of("GET", f"{place}/records") is INSPECT
    assert class_of("GET", f"{place}/pages") is READ
    assert class_of("GET", f"{place}/pages/figures-of") is READ


@given(st.lists(st.integers(1, 60), min_size=1, max_size=120))
def test_concentration_is_its_definition(values: list[int]) -> None:
    """From a histogram, exactly what the values themselves say."""
    found = concentration(Counter(values).items())
    best = sorted(values, reverse=True)
    assert found.creators == len(values)
    assert found.gini == pytest.approx(gini(values), abs=1e-12)
    assert found.top_1_share == pytest.approx(sum(best[: -(-len(best) // 100)]) / sum(best))
    assert found.top_10_share == pytest.approx(sum(best[: -(-len(best) // 10)]) / sum(best))
    assert concentration(()).gini == 0
