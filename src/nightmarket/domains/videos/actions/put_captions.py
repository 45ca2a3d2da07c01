"""Put captions on a video, read them, take them off."""

from datetime import datetime

from nightmarket.domains.videos.actions.see_videos import video
from nightmarket.domains.videos.errors import NoSuchTrack, NoSuchVideo, TooMany
from nightmarket.domains.videos.rules.captions import clean_captions
from nightmarket.domains.videos.rules.words import language_tag
from nightmarket.domains.videos.store import changes, tracks
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, VideoId

LANGUAGES_MAX = 30


async def put_captions(
    tx: Tx, creator_id: AccountId, video_id: VideoId, language: str, content: bytes, now: datetime
) -> str:
    """Read a WebVTT or SubRip file and keep it, clean, for one language; returns the language.

    Raises:
        NoSuchVideo: there is none, or it is somebody else's.
        BadCaptions, BadLanguage: the file or the tag.
        TooMany: thirty languages are there.
    """
    await _own(tx, creator_id, video_id)
    tag = language_tag(language)
    if await tracks.others_count(tx, video_id, tag) >= LANGUAGES_MAX:
        raise TooMany("a video has captions in at most 30 languages", languages_max=LANGUAGES_MAX)
    await tracks.put(tx, video_id, tag, clean_captions(content), microseconds(now))
    return tag


async def read_captions(tx: Tx, viewer: Subject, video_id: VideoId, language: str) -> str:
    """Return one language's captions as WebVTT to whoever may watch the video.

    Raises:
        NoSuchVideo: there is none, or not for this viewer.
        NoSuchTrack: not in this language.
    """
    await video(tx, video_id, viewer)
    found = await tracks.content(tx, video_id, language_tag(language))
    if found is None:
        raise NoSuchTrack("no captions in this language")
    return found


async def remove_captions(tx: Tx, creator_id: AccountId, video_id: VideoId, language: str) -> None:
    """Take one language's captions off.

    Raises:
        NoSuchVideo: there is none, or it is somebody else's.
        NoSuchTrack: not in this language.
    """
    await _own(tx, creator_id, video_id)
    if not await tracks.delete(tx, video_id, language_tag(language)):
        raise NoSuchTrack("no captions in this language")


async def _own(tx: Tx, creator_id: AccountId, video_id: VideoId) -> None:
    if (await changes.lock(tx, video_id)).creator_id != creator_id:
        raise NoSuchVideo("no such video")
