"""Which ranker is asked for a viewer, and which one is left out for a moment."""

import hashlib
from collections.abc import Sequence

AWAY_S = 2.0
"""Whoever did not answer is left out for so long; then one page tries it again."""
ASKED_MAX = 3
"""So many rankers are asked for one answer at most."""
FIRST_SHARE = 0.5
"""Of the time that is left, for whoever is not the last to be asked."""


def preferred(viewer_id: int, names: Sequence[str]) -> list[int]:
    """Return the places of all names, the viewer's own ranker first.

    Each viewer has an order of their own, which stays when names come and go: only the viewers of
    one that went are asked of elsewhere, evenly among the others (rendezvous hashing).
    """

    def weight(place: int) -> bytes:
        said = f"{viewer_id} {names[place]}".encode()
        return hashlib.blake2b(said, digest_size=8).digest()

    return sorted(range(len(names)), key=weight)


class Absences:
    """Who did not answer of late. Lives in one process; times are of one steady clock."""

    def __init__(self) -> None:
        self._until_s: dict[int, float] = {}

    def order(self, places: Sequence[int], now_s: float) -> list[int]:
        """Return whom to ask, in order: those left out come last, and are asked all the same.

        Whoever is tried again is left out for everybody else meanwhile.
        """
        away = [place for place in places if self._until_s.get(place, now_s) > now_s]
        there = [place for place in places if place not in away]
        for place in there[:1]:
            if place in self._until_s:
                self.fell_silent(place, now_s)
        return [*there, *away][:ASKED_MAX]

    def fell_silent(self, place: int, now_s: float) -> None:
        """Leave one out for a moment."""
        self._until_s[place] = now_s + AWAY_S

    def answered(self, place: int) -> None:
        """Ask one as before."""
        self._until_s.pop(place, None)


def patience_s(left_s: float, others: int) -> float:
    """Return how long to wait for one, when so many others could be asked after it."""
    return left_s * FIRST_SHARE if others else left_s
