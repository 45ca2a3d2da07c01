"""Put videos together for one caller: what everybody sees is remembered, the rest is asked anew."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from weakref import WeakKeyDictionary

import msgspec

from nightmarket.domains.feed.store.live import Live
from nightmarket.domains.identity.values import Neighbour, Relation
from nightmarket.domains.social import face as social
from nightmarket.domains.social.face import VideoPayload, YouPayload
from nightmarket.domains.videos import face as videos
from nightmarket.infra.db import Database, Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, VideoId, ViewerId, to_text

KEPT_S = 60.0
KEPT_MAX = 5_000
NOBODY = Subject(viewer_id=ViewerId(0))
STRANGER = Relation()


@dataclass(slots=True)
class PublicShelf:
    """Videos as a stranger sees them, until they change or a minute has passed.

    Whatever moves a video in the feed's index takes it off here: its words, figures, renditions,
    its creator's profile. Who may see it is never remembered; that is the late check's.
    """

    live: Live
    kept: dict[VideoId, tuple[float, AccountId, VideoPayload]] = field(default_factory=dict)

    def get(self, video_id: VideoId) -> tuple[AccountId, VideoPayload] | None:
        """Return creator and payload when they are known and new enough."""
        found = self.kept.get(video_id)
        if found is None or found[0] < time.monotonic():
            return None
        return found[1], found[2]

    def forget_changed(self) -> None:
        """Take off what changed since the last time."""
        changed = self.live.changed
        for video_id in self.kept.keys() & changed:
            del self.kept[VideoId(video_id)]
        changed.clear()

    def put(self, video_id: VideoId, creator_id: AccountId, payload: VideoPayload) -> None:
        """Keep a payload; when the shelf is full, a tenth goes that has lain there longest."""
        if len(self.kept) >= KEPT_MAX:
            for oldest in list(islice(self.kept, KEPT_MAX // 10)):
                del self.kept[oldest]
        self.kept.pop(video_id, None)  # What is told anew is the newest again.
        self.kept[video_id] = (time.monotonic() + KEPT_S, creator_id, payload)


_SHELVES: WeakKeyDictionary[Database, PublicShelf] = WeakKeyDictionary()


def shelf(live: Live, services: Services) -> PublicShelf:
    """Return this process' shelf of a database."""
    found = _SHELVES.get(services.database)
    if found is None:
        found = _SHELVES[services.database] = PublicShelf(live)
    return found


async def show_videos(
    tx: Tx,
    ids: Sequence[VideoId],
    subject: Subject,
    kept: PublicShelf,
    neighbours: Mapping[AccountId, Neighbour],
) -> list[VideoPayload | None]:
    """Return videos the caller may see, in order; None for one that was erased just now.

    `neighbours`: their creators, so that nobody need be asked again.

    One query for an account's own marks, none for a guest, more only for videos not kept.
    """
    kept.forget_changed()
    found = {video_id: kept.get(video_id) for video_id in ids}
    missing = [video_id for video_id, one in found.items() if one is None]
    if missing:
        found |= await _look_up(tx, missing, kept, neighbours)
    if subject.account_id is None:
        return [None if one is None else one[1] for one in found.values()]
    marks = await social.reactions(tx, subject.account_id, ids)
    shown: list[VideoPayload | None] = []
    for video_id, one in found.items():
        if one is None:
            shown.append(None)
            continue
        creator_id, payload = one
        known = neighbours.get(creator_id)
        relation = known.relation if known else STRANGER
        mark = marks.get(video_id)
        you = YouPayload(
            liked=mark is not None and mark.has_liked,
            saved=mark is not None and mark.has_saved,
            reposted=mark is not None and mark.has_reposted,
            following=relation.you_follow.value == "yes",
            is_owner=creator_id == subject.account_id,
        )
        creator = msgspec.structs.replace(
            payload.creator,
            you_follow=relation.you_follow.value,
            follows_you=relation.follows_you,
        )
        shown.append(msgspec.structs.replace(payload, creator=creator, you=you))
    return shown


async def _look_up(
    tx: Tx,
    ids: Sequence[VideoId],
    kept: PublicShelf,
    neighbours: Mapping[AccountId, Neighbour],
) -> dict[VideoId, tuple[AccountId, VideoPayload] | None]:
    cards = await videos.videos(tx, ids, None)
    people = {
        account_id: replace(one.profile, you_follow=STRANGER.you_follow, follows_you=False)
        for account_id, one in neighbours.items()
    }
    payloads = await social.payloads_of(tx, list(cards.values()), NOBODY, people)
    by_text = {payload.video_id: payload for payload in payloads}
    found: dict[VideoId, tuple[AccountId, VideoPayload] | None] = dict.fromkeys(ids)
    for video_id, card in cards.items():
        payload = by_text.get(to_text(video_id))
        if payload is not None:
            kept.put(video_id, card.creator_id, payload)
            found[video_id] = (card.creator_id, payload)
    return found
