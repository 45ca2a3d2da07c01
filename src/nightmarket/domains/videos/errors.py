"""What can be refused about videos, with stable codes."""

from nightmarket.kernel.errors import Conflict, Forbidden, Invalid, LimitReached, NotFound


class NoSuchVideo(NotFound):
    """No such video, or not for this viewer."""

    code = "videos.no_such_video"


class NoSuchSound(NotFound):
    """No such sound, or its owner keeps it."""

    code = "videos.no_such_sound"


class NoSuchPlaylist(NotFound):
    """No such playlist, or not this account's."""

    code = "videos.no_such_playlist"


class NoSuchTrack(NotFound):
    """No captions in this language."""

    code = "videos.no_such_captions"


class IllegalMove(Conflict):
    """The video is in a state that does not allow this."""

    code = "videos.illegal_move"


class CaptionTooLong(Invalid):
    """More letters than a caption may have."""

    code = "videos.caption_too_long"


class AltTextTooLong(Invalid):
    """More letters than a description may have."""

    code = "videos.alt_text_too_long"


class BadSchedule(Invalid):
    """A scheduled time is missing, past, or too far ahead."""

    code = "videos.bad_schedule"


class BadCut(Invalid):
    """The trim or the cover contradicts itself."""

    code = "videos.bad_cut"


class BadCrop(Invalid):
    """The part of the picture to keep is too small, or leaves the picture."""

    code = "videos.bad_crop"


class BadSoundWish(Invalid):
    """The sound's mode, volume or id do not fit together."""

    code = "videos.bad_sound"


class BadCaptions(Invalid):
    """The file holds no captions that can be read."""

    code = "videos.bad_captions"


class BadLanguage(Invalid):
    """Not a language tag."""

    code = "videos.bad_language"


class BadTitle(Invalid):
    """A playlist's title is empty or too long."""

    code = "videos.bad_title"


class LabelStays(Forbidden):
    """Content Credentials say that a machine made this: the creator cannot take that away."""

    code = "videos.ai_label_stays"


class NotAllowedHere(Forbidden):
    """A market's rule forbids it; facts name rule and authority."""

    code = "videos.not_allowed_here"


class NoDownload(Forbidden):
    """Its creator does not give this video away, or a decision forbids it."""

    code = "videos.no_download"


class TooManyPins(LimitReached):
    """Three videos are pinned already."""

    code = "videos.too_many_pins"
    http_status = 409


class TooMany(LimitReached):
    """A list is full."""

    code = "videos.too_many"


class NotAnAddress(NotFound):
    """The address names no public video of this site."""

    code = "videos.not_an_address"
