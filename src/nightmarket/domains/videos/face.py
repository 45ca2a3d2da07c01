"""The verbs of videos that others may call."""

from nightmarket.domains.videos.actions.see_videos import (
    by_creator,
    by_hashtag,
    by_sound,
    changed_since,
    latest,
    video,
    videos,
    visible_ids,
)
from nightmarket.domains.videos.store.cards import hashtag_counts, statistics
from nightmarket.domains.videos.store.sounds import sounds

__all__ = [
    "by_creator",
    "by_hashtag",
    "by_sound",
    "changed_since",
    "hashtag_counts",
    "latest",
    "sounds",
    "statistics",
    "video",
    "videos",
    "visible_ids",
]
