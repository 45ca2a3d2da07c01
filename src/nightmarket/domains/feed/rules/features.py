"""The features of the starter scorer: what each parameter of the table is for each candidate."""

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.feed.rules.heat import freshness
from nightmarket.domains.feed.rules.membership import is_one_of
from nightmarket.domains.feed.rules.weights import BY_CODE, FRESH_HALF_LIFE_HOURS
from nightmarket.domains.feed.values.candidates import Candidates
from nightmarket.domains.feed.values.query import FeedQuery

Column = NDArray[np.float32]
FEW = 32
"""Up to so many, looking up one by one is quicker than ordering the table."""


def features(query: FeedQuery, batch: Candidates) -> dict[str, Column]:
    """Return parameter → float32[candidates], scaled to -1..1; personal ones only when allowed."""
    catalogue, rows = batch.catalogue, batch.rows
    found = {
        "quality": catalogue.quality[rows],
        "popularity": catalogue.heat[rows],
        "freshness": freshness(catalogue.published_us[rows], query.now_us, FRESH_HALF_LIFE_HOURS),
        "your_language": _same(catalogue.languages[rows], query.language_number),
        "your_market": _same(catalogue.markets[rows], query.market_number),
        "demoted": catalogue.are_demoted[rows].astype(np.float32),
        "made_by_machine": (catalogue.are_ai[rows] & query.standing.less_ai).astype(np.float32),
    }
    if query.is_personal:
        is_followed = is_one_of(catalogue.creators[rows], query.standing.follows)
        found["followed_creator"] = is_followed.astype(np.float32)
        found["expected"] = batch.expected
    if query.is_personal and not query.tastes.is_empty:
        tastes = query.tastes
        found["creator_affinity"] = _look_up(catalogue.creators[rows], tastes.creators)
        found["sound_affinity"] = _look_up(catalogue.sounds[rows], tastes.sounds)
        found["language_affinity"] = _look_up(catalogue.languages[rows], tastes.languages)
        found["hashtag_affinity"] = _strongest(_by_tag(batch, tastes.tags))
    if query.is_personal and not query.asked.is_empty:
        found["asked_for"] = np.clip(_asked_for(query, batch), -1.0, 1.0)
    return found


def _asked_for(query: FeedQuery, batch: Candidates) -> Column:
    catalogue, rows, asked = batch.catalogue, batch.rows, query.asked
    return (
        _look_up(catalogue.creators[rows], asked.creators)
        + _look_up(catalogue.sounds[rows], asked.sounds)
        + _look_up(catalogue.languages[rows], asked.languages)
        + _strongest(_by_tag(batch, asked.tags))
    )


def contributions(found: dict[str, Column]) -> dict[str, Column]:
    """Return what each parameter adds to the score of each candidate. `found`: its features."""
    return {code: np.float32(BY_CODE[code].value) * column for code, column in found.items()}


def _same(column: NDArray[np.int16], number: int) -> Column:
    if not number:
        return np.zeros(len(column), dtype=np.float32)
    is_same: Column = (column == number).astype(np.float32)
    return is_same


def _look_up(column: NDArray[np.integer], table: dict[int, float]) -> Column:
    """Return the table's value of each cell, 0 for what is not in it."""
    if not table:
        return np.zeros(column.shape, dtype=np.float32)
    if len(column) <= FEW:
        return np.array([table.get(one, 0.0) for one in column.tolist()], dtype=np.float32)
    keys = np.fromiter(table.keys(), dtype=np.int64, count=len(table))
    values = np.fromiter(table.values(), dtype=np.float32, count=len(table))
    order = np.argsort(keys)
    keys, values = keys[order], values[order]
    places = np.minimum(np.searchsorted(keys, column), len(keys) - 1)
    return np.where(keys[places] == column, values[places], np.float32(0.0))


def _by_tag(batch: Candidates, table: dict[int, float]) -> Column:
    """Return float32[candidates, tags]: the table's value of each tag, whose numbers are small."""
    values = np.zeros(len(batch.catalogue.tag_names), dtype=np.float32)
    values[list(table)] = list(table.values())
    by_tag: Column = values[batch.catalogue.tags[batch.rows]]
    return by_tag


def _strongest(by_tag: Column) -> Column:
    """Return the sum of the best and the worst tag: one loved tag lifts, one disliked lowers."""
    if not by_tag.size:
        return np.zeros(len(by_tag), dtype=np.float32)
    best, worst = by_tag.max(axis=1), by_tag.min(axis=1)
    total: Column = np.maximum(best, 0.0) + np.minimum(worst, 0.0)
    return total
