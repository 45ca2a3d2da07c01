"""Asks last, by SQL, whether the viewer may watch each chosen video at this very moment."""

from dataclasses import dataclass

import numpy as np

from nightmarket.domains.feed.values.candidates import Candidates
from nightmarket.domains.feed.values.query import FeedQuery
from nightmarket.domains.videos import face as videos
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.kernel.ids import VideoId
from nightmarket.pipeline.stages import Mask


@dataclass(frozen=True, slots=True)
class Visible:
    """The word of videos and moderation; whatever the catalogue believes."""

    tx: Tx
    subject: Subject
    name: str = "visible"

    async def keep(self, query: FeedQuery, batch: Candidates) -> Mask:
        """Return bool[candidates]."""
        del query
        ids = [VideoId(one) for one in batch.ids.tolist()]
        visible = await videos.visible_ids(self.tx, ids, self.subject)
        return np.array([one in visible for one in ids], dtype=np.bool_)
