"""The feed's pipelines: every stage of every tab, in the order it runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from nightmarket.domains.feed.filters.blocked import Blocked
from nightmarket.domains.feed.filters.gone import Gone
from nightmarket.domains.feed.filters.hidden import Hidden
from nightmarket.domains.feed.filters.keywords import Keywords
from nightmarket.domains.feed.filters.made_by_machine import MadeByMachine
from nightmarket.domains.feed.filters.mature import Mature
from nightmarket.domains.feed.filters.muted import Muted
from nightmarket.domains.feed.filters.own import Own
from nightmarket.domains.feed.filters.seen import Seen
from nightmarket.domains.feed.filters.visible import Visible
from nightmarket.domains.feed.hydrators.ask_ahead import AskAhead
from nightmarket.domains.feed.hydrators.chances import KnowChances
from nightmarket.domains.feed.hydrators.memory import Remember
from nightmarket.domains.feed.hydrators.reposts import KnowReposts
from nightmarket.domains.feed.hydrators.same_state import SameState
from nightmarket.domains.feed.hydrators.standing import KnowStanding
from nightmarket.domains.feed.rules.shelves import Shelves
from nightmarket.domains.feed.scorers.starter import Starter
from nightmarket.domains.feed.selectors.at_random import AtRandom
from nightmarket.domains.feed.selectors.chronological import Chronological
from nightmarket.domains.feed.selectors.in_order import InOrder
from nightmarket.domains.feed.sources.by_model import ByModel
from nightmarket.domains.feed.sources.co_watched import CoWatched
from nightmarket.domains.feed.sources.explore import Explore
from nightmarket.domains.feed.sources.following import Following
from nightmarket.domains.feed.sources.fresh import Fresh
from nightmarket.domains.feed.sources.popular import Popular
from nightmarket.domains.feed.sources.proposals import Proposals
from nightmarket.domains.feed.sources.reposted import Reposted
from nightmarket.domains.feed.sources.tastes import ByTaste
from nightmarket.domains.feed.store.pending import Pending
from nightmarket.domains.feed.values.candidates import Candidates, merge
from nightmarket.domains.feed.values.query import FeedQuery, Tab
from nightmarket.infra.db import Tx
from nightmarket.pipeline.runner import Pipeline
from nightmarket.pipeline.stages import Filter, QueryHydrator

FeedPipeline: TypeAlias = Pipeline[FeedQuery, Candidates]

PROPOSING_SHARE = 0.4
"""Of what a page waits for the ranker's scores it waits so much for its proposals, before."""

ALWAYS: tuple[Filter[FeedQuery, Candidates], ...] = (
    Gone(),
    Blocked(),
    Muted(),
    Hidden(),
    Mature(),
    MadeByMachine(),
    Keywords(),
)
"""What holds on every tab, personal or not: the viewer's own rules, and the law's."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the stages of one request are given: transaction, memory, and the late check."""

    tx: Tx
    shelves: Shelves
    waiting: Pending
    last: Visible
    ranker: KnowChances


def pipeline(tab: Tab, given: Given, *, is_personal: bool) -> FeedPipeline:
    """Return the pipeline of a tab for one request; `given` is its surroundings.

    A viewer who is not personalised gets the same popular and fresh list as everybody of their
    market and language, minus what their own rules leave out.
    """
    if tab is Tab.FOR_YOU and is_personal:
        return for_you(given)
    if tab in {Tab.FOLLOWING, Tab.FRIENDS}:
        return chronological(given, is_friends=tab is Tab.FRIENDS)
    return for_everybody(given)


def for_you(given: Given) -> FeedPipeline:
    """Seven sources, the viewer's memory, the ranker's word, a scorer and the diverse selector.

    Where several sources propose one video, the first one listed is what is said of it. All quotas
    together are 510: the ranker scores them in two parts of up to 256.
    """
    ranker = given.ranker
    proposals = Proposals(ranker.rankers, ranker.within_s * PROPOSING_SHARE)
    deadline_ms = max(1, round(proposals.within_s * 1000))
    return Pipeline(
        query_hydrators=[AskAhead(proposals.begin), *_hydrators(given)],
        sources=[
            Following(quota=50),
            ByTaste(quota=90),
            CoWatched(proposals, deadline_ms),
            ByModel(proposals, deadline_ms),
            Fresh(given.shelves, quota=80),
            Popular(given.shelves, quota=100),
            Explore(given.shelves),
        ],
        merge=merge,
        hydrators=[ranker, SameState(lambda: proposals.snapshot)],
        filters=[*ALWAYS, Own(), Seen()],
        scorers=[Starter()],
        selector=AtRandom(),
        late_filters=[given.last],
    )


def for_everybody(given: Given) -> FeedPipeline:
    """Popular and fresh by market and language: nothing personal is read, nothing is learned."""
    return Pipeline(
        query_hydrators=_hydrators(given),
        sources=[Popular(given.shelves, quota=1000), Fresh(given.shelves, quota=1000)],
        merge=merge,
        filters=ALWAYS,
        scorers=[Starter()],
        selector=InOrder(),
        late_filters=[given.last],
    )


def chronological(given: Given, *, is_friends: bool) -> FeedPipeline:
    """Newest first of whom the viewer follows, or of those who follow back.

    Following has what they reposted too, where it stands by the moment of the repost.
    """
    following = Following(quota=500, is_friends=is_friends)
    return Pipeline(
        query_hydrators=[*_hydrators(given), *([] if is_friends else [KnowReposts(given.tx)])],
        sources=[following] if is_friends else [following, Reposted()],
        merge=merge,
        filters=ALWAYS,
        selector=Chronological(),
        late_filters=[given.last],
    )


def _hydrators(given: Given) -> Sequence[QueryHydrator[FeedQuery]]:
    return [KnowStanding(given.tx), Remember(given.tx, given.waiting)]
