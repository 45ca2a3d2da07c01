"""What the feed refuses."""

from nightmarket.kernel.errors import Invalid, LimitReached, NotFound


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
