"""Learns from the ranker what showing each candidate to this viewer is expected to be worth."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from nightmarket.domains.analytics.values import Surface
from nightmarket.domains.feed.rules.weights import EXPECTED_SPREAD, TRUSTED_AFTER
from nightmarket.domains.feed.values.candidates import Candidates
from nightmarket.domains.feed.values.query import FeedQuery
from nightmarket.domains.ranking import face as ranking
from nightmarket.domains.ranking.rules.blend import blend
from nightmarket.domains.ranking.values.asking import Ask


@dataclass(frozen=True, slots=True)
class KnowChances:
    """Asks the ranker once a page; when it is away or late, the candidates stay as they were.

    A market that runs without one asks nobody; one that has fallen silent is reported.
    """

    data_directory: Path
    rankers: ranking.Rankers
    within_s: float
    name: str = "ranker"

    async def hydrate(self, query: FeedQuery, batch: Candidates) -> Candidates:
        """Return the batch with what is expected of each; only a personal page asks.

        Expected is the blend of the heads against the mean of the page's candidates, by what they
        are worth in the viewer's market and experiment. It counts for less while the ranker has
        learned little.
        """
        if not query.is_personal or not len(batch) or not self.rankers.are_there():
            return batch
        ask = Ask(
            viewer_id=query.viewer_id,
            market=query.market,
            surface=Surface.FOR_YOU,
            at_us=query.now_us,
            items=batch.ids.astype("<i8").tobytes(),
        )
        chances = await ranking.chances(self.rankers, ask, self.within_s)
        held = ranking.worths(self.data_directory).of_viewer(query.market, query.viewer_id)
        worth = blend(chances.values, np.array(held.values, dtype=np.float32))
        trust = min(1.0, chances.learned / TRUSTED_AFTER)
        expected = np.clip((worth - worth.mean()) / EXPECTED_SPREAD, -1.0, 1.0) * trust
        return replace(
            batch,
            expected=expected.astype(np.float32),
            heads=chances.values,
            snapshot=chances.snapshot,
            trust=trust,
            worth=held,
        )
