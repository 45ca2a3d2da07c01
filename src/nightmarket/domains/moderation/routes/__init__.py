"""HTTP of moderation: for everyone, for owners, for moderators."""

from nightmarket.domains.moderation.routes.everyone import report_content
from nightmarket.domains.moderation.routes.moderators import (
    answer_one_appeal,
    claim_one_case,
    decide_one_case,
    list_appeals,
    list_cases,
    list_closed_cases,
    open_own_case,
    release_one_case,
    show_figures,
)
from nightmarket.domains.moderation.routes.owners import appeal_statement, list_statements
from nightmarket.domains.moderation.routes.permissions import show_permissions

ROUTES = (
    report_content,
    show_permissions,
    list_statements,
    appeal_statement,
    list_cases,
    list_closed_cases,
    open_own_case,
    claim_one_case,
    release_one_case,
    decide_one_case,
    list_appeals,
    answer_one_appeal,
    show_figures,
)
