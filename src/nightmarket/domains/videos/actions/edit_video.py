"""Edit a video: words with their history, audience, labels, pins, schedule, publication."""

from dataclasses import dataclass, replace
from datetime import datetime

from nightmarket.domains.videos.actions.advance_video import (
    advance_video,
    show_in_lists,
    tell_changed,
)
from nightmarket.domains.videos.actions.change_cover import wish_cover
from nightmarket.domains.videos.actions.move_bytes import wish_move
from nightmarket.domains.videos.actions.submit_video import (
    ask_moderation,
    mentions_of,
    require_market,
)
from nightmarket.domains.videos.errors import IllegalMove, LabelStays, NoSuchVideo, TooManyPins
from nightmarket.domains.videos.rules import states, words
from nightmarket.domains.videos.rules import wishes as checks
from nightmarket.domains.videos.store import cards, changes
from nightmarket.domains.videos.values import (
    Audience,
    Commenters,
    ContentLevel,
    Intent,
    VideoCard,
    VideoState,
)
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, VideoId

PINS_MAX = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What changes; None: stays as it is."""

    caption: str | None = None
    language: str | None = None
    audience: Audience | None = None
    allow_comments: Commenters | None = None
    is_ai: bool | None = None
    ad_label: bool | None = None
    alt_text: str | None = None
    content_level: ContentLevel | None = None
    can_download: bool | None = None
    is_pinned: bool | None = None
    intent: Intent | None = None
    scheduled_at_us: int | None = None
    cover_at_ms: int | None = None


async def edit_video(
    tx: Tx, services: Services, creator_id: AccountId, video_id: VideoId, edit: Edit, now: datetime
) -> VideoCard:
    """Change a video and tell; narrowing its audience gives its bytes a new address.

    Raises:
        NoSuchVideo: there is none, or it is somebody else's.
        IllegalMove: it was refused or removed, or a live video cannot become a draft.
        LabelStays: Content Credentials made the AI label.
        TooManyPins: three are pinned.
        NotAllowedHere: the creator's market does not let them show it to everyone.
        CaptionTooLong, AltTextTooLong, BadLanguage, BadSchedule: the words.
        BadCut: the cover lies outside of the video.
    """
    before = await _own(tx, creator_id, video_id)
    if before.state not in states.EDITABLE:
        raise IllegalMove("this video cannot be edited", old=before.state.value)
    old = await changes.choices(tx, video_id)
    new = _chosen(old, edit, before, now)
    if new.pinned_at_us and not old.pinned_at_us:
        await _require_pin(tx, creator_id)
    if new.audience != old.audience:
        await require_market(tx, creator_id, Audience(new.audience), now)
    await changes.set_choices(tx, new, microseconds(now))
    if edit.cover_at_ms is not None:
        await wish_cover(tx, before, edit.cover_at_ms)
    has_new_words = await _set_words(tx, services, before, edit, now)
    if has_new_words:
        await ask_moderation(tx, services, video_id)
    if old.audience == Audience.EVERYONE.value and new.audience != old.audience:
        await wish_move(tx, video_id)
    await advance_video(tx, services, video_id, now)
    after = (await cards.cards(tx, [video_id]))[video_id]
    if before.state == VideoState.LIVE:
        await show_in_lists(tx, after)
        await tell_changed(tx, services, after, now)
    return after


async def _own(tx: Tx, creator_id: AccountId, video_id: VideoId) -> VideoCard:
    locked = await changes.lock(tx, video_id)
    if locked.creator_id != creator_id:
        raise NoSuchVideo("no such video")
    return (await cards.cards(tx, [video_id]))[video_id]


def _chosen(old: changes.Choices, edit: Edit, before: VideoCard, now: datetime) -> changes.Choices:
    now_us = microseconds(now)
    if edit.is_ai is False and before.ai_label == "credentials":
        raise LabelStays("the video's own credentials say that a machine made it")
    new = replace(
        old,
        audience=(edit.audience or Audience(old.audience)).value,
        allow_comments=(edit.allow_comments or Commenters(old.allow_comments)).value,
        content_level=(edit.content_level or ContentLevel(old.content_level)).value,
        language=old.language if edit.language is None else words.language_tag(edit.language),
        alt_text=old.alt_text if edit.alt_text is None else words.clean_alt_text(edit.alt_text),
        is_ai=old.is_ai if edit.is_ai is None else edit.is_ai,
        ad_label=old.ad_label if edit.ad_label is None else edit.ad_label,
        can_download=old.can_download if edit.can_download is None else edit.can_download,
        pinned_at_us=_pinned(old, edit, now_us),
    )
    return _scheduled(new, edit, before, now_us)


def _pinned(old: changes.Choices, edit: Edit, now_us: int) -> int:
    if edit.is_pinned is None:
        return old.pinned_at_us
    return (old.pinned_at_us or now_us) if edit.is_pinned else 0


def _scheduled(new: changes.Choices, edit: Edit, before: VideoCard, now_us: int) -> changes.Choices:
    if edit.intent is None and edit.scheduled_at_us is None:
        return new
    if before.state == VideoState.LIVE:
        if edit.intent in {None, Intent.NOW}:
            return new
        raise IllegalMove("a live video stays public; make it private or delete it")
    intent = edit.intent or Intent(new.intent)
    at_us = edit.scheduled_at_us or new.scheduled_at_us
    checks.require_schedule(intent, at_us, now_us)
    return replace(
        new,
        intent=intent.value,
        scheduled_at_us=at_us if intent == Intent.SCHEDULE else None,
    )


async def _require_pin(tx: Tx, creator_id: AccountId) -> None:
    if await changes.pins_count(tx, creator_id) >= PINS_MAX:
        raise TooManyPins("unpin another video first", pins_max=PINS_MAX)


async def _set_words(
    tx: Tx, services: Services, before: VideoCard, edit: Edit, now: datetime
) -> bool:
    del services
    is_new_alt = edit.alt_text is not None and edit.alt_text != before.alt_text
    if edit.caption is None:
        return is_new_alt
    caption = words.clean_caption(edit.caption)
    if caption == before.caption:
        return is_new_alt
    await changes.keep_edit(tx, before.video_id, before.caption, microseconds(now))
    mentions = await mentions_of(tx, caption)
    await changes.set_words(tx, before.video_id, caption, words.hashtags(caption), mentions)
    return True
