"""Sets an authenticator up, asks for its codes, and takes it away."""

import base64
import hashlib
import hmac
import io
import secrets
from dataclasses import dataclass, field
from datetime import datetime

import pyotp
import segno
from cryptography.fernet import Fernet, InvalidToken

from nightmarket.domains.identity.actions.begin_session import digest
from nightmarket.domains.identity.actions.limit_attempts import (
    CODE_PER_ACCOUNT,
    forgive,
    limit_attempts,
)
from nightmarket.domains.identity.actions.read_people import account
from nightmarket.domains.identity.errors import TotpInUse, TotpMissing, TotpRequired, WrongCode
from nightmarket.domains.identity.store import keys
from nightmarket.infra import telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId

ISSUER = "Nightmarket"
STEP_US = 30_000_000
STEPS_AROUND = 1
"""A code of the step before or after is taken too: clocks differ."""
RECOVERY_CODES = 10
RECOVERY_BYTES = 10
RECOVERY_GROUP = 4
CODE_LENGTH_MAX = 40


@dataclass(frozen=True, slots=True)
class Setup:
    """What the authenticator app needs; shown once."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)
    qr_svg: str = field(repr=False)


async def begin(tx: Tx, services: Services, account_id: AccountId) -> Setup:
    """Make a secret; it counts once a code proves that the app has it.

    Raises:
        TotpInUse: an authenticator is in use.
    """
    person = await account(tx, account_id)
    secret = pyotp.random_base32()
    sealed = _seal(services.secret).encrypt(secret.encode()).decode()
    if not await keys.begin_totp(tx, account_id, person.market, sealed):
        raise TotpInUse("an authenticator is set up already")
    uri = pyotp.TOTP(secret).provisioning_uri(name=person.handle, issuer_name=ISSUER)
    picture = io.BytesIO()
    segno.make(uri, error="m").save(picture, kind="svg", xmldecl=False, scale=4)
    return Setup(secret, uri, picture.getvalue().decode())


async def confirm(
    tx: Tx, services: Services, now: datetime, account_id: AccountId, code: str
) -> list[str]:
    """Put the authenticator to use; returns ten recovery codes, shown once.

    Raises:
        TotpMissing: none is being set up.
        WrongCode: the app does not have the secret yet.
        TooManyAttempts: guessing.
    """
    found = await keys.totp(tx, account_id)
    if found is None or found.confirmed_at_us is not None:
        raise TotpMissing("no authenticator is being set up")
    await _limit(tx, services, now, account_id)
    if not await _is_right(tx, services, now, account_id, found, code):
        raise WrongCode("this code is not right")
    await forgive(tx, services.secret, CODE_PER_ACCOUNT, str(account_id))
    await keys.confirm_totp(tx, account_id, microseconds(now))
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    person = await account(tx, account_id)
    hashes = [digest(_plain(one)) for one in codes]
    await keys.make_recovery(tx, account_id, person.market, hashes)
    telemetry.happened("totp_set_up", account_id=account_id)
    return codes


async def require_code(
    tx: Tx, services: Services, now: datetime, account_id: AccountId, code: str | None
) -> None:
    """Ask for a code where the account wants one; each code works once.

    Raises:
        TotpRequired: a code is needed and none was given.
        WrongCode: wrong, or used before.
        TooManyAttempts: guessing.
    """
    found = await keys.totp(tx, account_id)
    if found is None or found.confirmed_at_us is None:
        return
    if not code:
        raise TotpRequired("enter the code of your authenticator")
    await _limit(tx, services, now, account_id)
    is_right = await _is_right(tx, services, now, account_id, found, code)
    if not is_right:
        code_hash = digest(_plain(code[:CODE_LENGTH_MAX]))
        is_right = await keys.use_recovery(tx, account_id, code_hash, microseconds(now))
    if not is_right:
        raise WrongCode("this code is not right")
    await forgive(tx, services.secret, CODE_PER_ACCOUNT, str(account_id))


async def end(tx: Tx, services: Services, now: datetime, account_id: AccountId, code: str) -> None:
    """Take the authenticator and the recovery codes away, by a code.

    Raises:
        TotpMissing: there is none.
        TotpRequired, WrongCode, TooManyAttempts: as in `require_code`.
    """
    found = await keys.totp(tx, account_id)
    if found is None:
        raise TotpMissing("there is no authenticator")
    await require_code(tx, services, now, account_id, code)
    await keys.end_totp(tx, account_id)
    telemetry.happened("totp_taken_away", account_id=account_id)


async def _is_right(
    tx: Tx, services: Services, now: datetime, account_id: AccountId, found: keys.Totp, code: str
) -> bool:
    try:
        secret = _seal(services.secret).decrypt(found.secret.encode()).decode()
    except InvalidToken:
        # Sealed with a secret that was lost: recovery codes still open the account.
        telemetry.log("totp_unreadable", account_id=account_id)
        return False
    generator = pyotp.TOTP(secret)
    given = code.strip().replace(" ", "")[:CODE_LENGTH_MAX]
    present = microseconds(now) // STEP_US
    for step in range(present - STEPS_AROUND, present + STEPS_AROUND + 1):
        if hmac.compare_digest(generator.generate_otp(step).encode(), given.encode()):
            return await keys.use_step(tx, account_id, step)
    return False


async def _limit(tx: Tx, services: Services, now: datetime, account_id: AccountId) -> None:
    await limit_attempts(tx, services.secret, now, [(CODE_PER_ACCOUNT, str(account_id))])


def _seal(secret: bytes) -> Fernet:
    """Seal authenticator secrets, so that a copy of the database alone makes no codes."""
    key = hashlib.sha256(b"totp\n" + secret).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _recovery_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower()
    groups = range(0, len(letters), RECOVERY_GROUP)
    return "-".join(letters[at : at + RECOVERY_GROUP] for at in groups)


def _plain(code: str) -> str:
    return code.strip().lower().replace("-", "").replace(" ", "")
