"""What the console refuses, with stable codes."""

from nightmarket.kernel.errors import Forbidden, LimitReached


class ProveYourself(Forbidden):
    """What cannot be undone asks for the password, or for a sign-in of the last ten minutes."""

    code = "console.prove_yourself"


class ExportsTooMany(LimitReached):
    """A person may ask for so many copies a day, one at a time."""

    code = "console.exports_too_many"
