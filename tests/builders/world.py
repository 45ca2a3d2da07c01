"""A small world in which everything that a path can name exists, and somebody owns it."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from httpx import ASGITransport, AsyncClient, Response

from nightmarket.domains.moderation import face as moderation
from nightmarket.domains.moderation.values import Ref, RefKind, Snapshot
from nightmarket.domains.videos.values import Audience, VideoState
from nightmarket.entry.drain import drain
from nightmarket.infra.outbox import publish
from nightmarket.infra.services import Services
from nightmarket.kernel.ids import AccountId, VideoId, from_text, to_text
from tests.builders import accounts, search, videos
from tests.fakes.authenticator import SoftAuthenticator

CALLERS = ("guest", "other", "minor", "token", "owner", "moderator", "operator", "auditor")
"""Who may ask: nobody, somebody else, a minor, somebody's token that may do little, the owner
of everything that a path names, and three people with a role."""
SITE = "http://localhost:8000"
CALLBACK = "https://app.example/back"
VERIFIER = "v" * 50
DIGEST = hashlib.sha256(VERIFIER.encode()).digest()
CHALLENGE = base64.urlsafe_b64encode(DIGEST).decode().rstrip("=")


@dataclass(frozen=True)
class World:
    """Callers' headers, and the names of what `owner` owns.

    `names` keys are the parameters of paths; others begin with `the_`.
    """

    app: Any
    services: Services
    headers: dict[str, dict[str, str]]
    names: dict[str, str]
    accounts: dict[str, str]

    async def call(self, caller: str, method: str, path: str, **given: Any) -> Response:
        """Call the API as one of `CALLERS`."""
        headers = {**self.headers[caller], **given.pop("headers", {})}
        async with AsyncClient(transport=ASGITransport(self.app), base_url=SITE) as browser:
            return await browser.request(method, path, headers=headers, **given)

    async def ok(self, caller: str, method: str, path: str, **given: Any) -> Any:
        """Call the API and return what it answers, which must not be a refusal."""
        answer = await self.call(caller, method, path, **given)
        assert answer.status_code < 400, (caller, method, path, answer.status_code, answer.text)
        is_json = "json" in answer.headers.get("content-type", "") and answer.content
        return answer.json() if is_json else answer


async def world(app: Any, services: Services) -> World:
    """Build it over HTTP where that is quick, else straight into the tables."""
    built = World(app, services, {}, {}, {})
    guest = await _new_session(built, "")
    built.headers["guest"] = {"cookie": f"nm_guest={guest.cookies['nm_guest']}"}
    for name in CALLERS[1:]:
        if name != "token":
            await _person(built, name)
    wish = {"name": "little", "scopes": ["analytics:read"]}
    made = await built.ok("other", "POST", "/api/v1/tokens", json=wish)
    built.headers["token"] = {"authorization": f"Bearer {made['token']}"}
    await _films(built)
    await _ties(built)
    await _keys(built)
    await _care(built)
    await drain(services)
    await _feed(built)
    return built


async def _new_session(built: World, cookie: str) -> Response:
    async with AsyncClient(transport=ASGITransport(built.app), base_url=SITE) as browser:
        return await browser.get("/api/v1/session", headers={"cookie": cookie} if cookie else {})


async def _person(built: World, name: str) -> None:
    services = built.services
    wish = {
        "handle": f"the_{name}",
        "email": f"{name}@example.org",
        "password": accounts.PASSWORD,
        "birth_date": "2011-01-01" if name == "minor" else "1990-05-17",
        "market": "us",
        "language": "en",
    }
    async with AsyncClient(transport=ASGITransport(built.app), base_url=SITE) as browser:
        answer = await browser.post("/api/v1/accounts", json=wish)
    assert answer.status_code == 201, answer.text
    built.headers[name] = {"cookie": f"nm_session={answer.cookies['nm_session']}"}
    built.accounts[name] = answer.json()["account_id"]
    if name in {"moderator", "operator", "auditor"}:
        await accounts.with_roles(services, f"the_{name}", name)


async def _films(built: World) -> None:
    services, names = built.services, built.names
    owner = AccountId(from_text(built.accounts["owner"]))
    clips = {
        "video_id": videos.Clip(),
        "the_followers": videos.Clip(audience=Audience.FOLLOWERS),
        "the_private": videos.Clip(audience=Audience.ONLY_ME),
        "the_draft": videos.Clip(state=VideoState.DRAFT),
        "the_processing": videos.Clip(state=VideoState.PROCESSING),
    }
    async with services.database.transaction() as tx:
        for name, clip in clips.items():
            number = await videos.video(tx, services, owner, clip)
            names[name] = to_text(number)
            await tx.run("UPDATE videos_video SET can_download = true")
            if clip.audience == Audience.EVERYONE and clip.state == VideoState.LIVE:
                await _sound(tx, built, owner, number)
                await publish(tx, search.published(services, number, owner, clip))
    film = names["video_id"]
    vtt = b"WEBVTT\n\n00:01.000 --> 00:02.000\nhello\n"
    await built.ok("owner", "PUT", f"/api/v1/videos/{film}/captions/en", content=vtt)
    hidden = f"/api/v1/videos/{names['the_private']}/captions/en"
    await built.ok("owner", "PUT", hidden, content=vtt)
    names |= {"language": "en", "tag": "food", "handle": "the_owner", "code": "de"}
    names |= {"kind": "hashtag", "value": "food"}
    names["mail_id"] = "0" * 16
    tus = {"Tus-Resumable": "1.0.0", "Upload-Length": "9"}
    place = (await built.call("owner", "POST", "/api/v1/uploads", headers=tus)).headers["Location"]
    names["upload_id"] = place.rsplit("/", 1)[1]


async def _sound(tx: Any, built: World, owner: AccountId, video_id: VideoId) -> None:
    number = built.services.ids()
    built.names["sound_id"] = to_text(number)
    await tx.run(
        "INSERT INTO videos_sound (sound_id, creator_id, original_video_id, market, title, "
        "media_key, duration_ms, is_public, created_at_us) "
        "VALUES (%(s)s, %(o)s, %(v)s, 'us', 'a tune', 'tune', 9000, true, 1)",
        s=number,
        o=owner,
        v=video_id,
    )


async def _ties(built: World) -> None:
    names, film = built.names, built.names["video_id"]
    names["account_id"] = built.accounts["owner"]
    said = {"text": "hello"}
    mine = await built.ok("owner", "POST", f"/api/v1/videos/{film}/comments", json=said)
    names["comment_id"] = mine["comment_id"]
    filters = {"keywords": ["durian"], "hold_links": False, "hold_all": False}
    await built.ok("owner", "PUT", "/api/v1/me/comment-filters", json=filters)
    said = {"text": "durian"}
    held = await built.ok("other", "POST", f"/api/v1/videos/{film}/comments", json=said)
    names["the_held"] = held["comment_id"]
    made = await built.ok("owner", "POST", "/api/v1/collections", json={"title": "mine"})
    names["collection_id"] = made["collection_id"]
    made = await built.ok("owner", "POST", "/api/v1/playlists", json={"title": "mine"})
    names["playlist_id"] = made["playlist_id"]
    place = f"/api/v1/playlists/{names['playlist_id']}/videos/"
    await built.ok("owner", "PUT", place + film)
    await built.ok("owner", "PUT", place + names["the_private"])
    for one in (film, names["the_private"]):
        await built.ok("owner", "PUT", f"/api/v1/videos/{one}/like")


async def _keys(built: World) -> None:
    names = built.names
    wish = {"name": "mine", "scopes": ["profile:read"]}
    names["token_id"] = (await built.ok("owner", "POST", "/api/v1/tokens", json=wish))["token_id"]
    app = {"name": "app", "redirect_uris": [CALLBACK]}
    made = await built.ok("owner", "POST", "/api/v1/oauth/clients", json=app)
    names["client_id"] = made["client_id"]
    consent = {
        "client_id": names["client_id"],
        "redirect_uri": CALLBACK,
        "scope": "profile:read",
        "code_challenge": CHALLENGE,
        "decision": "yes",
    }
    sent = await built.ok("owner", "POST", "/api/v1/oauth/authorize", data=consent)
    code = parse_qs(urlsplit(sent.headers["location"]).query)["code"][0]
    wanted = {
        "grant_type": "authorization_code",
        "client_id": names["client_id"],
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    await built.ok("guest", "POST", "/api/v1/oauth/token", data=wanted)
    listed = await built.ok("owner", "GET", "/api/v1/oauth/grants")
    names["grant_id"] = listed["items"][0]["grant_id"]
    listed = await built.ok("owner", "GET", "/api/v1/sessions")
    names["session_id"] = listed["items"][0]["session_id"]
    options = await built.ok("owner", "POST", "/api/v1/passkeys/registration")
    credential = SoftAuthenticator().make(options["options"])
    key = await built.ok("owner", "POST", "/api/v1/passkeys", json={"credential": credential})
    names["passkey_id"] = key["passkey_id"]


async def _care(built: World) -> None:
    services, names = built.services, built.names
    owner = AccountId(from_text(built.accounts["owner"]))
    snapshot = Snapshot(owner_id=owner, market="us", language="en", text="my film")
    async with services.database.transaction() as tx:
        for name in ("video_id", "the_private"):
            ref = Ref(RefKind.VIDEO, from_text(names[name]))
            await moderation.submit(tx, services, ref, snapshot)
    for name in ("the_private", "video_id"):
        about = {"ref": {"kind": "video", "id": names[name]}, "policy": "misleading"}
        case = await built.ok("moderator", "POST", "/api/v1/moderation/cases", json=about)
        names["case_id"] = case["case_id"]
        if name == "the_private":
            place = f"/api/v1/moderation/cases/{case['case_id']}"
            await built.ok("moderator", "POST", place + "/claim")
            ruling = {
                "decision": "label",
                "policy": "misleading",
                "facts": "It shows another year.",
            }
            await built.ok("moderator", "POST", place + "/decision", json=ruling)
    [reasons] = (await built.ok("owner", "GET", "/api/v1/me/statements"))["items"]
    names["statement_id"] = reasons["statement_id"]
    export = await built.ok("owner", "POST", "/api/v1/me/export")
    names["export_id"] = export["export_id"]
    place = f"/api/v1/statements/{names['statement_id']}/appeal"
    appeal = await built.ok("owner", "POST", place, json={"text": "no"})
    names["appeal_id"] = appeal["appeal_id"]


async def _feed(built: World) -> None:
    page = await built.ok("owner", "GET", "/api/v1/explore")
    built.names["impression_id"] = page["impressions"][0]
    async with built.services.database.transaction() as tx:
        served = await tx.value(int, "SELECT max(request_id) FROM feed_record")
    assert served is not None
    built.names["request_id"] = to_text(served)
    now = built.services.clock()
    wish = {
        "market": "us",
        "since": (now - timedelta(days=1)).isoformat(),
        "until": (now + timedelta(days=1)).isoformat(),
        "reason": "a look at the whole market",
    }
    made = await built.ok("auditor", "POST", "/api/v1/console/inspections", json=wish)
    built.names["inspection_id"] = made["inspection_id"]
