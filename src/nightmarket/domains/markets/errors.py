"""What markets refuse: with the rule, who made it, and why, in the facts."""

from nightmarket.kernel.errors import Forbidden, Invalid


class NotAllowedHere(Forbidden):
    """A rule of a market says no; facts carry `rule`, `authority` and `reason`."""

    code = "markets.not_allowed"


class NoSuchMarket(Invalid):
    """The code names no market that this installation hosts."""

    code = "markets.no_such_market"


class NoSuchLanguage(Invalid):
    """The interface does not speak this language."""

    code = "markets.no_such_language"
