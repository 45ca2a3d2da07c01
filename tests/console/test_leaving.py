"""Promises of leaving: a copy of everything first, and afterwards nothing is left in any table."""

import io
import json
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from litestar.testing import AsyncTestClient
from psycopg import sql

from nightmarket.domains.console.actions.leave import Leaving
from nightmarket.domains.console.actions.make_export import drop_expired
from nightmarket.domains.moderation import face as moderation
from nightmarket.domains.moderation.actions.decide_case import decide_case
from nightmarket.domains.moderation.actions.see_work import waiting_cases
from nightmarket.domains.moderation.values import Decision, Ref, RefKind, Ruling, Snapshot
from nightmarket.entry import wiring
from nightmarket.infra import jobs, outbox
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, VideoId, from_text, to_text
from nightmarket.kernel.pages import PageRequest
from tests.builders import accounts as people
from tests.builders import search as findable
from tests.builders.app import visit
from tests.fakes.clock import HandClock

Browser = AsyncTestClient[Any]
ALLOWED = {
    "audit_entry": "that the house acted must stay provable; the number resolves to nobody",
}
"""Tables that may go on naming an erased account's number, and why. Nothing else may."""


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


async def work_off(services: Services) -> None:
    """Listeners and jobs until all is quiet, finished jobs deleted, as the worker does."""
    app = jobs.application(wiring.jobs(), (), services)
    async with app.open_async():
        for _ in range(30):
            heard = await outbox.drain(wiring.listeners(), services.database, services)
            await app.run_worker_async(
                wait=False,
                install_signal_handlers=False,
                listen_notify=False,
                delete_jobs="successful",
            )
            async with services.database.transaction() as tx:
                due = await tx.value(
                    int,
                    "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' "
                    "AND (scheduled_at IS NULL OR scheduled_at <= %(now)s)",
                    now=datetime.fromisoformat("2000-01-01T00:00:00Z"),
                )
            if not heard and not due:
                return


async def hurry(services: Services) -> None:
    """Make jobs that wait for their time due, since the database's clock is not moved by hand."""
    async with services.database.transaction() as tx:
        await tx.run(
            "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE task_name = 'console.sweep'"
        )


async def lived(services: Services, ada: Browser, grace: Browser) -> tuple[dict[str, Any], VideoId]:
    """A life: a film, follows, words, likes, searches, a report, a decision, a block, a token."""
    me = await people.sign_up(ada, handle="adalovelace")
    account_id = AccountId(from_text(me["account_id"]))
    async with services.database.transaction() as tx:
        video_id = await findable.findable(tx, services, account_id, "my night walk #mine")
        owner = Snapshot(owner_id=account_id, market="us", language="en", text="my night walk")
        await moderation.submit(tx, services, Ref(RefKind.VIDEO, video_id), owner)
        media_key = await tx.value(
            str, "SELECT media_key FROM videos_media WHERE video_id = %(v)s", v=video_id
        )
    await services.storage.put_bytes(f"{media_key}/360.mp4", b"film", "video/mp4")
    video, ada_id = to_text(video_id), me["account_id"]
    grace_me = (await grace.get("/api/v1/session")).json()["account"]
    calls = [
        (grace, "PUT", f"/api/v1/follows/{ada_id}", None),
        (ada, "PUT", f"/api/v1/follows/{grace_me['account_id']}", None),
        (grace, "PUT", f"/api/v1/videos/{video}/like", None),
        (grace, "POST", f"/api/v1/videos/{video}/comments", {"text": "lovely @adalovelace"}),
        (ada, "POST", f"/api/v1/videos/{video}/comments", {"text": "thank you"}),
        (ada, "PUT", f"/api/v1/videos/{video}/save", None),
        (ada, "PATCH", "/api/v1/me", {"bio": "I walk at night", "name": "Ada"}),
        (ada, "POST", "/api/v1/tokens", {"name": "mine", "scopes": ["profile:read"]}),
        (
            grace,
            "POST",
            "/api/v1/reports",
            {"ref": {"kind": "video", "id": video}, "policy": "spam"},
        ),
        (
            ada,
            "POST",
            "/api/v1/reports",
            {"ref": {"kind": "video", "id": video}, "policy": "hate"},
        ),
    ]
    for browser, method, path, body in calls:
        answer = await browser.request(method, path, json=body)
        assert answer.status_code < 300, (path, answer.text)
    await work_off(services)
    assert (await ada.get("/api/v1/search", params={"q": "walk"})).json()["videos"]
    assert (await grace.get("/api/v1/search", params={"q": "@adalovelace"})).json()["people"]
    async with services.database.transaction() as tx:
        [seen] = (await waiting_cases(tx, PageRequest(), services.clock(), market=None)).items
        ruling = Ruling(decision=Decision.LABEL, policy="spam", facts="It repeats itself a lot.")
        await decide_case(tx, services, AccountId(1), seen.case.case_id, ruling)
    await work_off(services)
    return me, video_id


