"""What identity hears: videos and likes, which a profile counts."""

from nightmarket.domains.identity.store import changes
from nightmarket.events.social import Liked, Unliked
from nightmarket.events.videos import VideoPublished, VideoRemoved
from nightmarket.infra.db import Tx
from nightmarket.infra.outbox import Listener
from nightmarket.infra.services import Services

Counted = VideoPublished | VideoRemoved | Liked | Unliked


async def count(tx: Tx, fact: Counted, services: Services) -> None:
    """Fold a fact into the counts of a profile."""
    del services
    match fact:
        case VideoPublished():
            await changes.count_video(tx, fact.creator_id, fact.video_id)
        case VideoRemoved():
            await changes.uncount_video(tx, fact.video_id)
        case Liked():
            await changes.count_like(tx, fact.creator_id, fact.video_id, 1)
        case Unliked():
            await changes.count_like(tx, fact.creator_id, fact.video_id, -1)


LISTENERS = (Listener("identity.tally", (VideoPublished, VideoRemoved, Liked, Unliked), count),)
