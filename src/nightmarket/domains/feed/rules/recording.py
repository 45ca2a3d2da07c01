"""From a finished page to its record. Pure."""

import functools
import hashlib
from dataclasses import replace

import msgspec
import numpy as np

from nightmarket.domains.feed.rules.features import features
from nightmarket.domains.feed.rules.weights import VERSION, WEIGHTS
from nightmarket.domains.feed.values.candidates import Candidates
from nightmarket.domains.feed.values.query import FeedQuery, Tab
from nightmarket.domains.feed.values.records import Float, Layout, Recorded, Rivals, Way
from nightmarket.domains.ranking.rules.worths import TABLE, Worth
from nightmarket.domains.ranking.values.heads import CODES

SCORED = {Tab.FOR_YOU, Tab.EXPLORE}
"""Tabs that a scorer orders; the others are by time."""


@functools.cache
def layout(worth: Worth = TABLE) -> Layout:
    """Return what the columns of the records made now are, where heads are worth so much."""
    made = Layout(
        layout_id=0,
        version=f"{VERSION}~{worth.experiment}" if worth.experiment else VERSION,
        features=tuple(weight.code for weight in WEIGHTS),
        weights=tuple(weight.value for weight in WEIGHTS),
        heads=CODES,
        worths=worth.values,
    )
    digest = hashlib.blake2b(msgspec.json.encode(made), digest_size=8).digest()
    return replace(made, layout_id=int.from_bytes(digest) >> 1)


def recorded(
    query: FeedQuery, batch: Candidates, scores: Float, found: dict[str, Float]
) -> Recorded:
    """Return the record of a page; rivals are kept while what they lost to is still on it.

    `found`: the features of the page's items.
    """
    ways = np.where(batch.are_explored, np.int8(Way.EXPLORED), np.int8(Way.CHOSEN))
    has_random = bool(batch.are_random.any()) and batch.rivals is not None
    return Recorded(
        layout=layout(batch.worth),
        snapshot=batch.snapshot,
        trust=batch.trust,
        ids=batch.ids,
        sources=batch.origins,
        ways=np.where(batch.are_random, np.int8(Way.RANDOM), ways),
        scores=scores,
        probabilities=batch.probabilities,
        propensities=batch.propensities,
        features=_features(query, batch, found),
        heads=batch.heads,
        rivals=_rivals(query, batch.rivals) if has_random else None,
    )


def _rivals(query: FeedQuery, batch: Candidates | None) -> Rivals | None:
    if batch is None:
        return None
    found = _features(query, batch, features(query, batch))
    return Rivals(ids=batch.ids, features=found, heads=batch.heads)


def _features(query: FeedQuery, batch: Candidates, found: dict[str, Float]) -> Float:
    """Return float32[candidates, features]; what was not read of this viewer is 0."""
    if query.tab not in SCORED:
        return np.zeros((len(batch), 0), dtype=np.float32)
    nothing = np.zeros(len(batch), dtype=np.float32)
    return np.stack([found.get(code, nothing) for code in layout().features], axis=1)
