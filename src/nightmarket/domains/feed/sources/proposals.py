"""What the ranker proposes for one request: asked once, read by two sources."""

import asyncio

from nightmarket.domains.analytics.values import Surface
from nightmarket.domains.feed.values.query import FeedQuery
from nightmarket.domains.ranking import face as ranking
from nightmarket.domains.ranking.values.asking import Nearest

LIMIT = 300
"""By each way of finding; more than a source may propose, for some of it was seen."""


class Proposals:
    """One question, asked ahead or when the first source wants its answer. Lives for one request.

    A source that gives up does not take the answer from the other one.
    """

    def __init__(self, rankers: ranking.Rankers, within_s: float) -> None:
        self.snapshot = ""
        self.within_s = within_s
        self._rankers = rankers
        self._has_begun = False
        self._asked: asyncio.Task[ranking.Proposals] | None = None

    def begin(self, query: FeedQuery) -> None:
        """Ask once, unless this page asks nobody, or nobody is there."""
        if self._has_begun:
            return
        self._has_begun = True
        if not query.is_personal or not self._rankers.are_there():
            return
        self._asked = asyncio.create_task(self._ask(query))
        self._asked.add_done_callback(_heard)

    async def of(self, query: FeedQuery) -> ranking.Proposals | None:
        """Return the proposals; None: this page asks nobody, or nobody is there.

        Raises:
            NoAnswer: the ranker is away or slow.
        """
        self.begin(query)
        return None if self._asked is None else await asyncio.shield(self._asked)

    async def _ask(self, query: FeedQuery) -> ranking.Proposals:
        question = Nearest(
            viewer_id=query.viewer_id,
            market=query.market,
            surface=Surface.FOR_YOU,
            limit=LIMIT,
        )
        found = await ranking.nearest(self._rankers, question, self.within_s)
        self.snapshot = found.snapshot
        return found


def _heard(asked: asyncio.Task[ranking.Proposals]) -> None:
    """Take note of a failure that no source waits for any more."""
    if not asked.cancelled():
        asked.exception()
