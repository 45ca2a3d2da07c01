"""What a viewer tells the feed holds from the next page on, and the feed explains itself."""

from typing import Any

import pytest

from nightmarket.domains.feed.rules import synonyms, weights
from nightmarket.domains.ranking.values import heads
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import from_text, to_text
from tests.builders import accounts
from tests.builders.feed import Film, Viewer, makers, show


@pytest.mark.feature("V10")
@pytest.mark.parametrize("scope", ["video", "creator", "sound", "hashtag"])
async def test_not_interested_holds_on_the_next_page(
    services: Services, viewer: Viewer, scope: str
) -> None:
    """Every other film shares maker, sound and hashtag with the hidden one, and goes with it."""
    creators = await makers(services, 2)
    films = [
        Film(
            maker=number % 2,
            sound_id=700 if number % 2 else None,
            tags=("song" if number % 2 else "fractal",),
        )
        for number in range(40)
    ]
    made = await show(services, creators, films)
    first = await viewer.page()
    odd = next(item for item in first if from_text(item["video"]["video_id"]) in made[1::2])
    body: dict[str, Any] = {"scope": scope, "impression_id": odd["impression_id"]}
    if scope == "sound":
        body = {"scope": scope, "value": to_text(700)}

    answer = await viewer.client.post("/api/v1/feed/not-interested", json=body)
    assert answer.status_code == 201, answer.text
    entry = answer.json()
    later = [number for _ in range(3) for number in await viewer.ids()]

    if scope == "video":
        assert from_text(odd["video"]["video_id"]) not in later
    else:
        assert not set(later) & set(made[1::2])
    listed = (await viewer.client.get("/api/v1/feed/hidden")).json()["items"]
    assert listed == [entry]

    value = {"scope": scope, "value": entry["value"]}
    gone = await viewer.client.request("DELETE", "/api/v1/feed/not-interested", json=value)
    assert gone.status_code == 204, gone.text
    assert (await viewer.client.get("/api/v1/feed/hidden")).json()["items"] == []
    if scope != "video":
        assert set(await viewer.ids()) & set(made[1::2])


@pytest.mark.feature("V10")
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"scope": "galaxy", "value": "x"}, 422, "feed.unknown_scope"),
        ({"scope": "video"}, 422, "feed.nothing_named"),
        ({"scope": "creator", "value": "§§"}, 422, "id.malformed"),
        ({"scope": "video", "impression_id": "x"}, 422, "analytics.unknown_impression"),
    ],
)
async def test_nonsense_hides_nothing(
    viewer: Viewer, body: dict[str, str], status: int, code: str
) -> None:
    """Refused by name, and the list stays empty."""
    answer = await viewer.client.post("/api/v1/feed/not-interested", json=body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await viewer.client.get("/api/v1/feed/hidden")).json()["items"] == []


@pytest.mark.feature("V11")
async def test_starting_over_forgets_tastes_and_keeps_rules(
    services: Services, viewer: Viewer
) -> None:
    """No reason of the next page is personal; what was hidden stays hidden."""
    creators = await makers(services, 5)
    films = [Film(maker=number % 5, tags=("fractal",)) for number in range(60)]
    made = await show(services, creators, films)
    items = await viewer.page()
    for item in items[:4]:
        await viewer.watch(item, 10_000)
    await viewer.settle()
    hidden = {"scope": "creator", "value": to_text(creators[0])}
    await viewer.client.post("/api/v1/feed/not-interested", json=hidden)
    assert {item["reason"]["code"] for item in await viewer.page()} & PERSONAL

    viewer.clock.move(seconds=1)
    answer = await viewer.client.post("/api/v1/feed/start-over")
    assert answer.status_code == 204
    after = await viewer.page()

    assert not {item["reason"]["code"] for item in after} & PERSONAL
    assert not {from_text(item["video"]["video_id"]) for item in after} & set(made[0::5])


PERSONAL = {weight.code for weight in weights.WEIGHTS if weight.is_personal}


@pytest.mark.feature("V13")
async def test_filtered_words_are_never_served(services: Services, viewer: Viewer) -> None:
    """Captions and hashtags, whatever their case, accents or width."""
    creators = await makers(services, 3)
    made = await show(
        services,
        creators,
        [
            Film(maker=0, words="My CAFÉ at night"),
            Film(maker=1, words="plain", tags=("spiders",)),
            Film(maker=2, words="夜市の花火"),
            Film(maker=0, words="all is well"),
        ],
    )
    await accounts.sign_up(viewer.client)
    settings = (await viewer.client.get("/api/v1/me/settings")).json()
    wanted = {**settings, "keyword_filters": ["cafe", "#Spiders", "花火"]}
    answer = await viewer.client.put("/api/v1/me/settings", json=wanted)
    assert answer.status_code == 200, answer.text

    assert await viewer.ids() == [made[3]]


