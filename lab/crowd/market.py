"""The product's own parts, wired in memory: the feed's stages, the log's fold, the pools' rules."""

import random
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.crowd.faults import Line
from lab.crowd.world import DURATION_MS, World
from nightmarket.domains.analytics.rules import fold
from nightmarket.domains.analytics.values import Kind, Surface, Watched
from nightmarket.domains.feed.filters.seen import Seen
from nightmarket.domains.feed.rules import heat
from nightmarket.domains.feed.rules.shelves import Shelves
from nightmarket.domains.feed.rules.tastes import learn, teaching
from nightmarket.domains.feed.scorers.starter import Starter
from nightmarket.domains.feed.selectors.diverse import Diverse
from nightmarket.domains.feed.sources.explore import Explore
from nightmarket.domains.feed.sources.fresh import Fresh
from nightmarket.domains.feed.sources.popular import Popular
from nightmarket.domains.feed.sources.tastes import ByTaste
from nightmarket.domains.feed.values.candidates import Candidates, merge
from nightmarket.domains.feed.values.catalogue import Catalogue, Item
from nightmarket.domains.feed.values.query import FeedQuery, Tab
from nightmarket.domains.pools.rules import levels
from nightmarket.domains.pools.rules.allocation import Racers, allocate
from nightmarket.domains.pools.rules.rates import SIGNALS, field_of, posterior
from nightmarket.domains.pools.values.items import Evidence
from nightmarket.kernel.ids import RequestId, VideoId, ViewerId
from nightmarket.pipeline.runner import Pipeline, run

"""A slow machine must not change what the world sees."""
WATCHED_MAX = 500


@dataclass(slots=True)
class _Log:
    """Lines as the columns that the fold reads."""

    lines: Sequence[Line]

    def __getattr__(self, name: str) -> Any:
        singular = {
            "kinds": "kind",
            "positions": "position",
            "viewer_ids": "person",
            "item_ids": "video_id",
            "request_ids": "request_id",
        }.get(name, name)
        if name in {"surfaces", "position_ms"}:
            return np.full(len(self.lines), int(Surface.FOR_YOU) if name == "surfaces" else 0)
        if name == "amounts":
            return np.zeros(len(self.lines), dtype=np.int64)
        if name == "days":
            return np.array([line.occurred_at_us for line in self.lines]) // 86_400_000_000
        return np.array([getattr(line, singular) for line in self.lines], dtype=np.int64)

    @property
    def markets(self) -> tuple[str, ...]:
        """Everybody's is the same."""
        return ("us",) * len(self.lines)


