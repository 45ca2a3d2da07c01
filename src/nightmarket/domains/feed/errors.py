"""What the feed refuses."""

from nightmarket.kernel.errors import Conflict, Invalid, LimitReached, NotFound


class UnknownTab(Invalid):
    """No such tab."""

    code = "feed.unknown_tab"


class NothingNamed(Invalid):
    """Neither an impression nor a video, or a scope without its value."""

    code = "feed.nothing_named"


class UnknownScope(Invalid):
    """Not one of video, creator, sound, hashtag."""

    code = "feed.unknown_scope"


class TooMuchHidden(LimitReached):
    """The list of hidden things is full."""

    code = "feed.too_much_hidden"


class NoSuchServing(NotFound):
    """Never served, not to this caller, or the report is no longer kept."""

    code = "feed.no_such_serving"


class UnknownKind(Invalid):
    """Not one of hashtag, creator, sound, language."""

    code = "feed.unknown_kind"


class LevelOutOfRange(Invalid):
    """Levels go from -2 to 2."""

    code = "feed.level_out_of_range"


class NoSuchInterest(NotFound):
    """No such creator or sound, or what was written can be no hashtag or language."""

    code = "feed.no_such_interest"


class TooManyInterests(LimitReached):
    """So much was turned up, down or deleted that no more is kept."""

    code = "feed.too_many_interests"


class NotPersonal(Conflict):
    """The feed is the same for everybody: nothing can be turned up or down in it."""

    code = "feed.not_personal"


class TooMuchShown(LimitReached):
    """More pages or videos than are counted while somebody waits; less time has fewer."""

    code = "feed.too_much_shown"