async def leftovers(services: Services, texts: list[str]) -> dict[str, list[str]]:
    """Every table → rows that hold one of `texts`, as text or as bytes."""
    found: dict[str, list[str]] = {}
    async with services.database.transaction() as tx:
        tables = await tx.column(
            str,
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition "
            "AND relnamespace = 'public'::regnamespace ORDER BY relname",
        )
        assert len(tables) > 60
        for table in tables:
            query = sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table))
            rows = [row[0] for row in await (await tx.connection.execute(query)).fetchall()]
            held = [
                row for row in rows for text in texts if text in row or text.encode().hex() in row
            ]
            if held:
                found[table] = held
    return found


async def only_its_owner_fetches(
    services: Services, owner: Browser, friend: Browser, url: str
) -> None:
    """Nobody else does, no token of the owner's, no guest; and there is no public address."""
    assert (await friend.get(url)).status_code == 404
    token = (
        await owner.post("/api/v1/tokens", json={"name": "x", "scopes": ["profile:read"]})
    ).json()["token"]
    async with visit(services) as program:
        assert (await program.get(url)).json()["code"] == "identity.sign_in_needed"
        by_token = await program.get(url, headers={"Authorization": f"Bearer {token}"})
        assert (by_token.status_code, by_token.json()["code"]) == (403, "console.session_needed")
    async with services.database.transaction() as tx:
        folder = await tx.value(str, "SELECT folder FROM console_export")
    assert (await owner.get(f"/media/{folder}/export.zip")).status_code == 404


@pytest.mark.feature("V99")
async def test_a_copy_of_everything_can_be_fetched(
    services: Services, client: Browser, friend: Browser, clock: HandClock
) -> None:
    """An archive with a file a table and the films, told by mail, gone after a week."""
    me, _ = await lived(services, client, friend)
    asked = await client.post("/api/v1/me/export")
    again = await client.post("/api/v1/me/export")
    assert (asked.status_code, asked.json()["state"]) == (202, "pending")
    assert (again.status_code, again.json()["code"]) == (429, "console.exports_too_many")
    await work_off(services)

    [export] = (await client.get("/api/v1/me/exports")).json()["items"]
    assert export["state"] == "ready"
    await only_its_owner_fetches(services, client, friend, export["url"])
    fetched = await client.get(export["url"])
    assert (fetched.status_code, fetched.headers["content-type"]) == (200, "application/zip")
    assert fetched.headers["cache-control"] == "no-store"
    assert len(fetched.content) == export["bytes"]
    content = fetched.content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        about = json.loads(archive.read("about.json"))
        account = json.loads(archive.read("tables/identity_account.json"))
        films = [archive.read(name) for name in names if name.endswith("360.mp4")]
    assert about["handle"] == "adalovelace"
    assert account[0]["handle"] == "adalovelace"
    assert films == [b"film"]
    assert me["account_id"] != ""
    full = {table for table, count in about["rows_by_table"].items() if count}
    assert {
        "identity_account",
        "identity_follow",
        "videos_video",
        "social_comment",
        "search_asks",
        "moderation_statements",
        "moderation_reports",
    } <= full

    clock.move(days=7, seconds=1)
    await drop_expired(services, clock())
    [export] = (await client.get("/api/v1/me/exports")).json()["items"]
    assert (export["state"], export["url"]) == ("expired", None)
    assert (await client.get(f"/api/v1/me/exports/{export['export_id']}/file")).status_code == 404
    root = services.settings.data_directory
    assert [path for path in root.rglob("*.zip") if path.is_file()] == []