class Market:
    """A feed without a database. Video n is upload n - 1 of the world."""

    def __init__(self, world: World, seed: int, explore_share: float, *, has_pools: bool) -> None:
        self.world = world
        self.catalogue = Catalogue()
        self.shelves = Shelves(self.catalogue)
        self.totals: defaultdict[int, list[int]] = defaultdict(lambda: [0] * len(fold.COUNTED))
        self.outcomes: defaultdict[int, list[int]] = defaultdict(lambda: [0] * len(fold.OUTCOMES))
        self.level: NDArray[np.int64] = np.zeros(len(world.topic), dtype=np.int64)
        self.explored = 0
        self._has_pools = has_pools
        self._chance = random.Random(seed)  # noqa: S311  # A simulated world.
        self._dice = np.random.default_rng([seed, 13])
        self._exposures: dict[fold.ExposureKey, fold.Exposure] = {}
        self._recent: defaultdict[int, deque[Watched]] = defaultdict(
            lambda: deque(maxlen=WATCHED_MAX)
        )
        self._seen: defaultdict[int, list[int]] = defaultdict(list)
        self._published = 0
        self._pipeline: Pipeline[FeedQuery, Candidates] = Pipeline(
            query_hydrators=[],
            sources=[
                ByTaste(),
                Fresh(self.shelves),
                Popular(self.shelves),
                Explore(self.shelves),
            ],
            merge=merge,
            filters=[Seen()],
            scorers=[Starter()],
            selector=Diverse(explore_share=explore_share),
        )

    def turn(self, now_us: int) -> None:
        """Publish what is due, take over the figures, raise levels and deal anew."""
        due = int(np.searchsorted(self.world.published_us, now_us, side="right"))
        moved = {*range(self._published + 1, due + 1), *self.totals}
        self._published = due
        self.catalogue.put([self._item(video_id) for video_id in sorted(moved)])
        heat.rescore(self.catalogue, now_us)
        self.shelves.stale()
        if self._has_pools and due:
            self._deal(now_us)
        self.explored = 0

    async def page(self, person: int, request_id: int, now_us: int) -> Candidates:
        """Return one page as the feed's own stages choose it."""
        recent = list(self._recent[person])
        query = FeedQuery(
            request_id=RequestId(request_id),
            viewer_id=ViewerId(person + 1),
            account_id=None,
            tab=Tab.FOR_YOU,
            limit=self.world.crowd.page,
            market="us",
            language="en",
            is_personal=True,
            is_adult=True,
            now_us=now_us,
            catalogue=self.catalogue,
            chance=random.Random(self._chance.getrandbits(64)),  # noqa: S311  # A simulated world.
        )
        query = replace(
            query,
            seen_rows=np.array(self._seen[person], dtype=np.int64),
            tastes=learn(teaching(recent, 0), self.catalogue, now_us),
        )
        page = (await run(self._pipeline, query)).batch
        self._seen[person] += page.rows.tolist()
        self.explored += int(page.are_explored.sum())
        return page

    def fold(self, lines: Sequence[Line]) -> None:
        """Fold what reached the log into the figures, as analytics does."""
        if not lines:
            return
        known = {line.video_id: DURATION_MS for line in lines}
        folded = fold.fold(_Log(lines), self._exposures, known)
        for (video_id, _), delta in folded.deltas.items():
            self.totals[video_id] = [
                a + b for a, b in zip(self.totals[video_id], delta, strict=True)
            ]
        for (video_id, _, _), delta in folded.outcomes.items():
            self.outcomes[video_id] = [
                a + b for a, b in zip(self.outcomes[video_id], delta, strict=True)
            ]
        for line in lines:
            if line.kind == Kind.WATCH:
                self._recent[line.person - 1].appendleft(
                    Watched(
                        VideoId(line.video_id),
                        line.watch_ms,
                        line.duration_ms,
                        line.watch_ms >= line.duration_ms,
                        is_liked=False,
                        at_us=line.occurred_at_us,
                    )
                )

    def _deal(self, now_us: int) -> None:
        start = int(np.searchsorted(self.world.published_us, now_us - levels.RACE_US))
        uploads = np.arange(start, self._published)
        figures = np.array([self.outcomes[one + 1] for one in uploads.tolist()], dtype=np.float64)
        figures = figures.reshape(len(uploads), len(fold.OUTCOMES))
        hits = np.zeros((len(uploads), len(SIGNALS)))
        hits[:, : len(fold.OUTCOMES) - 1] = figures[:, 1:]
        evidence = Evidence(figures[:, 0], hits)
        none = Evidence(np.zeros(len(uploads)), np.zeros_like(hits))
        field = field_of(evidence)
        rates = np.broadcast_to(field.rates, hits.shape)
        self.level[uploads] = levels.next_levels(self.level[uploads], evidence, none, rates)
        given = figures[:, 0].astype(np.int64)
        racers = Racers(
            published_us=self.world.published_us[uploads],
            given=given,
            room=np.maximum(0, levels.granted(self.level[uploads]) - given),
            lift=posterior(evidence, field),
        )
        dealt = allocate(racers, max(200, self.explored), now_us, self._dice).exposures
        places = np.flatnonzero(dealt)
        self.shelves.race.take(now_us, uploads[places] + 1, dealt[places])

    def _item(self, video_id: int) -> Item:
        upload, totals = video_id - 1, self.totals[video_id]
        return Item(
            video_id=video_id,
            creator_id=int(self.world.maker[upload]) + 1,
            market="us",
            language="en",
            sound_id=0,
            duration_ms=DURATION_MS,
            audience="everyone",
            is_ai=False,
            is_mature=False,
            is_open=True,
            is_demoted=False,
            hashtags=[f"topic{self.world.topic[upload]}"],
            words="",
            published_at_us=int(self.world.published_us[upload]),
            **dict(zip(fold.COUNTED, totals, strict=True)),
        )
