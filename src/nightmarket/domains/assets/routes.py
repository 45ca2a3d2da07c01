"""tus 1.0 over HTTP: creation (with upload), HEAD, PATCH, termination, checksum, expiration.

No handler here takes `tx`: that would read the body into memory for idempotency, and would hold a
connection while bytes arrive. Bodies go from the socket to the disk in pieces.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from litestar import HttpMethod, Request, Response, delete, head, patch, post, route
from litestar.exceptions import InternalServerException
from litestar.params import FromPath

from nightmarket.domains.assets import rules
from nightmarket.domains.assets.actions.create_upload import create_upload, folder_of
from nightmarket.domains.assets.actions.discard_upload import discard_upload
from nightmarket.domains.assets.actions.receive_bytes import Cut, find_upload, receive_bytes
from nightmarket.domains.assets.errors import WrongContentType
from nightmarket.domains.assets.values import Upload
from nightmarket.infra.edge import release
from nightmarket.infra.http import Subject
from nightmarket.infra.media_http import MEDIA_ROUTE
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import instant
from nightmarket.kernel.ids import UploadId, from_text, to_text

PATH = "/api/v1/uploads"
SCOPE = "videos:write"
BODY_TYPE = "application/offset+octet-stream"
SILENCE_S_MAX = 30.0
"""A sender that says nothing for so long has gone; what it sent is kept."""
EXPOSED = "Location, Upload-Offset, Upload-Length, Upload-Expires, Tus-Resumable"


@route([PATH, PATH + "/{upload_id:str}"], http_method=[HttpMethod.OPTIONS], status_code=204)
async def tus_options(services: Services) -> Response[None]:
    """Say which tus is spoken here."""
    return _answer(
        204,
        {
            "Tus-Version": rules.TUS_VERSION,
            "Tus-Extension": rules.TUS_EXTENSIONS,
            "Tus-Max-Size": str(services.settings.upload_bytes_max),
            "Tus-Checksum-Algorithm": ",".join(rules.CHECKSUM_BYTES),
        },
    )


@post(PATH, status_code=201, request_max_body_size=None, is_streamed=True)
async def tus_create(
    request: Request[Any, Any, Any], subject: Subject, services: Services, now: datetime
) -> Response[None]:
    """Announce an upload, and take its first bytes when they come along."""
    headers = request.headers
    rules.require_version(headers.get("tus-resumable"))
    owner_id = subject.account(SCOPE)
    await release(request)
    announced = rules.announced(
        headers.get("upload-length"),
        headers.get("upload-metadata"),
        bytes_max=services.settings.upload_bytes_max,
    )
    checksum = rules.checksum(headers.get("upload-checksum"))
    upload = await create_upload(services, owner_id, subject.market, announced, now)
    place = {"Location": f"{PATH}/{to_text(upload.upload_id)}"}
    if not _has_bytes(request):
        return _answer(201, {**place, **_expiry(upload), "Upload-Offset": "0"})
    received = await receive_bytes(services, upload, 0, _pieces(request), checksum)
    offset = {"Upload-Offset": str(received.offset_bytes)}
    return _answer(201, {**place, **offset, **_expiry(received.upload)})


@head(PATH + "/{upload_id:str}")
async def tus_head(
    request: Request[Any, Any, Any],
    upload_id: FromPath[str],
    subject: Subject,
    services: Services,
    now: datetime,
) -> Response[None]:
    """Tell how much has arrived."""
    rules.require_version(request.headers.get("tus-resumable"))
    upload = await find_upload(services, _id(upload_id), subject.account(SCOPE), now)
    offset = (
        upload.size_bytes
        if upload.is_complete
        else await folder_of(services).size(upload.upload_id)
    )
    lines = {
        "Upload-Offset": str(offset),
        "Upload-Length": str(upload.size_bytes),
        **_expiry(upload),
    }
    if upload.metadata:
        lines["Upload-Metadata"] = upload.metadata
    return _answer(200, lines)


@patch(PATH + "/{upload_id:str}", status_code=204, request_max_body_size=None, is_streamed=True)
async def tus_patch(
    request: Request[Any, Any, Any],
    upload_id: FromPath[str],
    subject: Subject,
    services: Services,
    now: datetime,
) -> Response[None]:
    """Take bytes at the upload's end."""
    headers = request.headers
    rules.require_version(headers.get("tus-resumable"))
    if headers.get("content-type", "").split(";")[0].strip() != BODY_TYPE:
        raise WrongContentType("the body of a PATCH is " + BODY_TYPE)
    owner_id = subject.account(SCOPE)
    await release(request)
    offset = rules.whole_number("Upload-Offset", headers.get("upload-offset"))
    checksum = rules.checksum(headers.get("upload-checksum"))
    upload = await find_upload(services, _id(upload_id), owner_id, now)
    received = await receive_bytes(services, upload, offset, _pieces(request), checksum)
    return _answer(204, {"Upload-Offset": str(received.offset_bytes), **_expiry(received.upload)})


@delete(PATH + "/{upload_id:str}", status_code=204)
async def tus_delete(
    request: Request[Any, Any, Any], upload_id: FromPath[str], subject: Subject, services: Services
) -> Response[None]:
    """End an upload and forget its bytes."""
    rules.require_version(request.headers.get("tus-resumable"))
    owner_id = subject.account(SCOPE)
    async with services.database.transaction() as tx:
        await discard_upload(tx, services, _id(upload_id), owner_id)
    return _answer(204, {})


async def _pieces(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    """Yield the body as it arrives; raises `Cut` when the sender went away or fell silent."""
    stream = request.stream()
    while True:
        try:
            piece = await asyncio.wait_for(anext(stream), SILENCE_S_MAX)
        except StopAsyncIteration:
            return
        except (InternalServerException, TimeoutError, ConnectionError) as error:
            raise Cut from error
        yield piece


def _has_bytes(request: Request[Any, Any, Any]) -> bool:
    if request.headers.get("content-type", "").split(";")[0].strip() != BODY_TYPE:
        return False
    return request.headers.get("content-length", "") != "0"


def _expiry(upload: Upload) -> dict[str, str]:
    return {"Upload-Expires": format_datetime(instant(upload.expires_at_us), usegmt=True)}


def _answer(status: int, lines: dict[str, str]) -> Response[None]:
    fixed = {
        "Tus-Resumable": rules.TUS_VERSION,
        "Cache-Control": "no-store",
        "Access-Control-Expose-Headers": EXPOSED,
    }
    return Response(None, status_code=status, headers={**fixed, **lines})


def _id(text: str) -> UploadId:
    return UploadId(from_text(text))


ROUTES = (tus_options, tus_create, tus_head, tus_patch, tus_delete, MEDIA_ROUTE)
