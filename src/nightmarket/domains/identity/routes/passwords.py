"""Routes: addresses and passwords."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, post, put

from nightmarket.domains.identity.actions.change_password import (
    ask_for_reset,
    change_password,
    require_password,
    reset_password,
)
from nightmarket.domains.identity.actions.prove_email import (
    ask_for_proof,
    change_email,
    prove_email,
)
from nightmarket.domains.identity.routes.payloads import Secret, Text
from nightmarket.domains.identity.routes.subject import arrival, browser
from nightmarket.infra import edge
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject
from nightmarket.infra.services import Services


class MailLink(msgspec.Struct, kw_only=True):
    """What the link of a mail carries."""

    token: Text


class ResetWish(msgspec.Struct, kw_only=True):
    """Whose password is forgotten."""

    email: Text


class Reset(msgspec.Struct, kw_only=True):
    """A new password by the link of a mail."""

    token: Text
    password: Secret


class NewPassword(msgspec.Struct, kw_only=True):
    """A new password by the old one."""

    old: Secret
    new: Secret


class NewEmail(msgspec.Struct, kw_only=True):
    """A new address, by password."""

    email: Text
    password: Secret


@post("/api/v1/email/verification", status_code=204)
async def send_verification(tx: Tx, services: Services, subject: Subject, now: datetime) -> None:
    """Send the verification mail again."""
    await ask_for_proof(tx, services, now, browser(subject))


@post("/api/v1/email/verification/confirm", status_code=204)
async def confirm_verification(tx: Tx, now: datetime, data: MailLink) -> None:
    """Prove an address; works on any device, signed in or not."""
    await prove_email(tx, now, data.token)


@put("/api/v1/email", status_code=204)
async def change_address(
    tx: Tx,
    services: Services,
    subject: Subject,
    now: datetime,
    data: NewEmail,
    request: Request[Any, Any, Any],
) -> None:
    """Take another address; it counts once its mail is answered."""
    edge.keep_on_refusal(request)
    account_id = browser(subject)
    await require_password(tx, services, now, account_id, data.password)
    await change_email(tx, services, now, account_id, data.email)


@post("/api/v1/password/reset", status_code=204)
async def send_reset(
    tx: Tx, services: Services, now: datetime, data: ResetWish, request: Request[Any, Any, Any]
) -> None:
    """Send a reset mail, if the address has an account; the answer is the same if not."""
    edge.keep_on_refusal(request)
    await ask_for_reset(tx, services, now, data.email, arrival(request, services))


@post("/api/v1/password/reset/confirm", status_code=204)
async def confirm_reset(tx: Tx, services: Services, now: datetime, data: Reset) -> None:
    """Choose a new password by the link of a mail."""
    await reset_password(tx, services, now, data.token, data.password)


@put("/api/v1/password", status_code=204)
async def replace_password(
    tx: Tx,
    services: Services,
    subject: Subject,
    now: datetime,
    data: NewPassword,
    request: Request[Any, Any, Any],
) -> None:
    """Choose a new password by the old one; other devices are signed out."""
    edge.keep_on_refusal(request)
    account_id = browser(subject)
    assert subject.session_id is not None
    await require_password(tx, services, now, account_id, data.old)
    await change_password(tx, services, now, (account_id, subject.session_id), data.new)


ROUTES: tuple[Any, ...] = (
    send_verification,
    confirm_verification,
    change_address,
    send_reset,
    confirm_reset,
    replace_password,
)
