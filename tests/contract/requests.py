"""A well-formed request for every operation: what a caller with every right would send."""

import io
from typing import Any

from PIL import Image

from tests.builders.accounts import PASSWORD
from tests.builders.world import CALLBACK, CHALLENGE, World

TUS = {"Tus-Resumable": "1.0.0"}
TUS_BODY = {"Content-Type": "application/offset+octet-stream"}
VTT = b"WEBVTT\n\n00:01.000 --> 00:02.000\nhello\n"
CREDENTIAL = {"id": "x", "rawId": "eA", "type": "public-key", "response": {}}
BROWSER = {
    "endpoint": "https://push.example.org/1",
    "keys": {
        "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
        "auth": "tBHItJI5svbpez7KI4CCXg",
    },
}


def requests_of(world: World) -> dict[str, dict[str, Any]]:
    """Label of an operation → arguments of the call; an operation that is not there needs none."""
    return _people(world) | _keys(world) | _films(world) | _rest(world)


def _picture() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (64, 64)).save(written, "PNG")
    return written.getvalue()


def _people(world: World) -> dict[str, dict[str, Any]]:
    newcomer = {
        "handle": "newcomer",
        "email": "newcomer@example.org",
        "password": PASSWORD,
        "birth_date": "1990-05-17",
        "market": "us",
        "language": "en",
    }
    return {
        "POST /api/v1/accounts": {"json": newcomer},
        "POST /api/v1/session": {"json": {"login": "the_other", "password": PASSWORD}},
        "PATCH /api/v1/session": {"json": {"language": "de"}},
        "DELETE /api/v1/me": {"json": {"password": PASSWORD}},
        "PATCH /api/v1/me": {"json": {"name": "Another name"}},
        "PUT /api/v1/me/avatar": {"content": _picture()},
        "PUT /api/v1/me/settings": {"json": {}},
        "PUT /api/v1/me/comment-filters": {
            "json": {"keywords": ["x"], "hold_links": False, "hold_all": False}
        },
        "POST /api/v1/follow-requests/{account_id}": {"json": {"accept": True}},
        "PUT /api/v1/staff/{account_id}/badge": {"json": {"is_verified": True}},
        "PUT /api/v1/staff/{account_id}/roles": {"json": {"roles": ["auditor"]}},
        "POST /api/v1/console/inspections": {
            "json": {
                "market": "us",
                "since": "2026-03-01T00:00:00Z",
                "until": "2026-03-02T00:00:00Z",
                "reason": "a look at one day",
            }
        },
        "POST /api/v1/inbox/read": {"json": {}},
        "PUT /api/v1/notifications/preferences": {"json": {"notifications": {}}},
        "POST /api/v1/push/subscriptions": {"json": BROWSER},
        "DELETE /api/v1/push/subscriptions": {"json": {"endpoint": BROWSER["endpoint"]}},
    }


def _keys(world: World) -> dict[str, dict[str, Any]]:
    consent = {
        "client_id": world.names["client_id"],
        "redirect_uri": CALLBACK,
        "scope": "profile:read",
        "code_challenge": CHALLENGE,
    }
    asked = consent | {"response_type": "code", "code_challenge_method": "S256", "state": "s"}
    app = {"name": "app", "redirect_uris": [CALLBACK]}
    refresh = {"grant_type": "refresh_token", "client_id": "x", "refresh_token": "x"}
    return {
        "PUT /api/v1/email": {"json": {"email": "new@example.org", "password": PASSWORD}},
        "POST /api/v1/email/verification/confirm": {"json": {"token": "x"}},
        "PUT /api/v1/password": {"json": {"old": PASSWORD, "new": PASSWORD + " now"}},
        "POST /api/v1/password/reset": {"json": {"email": "the_other@example.org"}},
        "POST /api/v1/password/reset/confirm": {"json": {"token": "x", "password": PASSWORD}},
        "POST /api/v1/passkeys": {"json": {"credential": CREDENTIAL}},
        "POST /api/v1/session/passkey": {"json": {"credential": CREDENTIAL}},
        "POST /api/v1/tokens": {"json": {"name": "one", "scopes": ["profile:read"]}},
        "DELETE /api/v1/totp": {"json": {"code": "123456"}},
        "POST /api/v1/totp/confirm": {"json": {"code": "123456"}},
        "GET /api/v1/oauth/authorize": {"params": asked},
        "POST /api/v1/oauth/authorize": {"data": consent | {"decision": "yes"}},
        "POST /api/v1/oauth/clients": {"json": app},
        "POST /api/v1/oauth/revocation": {"data": {"token": "x"}},
        "POST /api/v1/oauth/token": {"data": refresh},
        "POST /api/v1/parental-consent": {"data": {"token": "x", "decision": "yes"}},
    }


def _films(world: World) -> dict[str, dict[str, Any]]:
    start = {"Upload-Length": "9"}
    title = {"json": {"title": "a title"}}
    return {
        "POST /api/v1/uploads": {"headers": TUS | start},
        "HEAD /api/v1/uploads/{upload_id}": {"headers": TUS},
        "PATCH /api/v1/uploads/{upload_id}": {
            "headers": TUS | TUS_BODY | {"Upload-Offset": "0"},
            "content": b"",
        },
        "DELETE /api/v1/uploads/{upload_id}": {"headers": TUS},
        "POST /api/v1/videos": {"json": {"upload_id": world.names["upload_id"]}},
        "PATCH /api/v1/videos/{video_id}": {"json": {"caption": "a caption"}},
        "PUT /api/v1/videos/{video_id}/captions/{language}": {"content": VTT},
        "POST /api/v1/videos/{video_id}/comments": {"json": {"text": "words"}},
        "PATCH /api/v1/comments/{comment_id}": {"json": {"text": "other words"}},
        "POST /api/v1/comments/tone": {"json": {"text": "words"}},
        "PUT /api/v1/videos/{video_id}/save": {"content": b""},
        "POST /api/v1/videos/{video_id}/shares": {"json": {"channel": "link"}},
        "POST /api/v1/collections": title,
        "PATCH /api/v1/collections/{collection_id}": title,
        "POST /api/v1/playlists": title,
        "PATCH /api/v1/playlists/{playlist_id}": title,
        "GET /api/v1/oembed": {
            "params": {"url": f"http://localhost:8000/@the_owner/video/{world.names['video_id']}"}
        },
    }


def _rest(world: World) -> dict[str, dict[str, Any]]:
    about = {"kind": "video", "id": world.names["video_id"]}
    reason = {"policy": "misleading", "facts": "It shows another year."}
    hide = {"json": {"scope": "video", "video_id": world.names["video_id"]}}
    return {
        "POST /api/v1/events": {"json": {"events": []}},
        "POST /api/v1/feed/not-interested": hide,
        "DELETE /api/v1/feed/not-interested": hide,
        "PUT /api/v1/feed/personalisation": {"json": {"is_personalised": False}},
        "PUT /api/v1/me/interests/{kind}/{value}": {"json": {"level": 1}},
        "GET /api/v1/search": {"params": {"q": "night"}},
        "POST /api/v1/reports": {"json": {"ref": about, "policy": "misleading"}},
        "POST /api/v1/moderation/cases": {"json": {"ref": about, "policy": "misleading"}},
        "POST /api/v1/moderation/cases/{case_id}/decision": {
            "json": {"decision": "label", **reason}
        },
        "POST /api/v1/moderation/appeals/{appeal_id}/decision": {
            "json": {"uphold": True, "words": "Right."}
        },
        "POST /api/v1/statements/{statement_id}/appeal": {"json": {"text": "It is mine."}},
    }