@pytest.mark.feature("V13")
async def test_words_of_the_same_meaning_go_with_a_filtered_one(
    services: Services, viewer: Viewer
) -> None:
    """In any language and number, as whole words; what only looks alike stays."""
    creators = await makers(services, 4)
    words = [
        "Eine Spinne im Bad", "クモが出た", "two arachnids", "laba-laba besar",
        "a spiderman costume party", "inspiring rodentia", "die Ratten im Keller", "tikus!",
    ]  # fmt: skip
    made = await show(
        services,
        creators,
        [Film(maker=number % 4, words=text) for number, text in enumerate(words)],
    )
    await accounts.sign_up(viewer.client)
    settings = (await viewer.client.get("/api/v1/me/settings")).json()

    async def left(*filters: str) -> list[int]:
        wanted = {**settings, "keyword_filters": list(filters)}
        assert (await viewer.client.put("/api/v1/me/settings", json=wanted)).status_code == 200
        viewer.cursor = None
        found = await viewer.ids(limit=20)
        await viewer.client.post("/api/v1/feed/start-over")
        return sorted(found)

    assert await left("tarantula", "Ratte") == [made[4], made[5]]


def test_synonyms_are_words_of_one_meaning_only() -> None:
    """No word is in two groups, each group speaks several languages, and ends are not guessed."""
    groups = synonyms.groups()
    words = [word for group in groups for word in group]
    assert len(words) == len(set(words))
    assert all(len(group) >= 3 for group in groups)
    assert synonyms.others(["spiders"]) >= {"spinne", "蜘蛛"}
    assert synonyms.others(["nothing", "like", "it"]) == frozenset()
    assert synonyms.pattern(frozenset()) is None
    found = synonyms.pattern(frozenset({"ratte", "蛇"}))
    assert found is not None
    assert found.search("drei ratten")
    assert found.search("白蛇伝")
    assert not found.search("karatte")


@pytest.mark.feature("V14")
async def test_films_made_by_machines_can_be_fewer(services: Services, viewer: Viewer) -> None:
    """Three steps: as usual, less (they come last, and the page says why), none."""
    creators = await makers(services, 6)
    films = [
        Film(maker=number % 6, ai_label="creator" if number % 2 else "none") for number in range(12)
    ]
    made = await show(services, creators, films)
    await accounts.sign_up(viewer.client)

    async def page(amount: str, **more: bool) -> list[int]:
        given = {"ai_amount": amount, **more}
        settings = (await viewer.client.get("/api/v1/me/settings")).json()
        kept = (await viewer.client.put("/api/v1/me/settings", json=settings | given)).json()
        assert (kept["ai_amount"], kept["hide_ai"]) == (amount, amount == "none")
        viewer.cursor = None
        off = {"is_personalised": False}  # The order is not drawn by chance then.
        await viewer.client.put("/api/v1/feed/personalisation", json=off)
        return await viewer.ids(limit=12)

    by_people = set(made[::2])
    assert {number in by_people for number in (await page("as_usual"))[:6]} == {True, False}
    less = await page("less")
    assert len(less) == 12
    assert set(less[:6]) == by_people
    assert set(await page("none")) == by_people
    settings = (await viewer.client.get("/api/v1/me/settings")).json()
    for hide_ai, amount in ((False, "as_usual"), (True, "none")):
        wanted = settings | {"hide_ai": hide_ai}
        settings = (await viewer.client.put("/api/v1/me/settings", json=wanted)).json()
        assert (settings["hide_ai"], settings["ai_amount"]) == (hide_ai, amount)


@pytest.mark.feature("V14")
async def test_films_made_by_machines_can_be_left_out(services: Services, viewer: Viewer) -> None:
    """Those the creator or validated credentials label."""
    creators = await makers(services, 3)
    labels = ("creator", "credentials", "none")
    films = [Film(maker=number, ai_label=label) for number, label in enumerate(labels)]
    made = await show(services, creators, films)
    await accounts.sign_up(viewer.client)
    assert sorted(await viewer.ids()) == sorted(made)
    settings = (await viewer.client.get("/api/v1/me/settings")).json()
    await viewer.client.put("/api/v1/me/settings", json={**settings, "hide_ai": True})

    assert await viewer.ids() == [made[2]]


