"""Your interests over HTTP: what the feed believes, turned up, turned down, and forgotten."""

from typing import Any

import pytest

from nightmarket.domains.feed.rules.said import say
from nightmarket.events.accounts import GuestMerged
from nightmarket.infra.outbox import publish
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, GuestId, from_text, to_text
from tests.builders import accounts
from tests.builders.feed import Film, Viewer, makers, show

PLACE = "/api/v1/me/interests"


async def world(services: Services) -> None:
    """Sixty films of five makers, half songs, half fractals."""
    creators = await makers(services, 5)
    films = [
        Film(maker=number % 5, tags=("fractal" if number % 2 else "song",)) for number in range(60)
    ]
    await show(services, creators, films)


async def taught(services: Services, viewer: Viewer) -> None:
    """Three fractals to the end, three songs skipped."""
    await world(services)
    seen = {"fractal": 0, "song": 0}
    while seen != {"fractal": 3, "song": 3}:  # Chance may give a page too few of a kind.
        for item in await viewer.page():
            kind = item["video"]["hashtags"][0]
            if seen[kind] < 3:
                seen[kind] += 1
                await viewer.watch(item, 10_000 if kind == "fractal" else 700)
    await viewer.settle()


async def believed(viewer: Viewer) -> dict[str, dict[str, Any]]:
    """What is believed, by title."""
    page = (await viewer.client.get(PLACE)).json()
    return {one["title"]: one for one in page["items"]}


async def turn(viewer: Viewer, kind: str, value: str, level: int) -> dict[str, Any]:
    """Turn one thing, and answer what is said about it."""
    answer = await viewer.client.put(f"{PLACE}/{kind}/{value}", json={"level": level})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def share(items: list[dict[str, Any]], tag: str) -> float:
    """How much of a page carries a tag, but for what chance put there."""
    chosen = [item for item in items if not item["is_exploration"]]
    return sum(tag in item["video"]["hashtags"] for item in chosen) / len(chosen)


@pytest.mark.feature("V12")
async def test_the_page_says_what_was_learned_and_from_what(
    services: Services, viewer: Viewer
) -> None:
    """Strongest first, with counts; skips are told apart."""
    assert (await viewer.client.get(PLACE)).json()["items"] == []
    await taught(services, viewer)

    page = (await viewer.client.get(PLACE)).json()

    assert page["is_personalised"] is True
    assert page["why_not_personalised"] is None
    items = {one["title"]: one for one in page["items"]}
    liked, skipped = items["#fractal"], items["#song"]
    assert (liked["kind"], liked["value"], liked["level"]) == ("hashtag", "fractal", 0)
    assert (liked["watches"], liked["skips"]) == (3, 0)
    assert (skipped["watches"], skipped["skips"]) == (3, 3)
    assert liked["weight"] > 0 > skipped["weight"]
    assert liked["last_at"] is not None
    assert (items["en"]["kind"], items["en"]["watches"]) == ("language", 6)
    handles = [one for one in page["items"] if one["kind"] == "creator"]
    assert handles
    assert all(one["title"].startswith("@") for one in handles)
    strengths = [abs(one["weight"]) for one in page["items"]]
    assert strengths == sorted(strengths, reverse=True)


@pytest.mark.feature("V12")
@pytest.mark.parametrize(("level", "much"), [(2, True), (1, True), (-1, False), (-2, False)])
async def test_a_slider_changes_the_next_page_of_a_guest(
    services: Services, viewer: Viewer, level: int, *, much: bool
) -> None:
    """Nothing was ever watched: the page is what was asked for, and says so."""
    await world(services)
    turned = await turn(viewer, "hashtag", "song", level)
    assert turned == {
        "kind": "hashtag", "value": "song", "title": "#song", "level": level, "level_before": 0,
    }  # fmt: skip

    items = await viewer.page()

    assert share(items, "song") == (1.0 if much else 0.0)
    if much:
        chosen = [item for item in items if not item["is_exploration"]]
        assert {item["reason"]["code"] for item in chosen} == {"asked_for"}
    (only,) = (await viewer.client.get(PLACE)).json()["items"]
    assert (only["title"], only["level"], only["watches"], only["last_at"]) == (
        "#song", level, 0, None,
    )  # fmt: skip


