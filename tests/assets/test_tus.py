"""tus 1.0 as clients use it: resumable, checked, expiring, and private."""

import base64
import hashlib
import random
from dataclasses import replace
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from nightmarket.domains.assets import face
from nightmarket.domains.assets.actions.create_upload import folder_of
from nightmarket.domains.assets.actions.discard_upload import sweep
from nightmarket.domains.assets.errors import AlreadyTaken, NotComplete
from nightmarket.events.assets import UploadCompleted
from nightmarket.infra import outbox
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import UploadId, from_text
from tests.assets.conftest import ALICE, BOB, Caller, app_of
from tests.fakes.clock import HandClock

PATCH = {"Content-Type": "application/offset+octet-stream"}
Browser = AsyncTestClient[Any]


async def begin(browser: Browser, size: int, **headers: str) -> str:
    """Announce an upload and return its address."""
    answer = await browser.post("/api/v1/uploads", headers={"Upload-Length": str(size), **headers})
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


async def send(browser: Browser, place: str, offset: int, body: bytes, **headers: str) -> Any:
    """Send bytes at an offset."""
    lines = {**PATCH, "Upload-Offset": str(offset), **headers}
    return await browser.patch(place, content=body, headers=lines)


def upload_id(place: str) -> UploadId:
    """Return the id at the end of an upload's address."""
    return UploadId(from_text(place.rsplit("/", 1)[1]))


@pytest.mark.feature("V56")
async def test_an_upload_arrives_in_pieces_and_keeps_its_name_and_sum(
    browser: Browser, services: Services
) -> None:
    """Three PATCHes make the same bytes; HEAD tells the offset between them, after a reload too."""
    film = random.Random(1).randbytes(3_000_000)
    name = base64.b64encode("夜市.mp4".encode()).decode()
    place = await begin(browser, len(film), **{"Upload-Metadata": f"filename {name},x"})
    for start in (0, 1_000_000, 2_000_000):
        answer = await send(browser, place, start, film[start : start + 1_000_000])
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (
            204,
            str(start + 1_000_000),
        )
        head = await browser.head(place)
        assert head.headers["Upload-Offset"] == str(start + 1_000_000)
        assert head.headers["Upload-Length"] == str(len(film))
        assert head.headers["Cache-Control"] == "no-store"
    async with services.database.transaction() as tx:
        upload = await face.complete_upload(tx, services, upload_id(place), ALICE)
    assert upload.filename == "夜市.mp4"
    assert upload.path.read_bytes() == film
    assert upload.sha256 == hashlib.sha256(film).digest()


@pytest.mark.feature("V56")
async def test_the_creation_request_may_carry_all_bytes(browser: Browser) -> None:
    """A small file is up in one request, larger than the body limit of other routes."""
    body = bytes(5000)
    answer = await browser.post(
        "/api/v1/uploads", content=body, headers={**PATCH, "Upload-Length": "5000"}
    )
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "5000")


async def _call(app: Litestar, place: str, offset: int, messages: list[dict[str, Any]]) -> None:
    """Speak ASGI, to be able to hang up in the middle."""
    sent: list[Any] = []

    async def receive() -> Any:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def answer(message: Any) -> None:
        sent.append(message)

    scope: Any = {
        "type": "http", "method": "PATCH", "path": place, "raw_path": place.encode(), "query_string": b"",
        "headers": [(b"tus-resumable", b"1.0.0"), (b"content-type", b"application/offset+octet-stream"),
                    (b"upload-offset", str(offset).encode())],
        "server": ("localhost", 80), "client": ("127.0.0.1", 1), "scheme": "http", "http_version": "1.1",
        "root_path": "", "state": {}, "extensions": {}, "app": app,
    }  # fmt: skip
    await app(scope, receive, answer)


