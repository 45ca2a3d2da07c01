"""Learns what those whom the viewer follows reposted lately."""

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from nightmarket.domains.feed.values.query import FeedQuery, Ids, Reposts
from nightmarket.domains.social import face as social
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId

LATELY = timedelta(days=30)
LIMIT = 500


@dataclass(frozen=True, slots=True)
class KnowReposts:
    """Asks social, after the standing is known; whoever is muted or blocked is not asked about."""

    tx: Tx
    name: str = "reposts"

    async def hydrate(self, query: FeedQuery) -> FeedQuery:
        """Return the query with each video once, by who reposted it last."""
        standing = query.standing
        parted = np.concatenate([standing.blocked, standing.muted])
        wanted = standing.follows[~np.isin(standing.follows, parted)]
        if not len(wanted):
            return query
        found = await social.reposts_of(
            self.tx,
            [AccountId(one) for one in wanted.tolist()],
            since_us=query.now_us - LATELY // timedelta(microseconds=1),
            before_us=query.before_us,
            limit=LIMIT,
        )
        reposts = Reposts(
            videos=_column([one.video_id for one in found]),
            reposters=_column([one.account_id for one in found]),
            at_us=_column([one.at_us for one in found]),
        )
        return replace(query, reposts=reposts)


def _column(numbers: list[int]) -> Ids:
    return np.array(numbers, dtype=np.int64)