@pytest.mark.feature("V10")
@pytest.mark.parametrize("kind", ["creator", "hashtag", "language"])
async def test_less_is_weaker_than_hiding_and_can_be_undone(
    services: Services, viewer: Viewer, kind: str
) -> None:
    """What is turned down comes after everything else, but it comes; undone, it is as before."""
    creators = await makers(services, 8)
    films = [
        Film(
            maker=number % 8,
            tags=("song" if number % 2 else "fractal",),
            language="de" if number % 2 else "en",
        )
        for number in range(16)
    ]
    made = await show(services, creators, films)
    values = {"hashtag": "song", "language": "de", "creator": to_text(creators[1])}
    less = {made[n] for n in range(16) if n % 8 == 1 or (kind != "creator" and n % 2)}

    turned = await turn(viewer, kind, values[kind], -1)
    first = await viewer.page(limit=5)
    second = [item for _ in range(6) for item in await viewer.page()]  # It goes round.

    chosen = {from_text(item["video"]["video_id"]) for item in first if not item["is_exploration"]}
    assert not chosen & less
    assert {from_text(item["video"]["video_id"]) for item in second} & less
    held = next(
        item
        for item in second
        if from_text(item["video"]["video_id"]) in less and not item["is_exploration"]
    )
    why = (await viewer.client.get(f"/api/v1/feed/why/{held['impression_id']}")).json()
    assert ("asked_for", "You asked for less of this") in {
        (one["code"], one["words"]) for one in why["against"]
    }
    await turn(viewer, kind, values[kind], turned["level_before"])
    assert (await viewer.client.get(PLACE)).json()["items"] == []


@pytest.mark.feature("V12")
async def test_a_deleted_interest_is_forgotten_until_it_is_learned_anew(
    services: Services, viewer: Viewer
) -> None:
    """What taught it counts no more; the others stay as they are; new watches teach again."""
    await taught(services, viewer)
    before = await believed(viewer)

    viewer.clock.move(seconds=1)
    gone = await viewer.client.delete(f"{PLACE}/hashtag/fractal")

    assert gone.status_code == 204, gone.text
    after = await believed(viewer)
    assert "#fractal" not in after
    assert after == {title: one for title, one in before.items() if title != "#fractal"}
    items = await viewer.page()
    codes = {
        reason["code"]
        for item in items
        if "fractal" in item["video"]["hashtags"]
        for reason in (await viewer.client.get(f"/api/v1/feed/why/{item['impression_id']}")).json()[
            "reasons"
        ]
    }
    assert "hashtag_affinity" not in codes

    fractal = next(item for item in items if "fractal" in item["video"]["hashtags"])
    await viewer.watch(fractal, 10_000)
    await viewer.settle()
    assert (await believed(viewer))["#fractal"]["watches"] == 1


@pytest.mark.feature("V8")
@pytest.mark.feature("V12")
async def test_nothing_is_shown_nor_turned_while_personalisation_is_off(
    services: Services, viewer: Viewer
) -> None:
    """The list is empty and says why; a level rests and is there again later; deleting works."""
    await taught(services, viewer)
    await turn(viewer, "hashtag", "song", 2)
    off = {"is_personalised": False}
    await viewer.client.put("/api/v1/feed/personalisation", json=off)

    page = (await viewer.client.get(PLACE)).json()
    refused = await viewer.client.put(f"{PLACE}/hashtag/night", json={"level": 1})

    assert page == {
        "items": [], "is_personalised": False, "why_not_personalised": "switched_off",
    }  # fmt: skip
    assert (refused.status_code, refused.json()["code"]) == (409, "feed.not_personal")
    viewer.cursor = None
    shown = await viewer.page()
    assert not any(item["reason"]["code"] == "asked_for" for item in shown)
    assert (await viewer.client.delete(f"{PLACE}/hashtag/fractal")).status_code == 204

    await viewer.client.put("/api/v1/feed/personalisation", json={"is_personalised": True})
    again = await believed(viewer)
    assert again["#song"]["level"] == 2
    assert "#fractal" not in again


@pytest.mark.feature("V12")
@pytest.mark.parametrize(
    ("kind", "value", "level", "status", "code"),
    [
        ("galaxy", "x", 1, 422, "feed.unknown_kind"),
        ("hashtag", "song", 3, 422, "feed.level_out_of_range"),
        ("hashtag", "song", -3, 422, "feed.level_out_of_range"),
        ("hashtag", "%23", 1, 404, "feed.no_such_interest"),
        ("hashtag", "x" * 101, 1, 404, "feed.no_such_interest"),
        ("language", "klingon", 1, 404, "feed.no_such_interest"),
        ("creator", "§§", 1, 422, "id.malformed"),
        ("creator", "7", 1, 404, "feed.no_such_interest"),
        ("sound", "7", 1, 404, "feed.no_such_interest"),
    ],
)
async def test_nonsense_turns_nothing(  # A row of the table is one argument each.
    viewer: Viewer, kind: str, value: str, level: int, status: int, code: str
) -> None:
    """Refused by name, and nothing is kept."""
    answer = await viewer.client.put(f"{PLACE}/{kind}/{value}", json={"level": level})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await viewer.client.get(PLACE)).json()["items"] == []


