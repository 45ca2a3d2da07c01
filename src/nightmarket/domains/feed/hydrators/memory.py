"""Learns what the viewer hid, asked for and was shown lately, and when they started over."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nightmarket.domains.analytics import face as analytics
from nightmarket.domains.feed.rules.interests import asked, forgotten
from nightmarket.domains.feed.rules.moments import id_at
from nightmarket.domains.feed.rules.tastes import learn, teaching
from nightmarket.domains.feed.store import viewers
from nightmarket.domains.feed.store.pending import Pending
from nightmarket.domains.feed.values.query import FeedQuery, Hidden, Ids, Tab, Tastes
from nightmarket.domains.feed.values.steering import Scope, Served
from nightmarket.infra.db import Tx
from nightmarket.kernel.clock import instant

SERVED_US = 24 * 3_600_000_000
PAGES_MAX = 60
WATCHED_MAX = 500
INTERESTS_READ_MAX = 500


@dataclass(frozen=True, slots=True)
class Remember:
    """Reads what the viewer hid; and, when personal, what they asked for, saw and watched.

    Tastes come from the watches as they are now, so they already move the next page.
    """

    tx: Tx
    waiting: Pending
    name: str = "memory"

    async def hydrate(self, query: FeedQuery) -> FeedQuery:
        """Return the query with hidden things, seen videos and tastes."""
        state = await viewers.state(
            self.tx,
            query.viewer_id,
            since_id=id_at(query.now_us - SERVED_US),
            round_id=id_at(query.round.began_at_us) - 1,
            pages=PAGES_MAX if query.is_personal else 0,
            interests=INTERESTS_READ_MAX if query.is_personal else 0,
        )
        query = replace(query, hidden=_hidden(state.hidden, query))
        if not query.is_personal:
            return query
        recent = await analytics.recent_watches(
            self.tx, query.viewer_id, instant(query.now_us), WATCHED_MAX
        )
        lately = teaching(recent, state.started_over_at_us)
        catalogue = query.catalogue
        past = forgotten(catalogue, state.interests)
        watched = catalogue.rows([one.video_id for one in recent])
        waiting = list(self.waiting.of_viewer(query.viewer_id))
        in_round = [page for page in waiting if _is_in_round(page, query)]
        return replace(
            query,
            seen_rows=_column([*catalogue.rows([*_videos(waiting), *state.served]), *watched]),
            watched_rows=_column(watched),
            served_in_round_rows=_column(
                catalogue.rows([*_videos(in_round), *state.served_in_round])
            ),
            tastes=learn(lately, catalogue, query.now_us, past) if lately else Tastes(),
            asked=asked(catalogue, state.interests),
        )


def _hidden(entries: list[str], query: FeedQuery) -> Hidden:
    by_scope: dict[str, list[int]] = {scope.value: [] for scope in Scope}
    for entry in entries:
        scope, _, value = entry.partition(":")
        number = query.catalogue.tag_names.find(value) if scope == Scope.HASHTAG else int(value)
        if number:
            by_scope[scope].append(number)
    return Hidden(
        videos=_column(by_scope[Scope.VIDEO]),
        creators=_column(by_scope[Scope.CREATOR]),
        sounds=_column(by_scope[Scope.SOUND]),
        tags=_column(by_scope[Scope.HASHTAG]),
    )


def _is_in_round(page: Served, query: FeedQuery) -> bool:
    return page.tab == Tab.FOR_YOU and page.made_at_us >= query.round.began_at_us


def _videos(pages: list[Served]) -> list[int]:
    """The latest first: pages come newest first, and the last of a page was shown last."""
    return [item.video_id for page in pages for item in reversed(page.items)]


def _column(ids: Sequence[int]) -> Ids:
    """Each id once, where it came first."""
    return np.array(list(dict.fromkeys(ids)), dtype=np.int64)
