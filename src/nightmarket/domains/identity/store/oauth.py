"""Programs of others: registered, allowed by people, and taken back."""

from dataclasses import dataclass

from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId

QUERIES = sql.load("nightmarket.domains.identity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A program; `account_id` registered it."""

    client_id: str
    account_id: AccountId
    name: str
    redirect_uris: list[str]
    created_at_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A yes on its way to the program."""

    client_id: str
    account_id: AccountId
    market: str
    scopes: list[str]
    redirect_uri: str
    challenge: str
    expires_at_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What somebody allowed one program."""

    grant_id: int
    client_id: str
    account_id: AccountId
    market: str
    scopes: list[str]
    refresh_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantLine:
    """A grant as the person who gave it sees it."""

    grant_id: int
    client_id: str
    name: str
    scopes: list[str]
    created_at_us: int
    last_used_at_us: int


async def make_client(tx: Tx, client: Client, market: str) -> None:
    """Register a program."""
    await tx.run(
        QUERIES["oauth_client_make"],
        client_id=client.client_id,
        account_id=client.account_id,
        market=market,
        name=client.name,
        redirect_uris=client.redirect_uris,
        now_us=client.created_at_us,
    )


async def client(tx: Tx, client_id: str) -> Client | None:
    """Return a program."""
    return await tx.maybe(Client, QUERIES["oauth_client"], client_id=client_id)


async def clients_of(tx: Tx, account_id: AccountId) -> list[Client]:
    """Return the programs somebody registered, the oldest first."""
    return await tx.rows(Client, QUERIES["oauth_clients_of"], account_id=account_id)


async def end_client(tx: Tx, account_id: AccountId, client_id: str) -> bool:
    """Delete a program with everything anybody allowed it; False when it is not theirs."""
    params = {"account_id": account_id, "client_id": client_id}
    return bool(await tx.run(QUERIES["oauth_client_end"], **params))


async def make_code(tx: Tx, code_hash: bytes, code: Code) -> None:
    """Write the digest of a code."""
    await tx.run(
        QUERIES["oauth_code_make"],
        code_hash=code_hash,
        client_id=code.client_id,
        account_id=code.account_id,
        market=code.market,
        scopes=code.scopes,
        redirect_uri=code.redirect_uri,
        challenge=code.challenge,
        expires_at_us=code.expires_at_us,
    )


async def take_code(tx: Tx, code_hash: bytes) -> Code | None:
    """Use up a code."""
    return await tx.maybe(Code, QUERIES["oauth_code_take"], code_hash=code_hash)


async def make_grant(tx: Tx, grant: Grant, code_hash: bytes, now_us: int) -> None:
    """Write what a code was changed for."""
    await tx.run(
        QUERIES["oauth_grant_make"],
        grant_id=grant.grant_id,
        client_id=grant.client_id,
        account_id=grant.account_id,
        market=grant.market,
        scopes=grant.scopes,
        refresh_hash=grant.refresh_hash,
        code_hash=code_hash,
        now_us=now_us,
    )


async def grant_by_refresh(tx: Tx, refresh_hash: bytes) -> Grant | None:
    """Return and lock the grant whose refresh token this is, or was until its last use."""
    return await tx.maybe(Grant, QUERIES["oauth_grant_by_refresh"], refresh_hash=refresh_hash)


async def turn(tx: Tx, grant_id: int, refresh_hash: bytes, now_us: int) -> None:
    """Write the next refresh token of a grant."""
    params = {"grant_id": grant_id, "refresh_hash": refresh_hash, "now_us": now_us}
    await tx.run(QUERIES["oauth_grant_turn"], **params)


async def make_access(
    tx: Tx, grant: Grant, token: tuple[int, bytes], *, now_us: int, expires_at_us: int
) -> None:
    """Write an access token (id, digest) of a grant."""
    await tx.run(
        QUERIES["oauth_access_make"],
        token_id=token[0],
        account_id=grant.account_id,
        market=grant.market,
        token_hash=token[1],
        name=grant.client_id,
        scopes=grant.scopes,
        grant_id=grant.grant_id,
        now_us=now_us,
        expires_at_us=expires_at_us,
    )


async def end_grant(tx: Tx, account_id: AccountId, grant_id: int) -> bool:
    """Take a grant back; False when the account gave none with this id."""
    params = {"account_id": account_id, "grant_id": grant_id}
    return bool(await tx.run(QUERIES["oauth_grant_end"], **params))


async def end_by_code(tx: Tx, code_hash: bytes) -> AccountId | None:
    """Take back what a code gave; returns whose it was."""
    return await _whose(tx, "oauth_grant_end_by_code", code_hash=code_hash)


async def end_by_token(tx: Tx, token_hash: bytes) -> AccountId | None:
    """Take back the grant behind a token; returns whose it was."""
    return await _whose(tx, "oauth_token_end", token_hash=token_hash)


async def _whose(tx: Tx, query: str, **params: object) -> AccountId | None:
    found = await tx.value(int, QUERIES[query], **params)
    return None if found is None else AccountId(found)


async def grants_of(tx: Tx, account_id: AccountId) -> list[GrantLine]:
    """Return what somebody allowed which programs, the latest first."""
    return await tx.rows(GrantLine, QUERIES["oauth_grants_of"], account_id=account_id)
