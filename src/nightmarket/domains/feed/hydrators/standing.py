"""Learns whom the viewer follows, blocks and mutes, and what they filter."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nightmarket.domains.feed.rules import synonyms
from nightmarket.domains.feed.values.query import FeedQuery, Ids, Standing
from nightmarket.domains.identity import face as identity
from nightmarket.infra.db import Tx
from nightmarket.kernel.folding import fold

KEYWORDS_MAX = 200


@dataclass(frozen=True, slots=True)
class KnowStanding:
    """Asks identity, for accounts only: what somebody set themselves holds at once."""

    tx: Tx
    name: str = "standing"

    async def hydrate(self, query: FeedQuery) -> FeedQuery:
        """Return the query with the viewer's standing."""
        if query.account_id is None:
            return query
        found = await identity.surroundings_of(self.tx, query.account_id)
        settings = found.settings
        folded = [fold(word) for word in settings["keyword_filters"][:KEYWORDS_MAX]]
        keywords = tuple(word.removeprefix("#") for word in folded if word.strip("# "))
        standing = Standing(
            follows=_column(found.follows),
            friends=_column(found.friends),
            blocked=_column(found.blocks),
            muted=_column(found.mutes),
            keywords=keywords,
            synonyms=synonyms.pattern(synonyms.others(keywords)),
            hide_ai=bool(settings["hide_ai"]),
            less_ai=settings.get("ai_amount") == "less",
            show_mature=bool(settings.get("show_mature", False)),
        )
        return replace(query, standing=standing)


def _column(ids: Sequence[int]) -> Ids:
    return np.array(ids, dtype=np.int64)
