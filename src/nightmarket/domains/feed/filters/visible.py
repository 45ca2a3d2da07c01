"""Asks last, by SQL, whether the viewer may watch each chosen video at this very moment."""

from dataclasses import dataclass, field

import numpy as np

from nightmarket.domains.feed.values.candidates import Candidates
from nightmarket.domains.feed.values.query import FeedQuery
from nightmarket.domains.identity import face as identity
from nightmarket.domains.identity.values import Audience, Neighbour
from nightmarket.domains.videos import face as videos
from nightmarket.domains.videos.rules.visibility import Shown, Watcher, may_watch
from nightmarket.domains.videos.values import Audience as VideoAudience
from nightmarket.domains.videos.values import ContentLevel, Restriction, VideoState
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.kernel.ids import AccountId, VideoId
from nightmarket.pipeline.stages import Mask


@dataclass(slots=True)
class Visible:
    """The word of videos, moderation and identity, whatever the catalogue believes.

    Two queries at most. `neighbours` keeps what was learned of the creators, so that putting the
    page together need not ask again.
    """

    tx: Tx
    subject: Subject
    name: str = "visible"
    neighbours: dict[AccountId, Neighbour] = field(default_factory=dict)

    async def keep(self, query: FeedQuery, batch: Candidates) -> Mask:
        """Return bool[candidates]."""
        del query
        ids = [VideoId(one) for one in batch.ids.tolist()]
        found = {one.video_id: one for one in await videos.standings(self.tx, ids)}
        creators = {AccountId(one.creator_id) for one in found.values()}
        self.neighbours |= await identity.neighbours(self.tx, creators, self.subject.account_id)
        return np.array([self._may(found.get(one)) for one in ids], dtype=np.bool_)

    def _may(self, standing: videos.Standing | None) -> bool:
        if standing is None:
            return False
        creator_id = AccountId(standing.creator_id)
        creator = self.neighbours.get(creator_id)
        if creator is None:
            return False
        is_in_audience = identity.sees(
            creator.relation,
            Audience(standing.audience),
            is_owner=self.subject.account_id == creator_id,
            is_private=creator.profile.is_private,
        )
        shown = Shown(
            creator_id,
            VideoState(standing.state),
            VideoAudience(standing.audience),
            ContentLevel(standing.content_level),
            Restriction(standing.restriction),
        )
        watcher = Watcher(
            account_id=self.subject.account_id,
            is_adult=self.subject.account_id is not None and not self.subject.is_minor,
        )
        return may_watch(shown, watcher, is_in_audience=is_in_audience)
