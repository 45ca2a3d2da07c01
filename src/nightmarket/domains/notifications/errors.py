"""What can be refused here."""

from nightmarket.kernel.errors import Forbidden, Invalid, NotFound


class TicketRefused(Forbidden):
    """The ticket is not ours, too old, or was spent."""

    code = "notifications.ticket_refused"


class NoSuchNotification(NotFound):
    """Not there, or somebody else's."""

    code = "notifications.no_such_notification"


class NoSuchTopic(NotFound):
    """Not there, or not open to this caller."""

    code = "realtime.no_such_topic"


class UnknownKind(Invalid):
    """A preference for a kind that does not exist."""

    code = "notifications.unknown_kind"


class UnknownTimezone(Invalid):
    """Not a name of the IANA time zone database."""

    code = "notifications.unknown_timezone"


class MalformedTime(Invalid):
    """Not a time of day written as HH:MM, or a span of nothing."""

    code = "notifications.malformed_time"


class UnusableBrowser(Invalid):
    """No https address of a push service, or keys that are none."""

    code = "notifications.unusable_browser"
