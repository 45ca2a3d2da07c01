"""Captions: WebVTT or SubRip in, clean WebVTT out."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, delete, get, put
from litestar.params import FromPath

from nightmarket.domains.videos.actions.put_captions import (
    put_captions,
    read_captions,
    remove_captions,
)
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.kernel.ids import VideoId, from_text

WRITE = "videos:write"
PLACE = "/api/v1/videos/{video_id:str}/captions/{language:str}"


class CaptionsPut(msgspec.Struct):
    """Captions that were taken."""

    language: str
    url: str


@put(PLACE)
async def put_video_captions(
    request: Request[Any, Any, Any],
    tx: Tx,
    subject: Subject,
    now: datetime,
    video_id: FromPath[str],
    language: FromPath[str],
) -> CaptionsPut:
    """Take a caption file for one language, replacing an earlier one."""
    creator_id = subject.account(WRITE)
    content = await request.body()
    number = VideoId(from_text(video_id))
    tag = await put_captions(tx, creator_id, number, language, content, now)
    return CaptionsPut(tag, f"/api/v1/videos/{video_id}/captions/{tag}.vtt")


@get(PLACE)
async def get_video_captions(
    tx: Tx, subject: Subject, video_id: FromPath[str], language: FromPath[str]
) -> Response[bytes]:
    """Serve one language's captions; `.vtt` at the end is welcome."""
    tag = language.removesuffix(".vtt")
    found = await read_captions(tx, subject, VideoId(from_text(video_id)), tag)
    return Response(
        found.encode(),
        media_type="text/vtt",
        headers={"Cache-Control": "private, max-age=60", "X-Content-Type-Options": "nosniff"},
    )


@delete(PLACE, status_code=204)
async def delete_video_captions(
    tx: Tx, subject: Subject, video_id: FromPath[str], language: FromPath[str]
) -> None:
    """Take one language's captions off."""
    creator_id = subject.account(WRITE)
    await remove_captions(tx, creator_id, VideoId(from_text(video_id)), language)


ROUTES = (put_video_captions, get_video_captions, delete_video_captions)
