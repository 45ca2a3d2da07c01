"""Chooses a page of a list that everybody of a market sees: the best after those shown before."""

from dataclasses import dataclass

import numpy as np

from nightmarket.domains.feed.values.candidates import Candidates
from nightmarket.domains.feed.values.query import FeedQuery
from nightmarket.pipeline.stages import Index, Scores


@dataclass(frozen=True, slots=True)
class InOrder:
    """Highest score first, from `query.skip` on; spaces creators where that costs no page."""

    name: str = "in_order"

    def select(
        self, query: FeedQuery, batch: Candidates, scores: Scores
    ) -> tuple[Candidates, Index]:
        """Return `query.limit` candidates; the same for everybody who asks for the same."""
        order = np.argsort(-scores, kind="stable")
        spaced = _spaced(batch, order.tolist(), query.skip + query.limit)
        index = np.array(spaced[query.skip :], dtype=np.intp)
        return batch.take(index), index


def _spaced(batch: Candidates, order: list[int], count: int) -> list[int]:
    """Return `count` places, moving one up where two of one creator or sound would meet."""
    creators = batch.catalogue.creators[batch.rows].tolist()
    sounds = batch.catalogue.sounds[batch.rows].tolist()
    chosen: list[int] = []
    while order and len(chosen) < count:
        last = chosen[-1] if chosen else None
        place = next(
            (
                one
                for one in order
                if last is None
                or (
                    creators[one] != creators[last]
                    and (not sounds[one] or sounds[one] != sounds[last])
                )
            ),
            order[0],
        )
        chosen.append(place)
        order.remove(place)
    return chosen