@pytest.mark.feature("V99")
async def test_deletion_leaves_nothing_in_any_table(
    services: Services, client: Browser, friend: Browser
) -> None:
    """Number, address and handle are gone from every table, and the bytes from the disk."""
    me, video_id = await lived(services, client, friend)
    await client.post("/api/v1/me/export")
    await work_off(services)
    number = str(from_text(me["account_id"]))
    texts = [number, me["account_id"], "adalovelace@example.org"]
    sent = services.settings.data_directory.rglob("*.eml")
    assert any("To: adalovelace@example.org" in path.read_text(encoding="utf-8") for path in sent)
    before = await leftovers(services, texts)
    assert len(before) >= 20, sorted(before)

    wrong = await client.request("DELETE", "/api/v1/me", json={"password": "not it at all"})
    assert wrong.status_code == 401
    gone = await client.request("DELETE", "/api/v1/me", json={"password": people.PASSWORD})
    assert gone.status_code == 202, gone.text
    assert (await client.get("/api/v1/session")).json()["account"] is None
    for _ in range(3):
        await work_off(services)
        await hurry(services)
    await work_off(services)

    after = await leftovers(services, texts)
    assert {table: rows for table, rows in after.items() if table not in ALLOWED} == {}
    handles = await leftovers(services, ["adalovelace"])
    handles.pop("social_comment", None)  # What grace wrote is hers, also the name she calls.
    assert {table for table in handles if table not in ALLOWED} == set()
    kept = [path for path in services.settings.data_directory.rglob("*") if path.is_file()]
    assert [path for path in kept if path.suffix in {".mp4", ".zip"}] == []
    mails = [path.read_text(encoding="utf-8") for path in kept if path.suffix == ".eml"]
    assert [mail for mail in mails if "adalovelace@example.org" in mail] == []
    assert [mail for mail in mails if "grace@example.org" in mail] != []
    assert (await client.get("/api/v1/session")).json()["account"] is None
    assert (await friend.get("/api/v1/profiles/adalovelace")).status_code == 404
    assert (await friend.get(f"/api/v1/videos/{to_text(video_id)}")).status_code == 404
    counts = (await friend.get("/api/v1/profiles/grace")).json()["counts"]
    assert (counts["followers"], counts["following"]) == (0, 0)


@pytest.mark.feature("V99")
async def test_leaving_wants_a_fresh_proof(
    services: Services, client: Browser, clock: HandClock
) -> None:
    """Without a password only right after signing in; and never as a guest."""
    guest = await client.request("DELETE", "/api/v1/me", json={})
    assert guest.status_code == 403
    await people.sign_up(client, handle="adalovelace")
    clock.move(minutes=11)
    stale = await client.request("DELETE", "/api/v1/me", json={})
    assert (stale.status_code, stale.json()["code"]) == (403, "console.prove_yourself")
    await work_off(services)
    assert (await client.get("/api/v1/session")).json()["account"]["handle"] == "adalovelace"

    await people.sign_in(client, "adalovelace")
    fresh = await client.request("DELETE", "/api/v1/me", json={})
    await work_off(services)

    assert fresh.status_code == 202
    assert (await client.get("/api/v1/session")).json()["account"] is None


async def test_an_operator_sees_the_house(services: Services, client: Browser) -> None:
    """Listeners, jobs, tables, disk and who waits; nobody else learns that it exists."""
    me = await people.sign_up(client, handle="adalovelace")
    assert (await client.get("/api/v1/console/overview")).status_code == 404
    async with services.database.transaction() as tx:
        await tx.run(
            "UPDATE identity_account SET roles = '{operator}' WHERE account_id = %(account_id)s",
            account_id=from_text(me["account_id"]),
        )
    await work_off(services)
    much_later = jobs.When(at=datetime(2100, 1, 1, tzinfo=UTC))
    async with services.database.transaction() as tx:
        for when in (None, much_later):
            await jobs.defer(tx, "console.sweep", Leaving(account_id=0), queue="media", when=when)
    await client.delete("/api/v1/session")
    await people.sign_in(client, "adalovelace")

    seen = (await client.get("/api/v1/console/overview")).json()

    assert {one["listener"]: one["waiting"] for one in seen["listeners"]}["search.people"] == 0
    assert (seen["buried"], seen["stuck"]) == ([], [])
    due = [(one["state"], one["jobs"]) for one in seen["jobs"] if one["queue"] == "media"]
    assert due == [("todo", 1)], "what is to run much later does not wait"
    assert any(table["name"] == "identity_account" for table in seen["tables"])
    assert seen["disk"]["total_bytes"] > seen["disk"]["free_bytes"] > 0
    assert seen["moderation"]["cases"] == 0
    assert seen["exploration"] == {"dealt_at": None, "owed": 0, "uploads_late": 0}
    away = {"answers": False, "leads": False, "differs": False, "step": 0, "lag_steps": 0}
    there = str(services.settings.data_directory / "ranker.sock")
    assert seen["rankers"] == [{"address": there, **away}]
