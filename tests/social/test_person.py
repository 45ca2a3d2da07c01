"""Everything about one person is handed over, and everything is gone when they go."""

from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.notifications import face as notifications
from nightmarket.domains.social import face
from nightmarket.entry.drain import drain
from nightmarket.infra.services import Services
from tests.builders.social import person, publish

TABLES = [
    "social_like",
    "social_save",
    "social_repost",
    "social_share",
    "social_collection",
    "social_collection_video",
    "social_comment",
    "social_comment_edit",
    "social_comment_like",
    "social_mention",
    "social_comment_filter",
]


@pytest.mark.feature("V81")
async def test_export_and_erasure_table_by_table(
    client: AsyncTestClient[Any], services: Services
) -> None:
    """Every table holds something before, the export shows it, and nothing is left after."""
    creator, leaver = await person(client), await person(client)
    video_id = await publish(services, creator)
    for reaction in ("like", "repost"):
        await leaver.ok("PUT", f"/videos/{video_id}/{reaction}")
    made = await leaver.ok("POST", "/collections", json={"title": "Mine"})
    into = {"collection_id": made["collection_id"]}
    await leaver.ok("PUT", f"/videos/{video_id}/save", json=into)
    await leaver.ok("POST", f"/videos/{video_id}/shares", json={"channel": "link"})
    where = f"/videos/{video_id}/comments"
    own = await leaver.ok("POST", where, json={"text": "mine"})
    await leaver.ok("PATCH", f"/comments/{own['comment_id']}", json={"text": "mine, edited"})
    answer = {"text": "an answer", "parent_id": own["comment_id"]}
    await creator.ok("POST", where, json=answer)
    other = await creator.ok("POST", where, json={"text": f"thank you @{leaver.handle}"})
    await leaver.ok("PUT", f"/comments/{other['comment_id']}/like")
    wish = {"keywords": ["soup"], "hold_links": True, "hold_all": False}
    await leaver.ok("PUT", "/me/comment-filters", json=wish)
    await drain(services)
    async with services.database.transaction() as tx:
        exported = await face.export_person(tx, leaver.account_id)
        heard = await notifications.export_person(tx, leaver.account_id)
    assert {table: len(rows) for table, rows in exported.items()} == dict.fromkeys(TABLES, 1)
    assert {line["kind"] for line in heard["notifications_item"]} == {"reply", "mention"}
    assert len(heard["notifications_cause"]) == 4
    for _ in range(2):
        async with services.database.transaction() as tx:
            await face.erase_person(tx, leaver.account_id, services)
            await notifications.erase_person(tx, leaver.account_id)
    async with services.database.transaction() as tx:
        for table, rows in (await face.export_person(tx, leaver.account_id)).items():
            assert rows == [], table
        for table, rows in (await notifications.export_person(tx, leaver.account_id)).items():
            assert rows == [], table
    counts = (await creator.ok("GET", f"/videos/{video_id}"))["counts"]
    assert counts == {"views": 0, "likes": 0, "comments": 1, "shares": 1, "saves": 0}
    (left,) = (await creator.ok("GET", where))["items"]
    assert (left["likes_count"], left["mentions"]) == (0, [])
    assert (await creator.ok("GET", "/inbox"))["items"] == []
