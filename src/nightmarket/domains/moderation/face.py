"""The verbs of moderation that others may call."""

from nightmarket.domains.moderation.actions.review import is_waiting, review
from nightmarket.domains.moderation.actions.see_people import (
    erase_person,
    export_person,
    strike_points,
)
from nightmarket.domains.moderation.actions.see_visibility import visibility
from nightmarket.domains.moderation.actions.see_work import figures
from nightmarket.domains.moderation.actions.submit import submit
from nightmarket.domains.moderation.rules.decisions import policies
from nightmarket.domains.moderation.rules.signals import is_listed

__all__ = [
    "erase_person",
    "export_person",
    "figures",
    "is_listed",
    "is_waiting",
    "policies",
    "review",
    "strike_points",
    "submit",
    "visibility",
]
