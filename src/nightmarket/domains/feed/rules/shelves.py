"""Ranked rows of the catalogue by market and language, made when first asked for and kept."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.feed.rules.race import Race
from nightmarket.domains.feed.rules.weights import EXPLORE_VIEWS_MAX
from nightmarket.domains.feed.values.catalogue import AUDIENCES, Catalogue, Rows
from nightmarket.domains.feed.values.query import FeedQuery, Ids

SHELF_MAX = 1_000
NEAR_SHARE = 3
"""Of four rows, three come from the viewer's own market and language while there are any."""
FRIENDS_OF = AUDIENCES.index("friends")
ONLY_ME = AUDIENCES.index("only_me")
EVERYONE = AUDIENCES.index("everyone")


class Shelves:
    """Popular, fresh and unexplored rows. `stale` throws every shelf away.

    A shelf mixes rings: the viewer's language and market, its language anywhere, everything else.
    Only open videos for everyone are on a shelf.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self.race = Race(catalogue)
        self._made: dict[tuple[str, int, int], Rows] = {}

    def stale(self) -> None:
        """Forget every shelf: the catalogue changed."""
        self._made = {}

    def popular(self, market: int, language: int) -> Rows:
        """Return rows by heat, hottest first."""
        return self._shelf("popular", market, language, lambda: self._catalogue.heat)

    def fresh(self, market: int, language: int) -> Rows:
        """Return rows by the moment they were published, newest first."""
        return self._shelf("fresh", market, language, lambda: self._catalogue.published_us)

    def unexplored(self) -> Rows:
        """Return every open row that few people have seen, in no order; all rows if none is so."""
        key = ("unexplored", 0, 0)
        if key not in self._made:
            count = len(self._catalogue)
            is_open = _open(self._catalogue)
            few = is_open & (self._catalogue.views[:count] < EXPLORE_VIEWS_MAX)
            self._made[key] = np.flatnonzero(few if few.any() else is_open)
        return self._made[key]

    def _shelf(
        self, name: str, market: int, language: int, measure: Callable[[], NDArray[np.generic]]
    ) -> Rows:
        key = (name, market, language)
        if key not in self._made:
            self._made[key] = self._make(measure(), market, language)
        return self._made[key]

    def _make(self, measure: NDArray[np.generic], market: int, language: int) -> Rows:
        catalogue, count = self._catalogue, len(self._catalogue)
        is_open = _open(catalogue)
        is_spoken = catalogue.languages[:count] == language
        is_near = is_spoken & (catalogue.markets[:count] == market)
        near = _top(measure, np.flatnonzero(is_open & is_near))
        spoken = _top(measure, np.flatnonzero(is_open & is_spoken & ~is_near))
        far = _top(measure, np.flatnonzero(is_open & ~is_spoken))
        return _interleave(near, _interleave(spoken, far))[:SHELF_MAX]


def unseen(query: FeedQuery, rows: Rows, count: int) -> Rows:
    """Return the first `count` rows this viewer has not seen, in the same order."""
    first = rows[: count + len(query.seen_rows)]
    return first[~query.catalogue.among(first, query.seen_rows)][:count]


def known_open(catalogue: Catalogue, ids: Ids) -> Rows:
    """Return the rows of those videos that are known, open and for everyone, in the same order."""
    known = [catalogue.row_of.get(one, -1) for one in ids.tolist()]
    rows: Rows = np.array([row for row in known if row >= 0], dtype=np.int64)
    is_for_all: Rows = rows[catalogue.are_open[rows] & (catalogue.audiences[rows] == EVERYONE)]
    return is_for_all


def _open(catalogue: Catalogue) -> NDArray[np.bool_]:
    count = len(catalogue)
    is_open: NDArray[np.bool_] = catalogue.are_open[:count]
    is_for_all: NDArray[np.bool_] = catalogue.audiences[:count] == EVERYONE
    return is_open & is_for_all


def _top(measure: NDArray[np.generic], rows: Rows) -> Rows:
    values = measure[rows]
    if len(rows) > SHELF_MAX:
        rows = rows[np.argpartition(values, -SHELF_MAX)[-SHELF_MAX:]]
        values = measure[rows]
    # Equal values: the newer row first, so that the order is always the same.
    return rows[np.lexsort((-rows, -values.astype(np.float64)))]


def _interleave(first: Rows, second: Rows) -> Rows:
    """Return three of `first`, then one of `second`, and so on; then what is left."""
    places = np.concatenate(
        [
            np.arange(len(first)) * (NEAR_SHARE + 1.0) / NEAR_SHARE,
            np.arange(len(second)) * (NEAR_SHARE + 1.0) + NEAR_SHARE,
        ]
    )
    return np.concatenate([first, second])[np.argsort(places, kind="stable")]
