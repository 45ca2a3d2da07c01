"""Ids to row numbers without collisions: open addressing over arrays, a whole batch at a time."""

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
RowNumbers = NDArray[np.int32]
Big = NDArray[np.int64]

NONE = 0
"""Row 0 belongs to nobody: ids that are not known."""
LOAD_MAX = 0.5
VIEWER = 6
"""The kind of viewers; the other kinds stand in `memory`."""
FIRST_BITS = 10
_MULTIPLY_1 = np.uint64(0xBF58476D1CE4E5B9)
_MULTIPLY_2 = np.uint64(0x94D049BB133111EB)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def mix(keys: Keys) -> Keys:
    """Return SplitMix64's finaliser of each key (Steele et al. 2014): every bit moves every bit."""
    mixed = keys ^ (keys >> np.uint64(30))
    mixed *= _MULTIPLY_1
    mixed ^= mixed >> np.uint64(27)
    mixed *= _MULTIPLY_2
    mixed ^= mixed >> np.uint64(31)
    return mixed


def key(kind: int, ids: Big) -> Keys:
    """Return keys of ids of one kind, 0 for id 0; two kinds never share a key in practice.

    A bijection of the id for each kind: within a kind there are no collisions at all, and across
    kinds they have the odds of 64 random bits.
    """
    raw = ids.astype(np.uint64)
    found = mix(raw + np.uint64(kind * int(_GOLDEN) % 2**64))
    return np.where(ids == 0, np.uint64(0), found)


def pair(kind: int, left: Big, right: Big) -> Keys:
    """Return keys of pairs of ids, 0 where either is 0."""
    found = mix(key(kind, left) * _GOLDEN + key(kind + 1, right))
    return np.where((left == 0) | (right == 0), np.uint64(0), found)


def viewer_key(viewer_id: int) -> int:
    """Return the number a viewer is known by, as the database writes it."""
    return int(key(VIEWER, np.array([viewer_id], dtype=np.int64)).view(np.int64)[0])


class IdTable:
    """Keys to rows 1, 2, 3 …; key 0 is nobody's, row 0. Linear probing, at most half full."""

    def __init__(self) -> None:
        self.count = 0
        self._allocate(FIRST_BITS)

    def _allocate(self, bits: int) -> None:
        size = 1 << bits
        self._bits = bits
        self._keys: Keys = np.zeros(size, dtype=np.uint64)
        self._rows: RowNumbers = np.zeros(size, dtype=np.int32)

    def find(self, keys: Keys) -> RowNumbers:
        """Return the row of each key, 0 for what is not here; any shape."""
        flat = keys.ravel()
        found = np.zeros(len(flat), dtype=np.int32)
        pending = np.flatnonzero(flat)
        wanted = flat[pending]
        mask = np.uint64(len(self._keys) - 1)
        places = self._home(wanted)
        while len(pending):
            here = self._keys[places]
            is_hit = here == wanted
            found[pending[is_hit]] = self._rows[places[is_hit]]
            goes_on = ~is_hit & (here != 0)
            pending, wanted = pending[goes_on], wanted[goes_on]
            places = (places[goes_on] + np.uint64(1)) & mask
        return found.reshape(keys.shape)

    def add(self, keys: Keys) -> RowNumbers:
        """Return the row of each key, making rows for new ones; one dimension, repeats allowed.

        New rows are numbered by the last place each key has in `keys`.
        """
        assert keys.ndim == 1
        if self.count + len(keys) > LOAD_MAX * len(self._keys):
            missing = int(np.count_nonzero((self.find(keys) == NONE) & (keys != 0)))
            self._grow(self.count + missing)
        slots = self._claim(keys)
        is_somebody = keys != 0
        rows = np.where(is_somebody, self._rows[slots], NONE)
        fresh = np.flatnonzero((rows == NONE) & is_somebody)
        if len(fresh):
            taken = slots[fresh]
            self._rows[taken] = np.arange(1, len(fresh) + 1, dtype=np.int32)
            is_last = self._rows[taken] == np.arange(1, len(fresh) + 1)
            winners = taken[is_last]
            self._rows[winners] = self.count + 1 + np.arange(len(winners), dtype=np.int32)
            self.count += len(winners)
            rows = np.where(is_somebody, self._rows[slots], NONE)
        return rows.astype(np.int32)

    def keys(self) -> Keys:
        """Return the key of every row, in the order of rows; row 0 has key 0."""
        found = np.zeros(self.count + 1, dtype=np.uint64)
        used = self._keys != 0
        found[self._rows[used]] = self._keys[used]
        return found

    def reset(self, keys: Keys) -> None:
        """Hold exactly these distinct keys: `keys[0]` is 0, `keys[r]` gets row r."""
        assert keys[0] == 0
        bits = FIRST_BITS
        while len(keys) > LOAD_MAX * (1 << bits):
            bits += 1
        self._allocate(bits)
        self.count = len(keys) - 1
        slots = self._claim(keys[1:])
        self._rows[slots] = np.arange(1, len(keys), dtype=np.int32)

    def _home(self, keys: Keys) -> Keys:
        return (keys * _GOLDEN) >> np.uint64(64 - self._bits)

    def _grow(self, count: int) -> None:
        """Make room for `count` keys; keys that repeat were counted as often as they do."""
        bits = self._bits
        while count > LOAD_MAX * (1 << bits):
            bits += 1
        if bits == self._bits:
            return
        keys = self.keys()
        self._allocate(bits)
        slots = self._claim(keys[1:])
        self._rows[slots] = np.arange(1, len(keys), dtype=np.int32)

    def _claim(self, keys: Keys) -> Keys:
        """Return the slot of each key, writing it where it is not yet; 0 for key 0.

        Of two new keys that want one free slot the later in the batch gets it and the other walks
        on, as if they had come one after the other.
        """
        slots = np.zeros(len(keys), dtype=np.uint64)
        pending = np.flatnonzero(keys)
        wanted = keys[pending]
        places = self._home(wanted)
        mask = np.uint64(len(self._keys) - 1)
        while len(pending):
            is_free = self._keys[places] == 0
            self._keys[places[is_free]] = wanted[is_free]
            is_mine = self._keys[places] == wanted
            slots[pending[is_mine]] = places[is_mine]
            goes_on = ~is_mine
            pending, wanted = pending[goes_on], wanted[goes_on]
            places = (places[goes_on] + np.uint64(1)) & mask
        return slots
