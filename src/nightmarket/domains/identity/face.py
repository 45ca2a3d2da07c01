"""What others may ask of identity. Reads take batches; `tx` comes first."""

from nightmarket.domains.identity.actions.begin_session import is_session_open
from nightmarket.domains.identity.actions.change_password import require_password
from nightmarket.domains.identity.actions.change_profile import Changes, change_profile
from nightmarket.domains.identity.actions.end_sessions import end_sessions
from nightmarket.domains.identity.actions.grant_roles import give_badge, grant_roles
from nightmarket.domains.identity.actions.know_caller import forget_caller, guest_cookie
from nightmarket.domains.identity.actions.leave import erase_person, export_person
from nightmarket.domains.identity.actions.make_staff import Staff, make_staff
from nightmarket.domains.identity.actions.read_people import (
    account,
    accounts,
    accounts_after,
    blocks_of,
    by_handles,
    followers_of,
    follows_of,
    friends_of,
    may_see,
    may_see_many,
    me,
    mutes_of,
    neighbours,
    profiles,
    relations,
    settings_of,
    surroundings_of,
)
from nightmarket.domains.identity.rules import may_see as sees
from nightmarket.domains.identity.store.logins import guests_of
from nightmarket.domains.identity.store.mails import addresses_of
from nightmarket.domains.identity.store.ties import is_limited
from nightmarket.domains.identity.values import (
    SCOPES,
    Account,
    Audience,
    Follows,
    Me,
    Neighbour,
    Profile,
    Relation,
    Role,
    avatar_url,
)

__all__ = [
    "SCOPES",
    "Account",
    "Audience",
    "Changes",
    "Follows",
    "Me",
    "Neighbour",
    "Profile",
    "Relation",
    "Role",
    "Staff",
    "account",
    "accounts",
    "accounts_after",
    "addresses_of",
    "avatar_url",
    "blocks_of",
    "by_handles",
    "change_profile",
    "end_sessions",
    "erase_person",
    "export_person",
    "followers_of",
    "follows_of",
    "forget_caller",
    "friends_of",
    "give_badge",
    "grant_roles",
    "guest_cookie",
    "guests_of",
    "is_limited",
    "is_session_open",
    "make_staff",
    "may_see",
    "may_see_many",
    "me",
    "mutes_of",
    "neighbours",
    "profiles",
    "relations",
    "require_password",
    "sees",
    "settings_of",
    "surroundings_of",
]
