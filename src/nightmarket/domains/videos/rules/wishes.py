"""Checks what a creator asks for: cut, sound, schedule."""

from nightmarket.domains.videos.errors import BadCrop, BadCut, BadSchedule, BadSoundWish
from nightmarket.domains.videos.values import Crop, Cut, Intent, SoundMode, SoundWish

SCHEDULE_AHEAD_US_MAX = 90 * 24 * 3600 * 1_000_000
CUT_MS_MIN = 500
CROP_SHARE_MIN = 0.2
"""Less than a fifth of a side is a blur on a phone."""
SHARE_SLACK = 1e-6
"""What a browser's arithmetic may add to a sum of shares."""
VOLUME_PCT_MAX = 200


def require_cut(cut: Cut) -> None:
    """Refuse a cut that leaves less than half a second or a cover outside of it.

    Raises:
        BadCut: with the figures as facts.
    """
    if cut.start_ms < 0 or (cut.end_ms is not None and cut.end_ms - cut.start_ms < CUT_MS_MIN):
        raise BadCut(
            "at least half a second must be left", start_ms=cut.start_ms, end_ms=cut.end_ms or 0
        )
    length_ms = None if cut.end_ms is None else cut.end_ms - cut.start_ms
    cover_ms = cut.cover_at_ms
    if cover_ms is not None and (cover_ms < 0 or (length_ms is not None and cover_ms > length_ms)):
        raise BadCut("the cover lies outside of the video", cover_at_ms=cover_ms)


def checked_crop(crop: Crop | None) -> Crop | None:
    """Return the part to keep, exactly inside the picture; None: the whole picture is kept.

    Raises:
        BadCrop: less than a fifth of a side is left, or the part leaves the picture.
    """
    if crop is None:
        return None
    for start, share in ((crop.x, crop.width), (crop.y, crop.height)):
        if share < CROP_SHARE_MIN - SHARE_SLACK:
            raise BadCrop("at least a fifth of each side must be left", share_pct_min=20)
        if start < -SHARE_SLACK or start + share > 1 + SHARE_SLACK:
            raise BadCrop("the part to keep leaves the picture")
    x, y = max(0.0, crop.x), max(0.0, crop.y)
    inside = Crop(x, y, min(crop.width, 1 - x), min(crop.height, 1 - y))
    is_whole = min(inside.width, inside.height) > 1 - SHARE_SLACK
    return None if is_whole else inside


def cut_length_ms(duration_ms: int, start_ms: int, end_ms: int | None) -> int:
    """Return how long a cut film is; `duration_ms` 0: the header does not say."""
    end_ms = duration_ms if end_ms is None else min(end_ms, duration_ms or end_ms)
    return max(0, end_ms - start_ms)


def require_cover(cover_at_ms: int, duration_ms: int) -> None:
    """Refuse a cover outside of a video; a length of 0 is not known yet.

    Raises:
        BadCut: with the figures as facts.
    """
    if cover_at_ms < 0 or (duration_ms and cover_at_ms > duration_ms):
        raise BadCut(
            "the cover lies outside of the video",
            cover_at_ms=cover_at_ms,
            duration_ms=duration_ms,
        )


def require_sound(wish: SoundWish) -> None:
    """Refuse a sound wish that contradicts itself.

    Raises:
        BadSoundWish: a sound without `use`, `use` without a sound, or a volume out of 0..200.
    """
    if (wish.mode == SoundMode.USE) != (wish.sound_id is not None):
        raise BadSoundWish("name a sound to use one, and only then", mode=wish.mode.value)
    for volume in (wish.original_volume_pct, wish.sound_volume_pct):
        if not 0 <= volume <= VOLUME_PCT_MAX:
            raise BadSoundWish("volumes are 0 to 200 percent", volume_pct=volume)


def require_schedule(intent: Intent, scheduled_at_us: int | None, now_us: int) -> None:
    """Refuse a schedule without a time, in the past, or more than 90 days ahead.

    Raises:
        BadSchedule: any of these.
    """
    if intent != Intent.SCHEDULE:
        return
    if scheduled_at_us is None:
        raise BadSchedule("say when it is to be published")
    if scheduled_at_us <= now_us:
        raise BadSchedule("this time has passed")
    if scheduled_at_us > now_us + SCHEDULE_AHEAD_US_MAX:
        raise BadSchedule("at most 90 days ahead", days_max=90)
