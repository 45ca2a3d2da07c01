"""What else opens an account: authenticators, recovery codes, passkeys, API tokens."""

from dataclasses import dataclass

from nightmarket.infra import sql
from nightmarket.infra.db import Tx
from nightmarket.kernel.ids import AccountId

QUERIES = sql.load("nightmarket.domains.identity")


@dataclass(frozen=True, slots=True)
class Totp:
    """An authenticator; `secret` is sealed, `last_step` the newest 30-second step used."""

    secret: str
    confirmed_at_us: int | None
    last_step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A passkey."""

    passkey_id: int
    account_id: AccountId
    market: str
    credential_id: bytes
    public_key: bytes
    sign_count: int
    name: str
    created_at_us: int
    last_used_at_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """An API token as its owner sees it in the list."""

    token_id: int
    name: str
    scopes: list[str]
    created_at_us: int
    last_used_at_us: int | None
    expires_at_us: int | None


async def begin_totp(tx: Tx, account_id: AccountId, market: str, secret: str) -> bool:
    """Keep a secret to be confirmed; False when one is in use."""
    params = {"account_id": account_id, "market": market, "secret": secret}
    return bool(await tx.run(QUERIES["totp_begin"], **params))


async def totp(tx: Tx, account_id: AccountId) -> Totp | None:
    """Return and lock an account's authenticator, confirmed or not."""
    return await tx.maybe(Totp, QUERIES["totp_of"], account_id=account_id)


async def use_step(tx: Tx, account_id: AccountId, step: int) -> bool:
    """Use up a step and all before it; False when it was."""
    return bool(await tx.run(QUERIES["totp_step"], account_id=account_id, step=step))


async def confirm_totp(tx: Tx, account_id: AccountId, now_us: int) -> None:
    """Ask for codes from now on."""
    await tx.run(QUERIES["totp_confirm"], account_id=account_id, now_us=now_us)


async def end_totp(tx: Tx, account_id: AccountId) -> None:
    """Ask for codes no longer."""
    await tx.run(QUERIES["totp_end"], account_id=account_id)
    await tx.run(QUERIES["recovery_end"], account_id=account_id)


async def make_recovery(
    tx: Tx, account_id: AccountId, market: str, code_hashes: list[bytes]
) -> None:
    """Replace an account's recovery codes."""
    await tx.run(QUERIES["recovery_end"], account_id=account_id)
    for code_hash in code_hashes:
        await tx.run(
            QUERIES["recovery_make"], account_id=account_id, market=market, code_hash=code_hash
        )


async def use_recovery(tx: Tx, account_id: AccountId, code_hash: bytes, now_us: int) -> bool:
    """Use up a recovery code; False when it is none of the account's, or was used."""
    params = {"account_id": account_id, "code_hash": code_hash, "now_us": now_us}
    return bool(await tx.run(QUERIES["recovery_use"], **params))


async def make_challenge(
    tx: Tx, challenge: bytes, account_id: AccountId | None, purpose: str, expires_at_us: int
) -> None:
    """Remember a challenge."""
    await tx.run(
        QUERIES["challenge_make"],
        challenge=challenge,
        account_id=account_id,
        purpose=purpose,
        expires_at_us=expires_at_us,
    )


async def take_challenge(
    tx: Tx, challenge: bytes, account_id: AccountId | None, purpose: str, now_us: int
) -> bool:
    """Use up a challenge; False when it was not handed out for this, was used, or expired."""
    taken = await tx.value(
        bool,
        QUERIES["challenge_take"],
        challenge=challenge,
        account_id=account_id,
        purpose=purpose,
        now_us=now_us,
    )
    return bool(taken)


async def make_passkey(tx: Tx, passkey: Passkey) -> bool:
    """Write a passkey; False when the credential is known already."""
    made = await tx.run(
        QUERIES["passkey_make"],
        passkey_id=passkey.passkey_id,
        account_id=passkey.account_id,
        market=passkey.market,
        credential_id=passkey.credential_id,
        public_key=passkey.public_key,
        sign_count=passkey.sign_count,
        name=passkey.name,
        now_us=passkey.created_at_us,
    )
    return made == 1


async def passkeys(tx: Tx, account_id: AccountId) -> list[Passkey]:
    """Return an account's passkeys, the oldest first."""
    return await tx.rows(Passkey, QUERIES["passkeys_of"], account_id=account_id)


async def passkey_by_credential(tx: Tx, credential_id: bytes) -> Passkey | None:
    """Return and lock a passkey."""
    return await tx.maybe(Passkey, QUERIES["passkey_by_credential"], credential_id=credential_id)


async def passkey_used(tx: Tx, passkey_id: int, sign_count: int, now_us: int) -> None:
    """Write a passkey's counter."""
    params = {"passkey_id": passkey_id, "sign_count": sign_count, "now_us": now_us}
    await tx.run(QUERIES["passkey_used"], **params)


async def end_passkey(tx: Tx, account_id: AccountId, passkey_id: int) -> bool:
    """Delete a passkey; False when the account has none with this id."""
    return bool(await tx.run(QUERIES["passkey_end"], account_id=account_id, passkey_id=passkey_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """An API token about to be written."""

    token_id: int
    account_id: AccountId
    market: str
    token_hash: bytes
    name: str
    scopes: list[str]
    expires_at_us: int | None


async def make_api_token(tx: Tx, new: NewToken, now_us: int) -> None:
    """Write an API token."""
    await tx.run(
        QUERIES["api_token_make"],
        token_id=new.token_id,
        account_id=new.account_id,
        market=new.market,
        token_hash=new.token_hash,
        name=new.name,
        scopes=new.scopes,
        expires_at_us=new.expires_at_us,
        now_us=now_us,
    )


async def api_tokens(tx: Tx, account_id: AccountId) -> list[ApiToken]:
    """Return an account's API tokens, the latest made first."""
    return await tx.rows(ApiToken, QUERIES["api_tokens_of"], account_id=account_id)


async def end_api_token(tx: Tx, account_id: AccountId, token_id: int) -> bool:
    """Delete an API token; False when the account has none with this id."""
    return bool(await tx.run(QUERIES["api_token_end"], account_id=account_id, token_id=token_id))
