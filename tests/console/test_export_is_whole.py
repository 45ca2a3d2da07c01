"""The copy a person gets is compared with all tables there are, so that none is forgotten."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from nightmarket.domains.console.actions.faces import export_tables
from nightmarket.domains.console.actions.make_export import export_person
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, from_text
from tests.builders import accounts as people
from tests.builders.app import visit
from tests.console.test_leaving import leftovers, lived
from tests.fakes.clock import HandClock

pytestmark = pytest.mark.feature("V99")

Browser = AsyncTestClient[Any]
Tables = dict[str, list[dict[str, Any]]]
PERSON = {
    "account_id", "actor_id", "asker_id", "author_id", "blocked_id", "blocker_id", "creator_id",
    "email_key", "followee_id", "follower_id", "guest_id", "limited_id", "limiter_id",
    "mention_ids", "muted_id", "muter_id", "object_id", "owner_id", "reporter_id", "viewer_id",
}  # fmt: skip
"""Columns that say whose a row is, or whom it is about."""
THING = {
    "after_id", "appeal_id", "awaiting_id", "batch_id", "case_id", "client_id", "collection_id", "comment_id",
    "credential_id", "event_id", "export_id", "grant_id", "inspection_id", "item_id", "item_ids", "layout_id",
    "notification_id",
    "original_video_id", "parent_id", "passkey_id", "playlist_id", "ref_id", "reply_to_id",
    "report_id", "request_id", "rival_ids", "session_id", "share_id", "sound_id", "statement_id",
    "subscription_id", "ticket_id", "token_id", "upload_id", "video_id", "video_ids", "within_id",
}  # fmt: skip
"""Columns that name something else. A new `…_id` belongs into one of the two."""
NAMED_OTHERWISE = {
    "moderation_item": "moderation_items",
    "moderation_report": "moderation_reports",
    "moderation_statement": "moderation_statements",
    "moderation_appeal": "moderation_appeals",
    "moderation_strike": "moderation_strikes",
    "search_ask": "search_asks",
}
"""Tables whose rows the copy gives under another name."""
NOT_GIVEN = {
    "analytics_item": "who made which film, for counting; videos_video says it",
    "identity_awaiting": "a sign-up that waits for a parent: nobody's account yet, soon forgotten",
    "infra_outbox": "facts on their way to listeners, deleted when all have heard",
    "moderation_case": "the moderators' own work; decisions and the reports one wrote are given",
    "procrastinate_jobs": "orders to be carried out, deleted when they are",
    "search_person": "words of identity_account, cut for searching",
    "search_sound": "words of videos_sound, cut for searching",
    "search_video": "words of videos_video, cut for searching",
}
"""Tables that hold something of people and are not in the copy, each with its reason."""
SECRET = {"password_hash", "token_hash", "code_hash", "refresh_hash", "secret", "challenge"}
TEXTS_NOT_GIVEN = {
    ("console_export", "folder"): "the key of the archive itself",
    ("identity_login", "email_key"): "the address again, folded for comparing",
    ("notifications_item", "group_key"): "how lines are put together",
}
"""Columns of words in given tables that are left out, each with its reason; no market, no secret."""
OTHERS = (
    "relname NOT LIKE 'procrastinate!_%%' ESCAPE '!' AND relname NOT LIKE '%%yoyo!_%%' ESCAPE '!'"
)
OWN = (
    "relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace "
    f"AND {OTHERS}"
)


async def columns(tx: Tx, wanted: str) -> set[tuple[str, str]]:
    """Table and column of every column of our tables that is as wanted."""
    found = await tx.column(
        str,
        "SELECT relname || ' ' || attname FROM pg_attribute JOIN pg_class ON oid = attrelid "  # noqa: S608  # Our own words.
        f"WHERE {OWN} AND attnum > 0 AND NOT attisdropped AND {wanted}",
    )
    return {(one.split()[0], one.split()[1]) for one in found}


async def personal(tx: Tx) -> set[str]:
    """Every table with a person's column, and every table whose rows hang on such a row."""
    found = {table for table, column in await columns(tx, "true") if column in PERSON}
    ties = [
        tuple(one.split())
        for one in await tx.column(
            str,
            "SELECT conrelid::regclass || ' ' || confrelid::regclass FROM pg_constraint "
            "WHERE contype = 'f' AND connamespace = 'public'::regnamespace",
        )
    ]
    while more := {child for child, parent in ties if parent in found} - found:
        found |= more
    return {table for table in found if not table.startswith("procrastinate_")}


