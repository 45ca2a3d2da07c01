"""Id rows into the fields of videos, and what the fields should have been back onto the rows."""

import numpy as np
from numpy.typing import NDArray

from nightmarket.domains.ranking.learner.id_table import NONE, RowNumbers
from nightmarket.domains.ranking.values.batches import TAGS_MAX, Float
from nightmarket.domains.ranking.values.inputs import FIELDS, PARTS

_WORDS_FROM = 3 + TAGS_MAX
_FIELD_OF = np.array([0, 1, 2, *[3] * TAGS_MAX, *[4] * (PARTS - _WORDS_FROM)])
"""The field of each part: tags are taken together, and so are words."""


def fields(table: Float, slots: RowNumbers) -> Float:
    """Return float32[videos, FIELDS * row]: each video's own, creator's, sound's, tags', words'.

    `slots` int32[videos, PARTS]; row 0 of the table holds zeros and is nobody's.
    """
    parts = table[slots]
    tags = _shares(slots[:, 3:_WORDS_FROM]), _shares(slots[:, _WORDS_FROM:])
    found = np.empty((len(slots), FIELDS, table.shape[1]), dtype=np.float32)
    found[:, :3] = parts[:, :3]
    found[:, 3] = parts[:, 3:_WORDS_FROM].sum(axis=1) * tags[0]
    found[:, 4] = parts[:, _WORDS_FROM:].sum(axis=1) * tags[1]
    return found.reshape(len(slots), -1)


def by_row(by_field: Float, slots: RowNumbers) -> tuple[RowNumbers, Float]:
    """Return the distinct rows but 0, ascending, and the slope of each from those of the fields."""
    flat = slots.ravel()
    entries = np.flatnonzero(flat)
    rows = flat[entries]
    video, part = entries // PARTS, entries % PARTS
    share = np.ones(slots.shape, dtype=np.float32)
    share[:, 3:_WORDS_FROM] = _shares(slots[:, 3:_WORDS_FROM])
    share[:, _WORDS_FROM:] = _shares(slots[:, _WORDS_FROM:])
    of_entry = by_field.reshape(len(slots) * FIELDS, -1)[video * FIELDS + _FIELD_OF[part]]
    of_entry *= share.ravel()[entries][:, None]
    return summed(rows, of_entry)


def summed(index: NDArray[np.int32], values: Float) -> tuple[RowNumbers, Float]:
    """Return the distinct indexes, ascending, and the sum of each one's values, in their order."""
    if not len(index):
        return index.astype(np.int32), values
    both = np.sort(index.astype(np.int64) << 32 | np.arange(len(index)))
    ordered, place = (both >> 32).astype(np.int32), both & 0xFFFFFFFF
    starts = np.flatnonzero(np.diff(ordered, prepend=NONE - 1))
    return ordered[starts], np.add.reduceat(values[place], starts, axis=0)


def _shares(slots: RowNumbers) -> Float:
    """Return float32[videos, 1]: what each known part of a field that is a mean counts."""
    counts = np.count_nonzero(slots, axis=1)[:, None]
    found: Float = (1.0 / np.maximum(1, counts)).astype(np.float32)
    return found
