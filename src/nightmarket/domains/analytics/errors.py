"""What analytics refuses. Events are refused one by one; these codes appear in `refused`."""

from nightmarket.kernel.errors import Invalid, LimitReached, NotFound


class MalformedEvent(Invalid):
    """The event cannot be read as one."""

    code = "analytics.malformed"


class MalformedBatch(Invalid):
    """The body is not a list of events."""

    code = "analytics.malformed_batch"


class TooManyEvents(Invalid):
    """More events in one request than are taken."""

    code = "analytics.too_many_events"


class UnknownKind(Invalid):
    """No such kind of event."""

    code = "analytics.unknown_kind"


class KindNotTaken(Invalid):
    """Likes, follows and the like change state: they go through their own calls."""

    code = "analytics.kind_not_taken"


class EventIdNotTimed(Invalid):
    """The event id is not a UUIDv7."""

    code = "analytics.event_id_not_v7"


class ImplausibleTime(Invalid):
    """In the future, too long ago, or before the item was shown."""

    code = "analytics.implausible_time"


class UnknownImpression(Invalid):
    """The impression was not made here."""

    code = "analytics.unknown_impression"


class ImpressionOfAnother(Invalid):
    """The impression was served to somebody else."""

    code = "analytics.impression_of_another"


class ImpressionOfOtherCreator(Invalid):
    """The impression is of a video by somebody else than whom the deed is about."""

    code = "analytics.impression_of_other_creator"


class ImplausibleWatch(Invalid):
    """Watched longer than the time that passed, or a field is missing or out of range."""

    code = "analytics.implausible_watch"


class TooOften(LimitReached):
    """More events than a person can cause."""

    code = "analytics.too_often"


class NoInsights(NotFound):
    """Not found and not yours use the same words."""

    code = "analytics.no_insights"
