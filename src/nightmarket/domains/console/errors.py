"""What the console refuses, with stable codes."""

from nightmarket.kernel.errors import Forbidden, LimitReached, NotFound


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
