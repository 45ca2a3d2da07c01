"""What those whom the viewer follows reposted, at the place of the repost."""

from dataclasses import dataclass, replace

import numpy as np

from nightmarket.domains.feed.values.candidates import Candidates, Origin, propose
from nightmarket.domains.feed.values.query import FeedQuery


@dataclass(frozen=True, slots=True)
class Reposted:
    """Proposes others' videos only: those of followed creators are in the tab already.

    The viewer's own are left out, and those moderation holds back from spreading; the late check
    asks of each whether the viewer may watch it.
    """

    name: str = "reposted"
    quota: int = 500
    deadline_ms: None = None

    async def fetch(self, query: FeedQuery) -> Candidates:
        """Return rows with who reposted them and when."""
        catalogue, reposts = query.catalogue, query.reposts
        known = [catalogue.row_of.get(one, -1) for one in reposts.videos.tolist()]
        rows = np.array(known, dtype=np.int64)
        are_others = (rows >= 0) & ~np.isin(
            catalogue.creators[rows], [*query.standing.follows.tolist(), query.account_id or 0]
        )
        place = np.flatnonzero(are_others & catalogue.are_open[rows] & ~catalogue.are_demoted[rows])
        batch = propose(catalogue, rows[place], Origin.REPOSTED)
        return replace(batch, reposters=reposts.reposters[place], moments_us=reposts.at_us[place])
