"""What search refuses, with stable codes."""

from nightmarket.kernel.errors import Invalid


class QueryTooLong(Invalid):
    """More letters than anybody searches for."""

    code = "search.query_too_long"
