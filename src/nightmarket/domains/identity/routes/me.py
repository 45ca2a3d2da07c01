"""Routes: what a signed-in person changes about themselves, and where they are signed in."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, delete, get, patch, put

from nightmarket.domains.identity.actions.change_avatar import drop_avatar, set_avatar
from nightmarket.domains.identity.actions.change_profile import Changes, change_profile
from nightmarket.domains.identity.actions.change_settings import Document, change_settings
from nightmarket.domains.identity.actions.end_sessions import end_session, end_sessions
from nightmarket.domains.identity.actions.read_people import settings_of
from nightmarket.domains.identity.routes.payloads import (
    NO_STORE,
    InPath,
    MePayload,
    Text,
    me_payload,
)
from nightmarket.domains.identity.routes.subject import browser
from nightmarket.domains.identity.store import logins, people
from nightmarket.infra.db import Tx
from nightmarket.infra.http import Subject, moment
from nightmarket.infra.services import Services
from nightmarket.kernel.clock import microseconds
from nightmarket.kernel.ids import AccountId, SessionId, from_text, to_text


class MeChange(msgspec.Struct, kw_only=True):
    """What is to be different; what is left out stays."""

    handle: Text | None = None
    name: Text | None = None
    bio: Text | None = None
    language: Text | None = None
    market: Text | None = None
    links: list[Text] | None = None
    is_private: bool | None = None
    is_personalised: bool | None = None


class SessionLine(msgspec.Struct, kw_only=True):
    """One place the account is signed in."""

    session_id: str
    created_at: str | None
    last_seen_at: str | None
    device: str
    ip_hint: str
    is_current: bool


class SessionList(msgspec.Struct, kw_only=True):
    """Everywhere the account is signed in."""

    items: list[SessionLine]


@patch("/api/v1/me")
async def change_me(
    tx: Tx, services: Services, subject: Subject, now: datetime, data: MeChange
) -> Response[MePayload]:
    """Change profile, language, market, privacy or personalisation: all of it or nothing."""
    account_id = subject.account("profile:write")
    wanted = Changes(**msgspec.structs.asdict(data))
    await change_profile(tx, services.ids, now, account_id, wanted)
    return await _me(tx, account_id, now)


@put("/api/v1/me/avatar")
async def change_avatar(
    tx: Tx, services: Services, subject: Subject, now: datetime, request: Request[Any, Any, Any]
) -> Response[MePayload]:
    """Take the body's bytes as the account's picture."""
    account_id = subject.account("profile:write")
    await set_avatar(tx, services, now, account_id, await request.body())
    return await _me(tx, account_id, now)


@delete("/api/v1/me/avatar", status_code=204)
async def remove_avatar(tx: Tx, services: Services, subject: Subject, now: datetime) -> None:
    """Take the account's picture away."""
    await drop_avatar(tx, services, now, subject.account("profile:write"))


@get("/api/v1/me/settings")
async def read_settings(tx: Tx, subject: Subject) -> Document:
    """The settings, every default filled in."""
    kept = await settings_of(tx, subject.account("profile:read"))
    return msgspec.convert(kept, Document)


@put("/api/v1/me/settings")
async def replace_settings(
    tx: Tx, subject: Subject, now: datetime, data: dict[str, Any]
) -> Document:
    """Change the settings: what is left out stays; a key is replaced as a whole."""
    kept = await change_settings(tx, now, subject.account("profile:write"), data)
    return msgspec.convert(kept, Document)


@get("/api/v1/sessions")
async def list_sessions(tx: Tx, subject: Subject, now: datetime) -> SessionList:
    """Where the account is signed in, the latest used first."""
    found = await logins.sessions(tx, browser(subject), microseconds(now))
    return SessionList(
        items=[
            SessionLine(
                session_id=to_text(one.session_id),
                created_at=moment(one.created_at_us),
                last_seen_at=moment(one.last_seen_at_us),
                device=one.device,
                ip_hint=one.ip_hint,
                is_current=one.session_id == subject.session_id,
            )
            for one in found
        ]
    )


@delete("/api/v1/sessions/{session_id:str}", status_code=204)
async def drop_one_session(tx: Tx, subject: Subject, session_id: InPath) -> None:
    """Sign one device out."""
    await end_session(tx, browser(subject), SessionId(from_text(session_id)))


@delete("/api/v1/sessions", status_code=204)
async def drop_other_sessions(tx: Tx, subject: Subject) -> None:
    """Sign every other device out."""
    await end_sessions(tx, browser(subject), subject.session_id)


async def _me(tx: Tx, account_id: AccountId, now: datetime) -> Response[MePayload]:
    me = await people.me(tx, account_id)
    assert me is not None, account_id
    return Response(me_payload(me, microseconds(now)), headers=NO_STORE)


ROUTES: tuple[Any, ...] = (
    change_me,
    change_avatar,
    remove_avatar,
    read_settings,
    replace_settings,
    list_sessions,
    drop_one_session,
    drop_other_sessions,
)
