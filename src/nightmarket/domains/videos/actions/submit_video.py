"""Submit a video: everything its creator says of it, with an upload that may still be arriving."""

import secrets
from dataclasses import replace
from datetime import datetime

import msgspec

from nightmarket.domains.assets import face as assets
from nightmarket.domains.identity import face as identity
from nightmarket.domains.markets import face as markets
from nightmarket.domains.moderation import face as moderation
from nightmarket.domains.moderation.values import Ref, RefKind, Snapshot
from nightmarket.domains.videos.actions.advance_video import advance_video
from nightmarket.domains.videos.errors import NoSuchSound
from nightmarket.domains.videos.rules import wishes as checks
from nightmarket.domains.videos.rules import words
from nightmarket.domains.videos.store import cards, changes, sounds
from nightmarket.domains.videos.values import (
    Audience,
    Intent,
    Mention,
    VideoCard,
    VideoState,
    Wishes,
)
from nightmarket.events.videos import VideoSubmitted
from nightmarket.infra import jobs, outbox, telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, VideoId, to_text

RENDER_JOB = "videos.render"
URGENT = 10


class RenderOrder(msgspec.Struct):
    """Which video's bytes to work on."""

    video_id: int


async def submit_video(
    tx: Tx, services: Services, creator: Subject, wishes: Wishes, now: datetime
) -> VideoCard:
    """Write a new video and start the work on its bytes if they are all here.

    Raises:
        NotAllowedHere: the creator's market does not let them publish, or publish to everyone.
        NoSuchUpload, AlreadyTaken: the upload.
        NoSuchSound: the sound to be used is gone or private.
        CaptionTooLong, AltTextTooLong, BadTitle: the words.
        BadLanguage, BadCut, BadCrop, BadSoundWish, BadSchedule: the wishes.
    """
    creator_id = creator.account("videos:write")
    now_us = microseconds(now)
    wishes = _checked(wishes, now_us)
    await require_market(tx, creator_id, wishes.audience, now)
    await _require_sound(tx, wishes)
    video_id = VideoId(services.ids())
    upload = await assets.take(
        tx, services, wishes.upload_id, creator_id, f"video {to_text(video_id)}"
    )
    await changes.insert(
        tx,
        changes.NewVideo(
            video_id=video_id,
            creator_id=creator_id,
            market=creator.market,
            state=VideoState.DRAFT if wishes.intent == Intent.DRAFT else VideoState.PROCESSING,
            wishes=wishes,
            language=wishes.language or words.guess_language(wishes.caption, creator.language),
            hashtags=words.hashtags(wishes.caption),
            mentions=await mentions_of(tx, wishes.caption),
            media_key=fresh_key(),
            now_us=now_us,
        ),
    )
    await outbox.publish(
        tx,
        VideoSubmitted(
            event_id=services.ids(),
            occurred_at=now,
            market=creator.market,
            video_id=video_id,
            creator_id=creator_id,
            caption=wishes.caption,
        ),
    )
    if upload.is_complete:
        await order_render(tx, video_id)
    await ask_moderation(tx, services, video_id)
    await advance_video(tx, services, video_id, now)
    telemetry.happened("video_submitted", video_id=video_id)
    return (await cards.cards(tx, [video_id]))[video_id]


async def ask_moderation(tx: Tx, services: Services, video_id: VideoId) -> None:
    """Hand in a video's words, new or changed; a held one is not shown until a person looked."""
    locked = await changes.lock(tx, video_id)
    card = (await cards.cards(tx, [video_id]))[video_id]
    keys = tuple(
        f"{card.media_key}/{file}" for file in (card.media.poster, card.media.cover) if file
    )
    snapshot = Snapshot(
        owner_id=card.creator_id,
        market=card.market,
        language=card.language,
        text="\n".join(filter(None, (card.caption, card.alt_text, locked.sound_title))),
        asset_keys=keys,
    )
    verdict = await moderation.submit(tx, services, Ref(RefKind.VIDEO, video_id), snapshot)
    await changes.set_held(tx, video_id, is_held=not verdict.is_allowed)


async def order_render(tx: Tx, video_id: VideoId) -> None:
    """Queue the work on a video's bytes, unless it waits already."""
    await jobs.defer(
        tx,
        RENDER_JOB,
        RenderOrder(video_id),
        queue=jobs.QUEUE_MEDIA,
        when=jobs.When(key=f"render {video_id}", priority=URGENT),
    )


async def mentions_of(tx: Tx, caption: str) -> tuple[Mention, ...]:
    """Return whom a caption names, those who exist, in order."""
    handles = words.mentioned_handles(caption)
    if not handles:
        return ()
    found = await identity.by_handles(tx, handles)
    return tuple(Mention(handle, found[handle].account_id) for handle in handles if handle in found)


async def require_market(tx: Tx, creator_id: AccountId, audience: Audience, now: datetime) -> None:
    """Refuse what the creator's market does not allow at their age.

    Raises:
        NotAllowedHere: names rule and authority.
    """
    account = await identity.account(tx, creator_id)
    facts = markets.Facts(
        viewer_market=account.market,
        item_market=account.market,
        age_years=max(0, markets.age_years(account.birth_date, now.date())),
        at=now,
    )
    markets.require_allowed("publish", facts)
    if audience == Audience.EVERYONE and not account.is_private:
        markets.require_allowed("be_public", facts)


def fresh_key() -> str:
    """Return a media key that nobody can guess: whoever has the address may watch."""
    return secrets.token_hex(16)


def _checked(wishes: Wishes, now_us: int) -> Wishes:
    checks.require_cut(wishes.cut)
    checks.require_sound(wishes.sound)
    checks.require_schedule(wishes.intent, wishes.scheduled_at_us, now_us)
    title = wishes.sound.title and words.clean_title(wishes.sound.title)
    is_scheduled = wishes.intent == Intent.SCHEDULE
    return replace(
        wishes,
        caption=words.clean_caption(wishes.caption),
        alt_text=words.clean_alt_text(wishes.alt_text),
        language=None if wishes.language is None else words.language_tag(wishes.language),
        scheduled_at_us=wishes.scheduled_at_us if is_scheduled else None,
        cut=replace(wishes.cut, crop=checks.checked_crop(wishes.cut.crop)),
        sound=replace(wishes.sound, title=title),
    )


async def _require_sound(tx: Tx, wishes: Wishes) -> None:
    if wishes.sound.sound_id is None:
        return
    found = await sounds.sounds(tx, [wishes.sound.sound_id])
    card = found.get(wishes.sound.sound_id)
    if card is None or not card.is_public:
        raise NoSuchSound("this sound cannot be used")