async def test_hashtags_are_kept_folded_and_the_list_has_an_end(
    services: Services, viewer: Viewer
) -> None:
    """One tag however it is written; the 501st thing is refused, changing one is not."""
    first = await turn(viewer, "hashtag", "%23Café", 1)
    again = await turn(viewer, "hashtag", "cafe", 2)
    assert (first["title"], again["level_before"]) == ("#cafe", 1)
    guest = (await viewer.client.get("/api/v1/session")).json()["guest"]["guest_id"]
    async with services.database.transaction() as tx:
        await tx.run(
            "INSERT INTO feed_interest (viewer_id, kind, value, market, level, changed_at_us) "
            "SELECT %(viewer)s, 'hashtag', 'tag' || n, 'us', 1, n FROM generate_series(1, 499) n",
            viewer=from_text(guest),
        )

    full = await viewer.client.put(f"{PLACE}/hashtag/one_more", json={"level": 1})

    assert (full.status_code, full.json()["code"]) == (429, "feed.too_many_interests")
    assert (await turn(viewer, "hashtag", "tag7", 0))["level_before"] == 1
    assert (await viewer.client.delete(f"{PLACE}/hashtag/tag8")).status_code == 204
    assert len((await viewer.client.get(PLACE)).json()["items"]) == 200


@pytest.mark.feature("V12")
async def test_a_guest_keeps_its_interests_when_signing_in(
    services: Services, viewer: Viewer
) -> None:
    """Of two levels the later one holds, and what either deleted stays deleted."""
    await world(services)
    me = AccountId(from_text((await accounts.sign_up(viewer.client))["account_id"]))
    await turn(viewer, "hashtag", "song", -2)
    await turn(viewer, "hashtag", "fractal", -2)
    cookies = dict(viewer.client.cookies)
    viewer.client.cookies.clear()
    viewer.clock.move(seconds=5)
    guest = (await viewer.client.get("/api/v1/session")).json()["guest"]["guest_id"]
    await turn(viewer, "hashtag", "song", 2)
    viewer.client.cookies.clear()
    for name, value in cookies.items():
        viewer.client.cookies.set(name, value)
    viewer.clock.move(seconds=5)
    await turn(viewer, "hashtag", "fractal", 1)

    merged = GuestMerged(
        event_id=services.ids(),
        occurred_at=services.clock(),
        market="us",
        account_id=me,
        guest_id=GuestId(from_text(guest)),
    )
    async with services.database.transaction() as tx:
        await publish(tx, merged)
    await viewer.settle()

    levels = {title: one["level"] for title, one in (await believed(viewer)).items()}
    assert levels == {"#song": 2, "#fractal": 1}


@pytest.mark.feature("V9")
async def test_why_says_what_lifted_it_and_what_held_it_back(
    services: Services, viewer: Viewer
) -> None:
    """In the language asked for: source, reasons, what spoke against it, and what scored it."""
    await taught(services, viewer)
    await viewer.page()
    songs = []
    for _ in range(6):
        songs += [one for one in await viewer.page() if "song" in one["video"]["hashtags"]]
    plain = next(one for one in songs if not one["is_exploration"])

    german = {"accept-language": "de"}
    place = f"/api/v1/feed/why/{plain['impression_id']}"
    why = (await viewer.client.get(place, headers=german)).json()

    assert {one["code"] for one in why["against"]} >= {"hashtag_affinity"}
    assert all(one["weight"] < 0 for one in why["against"])
    assert why["against"] == sorted(why["against"], key=lambda one: one["weight"])
    said = {one["code"]: one["words"] for one in why["against"]}
    assert said["hashtag_affinity"] == "Du überspringst solche Videos"
    assert why["source_words"] == say(why["source"], "de") != say(why["source"], "en")
    assert isinstance(why["scorer_version"], str)
    assert why["probability"] == 1.0


@pytest.mark.feature("V135")
async def test_the_parameters_are_explained_in_the_language_asked_for(viewer: Viewer) -> None:
    """Words, reasons, rules and ways to change them."""
    pages = {
        language: (
            await viewer.client.get(
                "/api/v1/transparency/recommender", headers={"accept-language": language}
            )
        ).json()
        for language in ("en", "de", "id", "ja", "zh")
    }

    assert len({page["parameters"][0]["words"] for page in pages.values()}) == 5
    assert len({page["rules"][0] for page in pages.values()}) == 5
    assert len({page["options"][0] for page in pages.values()}) == 5
    assert len({page["quality_parts"][0]["words"] for page in pages.values()}) == 5
