"""API tokens: made with scopes, shown once, revoked at once."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from nightmarket.domains.identity import rules
from nightmarket.domains.identity.actions.begin_session import digest
from nightmarket.domains.identity.actions.know_caller import forget_caller
from nightmarket.domains.identity.actions.read_people import account
from nightmarket.domains.identity.errors import NoSuchToken, TooMany, UnknownScope
from nightmarket.domains.identity.store import keys
from nightmarket.domains.identity.values import SCOPES
from nightmarket.infra import telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId

PREFIX = "nm_"
"""Lets secret scanners recognise a token that was published by mistake."""
TOKEN_BYTES = 32
TOKENS_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenWish:
    """What a token is to be called and allowed; None: it does not expire."""

    name: str
    scopes: list[str]
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A token; `text` is shown once."""

    token_id: int
    text: str = field(repr=False)


async def make_token(
    tx: Tx, services: Services, now: datetime, account_id: AccountId, wish: TokenWish
) -> MadeToken:
    """Make an API token.

    Raises:
        UnknownScope: none, an unknown one, or an end that has passed.
        ProfileMalformed: the name.
        TooMany: the account has 50.
    """
    scopes = sorted(set(wish.scopes))
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        raise UnknownScope("choose at least one known scope", scope=(unknown or [""])[0][:60])
    if wish.expires_at is not None and (wish.expires_at.tzinfo is None or wish.expires_at <= now):
        raise UnknownScope("the token would have expired already")
    if len(await keys.api_tokens(tx, account_id)) >= TOKENS_MAX:
        raise TooMany("an account has up to 50 tokens", count_max=TOKENS_MAX)
    text = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    new = keys.NewToken(
        token_id=services.ids(),
        account_id=account_id,
        market=(await account(tx, account_id)).market,
        token_hash=digest(text),
        name=rules.display_name(wish.name),
        scopes=scopes,
        expires_at_us=None if wish.expires_at is None else microseconds(wish.expires_at),
    )
    await keys.make_api_token(tx, new, microseconds(now))
    telemetry.happened("api_token_made", account_id=account_id)
    return MadeToken(new.token_id, text)


async def end_token(tx: Tx, account_id: AccountId, token_id: int) -> None:
    """Revoke a token.

    Raises:
        NoSuchToken: the account has none with this id.
    """
    if not await keys.end_api_token(tx, account_id, token_id):
        raise NoSuchToken("no such token")
    forget_caller(tx, account_id)
