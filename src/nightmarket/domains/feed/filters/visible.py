"""Asks last, by SQL, whether the viewer may watch each chosen video at this very moment."""

from dataclasses import dataclass, field

import numpy as np

from nightmarket.domains.feed.values.candidates import Candidates
from nightmarket.domains.feed.values.query import FeedQuery
from nightmarket.domains.identity import face as identity
from nightmarket.domains.identity.values import Account, Audience, Relation
from nightmarket.domains.videos import face as videos
from nightmarket.domains.videos.rules.visibility import Shown, Watcher, may_watch
from nightmarket.domains.videos.values import Audience as VideoAudience
from nightmarket.domains.videos.values import ContentLevel, Restriction, VideoState
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.kernel.ids import AccountId, VideoId
from nightmarket.pipeline.stages import Mask

STRANGER = Relation()


@dataclass(slots=True)
class Visible:
    """The word of videos, moderation and identity, whatever the catalogue believes.

    Three queries at most. `people` and `relations` keep what was learned of the creators, so that
    putting the page together need not ask again.
    """

    tx: Tx
    subject: Subject
    name: str = "visible"
    people: dict[AccountId, Account] = field(default_factory=dict)
    relations: dict[AccountId, Relation] = field(default_factory=dict)

    async def keep(self, query: FeedQuery, batch: Candidates) -> Mask:
        """Return bool[candidates]."""
        del query
        ids = [VideoId(one) for one in batch.ids.tolist()]
        found = {one.video_id: one for one in await videos.standings(self.tx, ids)}
        creators = list({AccountId(one.creator_id) for one in found.values()})
        self.people |= await identity.accounts(self.tx, creators)
        self.relations |= await identity.relations(self.tx, self.subject.account_id, creators)
        return np.array([self._may(found.get(one)) for one in ids], dtype=np.bool_)

    def _may(self, standing: videos.Standing | None) -> bool:
        if standing is None:
            return False
        creator_id = AccountId(standing.creator_id)
        creator = self.people.get(creator_id)
        if creator is None:
            return False
        is_in_audience = identity.sees(
            self.relations.get(creator_id, STRANGER),
            Audience(standing.audience),
            is_owner=self.subject.account_id == creator_id,
            is_private=creator.is_private,
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
