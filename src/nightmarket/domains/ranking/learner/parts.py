"""What a video is made of before anybody saw it: the keys of its parts, and its content."""

import numpy as np

from nightmarket.domains.ranking.learner.id_table import Keys, key
from nightmarket.domains.ranking.learner.memory import (
    CREATOR,
    ITEM,
    SOUND,
    TAG,
    WORD,
    Memory,
)
from nightmarket.domains.ranking.values.batches import Big, Float


def described(memory: Memory, items: Big) -> tuple[Keys, Float]:
    """Return keys uint64[videos, PARTS] and content float32[videos, CONTENT] of videos."""
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
