"""What the console refuses, with stable codes."""

from nightmarket.kernel.errors import Conflict, Forbidden, Invalid, LimitReached, NotFound


class ProveYourself(Forbidden):
    """What cannot be undone asks for the password, or for a sign-in of the last ten minutes."""

    code = "console.prove_yourself"


class SessionNeeded(Forbidden):
    """A copy of everything goes to a signed-in browser only, never to an API token."""

    code = "console.session_needed"


class NoSuchExport(NotFound):
    """No copy with this id is ready, or it is somebody else's."""

    code = "console.no_such_export"


class ExportsTooMany(LimitReached):
    """A person may ask for so many copies a day, one at a time."""

    code = "console.exports_too_many"


class NoSuchInspection(NotFound):
    """No inspection with this id, or it is another auditor's."""

    code = "console.no_such_inspection"


class InspectionClosed(Conflict):
    """Its names are thrown away; whoever goes on inspecting opens another one."""

    code = "console.inspection_closed"


class InspectionsTooMany(LimitReached):
    """An auditor has so many inspections open at once."""

    code = "console.inspections_too_many"


class SpanRefused(Invalid):
    """A time without its zone, that ends before it begins, or is longer than is inspected."""

    code = "console.span_refused"


class ReasonNeeded(Invalid):
    """Why somebody looks is part of looking: some words, and not a book."""

    code = "console.reason_needed"


class UnknownMark(Invalid):
    """Not a `kind:value` that items are told apart by."""

    code = "console.unknown_mark"


class NoSuchPage(NotFound):
    """Never served in the market and time of the inspection, or no longer kept."""

    code = "console.no_such_page"
