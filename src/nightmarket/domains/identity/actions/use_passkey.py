"""Registers passkeys and signs people in with them (WebAuthn, discoverable, user verified)."""

import base64
import binascii
import json
import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec
import webauthn
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from nightmarket.domains.identity import rules
from nightmarket.domains.identity.actions.read_people import account
from nightmarket.domains.identity.errors import NoSuchPasskey, TooMany, WrongPasskey
from nightmarket.domains.identity.store import keys
from nightmarket.infra import telemetry
from nightmarket.infra.db import Tx
from nightmarket.infra.services import Services
from nightmarket.infra.settings import Settings
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId

CHALLENGE_LIFE = timedelta(minutes=5)
CHALLENGE_BYTES = 32
PASSKEYS_MAX = 20
USER_ID_BYTES = 8
REGISTER = "register"
SIGN_IN = "sign_in"


async def begin_registration(
    tx: Tx, services: Services, now: datetime, account_id: AccountId
) -> dict[str, Any]:
    """Return the options a browser makes a passkey with.

    Raises:
        TooMany: the account has 20.
    """
    person = await account(tx, account_id)
    known = await keys.passkeys(tx, account_id)
    if len(known) >= PASSKEYS_MAX:
        raise TooMany("an account has up to 20 passkeys", count_max=PASSKEYS_MAX)
    options = webauthn.generate_registration_options(
        rp_id=_site(services.settings),
        rp_name="Nightmarket",
        user_id=account_id.to_bytes(USER_ID_BYTES, "big"),
        user_name=person.handle,
        user_display_name=person.name,
        challenge=await _challenge(tx, now, account_id, REGISTER),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in known],
    )
    found: dict[str, Any] = msgspec.json.decode(webauthn.options_to_json(options))
    return found


async def finish_registration(
    tx: Tx,
    services: Services,
    now: datetime,
    account_id: AccountId,
    given: tuple[dict[str, Any], str],
) -> keys.Passkey:
    """Keep the passkey of (credential, its name).

    Raises:
        WrongPasskey: another site's, another challenge's, not verified, or known already.
        ProfileMalformed: the name.
    """
    credential, name = given
    now_us = microseconds(now)
    challenge = _answered(credential)
    if not await keys.take_challenge(tx, challenge, account_id, REGISTER, now_us):
        raise WrongPasskey("start again: this took too long")
    try:
        verified = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_site(services.settings),
            expected_origin=services.settings.public_url,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise WrongPasskey("this passkey could not be verified") from error
    person = await account(tx, account_id)
    passkey = keys.Passkey(
        passkey_id=services.ids(),
        account_id=account_id,
        market=person.market,
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        name=rules.display_name(name),
        created_at_us=now_us,
    )
    if not await keys.make_passkey(tx, passkey):
        raise WrongPasskey("this passkey could not be verified")
    telemetry.happened("passkey_made", account_id=account_id)
    return passkey


async def begin_sign_in(tx: Tx, services: Services, now: datetime) -> dict[str, Any]:
    """Return the options any browser may sign in with; they name nobody's passkeys."""
    options = webauthn.generate_authentication_options(
        rp_id=_site(services.settings),
        challenge=await _challenge(tx, now, None, SIGN_IN),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    found: dict[str, Any] = msgspec.json.decode(webauthn.options_to_json(options))
    return found


async def check_passkey(
    tx: Tx, services: Services, now: datetime, credential: dict[str, Any]
) -> tuple[AccountId, str]:
    """Return (account, market) of whoever holds the passkey.

    Raises:
        WrongPasskey: unknown, another challenge's, a wrong signature, or a copied passkey.
    """
    now_us = microseconds(now)
    challenge = _answered(credential)
    is_ours = await keys.take_challenge(tx, challenge, None, SIGN_IN, now_us)
    passkey = await keys.passkey_by_credential(tx, _bytes(credential.get("rawId")))
    if not is_ours or passkey is None:
        raise WrongPasskey("this passkey opens nothing here")
    try:
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_site(services.settings),
            expected_origin=services.settings.public_url,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise WrongPasskey("this passkey opens nothing here") from error
    await keys.passkey_used(tx, passkey.passkey_id, verified.new_sign_count, now_us)
    return passkey.account_id, passkey.market


async def end_passkey(tx: Tx, account_id: AccountId, passkey_id: int) -> None:
    """Delete a passkey.

    Raises:
        NoSuchPasskey: the account has none with this id.
    """
    if not await keys.end_passkey(tx, account_id, passkey_id):
        raise NoSuchPasskey("no such passkey")


async def _challenge(tx: Tx, now: datetime, account_id: AccountId | None, purpose: str) -> bytes:
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    await keys.make_challenge(
        tx, challenge, account_id, purpose, microseconds(now + CHALLENGE_LIFE)
    )
    return challenge


def _site(settings: Settings) -> str:
    host = urlsplit(settings.public_url).hostname
    assert host, settings.public_url
    return host


def _answered(credential: dict[str, Any]) -> bytes:
    """Return the challenge a credential says it answers; the signature is checked later."""
    response = credential.get("response")
    if not isinstance(response, dict):
        raise WrongPasskey("this passkey could not be verified")
    try:
        client = json.loads(_bytes(response.get("clientDataJSON")))
    except ValueError as error:
        raise WrongPasskey("this passkey could not be verified") from error
    return _bytes(client.get("challenge") if isinstance(client, dict) else None)


def _bytes(text: object) -> bytes:
    if not isinstance(text, str):
        raise WrongPasskey("this passkey could not be verified")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise WrongPasskey("this passkey could not be verified") from error
