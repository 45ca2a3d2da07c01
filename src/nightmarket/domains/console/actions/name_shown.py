"""What videos and creators are called, as far as the auditor may see them like anybody else."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from nightmarket.domains.identity import face as identity
from nightmarket.domains.videos import face as videos
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.kernel.ids import AccountId, VideoId

TITLE_LENGTH_MAX = 80


@dataclass(frozen=True, slots=True)
class Called:
    """Titles of videos and handles of creators, by id; what is gone or closed has none."""

    titles: dict[int, str] = field(default_factory=dict)
    handles: dict[int, str] = field(default_factory=dict)


async def name_shown(
    tx: Tx, subject: Subject, video_ids: Iterable[int], creator_ids: Iterable[int]
) -> Called:
    """Return what some videos and creators are called."""
    ids = [VideoId(one) for one in sorted(set(video_ids))]
    cards = await videos.videos(tx, ids, subject) if ids else {}
    wanted = {AccountId(one) for one in creator_ids} | {one.creator_id for one in cards.values()}
    people = await identity.profiles(tx, wanted, subject.account_id) if wanted else {}
    return Called(
        {int(one): card.caption[:TITLE_LENGTH_MAX] for one, card in cards.items()},
        {int(one): person.handle for one, person in people.items()},
    )
