"""Enrol: something new races, and what may not be recommended leaves the race."""

from nightmarket.domains.moderation import face as moderation
from nightmarket.domains.moderation.values import Ref, RefKind
from nightmarket.domains.pools import store
from nightmarket.domains.pools.rules.levels import TOP
from nightmarket.domains.pools.values.items import ItemKind, ItemRef, State
from nightmarket.events.moderation import ContentDecided
from nightmarket.events.videos import VideoChanged, VideoPublished
from nightmarket.infra.db import Tx
from nightmarket.infra.telemetry import happened
from nightmarket.kernel.ids import VideoId

CLOSING = frozenset({"remove", "demote"})
EVERYONE = "everyone"


async def enrol_video(tx: Tx, fact: VideoPublished | VideoChanged, now_us: int) -> None:
    """Let a video for everyone race; one that is for fewer now leaves."""
    ref = ItemRef(ItemKind.VIDEO, fact.video_id)
    if fact.audience != EVERYONE:
        await store.close(tx, ref, now_us)
        return
    if isinstance(fact, VideoPublished):
        await store.enrol(
            tx,
            ref,
            owner_id=fact.creator_id,
            market=fact.market,
            published_at_us=fact.published_at_us,
            now_us=now_us,
        )
    await store.describe(tx, ref, duration_ms=fact.duration_ms, content=fact.content)


async def close_video(tx: Tx, video_id: VideoId, now_us: int) -> None:
    """Take a video out of the race."""
    await store.close(tx, ItemRef(ItemKind.VIDEO, video_id), now_us)


async def hear_decision(tx: Tx, fact: ContentDecided, now_us: int) -> None:
    """Close what may not be recommended; raise what waited for a look and was found fine."""
    if fact.ref_kind != RefKind.VIDEO.value:
        return
    ref = ItemRef(ItemKind.VIDEO, fact.ref_id)
    if fact.everywhere in CLOSING:
        await store.close(tx, ref, now_us)
        return
    known = await store.standing(tx, ref)
    if known is None:
        return
    if known.state is State.CLOSED:
        await store.move(tx, known, State.RACING, known.level, now_us)
    # A caption that was changed meanwhile is told as decided too, while the case stays open.
    elif known.state is State.REVIEW and not await moderation.is_waiting(
        tx, Ref(RefKind.VIDEO, fact.ref_id)
    ):
        level = min(TOP, known.level + 1)
        await store.move(tx, known, State.RACING, level, now_us)
        happened("pool_raised", video_id=ref.id, level=level)
