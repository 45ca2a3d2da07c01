"""The verbs of social that others may call."""

from nightmarket.domains.social.actions.person import erase_person, export_person
from nightmarket.domains.social.assembly.comments import CommentPayload, comment_payloads
from nightmarket.domains.social.assembly.payloads import (
    ProfilePayload,
    SoundPayload,
    VideoPayload,
    YouPayload,
    profile_payload,
    sound_payload,
)
from nightmarket.domains.social.assembly.videos import payloads_of, video_payloads
from nightmarket.domains.social.store.reactions import (
    Repost,
    counts,
    likes_received,
    reactions,
    reposts_of,
)

__all__ = [
    "CommentPayload",
    "ProfilePayload",
    "Repost",
    "SoundPayload",
    "VideoPayload",
    "YouPayload",
    "comment_payloads",
    "counts",
    "erase_person",
    "export_person",
    "likes_received",
    "payloads_of",
    "profile_payload",
    "reactions",
    "reposts_of",
    "sound_payload",
    "video_payloads",
]
