"""What a market says of its rules and duties is said in every language of the interface."""

from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.markets import face as markets
from nightmarket.domains.markets.store import read
from nightmarket.domains.moderation.rules.decisions import policies
from nightmarket.kernel.words import Words
from tests.builders.accounts import sign_up

SAID = [
    *((rule.rule, rule.reason) for market in markets.markets() for rule in market.rules),
    *(
        (f"{market.code}.{duty.duty}.{duty.basis}", duty.reason)
        for market in markets.markets()
        for duty in market.duties
    ),
    *((policy.code, policy.terms_ground) for policy in policies()),
]
FRENCH = """
code = "fr"
name = "France"
languages = ["fr"]
currency = "EUR"
time_zone = "Europe/Paris"
minor_until_age = 18
rules = [
    {action = "go_live", rule = "fr.live", basis = "policy", authority = "terms", reason = "Adults."}
]
duties = [
    {duty = "export", basis = "policy", authority = "terms", reason = {fr = "Une copie."}}
]
"""


@pytest.mark.parametrize(("name", "words"), SAID, ids=[name for name, _ in SAID])
def test_everything_is_said_in_every_language(name: str, words: Words) -> None:
    """No language is missing, and none repeats the English."""
    assert set(words.texts) == set(markets.LANGUAGES), name
    assert len(set(words.texts.values())) == len(markets.LANGUAGES), name


def test_one_sentence_is_one_sentence_everywhere() -> None:
    """Markets that say the same in English say the same in every other language."""
    heard: dict[str, Words] = {}
    for name, words in SAID:
        assert heard.setdefault(words.said(), words) == words, name


def test_a_file_may_say_less() -> None:
    """A language without words hears English, or the first there is."""
    france = read(FRENCH)

    assert france.rules[0].reason.said("ja") == "Adults."
    assert france.duties[0].reason.said("de") == "Une copie."


@pytest.mark.parametrize(
    ("accepted", "words"),
    [
        ("de-AT, en;q=0.5", "Live gehen dürfen nur Erwachsene."),
        ("fr, id;q=0.8", "Siaran langsung hanya untuk orang dewasa."),
        ("zh-Hans", "只有成年人可以直播。"),
        ("fr", "Going live is for adults."),
    ],
)
async def test_a_market_answers_in_the_language_asked_for(
    client: AsyncTestClient[Any], accepted: str, words: str
) -> None:
    answer = await client.get("/api/v1/markets/gb", headers={"Accept-Language": accepted})

    by_name = {rule["rule"]: rule["reason"] for rule in answer.json()["rules"]}
    assert by_name["gb.live_is_for_adults"] == words


async def test_a_refusal_speaks_like_its_caller(client: AsyncTestClient[Any]) -> None:
    """In the language asked for; without one in that of the account. Rule and authority stay."""
    await sign_up(client, market="gb", language="de", birth_date="2011-05-17")
    wish = {"is_personalised": True}
    spoken = {"Accept-Language": "ja, en;q=0.8"}

    japanese = await client.patch("/api/v1/me", json=wish, headers=spoken)
    german = await client.patch("/api/v1/me", json=wish)

    assert (japanese.status_code, german.status_code) == (403, 403)
    assert japanese.json()["detail"].startswith("プロファイリングを使う機能は")
    assert german.json()["detail"].startswith("Was auf Profilbildung beruht")
    assert german.json()["facts"]["reason"] == german.json()["detail"]
    for one in (japanese.json(), german.json()):
        assert (one["code"], one["rule"]) == ("markets.not_allowed", "gb.no_profiling_of_minors")
        assert one["authority"].startswith("ICO Children's code")
