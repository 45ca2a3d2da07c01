"""What is taken of a film's pictures and sound reaches those who learn from it."""

from typing import Any

import msgspec
import numpy as np
import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.ranking import face as ranking
from nightmarket.domains.ranking import store as ranker
from nightmarket.domains.ranking.values.batches import Items
from nightmarket.domains.videos.actions.tell_content import tell_content
from nightmarket.entry.drain import drain
from nightmarket.events.videos import VideoPublished
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, from_text
from tests.builders.accounts import sign_up
from tests.builders.videos import publish

Browser = AsyncTestClient[Any]


async def items(services: Services) -> Items:
    """What the learner would take in."""
    async with services.database.transaction() as tx:
        found, _ = await ranker.changed(tx, ranker.Changes(), 100)
    return found


async def changes_told(services: Services) -> int:
    """How often changes of videos were told."""
    async with services.database.transaction() as tx:
        return sum(
            await tx.column(int, "SELECT count(*) FROM infra_outbox WHERE name = 'video.changed'")
        )


@pytest.mark.feature("V56")
async def test_the_content_of_a_published_film_arrives_with_the_learner(
    client: Browser, services: Services
) -> None:
    """Two colours are two places; the same colour twice is nearly one. It leaves with the person."""
    me = await sign_up(client, handle="mia")
    made = [await publish(client, services, hue=hue) for hue in (0.6, 0.05, 0.6)]
    found = await items(services)
    assert sorted(found.ids.tolist()) == sorted(from_text(one["video_id"]) for one in made)
    places = [found.ids.tolist().index(from_text(one["video_id"])) for one in made]
    first, other, again = found.content[places]
    assert np.abs(found.content).max() <= 1.0
    assert np.linalg.norm(first - again) < 0.1
    assert np.linalg.norm(first - other) > 1.0
    async with services.database.transaction() as tx:
        person = AccountId(from_text(me["account_id"]))
        kept = (await ranking.export_person(tx, person))["ranking_video"]
        assert [len(row["content"]) for row in kept] == [len(first)] * 3
        await ranking.erase_person(tx, person)
    assert len(await items(services)) == 0


async def test_films_from_before_are_told_a_few_at_a_time_and_once(
    client: Browser, services: Services
) -> None:
    """As after an upgrade: the numbers lie there, and nobody was told."""
    await sign_up(client, handle="mia")
    await publish(client, services)
    before, told = await items(services), await changes_told(services)
    assert before.content.any()
    async with services.database.transaction() as tx:
        await tx.run("UPDATE videos_media SET content_version = 0")
        await tx.run("UPDATE ranking_video SET content = '{}'")
    assert not (await items(services)).content.any()
    for _ in range(2):
        await tell_content(services, services.clock())
        await drain(services)
    assert ((await items(services)).content == before.content).all()
    assert await changes_told(services) == told + 1


def test_a_fact_from_before_has_no_content() -> None:
    """What waits in the outbox while the software is renewed can still be read."""
    old = (
        b'{"event_id":1,"occurred_at":"2026-01-01T00:00:00Z","market":"us","video_id":1,'
        b'"creator_id":2,"caption":"","hashtags":[],"mentions":[],"language":"en","sound_id":null,'
        b'"duration_ms":1,"audience":"everyone","ai_label":"none","content_level":"general",'
        b'"published_at_us":1}'
    )
    assert msgspec.json.decode(old, type=VideoPublished).content == ()
