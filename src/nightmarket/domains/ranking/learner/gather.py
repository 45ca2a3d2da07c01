"""From showings and memory to the arrays the network takes."""

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.ranking.learner.memory import Memory
from nightmarket.domains.ranking.learner.parts import described
from nightmarket.domains.ranking.values.batches import Big, Showings, Small
from nightmarket.domains.ranking.values.inputs import PLACES, Inputs, Past


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
    keys, content = described(memory, distinct)
    return Inputs(
        count=len(showings),
        content=content,
        keys=keys,
        video_of=places[past_count:].astype(np.int32),
        viewer_of=viewer_of.astype(np.int32),
        places=np.minimum(showings.places, PLACES - 1).astype(np.int32),
        pages=_numbered(showings.pages),
        figures=memory.figures(showings, known),
        bias=memory.bias(showings, known),
        past=Past(items=past, acts=acts, is_there=is_there, is_before=is_before),
    )


def _numbered(pages: Big) -> Small:
    """Return 1, 2, 3 … in the order of pages that stand side by side; 0 is left for filling up."""
    if not len(pages):
        return np.zeros(0, dtype=np.int32)
    return 1 + np.cumsum(np.diff(pages, prepend=pages[0]) != 0).astype(np.int32)


def _past(
    memory: Memory, rows: Small, *, has_past: bool
) -> tuple[Big, Small, Big, NDArray[np.bool_]]:
    """Return items, acts, moments and whether there is one, [viewers, past], newest first."""
    viewers = memory.viewers
    counts = viewers["past_count"][rows] if has_past else np.zeros(len(rows), dtype=np.int64)
    width = int(np.minimum(counts, memory.past).max(initial=0))
    back = np.arange(width)
    places = (counts[:, None] - 1 - back) % memory.past
    items = np.take_along_axis(viewers["past_items"][rows], places, axis=1)
    acts = np.take_along_axis(viewers["past_acts"][rows], places, axis=1).astype(np.int32)
    at_us = np.take_along_axis(viewers["past_at_us"][rows], places, axis=1)
    return items, acts, at_us, back < np.minimum(counts, memory.past)[:, None]
