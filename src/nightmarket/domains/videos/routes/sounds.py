"""Sounds and hashtags: what they are; their videos are listed by who knows reactions."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.params import FromPath, FromQuery, QueryParameter

from nightmarket.domains.videos.actions.find_sounds import search_sounds, sound
from nightmarket.domains.videos.actions.see_hashtag import see_hashtag
from nightmarket.domains.videos.actions.show_video import StudioSound, show_sounds
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.kernel import pages
from nightmarket.kernel.ids import SoundId, from_text


class SoundPage(msgspec.Struct):
    """A page of sounds."""

    items: list[StudioSound]
    next_cursor: str | None


class HashtagPayload(msgspec.Struct):
    """A hashtag's figures."""

    tag: str
    videos_count: int
    views: int


@get("/api/v1/sounds/{sound_id:str}")
async def get_sound(tx: Tx, subject: Subject, sound_id: FromPath[str]) -> StudioSound:
    """Show one sound."""
    found = await sound(tx, SoundId(from_text(sound_id)))
    (payload,) = await show_sounds(tx, [found], subject)
    return payload


@get("/api/v1/sounds")
async def list_sounds(
    tx: Tx,
    subject: Subject,
    q: FromQuery[str] = "",
    words: Annotated[str, QueryParameter(name="query")] = "",
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> SoundPage:
    """Find sounds by their title, most used first."""
    found = await search_sounds(tx, words or q, pages.request(cursor, limit, keys=2))
    return SoundPage(await show_sounds(tx, found.items, subject), found.next_cursor)


@get("/api/v1/hashtags/{tag:str}")
async def get_hashtag(tx: Tx, tag: FromPath[str]) -> HashtagPayload:
    """Show what a hashtag amounts to."""
    found = await see_hashtag(tx, tag)
    return HashtagPayload(found.tag, found.videos_count, found.views)


ROUTES = (get_sound, list_sounds, get_hashtag)