async def test_blocked_and_muted_creators_are_left_out(services: Services, viewer: Viewer) -> None:
    """At once, on every tab of recommendations."""
    creators = await makers(services, 3)
    made = await show(services, creators, [Film(maker=number) for number in range(3)])
    await accounts.sign_up(viewer.client)
    await viewer.client.put(f"/api/v1/blocks/{to_text(creators[0])}")
    await viewer.client.put(f"/api/v1/mutes/{to_text(creators[1])}")

    assert await viewer.ids() == [made[2]]
    grid = (await viewer.client.get("/api/v1/explore")).json()["items"]
    assert [from_text(video["video_id"]) for video in grid] == [made[2]]


async def test_mature_films_are_for_adults_who_ask(services: Services, viewer: Viewer) -> None:
    """A guest's age is unknown; an adult switches them on."""
    creators = await makers(services, 2)
    made = await show(services, creators, [Film(maker=0, content_level="mature"), Film(maker=1)])
    assert await viewer.ids() == [made[1]]

    await accounts.sign_up(viewer.client)
    assert made[0] not in await viewer.ids()


@pytest.mark.feature("V9")
async def test_every_item_says_why(services: Services, viewer: Viewer) -> None:
    """Source, strongest reasons, what each stage did, and which scorer; to its viewer only."""
    creators = await makers(services, 4)
    await show(services, creators, [Film(maker=number % 4) for number in range(30)])
    first = await viewer.page()
    await viewer.watch(first[0], 10_000)
    await viewer.settle()
    second = await viewer.page()

    answer = await viewer.client.get(f"/api/v1/feed/why/{second[0]['impression_id']}")
    assert answer.status_code == 200, answer.text
    why = answer.json()

    assert why["scorer_version"] == weights.VERSION
    assert why["source"] in {"following", "tastes", "fresh", "popular", "explore"}
    assert why["is_personalised"] is True
    assert why["reasons"][0]["words"] == second[0]["reason"]["words"]
    assert why["reasons"] == sorted(why["reasons"], key=lambda reason: -reason["weight"])
    components = [stage["component"] for stage in why["stage_report"]]
    for component in ("memory", "fresh", "popular", "seen", "starter", "diverse", "visible"):
        assert component in components
    assert all(stage["failure"] is None for stage in why["stage_report"])

    viewer.client.cookies.clear()
    stranger = await viewer.client.get(f"/api/v1/feed/why/{second[0]['impression_id']}")
    assert stranger.status_code == 404
    assert stranger.json()["code"] == "feed.no_such_serving"


@pytest.mark.feature("V135")
async def test_the_parameters_are_those_the_scorer_reads(viewer: Viewer) -> None:
    """The page is made of the scorer's own table, with a reason for every weight."""
    page = (await viewer.client.get("/api/v1/transparency/recommender")).json()

    assert page["version"] == weights.VERSION
    assert [(one["code"], one["weight"]) for one in page["parameters"]] == [
        (weight.code, weight.value) for weight in (*weights.WEIGHTS, *weights.PAGE_WEIGHTS)
    ]
    assert all(one["words"] and one["why"] for one in page["parameters"])
    assert {one["code"] for one in page["quality_parts"]} == {
        code for code, _ in weights.QUALITY_PARTS
    }
    assert page["options"]
    sources = {one["code"]: one["words"] for one in page["sources"]}
    assert sources.keys() >= {"following", "by_model", "co_watched", "popular", "fresh", "explore"}
    assert all(sources.values())
    held = {one["code"]: one["weight"] for one in page["expected_parts"]}
    assert held == {head.code: head.value for head in heads.HEADS if head.source}
    assert page["experiment"] is None


@pytest.mark.feature("V135")
async def test_the_page_says_what_holds_in_the_callers_market(viewer: Viewer) -> None:
    """What the operator replaced is what is printed, and so is an experiment the caller is in."""
    said = "[markets.us]\nshare = 9.0\n[experiments.warm]\nshare = 1.0\nworths = { like = 5.0 }\n"
    path = viewer.services.settings.data_directory / "worths.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(said, encoding="utf-8")

    page = (await viewer.client.get("/api/v1/transparency/recommender")).json()

    held = {one["code"]: one["weight"] for one in page["expected_parts"]}
    assert (held["share"], held["like"], page["experiment"]) == (9.0, 5.0, "warm")