@pytest.mark.feature("V56")
async def test_what_arrived_before_a_cut_is_kept(
    app: Litestar, browser: Browser, services: Services
) -> None:
    """Cut off five times in the middle of a request, the upload is whole and nothing was sent twice."""
    film = random.Random(2).randbytes(600_000)
    place = await begin(browser, len(film))
    offset = 0
    for _ in range(5):
        body = film[offset : offset + 100_001]
        await _call(app, place, offset, [{"type": "http.request", "body": body, "more_body": True}])
        offset = int((await browser.head(place)).headers["Upload-Offset"])
        assert offset % 100_001 == 0
    answer = await send(browser, place, offset, film[offset:])
    assert answer.headers["Upload-Offset"] == str(len(film))
    async with services.database.transaction() as tx:
        upload = await face.complete_upload(tx, services, upload_id(place), ALICE)
    assert upload.path.read_bytes() == film


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
async def test_bytes_that_miss_their_checksum_are_not_kept(
    browser: Browser, algorithm: str
) -> None:
    """460 for wrong bytes and nothing kept; the right ones go on."""
    body = b"right bytes" * 1000
    place = await begin(browser, len(body))
    good = base64.b64encode(hashlib.new(algorithm, body).digest()).decode()
    checked = {"Upload-Checksum": f"{algorithm} {good}"}
    wrong = await send(browser, place, 0, b"wrong bytes" * 1000, **checked)
    assert (wrong.status_code, wrong.json()["code"]) == (460, "assets.wrong_checksum")
    assert (await browser.head(place)).headers["Upload-Offset"] == "0"
    assert (await send(browser, place, 0, body, **checked)).status_code == 204


async def test_two_writers_at_once_are_refused(browser: Browser, services: Services) -> None:
    """423 while another request writes; then it goes on."""
    place = await begin(browser, 10)
    async with folder_of(services).appending(upload_id(place)):
        busy = await send(browser, place, 0, b"0123456789")
        assert (busy.status_code, busy.json()["code"]) == (423, "assets.upload_busy")
    assert (await send(browser, place, 0, b"0123456789")).status_code == 204


@pytest.mark.feature("V57")
async def test_refusals_name_what_is_wrong(browser: Browser) -> None:
    """Wrong offset, length, version, type and size each have their status, and change nothing."""
    place = await begin(browser, 10)
    answers = [
        (await send(browser, place, 5, b"x"), 409, "assets.wrong_offset"),
        (await send(browser, place, 0, bytes(11)), 413, "assets.too_large"),
        (await browser.patch(place, content=b"x", headers={"Upload-Offset": "0"}), 415, "assets.wrong_content_type"),
        (await browser.post("/api/v1/uploads"), 400, "assets.bad_upload_header"),
        (await browser.post("/api/v1/uploads", headers={"Upload-Length": str(2**40)}), 413, "assets.too_large"),
        (await browser.post("/api/v1/uploads", headers={"Tus-Resumable": "0.2"}), 412, "assets.wrong_tus_version"),
        (await browser.patch("/api/v1/uploads/zzz", headers={**PATCH, "Upload-Offset": "0"}), 404, "assets.no_such_upload"),
    ]  # fmt: skip
    for answer, status, code in answers:
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answers[0][0].json()["facts"]["offset_bytes"] == 0
    assert (await browser.head(place)).headers["Upload-Offset"] == "10"


async def test_only_the_owner_sees_an_upload(browser: Browser, caller: Caller) -> None:
    """Others get the words of something that does not exist; guests are asked to sign in."""
    place = await begin(browser, 10)
    caller.account_id = BOB
    assert (await browser.head(place)).status_code == 404
    assert (await send(browser, place, 0, b"x")).status_code == 404
    assert (await browser.delete(place)).status_code == 404
    caller.account_id = None
    answer = await browser.post("/api/v1/uploads", headers={"Upload-Length": "10"})
    assert (answer.status_code, answer.json()["code"]) == (403, "identity.sign_in_needed")
    caller.account_id = ALICE
    assert (await browser.head(place)).headers["Upload-Offset"] == "0"


async def test_ending_an_upload_deletes_its_bytes(browser: Browser, services: Services) -> None:
    """After DELETE neither row nor file is left."""
    place = await begin(browser, 10)
    await send(browser, place, 0, b"01234")
    path = folder_of(services).path(upload_id(place))
    assert path.exists()
    assert (await browser.delete(place)).status_code == 204
    assert not path.exists()
    assert (await browser.head(place)).status_code == 404