async def copy_of(tx: Tx, services: Services, account_id: AccountId) -> Tables:
    """What the archive has, by table."""
    given = await export_tables(tx, services, account_id)
    return given | await export_person(tx, account_id)


async def forgotten(tx: Tx, services: Services) -> set[str]:
    """Personal tables that are neither in a copy nor listed with a reason."""
    given = await copy_of(tx, services, await people.account(tx, services))
    tables = {NAMED_OTHERWISE.get(table, table): table for table in await personal(tx)}
    return {table for name, table in tables.items() if name not in given} - set(NOT_GIVEN)


@pytest.fixture(autouse=True)
def today(clock: HandClock) -> None:
    """The queue's own clock is the database's, so ours begins there too."""
    clock.instant = datetime.now(UTC)


@pytest.fixture
async def friend(services: Services) -> AsyncIterator[Browser]:
    """Another person's browser."""
    async with visit(services) as browser:
        await people.sign_up(browser, handle="grace")
        yield browser


async def test_no_table_is_forgotten(tx: Tx, services: Services) -> None:
    """Every table that can hold a person's rows is given, or its reason stands here."""
    assert await forgotten(tx, services) == set()
    assert len(await personal(tx)) > 50


async def test_every_new_id_is_thought_about(tx: Tx) -> None:
    """A column that names something by number is a person's or a thing's; nobody has to guess."""
    numbers = "attname ~ '_ids?$'"
    assert {column for _, column in await columns(tx, numbers)} - PERSON - THING == set()


async def test_the_list_has_nothing_too_much(tx: Tx, services: Services) -> None:
    """A reason for a table that is given, or that is gone, is no reason any more."""
    given = await copy_of(tx, services, await people.account(tx, services))
    there = {table for table, _ in await columns(tx, "true")} | {"procrastinate_jobs"}
    assert set(NOT_GIVEN) - there == set()
    assert set(NOT_GIVEN) & set(given) == set()
    assert set(NAMED_OTHERWISE) - there == set()
    assert set(NAMED_OTHERWISE.values()) - set(given) == set()
    assert set(given) - there - set(NAMED_OTHERWISE.values()) == set()


@pytest.mark.parametrize(
    ("made", "name"),
    [
        ("CREATE TABLE shop_cart (cart_no bigint, account_id bigint)", "shop_cart"),
        ("CREATE TABLE shop_seen (viewer_id bigint)", "shop_seen"),
        ("CREATE TABLE shop_note (n bigint REFERENCES identity_account, words text)", "shop_note"),
    ],
)
async def test_a_new_table_is_noticed(tx: Tx, services: Services, made: str, name: str) -> None:
    """By its column, or because its rows hang on a person's."""
    await tx.run(made)
    assert await forgotten(tx, services) == {name}


async def test_what_a_life_left_is_given(
    services: Services, client: Browser, friend: Browser
) -> None:
    """Wherever a person's number, address or handle stands: rows in the copy, or a reason."""
    me, _ = await lived(services, client, friend)
    assert (await client.post("/api/v1/me/export")).status_code == 202
    number = from_text(me["account_id"])
    texts = [str(number), me["account_id"], "adalovelace@example.org", "adalovelace"]
    held = set(await leftovers(services, texts))
    async with services.database.transaction() as tx:
        given = await copy_of(tx, services, AccountId(number))
        words = await columns(tx, "atttypid IN ('text'::regtype, 'jsonb'::regtype)")

    about_others = {"social_like"}  # What grace likes is in her copy; she likes a film of ada's.
    empty = {table for table in held if not given.get(NAMED_OTHERWISE.get(table, table))}
    assert empty - set(NOT_GIVEN) == about_others
    assert len(held) > 20
    full = {table: set(rows[0]) for table, rows in given.items() if rows}
    left_out = {
        (table, column)
        for table, column in words
        if table in full and column not in full[table] | SECRET | {"market"}
    }
    assert left_out == set(TEXTS_NOT_GIVEN)
    assert {column for found in full.values() for column in found} & SECRET == set()
