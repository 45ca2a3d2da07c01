"""What moderation refuses, with stable codes."""

from nightmarket.kernel.errors import Conflict, Forbidden, Invalid, LimitReached, NotFound


class NoSuchContent(NotFound):
    """Nothing was handed in under this reference."""

    code = "moderation.no_such_content"


class UnknownPolicy(Invalid):
    """The policy list has no such code."""

    code = "moderation.unknown_policy"


class IncompleteNotice(Invalid):
    """A notice of illegal content lacks what the law asks of it; `facts` names the field."""

    code = "moderation.incomplete_notice"


class ReportsTooMany(LimitReached):
    """One reporter may report only so often."""

    code = "moderation.reports_too_many"


class NoSuchCase(NotFound):
    """No such case."""

    code = "moderation.no_such_case"


class CaseTaken(Conflict):
    """Somebody else works on the case."""

    code = "moderation.case_taken"


class CaseClosed(Conflict):
    """The case was decided, or what it was about is gone."""

    code = "moderation.case_closed"


class IncompleteRuling(Invalid):
    """A measure lacks its reason; `facts` names the field."""

    code = "moderation.incomplete_ruling"


class NoSuchStatement(NotFound):
    """No such statement of reasons, or not the caller's."""

    code = "moderation.no_such_statement"


class AppealedBefore(Conflict):
    """The statement has its appeal already."""

    code = "moderation.appealed_before"


class AppealTooLate(Conflict):
    """The window in which a decision may be appealed is over."""

    code = "moderation.appeal_too_late"


class AppealPointless(Conflict):
    """The decision was taken back already."""

    code = "moderation.appeal_pointless"


class NoSuchAppeal(NotFound):
    """No such appeal."""

    code = "moderation.no_such_appeal"


class AppealClosed(Conflict):
    """The appeal was answered already."""

    code = "moderation.appeal_closed"


class OwnThing(Forbidden):
    """Nobody decides about their own things."""

    code = "moderation.own_thing"
