"""From showings and memory to the arrays the network takes."""

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.ranking.learner.id_table import Keys, key
from nightmarket.domains.ranking.learner.memory import (
    CREATOR,
    ITEM,
    SOUND,
    TAG,
    WORD,
    Memory,
)
from nightmarket.domains.ranking.values.batches import Big, Showings, Small
from nightmarket.domains.ranking.values.inputs import PLACES, Inputs, Past, filled, size_for

SHOWINGS_LEAST, VIEWERS_LEAST, VIDEOS_LEAST, PAST_LEAST = 64, 1, 128, 16


def gather(memory: Memory, showings: Showings, *, has_past: bool) -> Inputs:
    """Return the inputs of showings, in their order; pins nothing, changes nothing.

    `has_past` False leaves the viewers' past showings out.
    """
    known = memory.find(showings)
    viewers, viewer_of = np.unique(showings.viewers, return_inverse=True)
    rows = np.zeros(len(viewers), dtype=np.int32)
    rows[viewer_of] = known.viewers
    ids, acts, at_us, is_there = _past(memory, rows, has_past=has_past)
    is_before = is_there[viewer_of] & (at_us[viewer_of] < showings.at_us[:, None])
    wanted = np.concatenate([ids[is_there], showings.items])
    distinct, places = np.unique(wanted, return_inverse=True)
    past_count = int(is_there.sum())
    past = np.zeros(ids.shape, dtype=np.int32)
    past[is_there] = places[:past_count]
    size = size_for(len(showings), SHOWINGS_LEAST)
    many = size_for(len(viewers), VIEWERS_LEAST)
    videos = size_for(len(distinct), VIDEOS_LEAST)
    keys, content = _described(memory, distinct)
    return Inputs(
        count=len(showings),
        content=filled(content, videos),
        keys=filled(keys, videos),
        video_of=filled(places[past_count:].astype(np.int32), size),
        viewer_of=filled(viewer_of.astype(np.int32), size),
        places=filled(np.minimum(showings.places, PLACES - 1).astype(np.int32), size),
        pages=filled(_numbered(showings.pages), size),
        figures=filled(memory.figures(showings, known), size),
        bias=filled(memory.bias(showings, known), size),
        past=Past(
            items=filled(past, many),
            acts=filled(acts, many),
            is_there=filled(is_there, many),
            is_before=filled(is_before, size),
        ),
    )


def _numbered(pages: Big) -> Small:
    """Return 1, 2, 3 … in the order of pages that stand side by side; 0 is left for filling."""
    if not len(pages):
        return np.zeros(0, dtype=np.int32)
    return 1 + np.cumsum(np.diff(pages, prepend=pages[0]) != 0).astype(np.int32)


def _described(memory: Memory, items: Big) -> tuple[Keys, NDArray[np.float32]]:
    """Return the keys and the content of distinct videos."""
    videos = memory.videos
    rows = videos.find(key(ITEM, items))
    keys = np.concatenate(
        [
            key(ITEM, items)[:, None],
            key(CREATOR, videos["creator"][rows])[:, None],
            key(SOUND, videos["sound"][rows])[:, None],
            key(TAG, videos["tags"][rows]),
            key(WORD, videos["words"][rows]),
        ],
        axis=1,
    )
    return keys, videos["content"][rows]


def _past(
    memory: Memory, rows: Small, *, has_past: bool
) -> tuple[Big, Small, Big, NDArray[np.bool_]]:
    """Return items, acts, moments and whether there is one, [viewers, past], newest first."""
    viewers = memory.viewers
    counts = viewers["past_count"][rows] if has_past else np.zeros(len(rows), dtype=np.int64)
    longest = int(np.minimum(counts, memory.past).max(initial=0))
    width = min(memory.past, size_for(longest, PAST_LEAST))
    back = np.arange(width)
    places = (counts[:, None] - 1 - back) % memory.past
    items = np.take_along_axis(viewers["past_items"][rows], places, axis=1)
    acts = np.take_along_axis(viewers["past_acts"][rows], places, axis=1).astype(np.int32)
    at_us = np.take_along_axis(viewers["past_at_us"][rows], places, axis=1)
    return items, acts, at_us, back < np.minimum(counts, memory.past)[:, None]