@pytest.mark.feature("V56")
async def test_a_full_disk_refuses_with_words_and_harms_nothing(
    services: Services, browser: Browser, caller: Caller
) -> None:
    """507 and a sentence; uploads that exist are unharmed and the rest of the service answers."""
    place = await begin(browser, 10)
    await send(browser, place, 0, b"01234")
    settings = replace(services.settings, disk_free_bytes_min=2**60)
    async with AsyncTestClient(app_of(replace(services, settings=settings), caller)) as full:
        full.headers["Tus-Resumable"] = "1.0.0"
        for answer in (
            await full.post("/api/v1/uploads", headers={"Upload-Length": "10"}),
            await send(full, place, 5, b"56789"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (507, "assets.disk_short")
            assert "disk is nearly full" in answer.json()["detail"]
        assert (await full.head(place)).headers["Upload-Offset"] == "5"
    assert (await send(browser, place, 5, b"56789")).status_code == 204
    assert folder_of(services).path(upload_id(place)).read_bytes() == b"0123456789"


async def test_an_account_may_have_only_so_much_waiting(
    browser: Browser, services: Services
) -> None:
    """Five times the largest upload may wait; deleting one makes room."""
    largest = services.settings.upload_bytes_max
    places = [await begin(browser, largest) for _ in range(5)]
    refused = await browser.post("/api/v1/uploads", headers={"Upload-Length": "1"})
    assert (refused.status_code, refused.json()["code"]) == (413, "assets.quota_reached")
    await browser.delete(places[0])
    await begin(browser, 1)


async def test_expired_uploads_and_ownerless_files_are_swept(
    browser: Browser, services: Services, clock: HandClock
) -> None:
    """Two days after the last byte an unfinished upload is gone; one in use stays."""
    old, used = await begin(browser, 10), await begin(browser, 4)
    await send(browser, used, 0, b"used")
    async with services.database.transaction() as tx:
        await face.take(tx, services, upload_id(used), ALICE, "video 1")
    folder = folder_of(services)
    orphan = UploadId(services.ids())
    await folder.create(orphan)
    clock.move(hours=49)
    assert (await browser.head(old)).status_code == 410
    fresh = await begin(browser, 10)
    await sweep(services, clock())
    assert [folder.path(one).exists() for one in (upload_id(old), orphan)] == [False, False]
    assert [folder.path(upload_id(one)).exists() for one in (used, fresh)] == [True, True]


async def test_an_upload_is_used_once_and_its_end_is_told_once(
    browser: Browser, services: Services
) -> None:
    """Taking may come before the last byte; a second use is refused; the fact is published once."""
    heard: list[UploadCompleted] = []

    async def hear(_: Any, fact: UploadCompleted, __: Services) -> None:
        heard.append(fact)

    place = await begin(browser, 4)
    async with services.database.transaction() as tx:
        await face.take(tx, services, upload_id(place), ALICE, "video 1")
        with pytest.raises(NotComplete):
            await face.complete_upload(tx, services, upload_id(place), ALICE)
        with pytest.raises(AlreadyTaken):
            await face.take(tx, services, upload_id(place), ALICE, "video 2")
    await send(browser, place, 0, b"done")
    async with services.database.transaction() as tx:
        await face.complete_upload(tx, services, upload_id(place), ALICE)
    listener = outbox.Listener("test", (UploadCompleted,), hear)
    await outbox.drain([listener], services.database, services)
    assert [(fact.upload_id, fact.size_bytes, fact.purpose) for fact in heard] == [
        (upload_id(place), 4, "video 1")
    ]


@pytest.mark.feature("V121")
async def test_export_and_erasure_cover_every_table(browser: Browser, services: Services) -> None:
    """The export names each upload; after erasure no row and no file of the account is left."""
    place = await begin(browser, 4)
    async with services.database.transaction() as tx:
        exported = await face.export_person(tx, services, ALICE)
        assert [row["upload_id"] for row in exported["assets_upload"]] == [place.rsplit("/", 1)[1]]
        await face.erase_person(tx, services, ALICE)
        left = await tx.value(int, "SELECT count(*) FROM assets_upload")
    assert left == 0
    assert not folder_of(services).path(upload_id(place)).exists()
