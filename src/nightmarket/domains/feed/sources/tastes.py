"""Newest videos of what the viewer asked for or liked lately: creators, hashtags and sounds."""

from dataclasses import dataclass

import numpy as np

from nightmarket.domains.feed.rules.tastes import favourites
from nightmarket.domains.feed.values.candidates import Candidates, Origin, propose
from nightmarket.domains.feed.values.query import FeedQuery, no_ids

PER_THING = 25
THINGS_MAX = 6


@dataclass(frozen=True, slots=True)
class ByTaste:
    """Proposes from the six best liked creators, hashtags and sounds each; nothing impersonal."""

    name: str = "tastes"
    quota: int = 200
    deadline_ms: None = None

    async def fetch(self, query: FeedQuery) -> Candidates:
        """Return open rows for everyone, those of the best liked things first."""
        catalogue, tastes, asked = query.catalogue, query.tastes, query.asked
        if not query.is_personal or (tastes.is_empty and asked.is_empty):
            return propose(catalogue, no_ids(), Origin.TASTES)
        lists = [
            lists.get(thing, ())[-PER_THING:]
            for learned, wished, lists in (
                (tastes.tags, asked.tags, catalogue.by_tag),
                (tastes.creators, asked.creators, catalogue.by_creator),
                (tastes.sounds, asked.sounds, catalogue.by_sound),
            )
            for thing in favourites(learned, wished, THINGS_MAX)
        ]
        rows = np.array([row for one in lists for row in one], dtype=np.int64)
        rows = rows[catalogue.are_open[rows] & (catalogue.audiences[rows] == 0)]
        return propose(catalogue, rows, Origin.TASTES)
