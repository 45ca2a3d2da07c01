"""The verbs of videos that others may call. `tx` comes first; reads take batches of ids."""

from nightmarket.domains.videos.actions.describe_video import head_tags
from nightmarket.domains.videos.actions.find_sounds import (
    search_sounds,
    sound,
    sounds,
    sounds_after,
)
from nightmarket.domains.videos.actions.person import erase_person, export_files, export_person
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
from nightmarket.domains.videos.store.cards import (
    Standing,
    hashtag_counts,
    standings,
    statistics,
)

__all__ = [
    "Standing",
    "by_creator",
    "by_hashtag",
    "by_sound",
    "changed_since",
    "erase_person",
    "export_files",
    "export_person",
    "hashtag_counts",
    "head_tags",
    "latest",
    "search_sounds",
    "sound",
    "sounds",
    "sounds_after",
    "standings",
    "statistics",
    "video",
    "videos",
    "visible_ids",
]
